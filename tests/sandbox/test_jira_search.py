"""Search in the sandbox's Jira: pages, the lag of Cloud's index, Data Center's ways."""

import pytest

from tests.sandbox.jira_caller import Caller


def with_issues(count, deployment="cloud"):
    caller = Caller(deployment)
    for number in range(count):
        caller.site.create_issue("SUP", summary=f"Number {number}")
    return caller


def test_the_old_search_is_gone_from_cloud():
    """jira trap: `/search` on Cloud."""
    assert Caller().get("/search?jql=project=SUP").status_code == 410
    assert Caller().post("/search", {"jql": "project = SUP"}).status_code == 410


def test_only_ids_come_by_default():
    answer = with_issues(1).post("/search/jql", {"jql": "project = SUP"}).json()
    assert answer == {"issues": [{"id": "10000"}], "isLast": True}


@pytest.mark.parametrize("jql", ["", "ORDER BY created"])
def test_an_unbounded_query_is_refused(jql):
    answer = Caller().post("/search/jql", {"jql": jql})
    assert answer.status_code == 400
    assert "Unbounded" in answer.json()["errorMessages"][0]


def test_pages_follow_their_tokens():
    caller = with_issues(5)
    body = {"jql": "project = SUP ORDER BY id ASC", "fields": ["summary"], "maxResults": 2}
    pages = []
    while True:
        page = caller.post("/search/jql", body).json()
        pages.append([issue["key"] for issue in page["issues"]])
        if "nextPageToken" not in page:
            break
        body["nextPageToken"] = page["nextPageToken"]
    assert pages == [["SUP-1", "SUP-2"], ["SUP-3", "SUP-4"], ["SUP-5"]]
    assert page["isLast"] is True


def test_a_token_belongs_to_its_query():
    caller = with_issues(3)
    first = caller.post("/search/jql", {"jql": "project = SUP", "maxResults": 1}).json()
    body = {"jql": "project = OPS", "nextPageToken": first["nextPageToken"]}
    assert caller.post("/search/jql", body).status_code == 400


def test_pages_with_many_fields_are_smaller_than_asked_for():
    caller = with_issues(101)
    body = {"jql": "project = SUP", "maxResults": 1000}
    full = caller.post("/search/jql", body | {"fields": ["*all"]}).json()
    plain = caller.post("/search/jql", body | {"fields": ["id"]}).json()
    assert (len(full["issues"]), len(plain["issues"])) == (100, 101)


def test_properties_come_with_the_hits():
    caller = with_issues(1)
    caller.put("/issue/SUP-1/properties/mark", 7)
    body = {"jql": "project = SUP", "properties": ["mark"]}
    assert caller.post("/search/jql", body).json()["issues"][0]["properties"] == {"mark": 7}
    assert caller.post("/search/jql", body | {"properties": list("abcdef")}).status_code == 400


def test_data_center_search_has_a_total_and_no_properties():
    caller = with_issues(3, "data_center")
    body = {"jql": "", "fields": ["summary"], "startAt": 1, "maxResults": 1}
    found = caller.post("/search", body).json()
    assert ([issue["key"] for issue in found["issues"]], found["total"]) == (["SUP-2"], 3)
    assert caller.post("/search", body | {"properties": ["mark"]}).status_code == 400


def test_an_unknown_issue_spoils_the_query_unless_validation_is_off():
    caller = with_issues(1, "data_center")
    body = {"jql": "id in (10000, 99999)"}
    assert caller.post("/search", body).status_code == 400
    found = caller.post("/search", body | {"validateQuery": False}).json()
    assert found["total"] == 1


def test_a_new_issue_is_found_only_after_the_lag():
    """jira trap: search right after create."""
    caller = Caller()
    caller.site.index_lag = 10
    caller.create()
    assert caller.search("project = SUP") == []
    assert caller.get("/issue/SUP-1").status_code == 200
    caller.clock.advance(10)
    assert caller.search("project = SUP") == ["SUP-1"]


def test_a_change_is_seen_only_after_the_lag():
    caller = with_issues(1)
    caller.site.index_lag = 10
    caller.site.edit("SUP-1", labels=["new"])
    assert caller.search("labels = new") == []
    assert caller.search("labels is EMPTY") == ["SUP-1"]
    caller.clock.advance(10)
    assert caller.search("labels = new") == ["SUP-1"]


def test_changes_become_visible_one_after_the_other():
    caller = with_issues(1)
    caller.site.index_lag = 10
    caller.site.edit("SUP-1", labels=["first"])
    caller.clock.advance(6)
    caller.site.edit("SUP-1", labels=["second"])
    caller.clock.advance(5)
    assert caller.search("labels = first") == ["SUP-1"]
    caller.clock.advance(5)
    assert caller.search("labels = second") == ["SUP-1"]


def test_reconciled_issues_are_judged_on_fresh_data():
    caller = with_issues(1)
    caller.site.index_lag = 10
    number = int(caller.create().json()["id"])
    caller.site.edit("SUP-1", labels=["moved-on"])
    jql = "project = SUP AND labels is EMPTY"
    assert caller.search(jql, reconcileIssues=[number, 10000]) == ["SUP-2"]
    assert caller.search(jql) == ["SUP-1"]


def test_reconciling_takes_fifty_ids():
    body = {"jql": "project = SUP", "reconcileIssues": list(range(51))}
    assert Caller().post("/search/jql", body).status_code == 400


@pytest.mark.parametrize("wrong", [{"maxResults": "many"}, {"fields": None, "expand": ["names"]}])
def test_a_wrong_body_is_refused(wrong):
    assert Caller().post("/search/jql", {"jql": "project = SUP"} | wrong).status_code == 400


@pytest.mark.parametrize("name", ["created", "updated"])
def test_a_clock_that_is_put_back_hides_nothing(name):
    caller = with_issues(1)
    caller.clock.advance(-3600)
    caller.site.create_issue("SUP")
    assert caller.search(f"{name} >= '2026-11-21 10:00'") == ["SUP-1"]
    assert caller.search(f"{name} >= -1m ORDER BY id ASC") == ["SUP-1", "SUP-2"]


def test_a_deleted_issue_leaves_at_once():
    caller = with_issues(1)
    caller.site.index_lag = 10
    caller.site.delete_issue("SUP-1")
    assert caller.search("project = SUP") == []


def test_a_hidden_project_is_an_unknown_value():
    caller = with_issues(1)
    caller.site.hide_project("SUP")
    answer = caller.post("/search/jql", {"jql": "project = SUP"})
    assert answer.json()["errorMessages"] == [
        "The value 'SUP' does not exist for the field 'project'."
    ]
    assert caller.search("created >= -1d") == []


def test_counting_and_matching():
    caller = with_issues(2)
    caller.site.edit("SUP-2", labels=["a"])
    count = caller.post("/search/approximate-count", {"jql": "project = SUP"}).json()
    match = caller.post("/jql/match", {"jqls": ["labels = a"], "issueIds": [10000, 10001]})
    assert count == {"count": 2}
    assert match.json()["matches"] == [{"matchedIssues": [10001], "errors": []}]


def test_a_query_is_checked_without_running_it():
    queries = ["project = SUP", "nonsense = 1", "project ="]
    answer = Caller().post("/jql/parse?validation=strict", {"queries": queries}).json()
    assert ["errors" in query for query in answer["queries"]] == [False, True, True]
