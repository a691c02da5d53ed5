"""Up to 200 records in one call, each with an outcome of its own."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

from .. import ids
from ..drafts import external_id_matches
from ..faults import Fault, not_found
from ..schema import SObject
from .call import Answer, Call, method_not_allowed, objects
from .records import save_options, show

MAX_RECORDS = 200
MAX_CHUNKS = 10
MAX_READ = 2_000
Outcome = dict[str, Any]


class _RolledBack(Exception):
    """Leaves the transaction of an all-or-none call."""


def collections(call: Call) -> Answer:
    """Route a call under /composite/sobjects."""
    rest = call.path[2:]
    if len(rest) == 1 and call.method in ("GET", "POST"):
        return _read(call, call.org.schema.writable(rest[0], call.actor))
    if len(rest) == 2 and call.method == "PATCH":
        entry = call.org.schema.writable(rest[0], call.actor)
        return _save_all(call, lambda record: _upsert(call, entry, rest[1], record))
    if rest:
        raise not_found()
    if call.method == "POST":
        return _save_all(call, lambda record: _create(call, record))
    if call.method == "PATCH":
        return _save_all(call, lambda record: _update(call, record))
    if call.method == "DELETE":
        return _delete_all(call)
    raise method_not_allowed(call, "DELETE,PATCH,POST")


def _save_all(call: Call, save: Callable[[dict[str, Any]], Outcome]) -> Answer:
    body = call.record_body()
    records = objects(body.get("records"), "records")
    _check_size(len(records))
    kinds = [_kind(record) for record in records]
    if sum(1 for _ in groupby(kinds)) > MAX_CHUNKS:
        message = "The request can't have more than 10 chunks of different object types."
        raise Fault(400, "INVALID_INPUT", message)
    return Answer(200, _each(call, records, save, body.get("allOrNone") is True))


def _check_size(count: int) -> None:
    if count > MAX_RECORDS:
        message = (
            f"record limit reached. cannot submit more than {MAX_RECORDS} records in this request"
        )
        raise Fault(400, "EXCEEDED_ID_LIMIT", message)


def _kind(record: Any) -> str:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    kind = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(kind, str):
        raise Fault(400, "INVALID_INPUT", "Each record needs its type in attributes")
    return kind


def _each(
    call: Call, items: list[Any], act: Callable[[Any], Outcome], all_or_none: bool
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    try:
        with call.org.store.transaction():
            for item in items:
                outcomes.append(_one(call, item, act))
            if all_or_none and not all(outcome["success"] for outcome in outcomes):
                raise _RolledBack
    except _RolledBack:
        return [_rolled_back(outcome) for outcome in outcomes]
    return outcomes


def _one(call: Call, item: Any, act: Callable[[Any], Outcome]) -> Outcome:
    try:
        with call.org.store.transaction():
            return act(item)
    except Fault as fault:
        # A value of a wrong JSON type makes the whole request unreadable.
        if fault.code == "JSON_PARSER_ERROR":
            raise
        return {"success": False, "errors": [fault.collection_error()]}


def _rolled_back(outcome: Outcome) -> Outcome:
    if not outcome["success"]:
        return outcome
    message = (
        "Record rolled back because not all records were valid and the request was using "
        "AllOrNone header"
    )
    fault = Fault(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", message)
    return {"success": False, "errors": [fault.collection_error()]}


def _success(record_id: str) -> Outcome:
    return {"id": record_id, "success": True, "errors": []}


def _create(call: Call, record: dict[str, Any]) -> Outcome:
    entry = _entry(call, _kind(record))
    return _success(call.org.records.insert(entry.name, record, call.actor, save_options(call)))


def _entry(call: Call, name: str) -> SObject:
    entry = call.org.schema.get(name)
    if entry is None or not call.actor.sees_object(entry):
        message = f"sObject type '{name}' is not supported."
        raise Fault(400, "INVALID_TYPE", message)
    return entry


def _update(call: Call, record: dict[str, Any]) -> Outcome:
    entry = _entry(call, _kind(record))
    fields = {name: value for name, value in record.items() if name.lower() != "id"}
    given = record.get("id", record.get("Id"))
    if given is None:
        raise Fault(400, "MISSING_ARGUMENT", "Id not specified in an update call")
    record_id = ids.canonical(given)
    _require(call, entry, record_id)
    call.org.records.update(entry.name, record_id, fields, call.actor, save_options(call))
    return _success(record_id)


def _require(call: Call, entry: SObject, record_id: str) -> None:
    """An unknown record is a broken reference here, where no address names it."""
    row = call.org.table_of(entry).rows.get(record_id)
    if row is None or not call.actor.sees_record(record_id):
        raise Fault(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if row.get("IsDeleted"):
        raise Fault(400, "ENTITY_IS_DELETED", "entity is deleted")


def _upsert(call: Call, entry: SObject, field: str, record: dict[str, Any]) -> Outcome:
    column = entry.folded.get(field.lower())
    if column is None or not column.id_lookup:
        message = f"{field} is not an external id field of {entry.name}"
        raise Fault(400, "INVALID_FIELD", message)
    value = next((v for name, v in record.items() if name.lower() == field.lower()), None)
    if value is None:
        raise Fault(400, "MISSING_ARGUMENT", f"{column.name} not specified")
    matches = external_id_matches(call.org, entry, column, value)
    if len(matches) > 1:
        message = f"{column.name}: more than one record found for external id field"
        raise Fault(400, "DUPLICATE_EXTERNAL_ID", message, [column.name])
    options = save_options(call)
    if not matches:
        record_id = call.org.records.insert(entry.name, record, call.actor, options)
        return {**_success(record_id), "created": True}
    fields = {name: v for name, v in record.items() if name.lower() != field.lower()}
    call.org.records.update(entry.name, matches[0]["Id"], fields, call.actor, options)
    return {**_success(matches[0]["Id"]), "created": False}


def _delete_all(call: Call) -> Answer:
    wanted = [text for text in call.query.get("ids", "").split(",") if text]
    if not wanted:
        raise Fault(400, "MISSING_ARGUMENT", "ids is required")
    _check_size(len(wanted))

    def delete(text: str) -> Outcome:
        record_id = ids.canonical(text)
        entry = call.org.object_of(record_id)
        if entry is None:
            raise Fault(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        _require(call, entry, record_id)
        call.org.records.delete(entry.name, record_id, call.actor)
        return _success(record_id)

    all_or_none = call.query.get("allOrNone", "").lower() == "true"
    return Answer(200, _each(call, wanted, delete, all_or_none))


def _read(call: Call, entry: SObject) -> Answer:
    """Records by Id, null for those that aren't there."""
    if call.method == "POST":
        body = call.record_body()
        wanted, names = body.get("ids"), body.get("fields")
    else:
        wanted, names = (call.query.get(key, "").split(",") for key in ("ids", "fields"))
    if not isinstance(wanted, list) or not isinstance(names, list) or not any(names):
        raise Fault(400, "MISSING_ARGUMENT", "ids and fields are required")
    if len(wanted) > MAX_READ:
        raise Fault(400, "EXCEEDED_ID_LIMIT", f"cannot read more than {MAX_READ} records")
    rows = call.org.table_of(entry).rows
    found = []
    for text in wanted:
        row = rows.get(ids.canonical(text))
        seen = row is not None and not row.get("IsDeleted") and call.actor.sees_record(row["Id"])
        found.append(show(call, entry, row, names) if row is not None and seen else None)
    return Answer(200, found)
