"""What lies under /sobjects: descriptions, records, their bytes, and what changed lately."""

from datetime import UTC, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from .. import ids, times
from ..describe import describe, describe_all
from ..faults import Fault, not_found
from ..schema import SObject
from . import records
from .call import Answer, Call, method_not_allowed

CHUNK = 64 * 1024
CHANGES_KEPT = timedelta(days=30)


def sobjects(call: Call) -> Answer:
    """Route a call under /sobjects."""
    rest = call.path[1:]
    if not rest:
        return Answer(200, describe_all(call.org, call.actor, call.version))
    entry = call.org.schema.writable(rest[0], call.actor)
    if len(rest) == 1:
        return _object(call, entry)
    if rest[1] == "describe":
        return _describe(call, entry) if len(rest) == 2 else _layouts(entry)
    if rest[1] in ("updated", "deleted") and len(rest) == 2:
        return _changes(call, entry, deleted=rest[1] == "deleted")
    if len(rest) == 2:
        return records.one_record(call, entry, rest[1])
    if len(rest) == 3 and _is_blob(entry, rest[2]):
        return _blob(call, entry, rest[1])
    if len(rest) == 3:
        return records.by_external_id(call, entry, rest[1], rest[2])
    raise not_found()


def _object(call: Call, entry: SObject) -> Answer:
    if call.method == "POST":
        return records.create(call, entry)
    if call.method != "GET":
        raise method_not_allowed(call, "GET,HEAD,POST")
    summary = describe_all(call.org, call.actor, call.version)["sobjects"]
    own = next(one for one in summary if one["name"] == entry.name)
    return Answer(200, {"objectDescribe": own, "recentItems": []})


def _describe(call: Call, entry: SObject) -> Answer:
    changed = call.org.schema.changed_at(entry.name).astimezone(UTC).replace(microsecond=0)
    headers = {"Last-Modified": format_datetime(changed, usegmt=True)}
    since = call.headers.get("if-modified-since")
    if since:
        try:
            unchanged = changed <= parsedate_to_datetime(since)
        except ValueError:
            raise Fault(400, "INVALID_HEADER_VALUE", f"Invalid date: {since}") from None
        if unchanged:
            return Answer(304, None, headers)
    return Answer(200, describe(call.org, entry, call.actor, call.version), headers)


def _layouts(entry: SObject) -> Answer:
    return Answer(200, {"layouts": [], "recordTypeMappings": [], "recordTypeSelectorRequired": []})


def _is_blob(entry: SObject, name: str) -> bool:
    column = entry.folded.get(name.lower())
    return column is not None and column.type == "base64"


def _blob(call: Call, entry: SObject, text: str) -> Answer:
    """The bytes of a file, in pieces."""
    if call.part:
        message = "Blob data can't be read through a composite request"
        raise Fault(400, "INVALID_HTTP_METHOD", message)
    record_id = ids.canonical(text)
    call.org.records.require(entry, record_id, call.actor)
    data = call.org.store.blobs.get(record_id, b"")
    pieces = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return Answer(200, None, {"Content-Length": str(len(data))}, stream=pieces)


def _changes(call: Call, entry: SObject, deleted: bool) -> Answer:
    """GET /sobjects/X/updated/ and /deleted/: minutes, not seconds, and the last 30 days."""
    if not entry.replicateable or "SystemModstamp" not in entry.fields:
        raise Fault(400, "INVALID_TYPE", f"{entry.name} can't be replicated")
    start, end = (_minute(call, name) for name in ("start", "end"))
    if start >= end:
        message = "start date has to be before end date"
        raise Fault(400, "INVALID_REPLICATION_DATE", message)
    oldest = times.stamp(call.org.clock.now() - CHANGES_KEPT)
    if start < oldest:
        message = "specified start date cannot be more than 30 days ago"
        raise Fault(400, "INVALID_REPLICATION_DATE", message)
    table = call.org.table_of(entry)
    found: list[Any] = [
        row
        for row in table.by_time("SystemModstamp", start, end)
        if bool(row.get("IsDeleted")) == deleted and call.actor.sees_record(row["Id"])
    ]
    covered = {"latestDateCovered": min(end, times.stamp(call.org.clock.now()))}
    if not deleted:
        return Answer(200, {"ids": [row["Id"] for row in found], **covered})
    gone = [{"id": row["Id"], "deletedDate": row["SystemModstamp"]} for row in found]
    return Answer(200, {"deletedRecords": gone, "earliestDateAvailable": oldest, **covered})


def _minute(call: Call, name: str) -> str:
    text = call.query.get(name, "").strip()
    try:
        stamp = times.normal_datetime(text)
    except ValueError:
        message = f"Invalid date: {text}" if text else f"{name} parameter is required"
        raise Fault(400, "INVALID_FIELD", message) from None
    return f"{stamp[:17]}00{stamp[19:]}"
