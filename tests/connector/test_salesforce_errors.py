"""The error policy, row by row."""

from datetime import UTC, datetime

import pytest

from connector.errors import (
    Busy,
    ConnectionBroken,
    Gone,
    NotLoggedIn,
    Refused,
    Scope,
)
from connector.salesforce.errors import (
    LONGEST_MESSAGE,
    ChangedMeanwhile,
    LocatorExpired,
    remote_error,
)
from connector.salesforce.policy import ROWS, Failure

CALL, CONNECTION = Scope.CALL, Scope.CONNECTION
QUOTA = "REQUEST_LIMIT_EXCEEDED"
NOT_REST = "This session is not valid for use with the REST API"
NOT_ATTACHED = "Connected app is not attached to Agent"
LOCKED_INSIDE = "MyTrigger: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access"

# status, code, message -> class, scope of the waiting, words of the sentence
POLICY = [
    (401, "INVALID_SESSION_ID", "Session expired or invalid", NotLoggedIn, None, "ended"),
    (401, "INVALID_SESSION_ID", NOT_REST, ConnectionBroken, None, "scope"),
    (401, "INVALID_SESSION_ID", NOT_ATTACHED, ConnectionBroken, None, "agent"),
    (401, "", "", NotLoggedIn, None, "session"),
    (403, QUOTA, "TotalRequests Limit exceeded.", Busy, CONNECTION, "24 hours"),
    (403, QUOTA, "ConcurrentPerOrgLongTxn Limit exceeded.", Busy, CONNECTION, "long calls"),
    (403, QUOTA, "You have reached the Connect API's hourly request limit", Busy, CALL, "hour"),
    (403, "LIMIT_EXCEEDED", "too much", Busy, CONNECTION, "too much"),
    (400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access", Busy, CALL, "holds"),
    (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", LOCKED_INSIDE, Busy, CALL, "held"),
    (400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "MyTrigger: null", Refused, None, "MyTrigger"),
    (400, "CANNOT_EXECUTE_FLOW_TRIGGER", "flow 3 failed", Refused, None, "flow 3 failed"),
    (400, "INVALID_QUERY_LOCATOR", "invalid query locator", LocatorExpired, CALL, "forgotten"),
    (400, "QUERY_LOCATOR_EXPIRED", "", LocatorExpired, CALL, "forgotten"),
    (412, "ENTITY_MODIFIED", "changed", ChangedMeanwhile, CALL, "in the meantime"),
    (412, "", "", ChangedMeanwhile, CALL, "in the meantime"),
    (400, "QUERY_TIMEOUT", "Your query request was running for too long", Busy, CALL, "filter"),
    (403, "TXN_SECURITY_METERING_ERROR", "", Busy, CALL, "Exempt"),
    (503, "SERVER_UNAVAILABLE", "busy", Busy, CONNECTION, "unavailable"),
    (400, "PROCESSING_HALTED", "", Busy, CALL, "same call"),
    (403, "API_DISABLED_FOR_ORG", "", ConnectionBroken, None, "API Enabled"),
    (403, "API_CURRENTLY_DISABLED", "", ConnectionBroken, None, "API Enabled"),
    (410, "GONE", "", ConnectionBroken, None, "API version"),
    (400, "UNSUPPORTED_API_VERSION", "v99", ConnectionBroken, None, "v99"),
    (404, "ENTITY_IS_DELETED", "entity is deleted", Gone, None, "deleted"),
    (404, "NOT_FOUND", "The requested resource does not exist", Gone, None, "no such record"),
    (400, "INVALID_CROSS_REFERENCE_KEY", "bad id", Refused, None, "points to"),
    (403, "INSUFFICIENT_ACCESS_OR_READONLY", "no rights", Refused, None, "may not"),
    (400, "INVALID_FIELD", "No such column 'X__c' on entity 'Case'", Refused, None, "X__c"),
    (400, "INVALID_FIELD_FOR_INSERT_UPDATE", "IsClosed", Refused, None, "IsClosed"),
    (400, "MALFORMED_QUERY", "unexpected token", Refused, None, "unexpected token"),
    (403, "FUNCTIONALITY_NOT_ENABLED", "", Refused, None, "switched on"),
    (400, "STORAGE_LIMIT_EXCEEDED", "", Refused, None, "storage"),
    (400, "DUPLICATES_DETECTED", "Use one of these records?", Refused, None, "duplicate rule"),
    (400, "EXCEEDED_ID_LIMIT", "", Refused, None, "too large"),
    (500, "UNKNOWN_EXCEPTION", "An unexpected error", Busy, CALL, "inside"),
    (502, "", "", Busy, CONNECTION, "502"),
    (503, "", "", Busy, CONNECTION, "maintenance"),
    (429, "", "", Busy, CONNECTION, "429"),
    (420, "", "", Busy, CONNECTION, "edge"),
    (302, "", "", ConnectionBroken, None, "redirected"),
    (300, "", "", Refused, None, "external id"),
    (414, "", "", Refused, None, "too long"),
    (431, "", "", Refused, None, "too long"),
    (200, "", "", ConnectionBroken, None, "login page"),
    (404, "", "", ConnectionBroken, None, "instead of JSON"),
    (403, "", "", ConnectionBroken, None, "proxy"),
    (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Close reason is mandatory", Refused, None, "Close"),
    (400, "SOMETHING_NEW", "never seen", Refused, None, "never seen"),
    (None, "", "", Refused, None, "without a reason"),
]


@pytest.mark.parametrize(("status", "code", "message", "kind", "scope", "words"), POLICY)
def test_every_failure_says_what_has_to_be_done(status, code, message, kind, scope, words):
    error = remote_error([Failure(status, code, message)], "GET /x")

    assert type(error) is kind
    assert words in error.message
    assert getattr(error, "scope", None) is scope
    assert error.answer.status == status
    assert error.answer.code == code


def test_every_row_of_the_table_is_walked():
    failures = [Failure(status, code, message) for status, code, message, *_ in POLICY]

    walked = {id(next(row for row in ROWS if row.fits(failure))) for failure in failures}

    assert [row for row in ROWS if id(row) not in walked] == []


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("TotalRequests Limit exceeded.", 900),
        ("ConcurrentPerOrgLongTxn Limit exceeded.", 45),
        ("You have reached the Connect API's hourly request limit", 600),
    ],
)
def test_each_quota_has_its_own_waiting_time(message, seconds):
    at = datetime(2026, 11, 21, 9, 50, tzinfo=UTC)

    error = remote_error([Failure(403, QUOTA, message, at=at)], "GET /x")

    assert isinstance(error, Busy)
    assert error.retry_after == seconds


def test_a_waiting_time_that_salesforce_names_is_kept():
    error = remote_error([Failure(429, retry_after=7.0)], "GET /x")

    assert isinstance(error, Busy)
    assert error.retry_after == 7.0


def test_a_failure_inside_salesforce_leaves_a_write_in_doubt():
    written = remote_error([Failure(500, "UNKNOWN_EXCEPTION")], "POST /x", writes=True)
    locked = remote_error([Failure(400, "UNABLE_TO_LOCK_ROW")], "POST /x", writes=True)

    assert isinstance(written, Busy)
    assert isinstance(locked, Busy)
    assert (written.may_have_happened, locked.may_have_happened) == (True, False)


def test_a_query_error_tells_what_is_wrong_without_quoting_the_query():
    """salesforce trap 19: queries hold personal data."""
    message = (
        "\nSELECT Id, Foo__c FROM Case WHERE SuppliedEmail = 'ada@acme.example'\n"
        "           ^\nERROR at Row:1:Column:12\nNo such column 'Foo__c' on entity 'Case'."
    )

    error = remote_error([Failure(400, "INVALID_FIELD", message)], "GET /x")

    assert "No such column 'Foo__c'" in error.message
    assert "ada@" not in error.message
    assert "SELECT" not in error.message


def test_a_session_in_an_error_text_is_struck_out():
    text = "bad 00D5g00000ABCDe!AQ0AQ.x_y session"

    assert remote_error([Failure(400, "X", text)], "GET /x").message == "bad [session] session"


def test_a_validation_message_is_shown_as_written_but_not_endlessly():
    error = remote_error([Failure(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "x" * 900)], "PATCH /x")

    assert len(error.message) == LONGEST_MESSAGE


def test_messages_are_kept_with_the_fields_they_are_about():
    failures = [
        Failure(400, "REQUIRED_FIELD_MISSING", "Reason is missing", ("Reason",)),
        Failure(400, "STRING_TOO_LONG", "Subject is too long", ("Subject",)),
    ]

    error = remote_error(failures, "PATCH /x")

    assert isinstance(error, Refused)
    assert error.message == "Reason is missing; Subject is too long"
    assert error.fields == {"Reason": "Reason is missing", "Subject": "Subject is too long"}
