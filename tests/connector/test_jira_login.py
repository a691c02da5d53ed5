"""Connecting says where we are, or in plain words what is wrong."""

import pytest
import requests

from connector.errors import ConnectionBroken
from connector.jira.client import JiraClient
from connector.jira.model import Credentials, Deployment
from connector.outgoing import HostPolicy
from tests.connector.jira_scripted import SITE, ScriptedSite, client_of
from tests.connector.jira_world import GATEWAY, JiraWorld
from tests.network import InProcessNetwork


@pytest.fixture
def cloud():
    world = JiraWorld("cloud")
    with world.network:
        yield world


@pytest.fixture
def data_center():
    world = JiraWorld("data_center")
    with world.network:
        yield world


@pytest.fixture
def scripted():
    site = ScriptedSite()
    network = InProcessNetwork()
    network.serve(SITE, site)
    with network:
        yield site


def test_a_cloud_site_presents_itself(cloud):
    site = cloud.client().connect()
    assert site.deployment is Deployment.CLOUD
    assert (site.title, site.base_url) == ("Acme Jira", "https://jira.test")
    assert (site.account_id, site.account_name) == ("5b10a2844c20165700ede21g", "Connector")
    assert site.time_zone == "Europe/Berlin"
    assert site.api_root == "https://jira.test"
    assert site.cloud_id == cloud.site.cloud_id


def test_a_data_center_site_presents_itself(data_center):
    site = data_center.client().connect()
    assert site.deployment is Deployment.DATA_CENTER
    assert site.base_url == "https://jira.test/jira"
    assert site.account_id == "connector"
    assert site.version == "10.3.4"
    assert site.cloud_id == ""


def test_a_scoped_token_finds_the_gateway(cloud):
    client = cloud.client("sandbox-scoped-token")
    site = client.connect()
    assert site.api_root == client.api_root == f"{GATEWAY}/ex/jira/{cloud.site.cloud_id}"
    assert site.base_url == "https://jira.test"
    assert site.cloud_id == cloud.site.cloud_id


def test_a_remembered_gateway_saves_the_search(cloud):
    root = cloud.client("sandbox-scoped-token").connect().api_root
    cloud.network.calls.clear()
    cloud.client("sandbox-scoped-token", api_root=root).priorities()
    assert [each.url for each in cloud.network.calls] == [f"{root}/rest/api/2/priority"]


def test_a_wrong_cloud_token_is_named(cloud):
    with pytest.raises(ConnectionBroken, match="token"):
        cloud.client("wrong").connect()


def test_a_wrong_cloud_token_is_named_although_the_gateway_is_out_of_reach(cloud):
    def unreachable(request):
        if request.url.startswith(GATEWAY):
            raise requests.ConnectionError("no route")

    cloud.network.faults.append(unreachable)

    with pytest.raises(ConnectionBroken, match="token"):
        cloud.client("wrong").connect()


def test_a_wrong_data_center_token_is_named(data_center):
    with pytest.raises(ConnectionBroken, match="token"):
        data_center.client("wrong").connect()


def test_jira_trap_a_wrong_token_acts_as_nobody_and_finds_nothing(cloud):
    """jira trap: search answers 200 with nothing, issues answer 404."""
    cloud.site.create_issue("SUP")
    with pytest.raises(ConnectionBroken):
        list(cloud.client("wrong").search("project = SUP", ["summary"]))


def test_cloud_chosen_for_a_data_center_site_is_named(scripted):
    scripted.on("/rest/api/2/serverInfo", (200, {"version": "10.3.4", "deploymentType": "Server"}))
    with pytest.raises(ConnectionBroken, match="is Jira Data Center, but"):
        client_of(deployment=Deployment.CLOUD).connect()


def test_data_center_chosen_for_a_cloud_site_is_named(cloud):
    credentials = Credentials("https://jira.test", Deployment.DATA_CENTER, "", "t")
    with pytest.raises(ConnectionBroken, match="is Jira Cloud, but"):
        JiraClient(credentials, hosts=HostPolicy()).connect()


def test_the_edition_is_asked_for_without_credentials(cloud):
    cloud.client().connect()
    first = cloud.network.calls[0]
    assert first.url.endswith("/serverInfo")
    assert "Authorization" not in first.headers


def test_a_context_path_that_was_left_out_is_explained(data_center):
    credentials = Credentials("https://jira.test", Deployment.DATA_CENTER, "", "sandbox-pat")
    with pytest.raises(ConnectionBroken, match="path such as"):
        JiraClient(credentials, hosts=HostPolicy()).connect()


@pytest.mark.parametrize("body", [{"name": "something else"}, [], "text"])
def test_another_service_is_not_taken_for_jira(scripted, body):
    scripted.on("/rest/api/2/serverInfo", (200, body))
    with pytest.raises(ConnectionBroken, match="no Jira"):
        client_of().connect()


def test_a_site_that_tells_strangers_nothing_is_asked_with_the_login(scripted):
    info = {"version": "9.12.2", "versionNumbers": [9, 12, 2], "deploymentType": "Server"}
    scripted.on("/rest/api/2/serverInfo", (401, {}), (200, info))
    scripted.on("/rest/api/2/myself", (200, {"name": "connector", "displayName": "Connector"}))
    site = client_of(deployment=Deployment.DATA_CENTER).connect()
    assert (site.version, site.account_id) == ("9.12.2", "connector")


def test_a_captcha_is_explained(scripted):
    scripted.on("/rest/api/2/serverInfo", (200, {"version": "9", "deploymentType": "Server"}))
    denied = {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://jira.test"}
    scripted.on("/rest/api/2/myself", (403, {}, denied))
    with pytest.raises(ConnectionBroken, match="CAPTCHA"):
        client_of(deployment=Deployment.DATA_CENTER).connect()


def test_errors_never_hold_the_token(cloud):
    with pytest.raises(ConnectionBroken) as caught:
        cloud.client("very-secret-token").connect()
    assert "very-secret" not in f"{caught.value} {caught.value.answer!r}"
