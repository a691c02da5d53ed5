"""Searches end, and bring every page, whatever the site makes of its paging."""

import json

import pytest

from connector.errors import Refused
from connector.jira.model import Deployment
from tests.connector.jira_scripted import SITE, ScriptedSite, client_of
from tests.network import InProcessNetwork

CLOUD = "/rest/api/2/search/jql"
DATA_CENTER = "/rest/api/2/search"


@pytest.fixture
def site():
    site = ScriptedSite()
    network = InProcessNetwork()
    network.serve(SITE, site)
    with network:
        yield site


def issues(*ids: int) -> list[dict[str, str]]:
    return [{"id": str(each)} for each in ids]


def bodies(site: ScriptedSite) -> list[dict[str, object]]:
    return [json.loads(body) for _, _, body, _ in site.seen]


def test_every_page_is_asked_for_with_the_same_body(site):
    site.on(
        CLOUD,
        (200, {"issues": issues(1), "nextPageToken": "t1"}),
        (200, {"issues": issues(2), "isLast": True}),
    )
    pages = client_of().search("project = SUP", ["updated"], properties=["p"], reconcile=["10042"])
    assert list(pages) == [issues(1), issues(2)]
    first, second = bodies(site)
    assert second.pop("nextPageToken") == "t1"
    assert first == second
    assert first["reconcileIssues"] == [10042]


def test_jira_trap_clouds_old_search_is_gone(site):
    """jira trap: /search answers 410 on Cloud."""
    site.on(CLOUD, (200, {"issues": []}))
    list(client_of().search("project = SUP", ["updated"]))
    assert site.paths() == [CLOUD]


def test_is_last_is_not_believed_against_a_token(site):
    site.on(
        CLOUD,
        (200, {"issues": issues(1), "nextPageToken": "t1", "isLast": True}),
        (200, {"issues": issues(2), "isLast": False}),
    )
    assert list(client_of().search("project = SUP", [])) == [issues(1), issues(2)]


def test_an_empty_page_ends_the_search(site):
    site.on(CLOUD, (200, {"issues": [], "nextPageToken": "t1", "isLast": False}))
    assert list(client_of().search("project = SUP", [])) == []
    assert len(site.seen) == 1


def test_a_search_that_goes_in_circles_is_stopped(site):
    site.on(CLOUD, (200, {"issues": issues(1), "nextPageToken": "again"}))
    with pytest.raises(Refused, match="come to an end"):
        list(client_of().search("project = SUP", []))
    assert len(site.seen) == 2


def test_data_center_goes_on_by_position_however_short_the_pages(site):
    site.on(
        DATA_CENTER,
        (200, {"issues": issues(1, 2), "total": 3, "maxResults": 2}),
        (200, {"issues": issues(3), "total": 3}),
    )
    client = client_of(deployment=Deployment.DATA_CENTER)
    assert list(client.search("project = SUP", ["updated"])) == [issues(1, 2), issues(3)]
    assert [each["startAt"] for each in bodies(site)] == [0, 2]


def test_data_center_pages_that_run_dry_end_the_search(site):
    site.on(DATA_CENTER, (200, {"issues": [], "total": 3}))
    client = client_of(deployment=Deployment.DATA_CENTER)
    assert list(client.search("project = SUP", [])) == []


def test_bulk_reads_go_in_hundreds_and_ask_for_nothing_twice(site):
    site.on("/rest/api/2/issue/bulkfetch", (200, {"issues": issues(7)}))
    found = client_of().issues([str(each) for each in [*range(150), 3]], ["updated"])
    assert list(found) == ["7"]
    asked = [each["issueIdsOrKeys"] for each in bodies(site)]
    assert [len(each) for each in asked] == [100, 50]  # type: ignore[arg-type]


def test_reading_no_issues_costs_no_call(site):
    assert client_of().issues([], ["updated"]) == {}
    assert site.seen == []


def test_data_center_reads_unvalidated_so_that_a_gone_issue_is_just_absent(site):
    site.on(DATA_CENTER, (200, {"issues": issues(2), "total": 1}))
    client = client_of(deployment=Deployment.DATA_CENTER)
    assert list(client.issues(["1", "2"], ["updated"])) == ["2"]
    assert bodies(site)[0]["validateQuery"] is False
    assert bodies(site)[0]["jql"] == "id in (1, 2)"
