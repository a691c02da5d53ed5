"""Comments, on both editions."""

import pytest

from connector.errors import Gone
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


def test_it_reads_every_comment_oldest_first(world, client, issue):
    for number in range(130):
        world.clock.advance(60)
        world.site.comment(issue, f"Comment {number}")
    bodies = [each["body"] for each in client.comments(issue)]
    assert bodies == [f"Comment {number}" for number in range(130)]


def test_a_comment_is_added_with_its_mark(world, client, issue):
    added = client.add_comment(issue, "Hello", properties={"mark": {"comment": "00a"}})
    assert added["body"] == "Hello"
    (comment,) = world.site.issue(issue).comments
    assert str(comment.id) == added["id"]
    assert comment.properties == {"mark": {"comment": "00a"}}
    (read,) = client.comments(issue)
    assert read["properties"] == [{"key": "mark", "value": {"comment": "00a"}}]


@pytest.mark.parametrize("internal", [True, False])
def test_a_comment_in_a_service_project_can_be_internal(world, client, internal):
    desk = str(world.site.create_issue("HELP", "Support request").id)
    client.add_comment(desk, "Secret", internal=internal)
    assert world.site.issue(desk).comments[0].internal is internal


def test_an_edited_comment_stays_internal(world, client):
    desk = str(world.site.create_issue("HELP", "Support request").id)
    added = client.add_comment(desk, "Secret", internal=True)
    client.edit_comment(desk, added["id"], "More secret")
    (comment,) = world.site.issue(desk).comments
    assert (comment.body, comment.internal) == ("More secret", True)


def test_a_deleted_comment_is_gone(world, client, issue):
    added = client.add_comment(issue, "Hello")
    client.delete_comment(issue, added["id"])
    assert client.comments(issue) == []
    with pytest.raises(Gone):
        client.delete_comment(issue, added["id"])
