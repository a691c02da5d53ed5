"""The public client package `jira` works against the sandbox unchanged, on both editions."""

import io
from collections.abc import Iterator

import pytest
from jira import JIRA, JIRAError

from tests.sandbox.jira_caller import MAIL, Caller


@pytest.fixture(params=["cloud", "data_center"])
def caller(request: pytest.FixtureRequest) -> Caller:
    context = {} if request.param == "cloud" else {"context_path": "/jira"}
    return Caller(request.param, **context)


@pytest.fixture
def client(caller: Caller) -> Iterator[JIRA]:
    login = (
        {"basic_auth": (MAIL, "sandbox-api-token")}
        if caller.site.cloud
        else {"token_auth": "sandbox-pat"}
    )
    with caller.network:
        yield JIRA(caller.site.base_url, max_retries=0, **login)


def new(client: JIRA, **fields):
    return client.create_issue(
        project="SUP", summary="From the package", issuetype={"name": "Task"}, **fields
    )


def test_it_knows_the_edition(client, caller):
    assert client._is_cloud is caller.site.cloud


def test_it_creates_and_reads_an_issue(client):
    issue = new(client, description="*bold*", labels=["a"], customfield_10050="Acme")
    read = client.issue(issue.key)
    assert (read.fields.summary, read.fields.labels) == ("From the package", ["a"])
    assert (read.fields.description, read.fields.customfield_10050) == ("*bold*", "Acme")


def test_it_edits_an_issue(client):
    issue = new(client)
    issue.update(summary="Edited", fields={"customfield_10055": {"value": "Silver"}})
    assert client.issue(issue.key).fields.customfield_10055.value == "Silver"


def test_it_searches_over_pages(client):
    keys = {new(client).key for _ in range(3)}
    found = client.search_issues("project = SUP ORDER BY created", maxResults=0)
    assert {issue.key for issue in found} == keys


def test_it_comments(client):
    issue = new(client)
    client.add_comment(issue, "Said so")
    assert [comment.body for comment in client.comments(issue)] == ["Said so"]


def test_it_moves_an_issue_by_the_name_of_a_transition(client):
    issue = new(client)
    client.transition_issue(issue, "Done")
    assert client.issue(issue.key).fields.resolution.name == "Done"


def test_it_uploads_and_downloads_a_file(client, caller):
    issue = new(client)
    client.add_attachment(issue, io.BytesIO(b"\x00bytes"), filename="log.bin")
    (attachment,) = client.issue(issue.key).fields.attachment
    assert (attachment.filename, attachment.size) == ("log.bin", 6)
    assert attachment.get() == b"\x00bytes"


def test_it_lists_projects_fields_and_priorities(client):
    assert {project.key for project in client.projects()} == {"SUP", "OPS", "HELP"}
    assert "customfield_10057" in {field["id"] for field in client.fields()}
    assert client.priorities()[0].name == "Highest"


def test_it_links_issues_and_web_pages(client):
    one, other = new(client), new(client)
    client.create_issue_link("Relates", one.key, other.key)
    client.add_simple_link(one, {"url": "https://a.example", "title": "A page"})
    assert client.issue(one.key).fields.issuelinks[0].outwardIssue.key == other.key
    assert client.remote_links(one)[0].object.title == "A page"


def test_it_is_told_what_is_wrong(client):
    with pytest.raises(JIRAError) as refusal:
        client.create_issue(project="SUP", summary="a\nb", issuetype={"name": "Task"})
    assert refusal.value.status_code == 400
    assert "newline" in refusal.value.text
