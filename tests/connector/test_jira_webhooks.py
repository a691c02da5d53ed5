"""Each edition has webhooks of its own kind."""

import pytest

from connector.errors import Refused
from tests.connector.jira_world import JiraWorld

HOOK = "https://connector.test/webhooks/jira/1/"
EVENTS = ("jira:issue_created", "jira:issue_updated")


@pytest.fixture(params=["cloud", "data_center"])
def world(request):
    world = JiraWorld(request.param)
    with world.network:
        yield world


@pytest.fixture
def client(world):
    return world.client()


@pytest.fixture
def issue(world):
    return str(world.site.create_issue("SUP").id)


@pytest.fixture(params=[("cloud", 10), ("data_center", 10), ("data_center", 9)])
def hooked(request):
    """A client of each edition that has webhooks of its own kind."""
    deployment, major = request.param
    world = JiraWorld(deployment, version=(major, 3, 4))
    with world.network:
        yield world.client()


def register(client, name="Salesforce Connector"):
    return client.register_webhook(
        name=name, url=HOOK, events=EVENTS, jql="project = SUP", secret="s" * 32
    )


def test_jira_trap_the_registered_webhook_is_found_by_its_address(hooked):
    """jira trap: two webhooks for one target bring everything twice."""
    assert hooked.find_webhook(HOOK) is None
    made = register(hooked)
    found = hooked.find_webhook(HOOK.rstrip("/"))
    assert found == made
    assert (found.url, set(found.events), found.enabled) == (HOOK, set(EVENTS), True)
    assert found.jql == "project = SUP"


def test_a_webhook_is_replaced(hooked):
    made = register(hooked)
    hooked.update_webhook(
        made.id, name="Renamed", url=HOOK, events=EVENTS[:1], jql="project = OPS", secret="t" * 32
    )
    (found,) = hooked.webhooks()
    assert (found.name, found.events, found.jql) == ("Renamed", EVENTS[:1], "project = OPS")


def test_a_webhook_is_removed(hooked):
    hooked.delete_webhook(register(hooked).id)
    assert hooked.webhooks() == []


def test_webhooks_take_an_admin(world, client):
    world.site.deny("ADMINISTER")
    with pytest.raises(Refused, match="missing permission"):
        register(client)
