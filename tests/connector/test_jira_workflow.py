"""Transitions and status changes, on both editions."""

import pytest

from connector.errors import Busy, Refused
from connector.jira.model import Deployment
from tests.connector.jira_scripted import SITE, ScriptedSite, client_of
from tests.connector.jira_world import JiraWorld
from tests.network import InProcessNetwork


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


def test_transitions_name_where_they_lead(client, issue):
    found = {each.name: each for each in client.transitions(issue)}
    assert found["Done"].to.id == "10002"
    assert found["Done"].to.category == "done"


def test_jira_trap_a_transition_hidden_by_a_right_is_not_there(world, client, issue):
    """jira trap: conditions and rights hide transitions without an error."""
    world.site.deny("TRANSITION_ISSUES", "SUP")
    assert client.transitions(issue) == []


def test_a_transition_that_a_condition_hides_can_be_asked_for() -> None:
    world = JiraWorld("cloud")
    issue = world.site.create_issue("SUP")
    done = issue.project.workflows["10001"].transitions[2]
    done.condition = lambda user, issue: False
    with world.network:
        client = world.client()
        shown = client.transitions(str(issue.id))
        found = {
            each.name: each.available for each in client.transitions(str(issue.id), hidden=True)
        }
    assert [each.name for each in shown] == ["To Do", "In Progress"]
    assert found == {"To Do": True, "In Progress": True, "Done": False}


def test_jira_trap_a_transition_names_the_fields_of_its_screen(world, client):
    """jira trap: a required field on a transition's screen is a 400 when it is left out."""
    ops = world.site.create_issue("OPS")
    for status in ("Selected", "In Review"):
        world.site.transition(ops.key, status)
    (close,) = [each for each in client.transitions(str(ops.id)) if each.name == "Close"]
    fields = {each.id: each for each in close.fields}
    assert fields["resolution"].required
    with pytest.raises(Refused):
        client.transition(str(ops.id), close.id)
    done = next(each for each in fields["resolution"].allowed if each.value == "Done")
    client.transition(str(ops.id), close.id, {"resolution": {"id": done.id}})
    assert world.site.issue(ops.key).status.name == "Closed"


def test_jira_trap_a_resolution_off_the_screen_is_refused(client, issue):
    """jira trap: only fields that the transition lists may be sent."""
    with pytest.raises(Refused):
        client.transition(issue, "31", {"resolution": {"id": "10000"}})


@pytest.fixture
def scripted():
    site = ScriptedSite()
    network = InProcessNetwork()
    network.serve(SITE, site)
    with network:
        yield site


def test_data_center_refuses_a_transition_with_500(scripted):
    scripted.on("/rest/api/2/issue/10042/transitions", (500, {}))
    with pytest.raises(Refused, match="couldn't do this transition"):
        client_of(deployment=Deployment.DATA_CENTER).transition("10042", "99999")


def test_a_500_of_cloud_leaves_open_whether_the_transition_was_done(scripted):
    scripted.on("/rest/api/2/issue/10042/transitions", (500, {}))
    with pytest.raises(Busy) as caught:
        client_of().transition("10042", "31")
    assert caught.value.may_have_happened


def test_a_change_log_that_begins_with_the_newest_is_turned_round(scripted):
    def entry(day: int, old: str, new: str) -> dict[str, object]:
        item = {"field": "status", "from": old, "to": new}
        return {"created": f"2026-11-{day}T09:30:00.000+0000", "items": [item]}

    log = {"histories": [entry(21, "3", "10002"), entry(20, "10000", "3")]}
    scripted.on("/rest/api/2/issue/10042", (200, {"id": "10042", "changelog": log}))
    changes = client_of(deployment=Deployment.DATA_CENTER).status_changes("10042")
    assert [each.to_status for each in changes] == ["3", "10002"]


def test_a_transition_that_is_not_open_is_refused(world, client):
    ops = world.site.create_issue("OPS")
    with pytest.raises(Refused):
        client.transition(str(ops.id), "99999")


def test_status_changes_come_oldest_first(world, client, issue):
    for status in ("In Progress", "Done"):
        world.clock.advance(60)
        world.site.transition(issue, status)
        world.site.edit(issue, summary=f"Now {status}")
    changes = client.status_changes(issue)
    assert [(each.from_status, each.to_status) for each in changes] == [
        ("10000", "3"),
        ("3", "10002"),
    ]
    assert changes[0].at < changes[1].at
    jane = world.site.human
    assert changes[0].author == (jane.account_id if world.cloud else jane.name)
