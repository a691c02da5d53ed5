"""Remote links, issue links, entity properties and worklogs in the sandbox's Jira."""

from urllib.parse import quote

import pytest

from tests.sandbox.jira_caller import Caller

GID = "salesforce=00D&record=500"
OBJECT = {"url": "https://sf.example/500", "title": "Case 1"}
LINKS = "/issue/SUP-1/remotelink"


def issue_in(deployment="cloud"):
    caller = Caller(deployment)
    caller.site.create_issue("SUP")
    return caller


def test_a_remote_link_with_a_known_global_id_is_replaced_whole():
    caller = issue_in()
    first = caller.post(LINKS, {"globalId": GID, "relationship": "record", "object": OBJECT})
    again = caller.post(LINKS, {"globalId": GID, "object": {**OBJECT, "title": "Case 2"}})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    (link,) = caller.get(LINKS).json()
    assert link["object"]["title"] == "Case 2"
    assert "relationship" not in link


def test_remote_links_without_a_global_id_pile_up():
    caller = issue_in()
    for _ in range(2):
        assert caller.post(LINKS, {"object": OBJECT}).status_code == 201
    assert len(caller.get(LINKS).json()) == 2


def test_a_remote_link_is_read_and_deleted_by_global_id():
    caller = issue_in()
    caller.post(LINKS, {"globalId": GID, "object": OBJECT})
    by_id = f"{LINKS}?globalId={quote(GID, safe='')}"
    assert caller.get(by_id).json()["globalId"] == GID
    assert caller.delete(by_id).status_code == 204
    assert caller.get(by_id).status_code == 404


@pytest.mark.parametrize("body", [
    {},
    {"object": {"url": "https://a.example"}},
    {"object": {"title": "t"}},
    {"globalId": "x" * 256, "object": OBJECT},
])  # fmt: skip
def test_an_incomplete_remote_link_is_refused(body):
    assert issue_in().post(LINKS, body).status_code == 400


def test_linking_may_be_forbidden():
    caller = issue_in()
    caller.site.deny("LINK_ISSUES", "SUP")
    assert caller.post(LINKS, {"object": OBJECT}).status_code == 403


def test_a_link_between_issues_shows_at_both_ends():
    caller = issue_in()
    caller.site.create_issue("SUP")
    ends = {"inwardIssue": {"key": "SUP-1"}, "outwardIssue": {"key": "SUP-2"}}
    answer = caller.post("/issueLink", {"type": {"name": "Blocks"}, **ends})
    assert (answer.status_code, answer.content) == (201, b"")
    (one,) = caller.get("/issue/SUP-1").json()["fields"]["issuelinks"]
    (other,) = caller.get("/issue/SUP-2").json()["fields"]["issuelinks"]
    assert one["outwardIssue"]["key"] == "SUP-2"
    assert other["inwardIssue"]["key"] == "SUP-1"
    assert caller.delete(f"/issueLink/{one['id']}").status_code == 204
    assert caller.get("/issue/SUP-2").json()["fields"]["issuelinks"] == []


@pytest.mark.parametrize("deployment", ["cloud", "data_center"])
def test_a_property_is_written_replaced_read_and_deleted(deployment):
    caller = issue_in(deployment)
    path = "/issue/SUP-1/properties/mark"
    assert caller.get(path).status_code == 404
    assert caller.put(path, {"a": 1, "b": 2}).status_code == 201
    assert caller.put(path, {"a": 3}).status_code == 200
    assert caller.get(path).json() == {"key": "mark", "value": {"a": 3}}
    assert caller.get("/issue/SUP-1/properties").json()["keys"][0]["key"] == "mark"
    assert caller.delete(path).status_code == 204
    assert caller.delete(path).status_code == 404


def test_a_property_has_its_limits():
    caller = issue_in()
    assert caller.put("/issue/SUP-1/properties/mark", "x" * 32_767).status_code == 400
    assert caller.put(f"/issue/SUP-1/properties/{'k' * 256}", 1).status_code == 400


def test_work_is_logged():
    caller = issue_in()
    made = caller.post("/issue/SUP-1/worklog", {"timeSpent": "1h 30m", "comment": "Looked"})
    assert (made.status_code, made.json()["timeSpentSeconds"]) == (201, 5400)
    assert caller.get("/issue/SUP-1/worklog").json()["total"] == 1
