"""Issues are made in bulk, and each result is told to whoever asked for it."""

import json

import pytest

from connector.errors import Busy, Refused, RemoteError
from connector.jira.model import CreatedIssue, NewIssue
from tests.connector.jira_scripted import SITE, ScriptedSite, client_of
from tests.network import InProcessNetwork

BULK = "/rest/api/2/issue/bulk"
FETCH = "/rest/api/2/issue/bulkfetch"
MARK = "salesforce-connector"


@pytest.fixture
def site():
    site = ScriptedSite()
    network = InProcessNetwork()
    network.serve(SITE, site)
    with network:
        yield site


def new(*records: str) -> list[NewIssue]:
    return [NewIssue({"summary": each}, {MARK: {"record": each}}) for each in records]


def made(*numbers: int) -> list[dict[str, str]]:
    return [{"id": str(each), "key": f"SUP-{each}", "self": "…"} for each in numbers]


def failed(number: int, **errors: str) -> dict[str, object]:
    parts = {"errorMessages": [], "errors": errors}
    return {"status": 400, "failedElementNumber": number, "elementErrors": parts}


def marked(**records: str) -> dict[str, object]:
    """What bulkfetch answers: the issue i7 bears the mark of the named record."""
    issues = [
        {"id": number[1:], "key": f"SUP-{number[1:]}", "properties": {MARK: {"record": record}}}
        for number, record in records.items()
    ]
    return {"issues": issues, "issueErrors": []}


def test_results_come_in_the_order_of_the_request(site):
    site.on(BULK, (201, {"issues": made(1, 2), "errors": []}))
    results = client_of().create_chunk(new("a", "b"), confirm_property=MARK)
    assert results == [CreatedIssue("1", "SUP-1"), CreatedIssue("2", "SUP-2")]


def test_properties_go_inside_the_call(site):
    site.on(BULK, (201, {"issues": made(1), "errors": []}))
    client_of().create_chunk(new("a"))
    assert json.loads(site.seen[0][2]) == {
        "issueUpdates": [
            {"fields": {"summary": "a"}, "properties": [{"key": MARK, "value": {"record": "a"}}]}
        ]
    }


def test_a_whole_success_costs_one_call(site):
    site.on(BULK, (201, {"issues": made(*range(50)), "errors": []}))
    client = client_of()
    client.create_chunk(new(*map(str, range(50))), confirm_property=MARK)
    assert client.calls == 1


def test_a_failed_element_names_its_fields(site):
    errors = [failed(1, priority="Priority is required.")]
    site.on(BULK, (201, {"issues": made(1), "errors": errors}))
    results = client_of().create_chunk(new("a", "b"))
    assert results[0] == CreatedIssue("1", "SUP-1")
    assert isinstance(results[1], Refused)
    assert results[1].fields == {"priority": "Priority is required."}


def test_after_a_failure_the_pairing_is_confirmed_by_the_mark(site):
    site.on(BULK, (201, {"issues": made(1, 2), "errors": [failed(1, x="bad")]}))
    site.on(FETCH, (200, marked(i1="c", i2="a")))
    results = client_of().create_chunk(new("a", "b", "c"), confirm_property=MARK)
    assert isinstance(results[1], Refused)
    assert (results[0], results[2]) == (CreatedIssue("2", "SUP-2"), CreatedIssue("1", "SUP-1"))


def test_a_pairing_that_cannot_be_confirmed_is_left_open(site):
    site.on(BULK, (201, {"issues": made(1, 2), "errors": [failed(1, x="bad")]}))
    site.on(FETCH, (200, marked(i1="a")))
    with pytest.raises(Busy) as caught:
        client_of().create_chunk(new("a", "b", "c"), confirm_property=MARK)
    assert caught.value.may_have_happened


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_an_error_while_confirming_does_not_say_that_nothing_was_made(site, status):
    site.on(BULK, (201, {"issues": made(1, 2), "errors": [failed(1, x="bad")]}))
    site.on(FETCH, (status, {}))
    with pytest.raises(Busy) as caught:
        client_of().create_chunk(new("a", "b", "c"), confirm_property=MARK)
    assert caught.value.may_have_happened


@pytest.mark.parametrize(
    ("status", "issues", "other"),
    [(201, made(1), []), (400, [], [failed(0, x="bad")])],
)
def test_a_server_error_of_one_element_is_left_open(site, status, issues, other):
    errors = [*other, {**failed(1), "status": 500}]
    site.on(BULK, (status, {"issues": issues, "errors": errors}))
    site.on(FETCH, (200, marked(i1="a")))
    with pytest.raises(Busy) as caught:
        client_of().create_chunk(new("a", "b"), confirm_property=MARK)
    assert caught.value.may_have_happened


@pytest.mark.parametrize("status", [401, 403, 404, 409, 413, 415, 422, 429])
def test_a_call_that_was_turned_away_made_nothing(site, status):
    site.on(BULK, (status, {}))
    site.on("/rest/api/2/myself", (200, {"accountId": "5b10"}))
    with pytest.raises(RemoteError) as caught:
        client_of().create_chunk(new("a", "b"), confirm_property=MARK)
    assert not getattr(caught.value, "may_have_happened", False)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_call_that_failed_inside_may_have_made_something(site, status):
    site.on(BULK, (status, {}))
    with pytest.raises(Busy) as caught:
        client_of().create_chunk(new("a", "b"), confirm_property=MARK)
    assert caught.value.may_have_happened


def test_marks_that_are_not_unique_confirm_nothing(site):
    site.on(BULK, (201, {"issues": made(1, 2), "errors": [failed(1, x="bad")]}))
    site.on(FETCH, (200, marked(i1="a", i2="a")))
    with pytest.raises(Busy) as caught:
        client_of().create_chunk(new("a", "b", "a"), confirm_property=MARK)
    assert caught.value.may_have_happened


@pytest.mark.parametrize("body", [b"", b"<html>", {"issues": made(1)}])
def test_an_answer_that_misses_issues_is_left_open(site, body):
    site.on(BULK, (201, body))
    site.on(FETCH, (200, marked(i1="a")))
    with pytest.raises(Busy) as caught:
        client_of().create_chunk(new("a", "b"), confirm_property=MARK)
    assert caught.value.may_have_happened


def test_when_all_fail_each_is_told_why(site):
    errors = [failed(0, summary="empty"), failed(1, labels="space")]
    site.on(BULK, (400, {"issues": [], "errors": errors}))
    results = client_of().create_chunk(new("a", "b"))
    assert [each.fields for each in results if isinstance(each, Refused)] == [
        {"summary": "empty"},
        {"labels": "space"},
    ]


@pytest.mark.parametrize(
    "body",
    [{"errorMessages": ["Nope."], "errors": {}}, {"errorMessages": [], "errors": {"x": "Nope."}}],
)
def test_a_refusal_of_the_whole_call_is_raised(site, body):
    site.on(BULK, (400, body))
    with pytest.raises(Refused, match="Nope"):
        client_of().create_chunk(new("a", "b"))


def test_more_than_50_are_made_in_several_calls(site):
    site.on(
        BULK,
        (201, {"issues": made(*range(50)), "errors": []}),
        (201, {"issues": made(50), "errors": []}),
    )
    results = client_of().create_issues(new(*map(str, range(51))))
    assert [each.id for each in results if isinstance(each, CreatedIssue)] == [
        str(each) for each in range(51)
    ]


def test_a_chunk_of_more_than_50_is_a_mistake(site):
    with pytest.raises(ValueError, match="50"):
        client_of().create_chunk(new(*map(str, range(51))))
    assert site.seen == []


def test_nothing_to_make_costs_no_call(site):
    assert client_of().create_issues([]) == []
    assert site.seen == []
