"""Single records and collections of them: read, search, create, update, delete."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from connector.errors import Busy, Gone, RemoteError
from connector.salesforce.answers import SaveResult
from connector.salesforce.chunks import READ_IDS, save_chunks, slices
from connector.salesforce.ids import to_18
from connector.salesforce.rest import Record, Rest
from connector.salesforce.soql import check_name, check_path
from connector.salesforce.transport import Call

# Salesforce may hand the record to somebody else by its assignment rules on every update.
KEEP_OWNER = {"Sforce-Auto-Assign": "FALSE"}
SHORTEST_SEARCH = 2


class Records(Rest):
    """Reading by Id and by words, and all writing."""

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


def _record_path(sobject: str, record_id: str) -> str:
    return f"/sobjects/{check_name(sobject)}/{to_18(record_id)}"


def _failed(
    error: RemoteError,
    chunk: Sequence[Mapping[str, Any]],
    unsent: Sequence[Sequence[Mapping[str, Any]]],
) -> list[SaveResult]:
    """Results for a chunk whose call failed, and for those behind it, which were not tried."""
    results = [SaveResult("", False, failure=error) for _ in chunk]
    untried = Busy("Not tried, since the call before it failed.", error.answer)
    return results + [SaveResult("", False, failure=untried) for rest in unsent for _ in rest]
