import pytest
import redis

from launch import broker, ports
from launch.supervisor import Program, Supervisor


@pytest.fixture
def no_wheel(monkeypatch):
    monkeypatch.setattr(broker, "_from_wheel", list)


def put_program(folder, name, source="#!/bin/sh\nexit 0\n"):
    path = folder / name
    path.write_text(source)
    path.chmod(0o755)
    return path


def test_a_server_installed_on_the_machine_serves_where_the_wheel_has_none(
    no_wheel, monkeypatch, tmp_path
):
    installed = put_program(tmp_path, "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broker.server_program() == installed


def test_a_server_that_does_not_run_here_is_passed_over(no_wheel, monkeypatch, tmp_path):
    put_program(tmp_path, "valkey-server", "built for another machine")
    works = put_program(tmp_path, "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broker.server_program() == works


def test_a_machine_without_any_server_is_told_what_to_install(no_wheel, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(broker.NoBroker, match="Install one of them"):
        broker.server_program()


@pytest.mark.redis
def test_the_embedded_broker_answers_and_keeps_nothing_on_disk(tmp_path):
    port = ports.free_port()
    command = broker.server_command(broker.server_program(), port, tmp_path)
    with (
        Supervisor(lambda name, line: None) as supervisor,
        redis.Redis.from_url(broker.url(port)) as client,
    ):
        supervisor.start(Program("broker", command, {}, tmp_path))
        supervisor.wait_for("The broker", lambda: _pings(client), 20)
        client.set("key", "value")
        assert client.get("key") == b"value"
    assert list(tmp_path.iterdir()) == []


def _pings(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False
