"""The error policy for Salesforce's REST API, as a table.

A row says which failures it is about (error code, status, a piece of the message), what has to be
done about them, and what the admin reads. Rows are tried from the top and the first that fits
counts, so the status alone decides only where no code does: Salesforce answers 403 both to a
missing permission and to an exhausted quota.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from connector.errors import Scope

QUOTA_PAUSE, CONCURRENCY_PAUSE = 900.0, 45.0


class Action(Enum):
    """What a failure means, as in `connector.errors`."""

    WAIT = auto()
    RESTART_QUERY = auto()
    READ_AGAIN = auto()
    LOG_IN = auto()
    REFUSE = auto()
    GONE = auto()
    BREAK = auto()


@dataclass(frozen=True)
class Failure:
    """One error as Salesforce reported it, of a whole call or of one record in it."""

    status: int | None = None
    code: str = ""
    message: str = ""
    fields: tuple[str, ...] = ()
    retry_after: float | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Row:
    """One rule. `status` may be a range; "" and None fit everything; `{}` is Salesforce's text."""

    action: Action
    sentence: str
    codes: tuple[str, ...] = ()
    status: range | None = None
    text: str = ""
    scope: Scope = Scope.CALL
    pause: float | Callable[[Failure], float] | None = None

    def fits(self, failure: Failure) -> bool:
        return (
            (not self.codes or failure.code in self.codes)
            and (self.status is None or failure.status in self.status)
            and self.text.lower() in failure.message.lower()
        )


def _until_the_hour(failure: Failure) -> float:
    """Seconds until the next full hour of Salesforce's clock; the whole hour if it is unknown."""
    return 3600.0 - (failure.at.minute * 60 + failure.at.second if failure.at else 0)


def _status(first: int, last: int | None = None) -> range:
    return range(first, (last or first) + 1)


ROWS: tuple[Row, ...] = (
    # Sessions. A new login cures only the plain case; the others would log in for ever.
    Row(
        Action.BREAK,
        "Salesforce gave a session that its REST API doesn't accept. Give the app the scope "
        "Manage user data via APIs (api) and check its policies.",
        status=_status(401),
        text="session is not valid for use with the REST API",
    ),
    Row(
        Action.BREAK,
        "Salesforce doesn't accept sessions of this app here: it isn't attached to an agent. Use "
        "an app made for the connector.",
        status=_status(401),
        text="app is not attached to Agent",
    ),
    Row(Action.LOG_IN, "The Salesforce session has ended.", codes=("INVALID_SESSION_ID",)),
    Row(Action.LOG_IN, "Salesforce didn't accept the session.", status=_status(401)),
    # Quotas. Salesforce names no waiting time.
    Row(
        Action.WAIT,
        "Too many long calls run in this org at once. The connector waits a moment.",
        codes=("REQUEST_LIMIT_EXCEEDED",),
        text="Concurrent",
        scope=Scope.CONNECTION,
        pause=CONCURRENCY_PAUSE,
    ),
    Row(
        Action.WAIT,
        "The hourly limit of this kind of call is used up. The connector waits for the next hour.",
        codes=("REQUEST_LIMIT_EXCEEDED",),
        text="hourly",
        pause=_until_the_hour,
    ),
    Row(
        Action.WAIT,
        "The org has used up its API calls of the last 24 hours (Setup > System Overview shows "
        "who used them). The connector waits and goes on by itself.",
        codes=("REQUEST_LIMIT_EXCEEDED",),
        scope=Scope.CONNECTION,
        pause=QUOTA_PAUSE,
    ),
    Row(
        Action.WAIT,
        "A limit of the org is used up for now: {}",
        codes=("LIMIT_EXCEEDED", "TOO_MANY_REQUESTS"),
        scope=Scope.CONNECTION,
    ),
    # Worth another try.
    Row(
        Action.WAIT,
        "Another process holds the record or its parent. The connector tries again.",
        codes=("UNABLE_TO_LOCK_ROW",),
    ),
    Row(
        Action.WAIT,
        "Automation in the org failed because another process held a record. The connector tries "
        "again.",
        codes=("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER"),
        text="UNABLE_TO_LOCK_ROW",
    ),
    Row(
        Action.RESTART_QUERY,
        "Salesforce has forgotten a query before its last page was read. The connector starts it "
        "again where it was.",
        codes=("INVALID_QUERY_LOCATOR", "QUERY_LOCATOR_EXPIRED", "INVALID_QUERY_LOCATOR_FORMAT"),
    ),
    Row(
        Action.READ_AGAIN,
        "The record was changed in Salesforce in the meantime. The connector reads it again.",
        status=_status(412),
    ),
    Row(
        Action.WAIT,
        "Salesforce took too long over a query. Make the item's record filter narrower or use "
        "indexed fields in it.",
        codes=("QUERY_TIMEOUT",),
    ),
    Row(
        Action.WAIT,
        "A transaction security policy stopped the call. Give the integration user the permission "
        "Exempt from Transaction Security.",
        codes=("TXN_SECURITY_METERING_ERROR",),
    ),
    Row(
        Action.WAIT,
        "Salesforce is unavailable at the moment. The connector tries again.",
        codes=("SERVER_UNAVAILABLE",),
        scope=Scope.CONNECTION,
    ),
    Row(
        Action.WAIT,
        "Another record in the same call failed. The connector tries again.",
        codes=("PROCESSING_HALTED", "ALL_OR_NONE_OPERATION_ROLLED_BACK"),
    ),
    # Nothing works until somebody acts.
    Row(
        Action.BREAK,
        "This org or user has no access to the API. The edition must include it, and the "
        "integration user needs the permission API Enabled.",
        codes=("API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED"),
    ),
    Row(
        Action.BREAK,
        "Salesforce has retired the API version that the connector uses. Update the connector.",
        status=_status(410),
    ),
    Row(
        Action.BREAK,
        "Salesforce doesn't know the API version that the connector uses: {}",
        codes=("UNSUPPORTED_API_VERSION",),
    ),
    # One record or one call.
    Row(Action.GONE, "The record has been deleted in Salesforce.", codes=("ENTITY_IS_DELETED",)),
    Row(
        Action.GONE,
        "Salesforce has no such record or object, or the integration user may not see it.",
        codes=("NOT_FOUND",),
    ),
    Row(
        Action.REFUSE,
        "A record that this one points to doesn't exist or isn't visible to the integration "
        "user: {}",
        codes=(
            "INVALID_CROSS_REFERENCE_KEY",
            "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        ),
    ),
    Row(
        Action.REFUSE,
        "The integration user may not do this with the record (object permission, sharing, or a "
        "lock by an approval): {}",
        codes=("INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY", "ENTITY_IS_LOCKED"),
    ),
    Row(
        Action.REFUSE,
        "A field or object doesn't exist any more, or the integration user may not use it "
        "(field-level security): {}",
        codes=("INVALID_FIELD", "INVALID_TYPE", "INVALID_FIELD_FOR_INSERT_UPDATE"),
    ),
    Row(
        Action.REFUSE,
        "Salesforce couldn't read a query of the connector: {}",
        codes=("MALFORMED_QUERY", "MALFORMED_SEARCH", "INVALID_QUERY_FILTER_OPERATOR"),
    ),
    Row(
        Action.REFUSE,
        "The org hasn't switched on the feature that this needs: {}",
        codes=("FUNCTIONALITY_NOT_ENABLED",),
    ),
    Row(
        Action.REFUSE,
        "The org's storage is full; it takes no new records or files until some are deleted: {}",
        codes=("STORAGE_LIMIT_EXCEEDED",),
    ),
    Row(
        Action.REFUSE,
        "Automation in the org (an Apex trigger or a flow) failed on this record: {}",
        codes=("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER"),
    ),
    Row(
        Action.REFUSE,
        "A duplicate rule of the org refused the record: {}",
        codes=("DUPLICATES_DETECTED",),
    ),
    Row(
        Action.REFUSE,
        "The call was too large for Salesforce: {}",
        codes=("OPERATION_TOO_LARGE", "EXCEEDED_ID_LIMIT"),
    ),
    # No code decided: the status does. Without JSON there is no code at all.
    Row(
        Action.WAIT,
        "Salesforce failed inside while it worked on the call. The connector tries again.",
        codes=("UNKNOWN_EXCEPTION",),
    ),
    Row(
        Action.WAIT,
        "Salesforce is down or in maintenance (status {status}). The connector tries again.",
        status=_status(500, 599),
        scope=Scope.CONNECTION,
    ),
    Row(
        Action.WAIT,
        "Salesforce doesn't take the call at the moment (status {status}). The connector tries "
        "again.",
        status=_status(429),
        scope=Scope.CONNECTION,
    ),
    Row(
        Action.WAIT,
        "Salesforce's edge has no way to the org (status 420). If it stays so, check that the org "
        "still has this address.",
        status=_status(420),
        scope=Scope.CONNECTION,
    ),
    Row(
        Action.BREAK,
        "Salesforce redirected a call of the API. Check the connection's login address; it should "
        "be the org's My Domain.",
        status=_status(301, 399),
    ),
    Row(
        Action.REFUSE,
        "Several Salesforce records have the same external id.",
        status=_status(300),
    ),
    Row(
        Action.REFUSE,
        "A query was too long for Salesforce, which takes 16,384 bytes. Make the item's record "
        "filter shorter or map fewer fields.",
        status=_status(414),
    ),
    Row(
        Action.REFUSE,
        "The headers of a call were too long for Salesforce.",
        status=_status(431),
    ),
    Row(
        Action.BREAK,
        "A login page or another web page came instead of JSON (status {status}). Check the My "
        "Domain address, and that no proxy stands between the connector and Salesforce.",
        codes=("",),
        status=_status(200, 599),
    ),
    # Codes without a row, validation rules among them: the text was written for people.
    Row(Action.REFUSE, "{}"),
)
