"""Everything that runs during a demonstration."""

import os

from config.celery import app
from demo.place import Place
from launch import broker, programs, readiness
from launch.ports import LOOPBACK
from launch.supervisor import Program, Supervisor

READY_SECONDS = 60.0


def start_sandbox(supervisor: Supervisor, place: Place) -> None:
    """Start the broker and the two systems, and wait until these answer."""
    environment = dict(os.environ)
    command = broker.server_command(broker.server_program(), place.broker_port, place.folder)
    supervisor.start(Program("broker", command, environment, place.folder))
    ports = ["--jira-port", str(place.jira_port), "--salesforce-port", str(place.salesforce_port)]
    supervisor.start(programs.manage("sandbox", ["sandbox", *ports], environment))
    for name, url in (
        ("The sandbox Salesforce", f"{place.salesforce_url}/services/data/"),
        ("The sandbox Jira", f"{place.jira_url}/rest/api/2/serverInfo"),
    ):
        _wait(supervisor, name, url)


def start_connector(supervisor: Supervisor, place: Place) -> None:
    """Start web, worker and beat against the migrated database, and wait until they can work."""
    environment = dict(os.environ)
    supervisor.start(programs.web(LOOPBACK, place.web_port, environment))
    supervisor.start(programs.worker(environment))
    supervisor.start(programs.beat(environment))
    _wait(supervisor, "The web server", f"{place.web_url}/health/ready")
    supervisor.wait_for("The worker", lambda: readiness.has_worker(app), READY_SECONDS)


def _wait(supervisor: Supervisor, name: str, url: str) -> None:
    supervisor.wait_for(f"{name} ({url})", lambda: readiness.answers(url), READY_SECONDS)
