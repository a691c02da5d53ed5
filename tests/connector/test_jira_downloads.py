"""Files go up to Jira and come down again, on both editions."""

import io

import pytest

from connector.errors import Refused
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


def test_a_file_goes_up_and_comes_down(world, client, issue):
    content = bytes(range(256)) * 1000
    added = client.add_attachment(issue, "übersicht.bin", io.BytesIO(content), len(content))
    assert added["filename"] == "übersicht.bin"
    with client.download(added["id"], added["content"]) as opened:
        assert b"".join(opened.chunks()) == content
        assert opened.size in (None, len(content))


def test_a_file_through_the_gateway_comes_down():
    world = JiraWorld("cloud")
    with world.network:
        client = world.client("sandbox-scoped-token")
        issue = world.site.create_issue("SUP")
        file = world.site.attach(issue.key, "log.txt", b"bytes")
        with client.download(str(file.id), f"https://jira.test/x/{file.id}") as opened:
            assert b"".join(opened.chunks()) == b"bytes"


def test_a_file_over_the_limit_is_refused(world, client, issue):
    world.site.upload_limit = 10
    assert client.attachment_limit() == 10
    with pytest.raises(Refused):
        client.add_attachment(issue, "big", io.BytesIO(b"x" * 11), 11)


def test_jira_trap_an_old_data_center_sends_the_login_page():
    """jira trap: 8.14.1 takes no personal access token for files."""
    world = JiraWorld("data_center")
    with world.network:
        issue = world.site.create_issue("SUP")
        file = world.site.attach(issue.key, "log.txt", b"bytes")
        client = world.client()
        (raw,) = client.issue(str(issue.id), ["attachment"])["fields"]["attachment"]
        world.site.login_redirect = True
        with (
            pytest.raises(Refused, match="login page"),
            client.download(str(file.id), raw["content"]),
        ):
            pass
