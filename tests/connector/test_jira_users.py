"""People are found by mail, on both editions."""

import pytest

from connector.jira.model import User
from connector.jira.users import only_match
from tests.connector.jira_world import JiraWorld


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


def test_a_person_is_matched_by_mail(world, client):
    jane = world.site.human
    found = client.match_user("jane@acme.example")
    assert found is not None
    assert found.id == (jane.account_id if world.cloud else jane.name)


def test_a_person_with_a_hidden_mail_is_matched(world, client):
    found = client.match_user("mia@acme.example")
    assert found is not None
    assert found.name == "Mia Brandt"


def test_nobody_matches_an_unknown_mail(client):
    assert client.match_user("nobody@acme.example") is None


def test_an_inactive_person_does_not_match(world, client):
    world.site.add_user("old", "Old Hand", "old@acme.example", active=False)
    assert client.match_user("old@acme.example") is None


def test_jira_trap_two_people_with_one_name_are_told_apart(world, client):
    """jira trap: a user matched by display name is the wrong person."""
    world.site.add_user("jane2", "Jane Wolf", "jane.wolf@acme.example")
    found = client.match_user("jane@acme.example")
    assert found is not None
    assert found.mail == "jane@acme.example"


def test_a_search_that_goes_by_beginnings_is_narrowed_down():
    users = [
        User("1", "Jane", mail="jane@acme.example.org"),
        User("2", "Jane", mail="Jane@acme.example"),
        User("3", "Bot", kind="app"),
    ]
    assert only_match(users, "jane@acme.example") == users[1]


@pytest.mark.parametrize(
    "users",
    [
        [User("1", "A"), User("2", "B")],
        [User("1", "A", kind="customer")],
        [User("1", "A", active=False)],
        [User("1", "A", mail="other@acme.example")],
        [],
    ],
)
def test_doubt_matches_nobody(users):
    assert only_match(users, "jane@acme.example") is None


def test_assignable_people_are_searched_by_project(world, client):
    assert [each.name for each in client.assignable("SUP", "jane")] == ["Jane Wolf"]
    world.site.human.active = False
    assert client.assignable("SUP", "jane") == []


def test_jira_trap_people_are_set_by_the_id_of_the_edition(world, client, issue):
    """jira trap: Cloud refuses `name`, Data Center knows no accountId."""
    jane = client.match_user("jane@acme.example")
    assert jane is not None
    client.edit_issue(issue, fields={"assignee": {client.edition.user_id: jane.id}})
    assert world.site.issue(issue).value("assignee") is world.site.human
