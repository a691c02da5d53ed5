"""From a failed answer of Salesforce to the exception to raise; the policy itself is a table."""

import re
from collections.abc import Sequence

from connector.errors import Answer, Busy, ConnectionBroken, Gone, NotLoggedIn, Refused, RemoteError
from connector.salesforce.policy import ROWS, Action, Failure, Row

SYSTEM = "Salesforce"
LONGEST_MESSAGE = 500


class LocatorExpired(Busy):
    """The rest of a query can't be fetched any more: start again behind the last row read."""


class ChangedMeanwhile(Busy):
    """The record changed after it was read: read it again before writing."""


class WrongOrg(ConnectionBroken):
    """The login works but leads to another org than before, such as a refreshed sandbox."""


def remote_error(failures: Sequence[Failure], request: str, *, writes: bool = False) -> RemoteError:
    """Return what to raise for the errors in one answer; the first of them decides.

    `writes` tells that the call would have changed something, which after a failure inside
    Salesforce is uncertain.
    """
    first = failures[0]
    row = next(row for row in ROWS if row.fits(first))
    message = row.sentence.replace("{}", shown("; ".join(f.message for f in failures)))
    message = message.replace("{status}", str(first.status)).strip() or (
        f"Salesforce refused without a reason (status {first.status}, code {first.code})."
    )
    answer = Answer(system=SYSTEM, request=request, status=first.status, code=first.code)
    if row.action is Action.REFUSE:
        return Refused(message, answer, fields=_field_messages(failures))
    if row.action in _WITHOUT_DETAIL:
        return _WITHOUT_DETAIL[row.action](message, answer)
    return _BUSY[row.action](
        message,
        answer,
        retry_after=_pause(row, first),
        scope=row.scope,
        may_have_happened=writes and (first.status or 0) >= 500,
    )


_WITHOUT_DETAIL: dict[Action, type[NotLoggedIn] | type[Gone] | type[ConnectionBroken]] = {
    Action.LOG_IN: NotLoggedIn,
    Action.GONE: Gone,
    Action.BREAK: ConnectionBroken,
}
_BUSY: dict[Action, type[Busy]] = {
    Action.WAIT: Busy,
    Action.RESTART_QUERY: LocatorExpired,
    Action.READ_AGAIN: ChangedMeanwhile,
}


def _pause(row: Row, failure: Failure) -> float | None:
    if failure.retry_after is not None:
        return failure.retry_after
    return row.pause(failure) if callable(row.pause) else row.pause


def _field_messages(failures: Sequence[Failure]) -> dict[str, str]:
    return {
        field: shown(failure.message) for failure in reversed(failures) for field in failure.fields
    }


# Error texts about a query begin with the query; what is wrong follows its place.
_QUERY_ECHO = re.compile(r"^.*ERROR at Row:\d+:Column:\d+\s*", re.DOTALL)
# A session id: the org's Id, an exclamation mark and a long run.
_SESSION_ID = re.compile(r"00D\w{12,15}![\w.]+")


def shown(message: str) -> str:
    """Return Salesforce's text as an admin may see it: no queries, no sessions, not endless."""
    text = _SESSION_ID.sub("[session]", _QUERY_ECHO.sub("", message)).strip()
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"
