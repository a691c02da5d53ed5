"""The Salesforce REST API as the connector uses it: plain data in, plain data out.

Every method raises one of `connector.errors` when the call fails. simple-salesforce is used for
SOQL quoting only (see soql.py): it has no time limits, logs in without end on some 401s, drops
headers on the way, and knows neither composite calls nor collections.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote_plus

import requests

from connector.errors import Busy, Gone, Refused, RemoteError, Scope
from connector.outgoing import HostPolicy
from connector.salesforce.answers import (
    ApiUsage,
    Changes,
    Described,
    Organization,
    QueryPage,
    RunningUser,
    SaveError,
    SaveResult,
    failures_in,
)
from connector.salesforce.auth import Credentials, Token
from connector.salesforce.chunks import (
    QUERY_SAFE,
    READ_IDS,
    fits_address,
    query_packs,
    save_chunks,
    slices,
)
from connector.salesforce.describe import SObject
from connector.salesforce.errors import remote_error
from connector.salesforce.ids import to_18
from connector.salesforce.soql import LONGEST_STATEMENT, check_name, check_path, quote, select
from connector.salesforce.tokens import TokenStore
from connector.salesforce.transport import Call, Reply, Transport

__all__ = [
    "ApiUsage",
    "Changes",
    "Described",
    "Organization",
    "QueryPage",
    "RunningUser",
    "SalesforceClient",
    "SaveError",
    "SaveResult",
]

Record = dict[str, Any]
# Salesforce may hand the record to somebody else by its assignment rules on every update.
KEEP_OWNER = {"Sforce-Auto-Assign": "FALSE"}
SHORTEST_SEARCH = 2
_SUBQUERY = re.compile(r"\(\s*SELECT\b", re.IGNORECASE)


class SalesforceClient:
    """One org, seen as one integration user. Safe to use from several threads."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        tokens: TokenStore,
        hosts: HostPolicy,
        api_version: str = "67.0",
        expected_org_id: str = "",
        on_usage: Callable[[ApiUsage], None] | None = None,
        session: requests.Session | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = f"/services/data/v{api_version}"
        self._transport = Transport(
            credentials,
            tokens=tokens,
            hosts=hosts,
            expected_org_id=expected_org_id,
            on_usage=on_usage,
            session=session,
            pause=pause,
        )

    @property
    def calls(self) -> int:
        """Calls so far that count against the org's daily limit; a composite call is one."""
        return self._transport.calls

    @property
    def server_time(self) -> datetime | None:
        """Salesforce's clock at its last answer, None before the first."""
        return self._transport.server_time

    @property
    def token(self) -> Token:
        """The session in use; logs in if there is none.

        Raises WrongOrg if it belongs to another org than the one this connection was set up with.
        """
        return self._transport.token

    # Queries

    def query(self, soql: str, *, all_rows: bool = False) -> QueryPage:
        """Return the first page; `all_rows` includes deleted and archived records."""
        path = self._query_path(soql, all_rows)
        if fits_address(path):
            return QueryPage.from_json(self._get(path))
        result = self._composite_queries([path])[0]
        if isinstance(result, RemoteError):
            raise result
        return result

    def next_page(self, url: str) -> QueryPage:
        """Return the page at a `next_url`. Raises LocatorExpired if Salesforce forgot the query."""
        if not url.startswith("/services/data/"):
            raise ValueError("A next page has an address below /services/data/.")
        return QueryPage.from_json(self._get(url))

    def pages(self, soql: str, *, all_rows: bool = False) -> Iterator[list[Record]]:
        """Yield the records page by page, their child lists complete."""
        page = self.query(soql, all_rows=all_rows)
        with_children = bool(_SUBQUERY.search(soql))
        while True:
            if with_children:
                self._complete_children(page.records)
            yield page.records
            if page.done:
                return
            page = self.next_page(page.next_url)

    def query_many(self, soqls: Sequence[str]) -> list[QueryPage | RemoteError]:
        """Return each query's first page or its own error, five queries to a call."""
        paths = [self._query_path(soql) for soql in soqls]
        return [result for pack in query_packs(paths) for result in self._query_pack(pack)]

    def read(self, sobject: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        """Return the object's own `fields` of these records, up to 2,000 a call.

        Records that don't exist or aren't visible are left out.
        """
        path = f"/composite/sobjects/{check_name(sobject)}"
        wanted = [check_path(field) for field in dict.fromkeys(fields)]
        found: list[Record] = []
        for chunk in slices(list(dict.fromkeys(ids)), READ_IDS):
            body = self._post(path, {"ids": chunk, "fields": wanted}, writes=False)
            found += [record for record in body if record]
        return found

    def search(
        self, text: str, sobject: str, fields: Sequence[str], limit: int, where: str = ""
    ) -> list[Record]:
        """Find records by words in any field. New records take a while to be found this way.

        A text shorter than two characters finds nothing, which is Salesforce's rule.
        """
        if len(text.strip()) < SHORTEST_SEARCH:
            return []
        target: Record = {
            "name": check_name(sobject),
            "fields": [check_path(field) for field in fields],
            "limit": limit,
        }
        if where:
            target["where"] = where
        body = {
            "q": text.strip(),
            "in": "ALL",
            "overallLimit": limit,
            "spellCorrection": False,
            "sobjects": [target],
        }
        answer = self._post("/parameterizedSearch", body, writes=False)
        return list(answer["searchRecords"])

    # Writes

    def create(self, sobject: str, fields: Mapping[str, Any]) -> str:
        """Create a record and return its Id.

        Raises Busy with `may_have_happened` if the answer was lost: look before trying again.
        """
        return str(self._post(f"/sobjects/{check_name(sobject)}", fields, writes=True)["id"])

    def update(
        self,
        sobject: str,
        record_id: str,
        fields: Mapping[str, Any],
        if_unmodified_since: datetime | None = None,
    ) -> None:
        """Write fields; None clears one.

        With `if_unmodified_since` raises ChangedMeanwhile if the record is newer (to the second).
        """
        headers = dict(KEEP_OWNER)
        if if_unmodified_since is not None:
            headers["If-Unmodified-Since"] = format_datetime(if_unmodified_since, usegmt=True)
        path = self._base + _record_path(sobject, record_id)
        self._send(Call("PATCH", path, fields, headers, writes=True))

    def delete(self, sobject: str, record_id: str) -> None:
        """Delete a record; one that is gone already is fine."""
        path = self._base + _record_path(sobject, record_id)
        try:
            self._send(Call("DELETE", path, writes=True))
        except Gone:
            return

    def create_many(self, records: Sequence[Mapping[str, Any]]) -> list[SaveResult]:
        """Create records, each with its `attributes.type`, 200 to a call; one result each.

        One refused record doesn't hold up the others. If the first call fails as a whole, its
        error is raised; if a later one does, it is the `failure` of its records and of the rest.
        """
        return self._save("POST", records, {})

    def update_many(self, records: Sequence[Mapping[str, Any]]) -> list[SaveResult]:
        """Update records, each with its `attributes.type` and `id`; else as `create_many`."""
        return self._save("PATCH", records, KEEP_OWNER)

    # What the org is like

    def describe_global(self) -> list[Record]:
        """Return Salesforce's short description of every object."""
        objects: list[Record] = self._get(f"{self._base}/sobjects")["sobjects"]
        return objects

    def describe(self, sobject: str, if_modified_since: str = "") -> Described | None:
        """Return an object's description, None if it is as it was at `if_modified_since`.

        That is the `last_modified` of an earlier answer.
        """
        headers = {"If-Modified-Since": if_modified_since} if if_modified_since else {}
        path = f"{self._base}/sobjects/{check_name(sobject)}/describe"
        reply = self._send(Call("GET", path, headers=headers))
        if reply.status == requests.codes.not_modified:
            return None
        modified = reply.headers.get("Last-Modified") or reply.headers.get("Date", "")
        return Described(SObject.from_json(reply.body), modified)

    def picklist_values(self, sobject: str, record_type_id: str) -> Record:
        """Return, by field name, the picklist values that a record type offers."""
        path = f"/ui-api/object-info/{check_name(sobject)}/picklist-values/{to_18(record_type_id)}"
        values: Record = self._get(self._base + path)["picklistFieldValues"]
        return values

    def limits(self) -> Record:
        """Return the org's limits by name, each with Max and Remaining; minutes old at worst."""
        limits: Record = self._get(f"{self._base}/limits")
        return limits

    def organization(self) -> Organization:
        """Return the org that the connection leads to."""
        names = ("Id", "Name", "IsSandbox", "InstanceName", "OrganizationType")
        fields = (*names, "TimeZoneSidKey", "LanguageLocaleKey")
        row = self.query(select(fields, "Organization", limit=1)).records[0]
        return Organization(
            name=row["Name"],
            id=row["Id"],
            is_sandbox=row["IsSandbox"],
            instance_name=row["InstanceName"] or "",
            edition=row["OrganizationType"] or "",
            time_zone=row["TimeZoneSidKey"] or "",
            language=row["LanguageLocaleKey"] or "",
        )

    def user(self) -> RunningUser:
        """Return the integration user."""
        names = ("Id", "Name", "Username", "Email")
        fields = (*names, "TimeZoneSidKey", "LocaleSidKey", "LanguageLocaleKey")
        condition = f"Id = {quote(self.token.user_id)}"
        row = self.query(select(fields, "User", where=[condition])).records[0]
        return RunningUser(
            id=row["Id"],
            name=row["Name"],
            username=row["Username"],
            email=row["Email"] or "",
            time_zone=row["TimeZoneSidKey"],
            locale=row["LocaleSidKey"],
            language=row["LanguageLocaleKey"],
        )

    def updated(self, sobject: str, start: datetime, end: datetime) -> Changes:
        """Return which records changed, to the minute and at most 30 days back."""
        body = self._get(self._span_path(sobject, "updated", start, end))
        return Changes(tuple(body["ids"]), datetime.fromisoformat(body["latestDateCovered"]))

    def deleted(self, sobject: str, start: datetime, end: datetime) -> Changes:
        """Return which records were deleted; else as `updated`."""
        body = self._get(self._span_path(sobject, "deleted", start, end))
        ids = tuple(record["id"] for record in body["deletedRecords"])
        return Changes(ids, datetime.fromisoformat(body["latestDateCovered"]))

    # Inside

    def _send(self, call: Call) -> Reply:
        return self._transport.send(call)

    def _get(self, path: str) -> Any:
        return self._send(Call("GET", path)).body

    def _post(self, path: str, body: Any, *, writes: bool) -> Any:
        return self._send(Call("POST", self._base + path, body, writes=writes)).body

    def _query_path(self, soql: str, all_rows: bool = False) -> str:
        if len(soql) > LONGEST_STATEMENT:
            raise ValueError(f"A query of {len(soql)} characters must be split by its caller.")
        resource = "queryAll" if all_rows else "query"
        return f"{self._base}/{resource}/?q={quote_plus(soql, safe=QUERY_SAFE)}"

    def _query_pack(self, paths: list[str]) -> list[QueryPage | RemoteError]:
        if len(paths) > 1 or not fits_address(paths[0]):
            return self._composite_queries(paths)
        try:
            return [QueryPage.from_json(self._get(paths[0]))]
        except (Refused, Busy) as error:
            if isinstance(error, Busy) and error.scope is Scope.CONNECTION:
                raise
            return [error]

    def _composite_queries(self, paths: list[str]) -> list[QueryPage | RemoteError]:
        parts = [
            {"method": "GET", "url": path, "referenceId": f"query{number}"}
            for number, path in enumerate(paths)
        ]
        body = {"allOrNone": False, "collateSubrequests": False, "compositeRequest": parts}
        answers = self._post("/composite", body, writes=False)["compositeResponse"]
        return [_query_part(answer) for answer in answers]

    def _complete_children(self, records: list[Record]) -> None:
        for record in records:
            for value in record.values():
                if isinstance(value, dict) and "records" in value:
                    self._complete_child(value)

    def _complete_child(self, child: Record) -> None:
        """Fetch the rest of a child list.

        The next page of the parents would end the cursors of this page's child lists.
        """
        page = QueryPage.from_json(child)
        self._complete_children(page.records)
        while not page.done:
            page = self.next_page(page.next_url)
            self._complete_children(page.records)
            child["records"] += page.records
        child["done"] = True
        child.pop("nextRecordsUrl", None)

    def _save(
        self, method: str, records: Sequence[Mapping[str, Any]], headers: Mapping[str, str]
    ) -> list[SaveResult]:
        results: list[SaveResult] = []
        chunks = list(save_chunks(records))
        for number, chunk in enumerate(chunks):
            body = {"allOrNone": False, "records": chunk}
            path = f"{self._base}/composite/sobjects"
            try:
                rows = self._send(Call(method, path, body, headers, writes=True)).body
            except RemoteError as error:
                if number == 0:
                    raise
                return results + _failed(error, chunk, chunks[number + 1 :])
            results += [SaveResult.from_json(row) for row in rows]
        return results

    def _span_path(self, sobject: str, what: str, start: datetime, end: datetime) -> str:
        span = f"start={quote_plus(start.isoformat())}&end={quote_plus(end.isoformat())}"
        return f"{self._base}/sobjects/{check_name(sobject)}/{what}/?{span}"


def _record_path(sobject: str, record_id: str) -> str:
    return f"/sobjects/{check_name(sobject)}/{to_18(record_id)}"


def _query_part(answer: Mapping[str, Any]) -> QueryPage | RemoteError:
    status = int(answer["httpStatusCode"])
    if status == requests.codes.ok:
        return QueryPage.from_json(answer["body"])
    return remote_error(failures_in(answer["body"], status), "GET composite query")


def _failed(
    error: RemoteError,
    chunk: Sequence[Mapping[str, Any]],
    unsent: Sequence[Sequence[Mapping[str, Any]]],
) -> list[SaveResult]:
    """Results for a chunk whose call failed, and for those behind it, which were not tried."""
    results = [SaveResult("", False, failure=error) for _ in chunk]
    untried = Busy("Not tried, since the call before it failed.", error.answer, scope=Scope.CALL)
    return results + [SaveResult("", False, failure=untried) for rest in unsent for _ in rest]
