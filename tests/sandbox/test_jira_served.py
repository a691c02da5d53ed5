"""Both systems served over HTTP, as the `sandbox` command does it."""

import io
import socket
from queue import Queue

import pytest
import requests
from django.core.management import CommandError, call_command
from jira import JIRA
from werkzeug.wrappers import Request, Response

from sandbox import server
from tests.sandbox.jira_caller import MAIL

AUTH = (MAIL, "sandbox-api-token")


@pytest.fixture
def running():
    sandbox = server.start(jira_port=0, salesforce_port=0)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def session():
    session = requests.Session()
    session.trust_env = False
    session.auth = AUTH
    return session


def test_both_systems_answer(running, session):
    info = session.get(f"{running.jira_url}/rest/api/2/serverInfo").json()
    versions = session.get(f"{running.salesforce_url}/services/data/").json()
    assert info["baseUrl"] == running.jira_url
    assert versions[-1]["url"].startswith("/services/data/v")


def test_a_connection_is_kept_for_the_next_request(running, session):
    for _ in range(3):
        session.get(f"{running.jira_url}/rest/api/2/myself").raise_for_status()
    pools = session.get_adapter(running.jira_url).poolmanager.pools
    (pool,) = (pools.get(key) for key in pools.keys())  # noqa: SIM118 - it cannot be iterated
    assert (pool.num_requests, pool.num_connections) == (3, 1)


def test_a_file_travels_over_the_media_host(running):
    client = JIRA(running.jira_url, basic_auth=AUTH, max_retries=0)
    client._session.trust_env = False
    issue = client.create_issue(project="SUP", summary="x", issuetype={"name": "Task"})
    data = bytes(range(256)) * 4096
    attachment = client.add_attachment(issue, io.BytesIO(data), filename="big.bin")
    assert attachment.get() == data
    assert running.site.media_url.startswith("http://localhost:")


def test_a_webhook_leaves_in_the_background(running, session):
    arrived: Queue[str] = Queue()

    def receiver(environ, start_response):
        arrived.put(Request(environ).get_json()["webhookEvent"])
        return Response(status=204)(environ, start_response)

    connector = server.ServedApp("127.0.0.1", 0)
    connector.start(receiver)
    body = {"name": "Ours", "url": f"{connector.url}/", "events": ["jira:issue_created"]}
    url = f"{running.jira_url}/rest/webhooks/1.0/webhook"
    assert session.post(url, json=body).status_code == 201
    running.site.create_issue("SUP")
    assert arrived.get(timeout=10) == "jira:issue_created"
    connector.stop()


def test_a_stopped_sandbox_lets_go_of_its_ports():
    sandbox = server.start(jira_port=0, salesforce_port=0)
    ports = [int(url.rpartition(":")[2]) for url in (sandbox.jira_url, sandbox.salesforce_url)]
    sandbox.stop()
    for port in ports:
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))


def test_a_taken_port_is_told_with_what_to_do(running):
    port = int(running.jira_url.rpartition(":")[2])
    with pytest.raises(CommandError, match="Choose others with --jira-port"):
        call_command("sandbox", jira_port=port, salesforce_port=0)


def test_it_serves_a_data_center_too(session):
    sandbox = server.start(jira_port=0, salesforce_port=0, deployment="data_center")
    session.auth = None
    session.headers["Authorization"] = "Bearer sandbox-pat"
    assert session.get(f"{sandbox.jira_url}/rest/api/2/myself").json()["name"] == "connector"
    sandbox.stop()
