"""The values that the Salesforce client returns, and how they are read from answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from connector.errors import RemoteError
from connector.salesforce.describe import SObject
from connector.salesforce.errors import remote_error
from connector.salesforce.policy import Failure

_USAGE = re.compile(r"(?:^|[;,\s])api-usage=(\d+)/(\d+)")


@dataclass(frozen=True)
class QueryPage:
    """One page of a query. Only `done` says whether it is the last, never its length.

    `total` is the number of rows of the whole query, `next_url` where the next page is.
    """

    records: list[dict[str, Any]]
    total: int
    done: bool
    next_url: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "QueryPage":
        return cls(
            records=data["records"],
            total=int(data["totalSize"]),
            done=bool(data["done"]),
            next_url=str(data.get("nextRecordsUrl") or ""),
        )


@dataclass(frozen=True)
class SaveError:
    """Why one record of a bulk write was refused."""

    code: str
    message: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class SaveResult:
    """What became of one record of a bulk write.

    `failure` is set instead of `errors` where the record's whole call failed.
    """

    id: str
    success: bool
    errors: tuple[SaveError, ...] = ()
    failure: RemoteError | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SaveResult":
        errors = tuple(
            SaveError(failure.code, failure.message, failure.fields)
            for failure in failures_in(data.get("errors") or [], None)
        )
        return cls(id=str(data.get("id") or ""), success=bool(data.get("success")), errors=errors)

    def refusal(self) -> RemoteError | None:
        """Return what a call for this record alone would have raised; None if it succeeded."""
        if self.success or self.failure is not None:
            return self.failure
        failures = [Failure(None, error.code, error.message, error.fields) for error in self.errors]
        return remote_error(failures or [Failure()], "composite/sobjects")


@dataclass(frozen=True)
class ApiUsage:
    """How many of the org's API calls of the last 24 hours are used, by everybody together."""

    used: int
    limit: int


@dataclass(frozen=True)
class Described:
    """An object's description; `last_modified` goes into the next request for it."""

    sobject: SObject
    last_modified: str


@dataclass(frozen=True)
class Organization:
    """The org that a connection leads to."""

    name: str
    id: str
    is_sandbox: bool
    instance_name: str
    edition: str
    time_zone: str
    language: str


@dataclass(frozen=True)
class RunningUser:
    """The integration user. Dates like TODAY are in this user's time zone."""

    id: str
    name: str
    username: str
    email: str
    time_zone: str
    locale: str
    language: str


@dataclass(frozen=True)
class Changes:
    """Ids of records changed in a span; the next span may safely start at `covered_to`."""

    ids: tuple[str, ...]
    covered_to: datetime


def failures_in(body: Any, status: int | None) -> list[Failure]:
    """Read the errors of an answer: a list or one object, with `errorCode` or `statusCode`."""
    entries: Sequence[Any] = body if isinstance(body, list) else [body]
    return [
        Failure(
            status=status,
            code=str(entry.get("errorCode") or entry.get("statusCode") or ""),
            message=str(entry.get("message") or ""),
            fields=tuple(entry.get("fields") or ()),
        )
        for entry in entries
        if isinstance(entry, Mapping)
    ]


def api_usage(header: str) -> ApiUsage | None:
    """Read `Sforce-Limit-Info`, such as `api-usage=18/5000; per-app-api-usage=17/250(app=x)`."""
    found = _USAGE.search(header)
    return ApiUsage(int(found[1]), int(found[2])) if found else None


def http_date(header: str) -> datetime | None:
    """Read an HTTP date; None if there is none or it is no date.

    HTTP knows no zone but GMT, even where a proxy has spoilt the name of it.
    """
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
