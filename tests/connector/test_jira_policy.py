"""Every failed answer of Jira becomes an error that says what to do about it."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests

from connector.errors import Busy, ConnectionBroken, Gone, Refused, RemoteError, Scope
from connector.jira.policy import RULES, failure, words


def answer(status: int, body: object = None, headers: dict[str, str] | None = None):
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    response._content = content
    return response


def error_of(response: requests.Response, hint: str = "", wrote: bool = False) -> RemoteError:
    call = "PUT /issue/10042"
    return failure(response, host="acme.atlassian.net", call=call, hint=hint, wrote=wrote)


@pytest.mark.parametrize(
    ("status", "hint", "expected"),
    [
        (302, "", ConnectionBroken),
        (400, "", Refused),
        (401, "", ConnectionBroken),
        (401, "logged in", Refused),
        (403, "", Refused),
        (404, "", Gone),
        (404, "upload", Refused),
        (408, "", Busy),
        (409, "", Busy),
        (410, "", ConnectionBroken),
        (413, "", Refused),
        (415, "", Refused),
        (422, "", Refused),
        (429, "", Busy),
        (500, "", Busy),
        (500, "transition", Refused),
        (502, "", Busy),
        (503, "", Busy),
        (599, "", Busy),
        (999, "", Refused),
        (403, "file store", Busy),
        (404, "file store", Gone),
    ],
)
def test_a_status_says_what_to_do(status, hint, expected):
    assert type(error_of(answer(status), hint)) is expected


def test_every_row_of_the_table_can_be_reached():
    reached = {
        error_of(answer(status), rule.hint).message.partition(" (")[0]
        for rule in RULES
        for status in rule.statuses
    }
    for rule in RULES:
        beginning = rule.sentence.format(host="acme.atlassian.net", call="", said="")
        assert any(beginning.startswith(each) for each in reached), rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{min(rule.statuses)} {rule.hint}")
def test_every_sentence_names_the_site(rule):
    assert "acme.atlassian.net" in error_of(answer(next(iter(rule.statuses))), rule.hint).message


@pytest.mark.parametrize(
    ("reason", "scope"),
    [
        ("jira-per-issue-on-write", Scope.ISSUE),
        ("jira-burst-based", Scope.CALL),
        ("jira-quota-global-based", Scope.CONNECTION),
        ("jira-quota-tenant-based", Scope.CONNECTION),
        ("", Scope.CONNECTION),
    ],
)
def test_a_429_pauses_what_its_reason_names(reason, scope):
    headers = {"RateLimit-Reason": reason} if reason else {}
    error = error_of(answer(429, headers=headers))
    assert isinstance(error, Busy)
    assert error.scope is scope


def test_retry_after_may_be_seconds():
    error = error_of(answer(429, headers={"Retry-After": "17"}))
    assert isinstance(error, Busy)
    assert error.retry_after == 17


def test_retry_after_may_be_a_date():
    due = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    error = error_of(answer(503, headers={"Retry-After": due}))
    assert isinstance(error, Busy)
    assert error.retry_after is not None
    assert 290 < error.retry_after <= 300


def test_an_unreadable_retry_after_is_none():
    error = error_of(answer(503, headers={"Retry-After": "soon"}))
    assert isinstance(error, Busy)
    assert error.retry_after is None


def test_jira_trap_very_small_data_center_limits_wait_for_the_next_interval():
    """jira trap: the headers X-RateLimit-* tell when the bucket fills, without Retry-After."""
    error = error_of(answer(429, headers={"X-RateLimit-Interval-Seconds": "60"}))
    assert isinstance(error, Busy)
    assert error.retry_after == 60


def test_a_captcha_is_told_from_a_missing_permission():
    headers = {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://j/login"}
    error = error_of(answer(403, headers=headers))
    assert isinstance(error, ConnectionBroken)
    assert "CAPTCHA" in error.message


def test_a_server_error_of_a_write_leaves_open_whether_it_happened():
    error = error_of(answer(504), wrote=True)
    assert isinstance(error, Busy)
    assert error.may_have_happened


@pytest.mark.parametrize("status", [409, 429])
def test_a_write_that_was_turned_away_did_not_happen(status):
    error = error_of(answer(status), wrote=True)
    assert isinstance(error, Busy)
    assert not error.may_have_happened


def test_a_server_error_of_a_read_leaves_nothing_open():
    error = error_of(answer(500))
    assert isinstance(error, Busy)
    assert not error.may_have_happened


def test_jira_trap_maintenance_answers_503_with_a_web_page():
    """jira trap: Jira in maintenance answers 503 with HTML."""
    error = error_of(answer(503, b"<html><body>Back soon</body></html>"))
    assert isinstance(error, Busy)
    assert error.scope is Scope.CONNECTION
    assert "<" not in error.message


def test_jira_trap_quick_successive_transitions_collide():
    """jira trap: 409 asks to load the issue again and decide anew."""
    error = error_of(answer(409), wrote=True)
    assert isinstance(error, Busy)
    assert error.scope is Scope.CALL


def test_errors_of_fields_are_kept_by_field():
    body = {"errorMessages": [], "errors": {"summary": "You must specify a summary."}}
    error = error_of(answer(400, body))
    assert isinstance(error, Refused)
    assert error.fields == {"summary": "You must specify a summary."}
    assert "summary: You must specify a summary." in error.message


@pytest.mark.parametrize(
    "body",
    [
        {"errorMessages": ["Nope."], "errors": {}},
        {"errorMessages": ["Nope."]},
        {"code": 401, "message": "Nope."},
        {"type": "about:blank", "title": "Forbidden", "detail": "Nope."},
        {"errorMessage": "Nope.", "i18nErrorMessage": {}},
    ],
)
def test_it_finds_the_words_in_every_shape_of_error(body):
    assert words(json.dumps(body).encode()).text == "Nope."


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b'"text"', b"\xff\xfe", b"null"])
def test_it_survives_bodies_without_words(content):
    assert words(content).text == ""


def test_long_words_are_cut_at_500_characters():
    error = error_of(answer(400, {"errorMessages": ["x" * 2000]}))
    assert "x" * 499 + "…" in error.message
    assert "x" * 500 not in error.message


def test_braces_in_what_jira_says_are_left_alone():
    error = error_of(answer(400, {"errorMessages": ["{host} {0} {said}"]}))
    assert "{host} {0} {said}" in error.message


def test_the_answer_names_the_exchange():
    error = error_of(answer(429, headers={"RateLimit-Reason": "jira-burst-based"}))
    shown = error.answer
    assert (shown.system, shown.request, shown.status) == ("Jira", "PUT /issue/10042", 429)
    assert shown.code == "jira-burst-based"
