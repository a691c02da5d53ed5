"""`python -m launch` with everything real: processes, broker, database file, HTTP."""

import os
import signal
import socket
import sys

import pytest
import requests

from launch import ports
from tests.processes import all_output, output_until, starter

pytestmark = pytest.mark.usefixtures("ports_alone")


@pytest.fixture
def environment(tmp_path):
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/connector.sqlite3",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    }


@pytest.fixture
def launch(environment):
    """Starts it on a port."""

    def run(port):
        return start([sys.executable, "-m", "launch", "--port", str(port)])

    with starter(environment) as start:
        yield run


@pytest.mark.redis
def test_web_worker_and_beat_come_up_and_stop_together(launch, environment, redis_url):
    environment["CELERY_BROKER_URL"] = redis_url
    port = ports.free_port()
    process = launch(port)
    output_until(process, "Ready")
    address = f"http://127.0.0.1:{port}"
    assert requests.get(f"{address}/health/ready", timeout=10).json() == {
        "database": True,
        "broker": True,
    }
    assert "Log in" in requests.get(f"{address}/", timeout=10).text
    assert requests.get(f"{address}/static/admin/css/base.css", timeout=10).ok
    process.send_signal(signal.SIGTERM)
    rest = all_output(process)
    assert process.returncode == 0
    assert rest.splitlines()[-1] == "launch | Stopped."
    assert ports.is_free(port)


def test_a_port_that_is_taken_is_named_and_nothing_is_started(launch, tmp_path):
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        process = launch(port)
        told = all_output(process)
    assert process.returncode == 1
    assert f"Port {port} is taken" in told
    assert not (tmp_path / "connector.sqlite3").exists()


def test_a_database_that_cannot_be_migrated_is_said_and_nothing_is_started(launch, environment):
    environment["DATABASE_URL"] = "sqlite:////nowhere/at/all.sqlite3"
    process = launch(ports.free_port())
    told = all_output(process)
    assert process.returncode == 1
    assert "The database could not be migrated" in told
    assert "worker |" not in told
