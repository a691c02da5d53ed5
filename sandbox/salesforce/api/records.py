"""Single records: read, create, update, upsert, delete."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from .. import ids, times
from ..drafts import external_id_matches
from ..faults import Fault, not_found
from ..records import SaveOptions
from ..schema import Field, SObject
from ..soql.scope import Scope
from ..soql.select import attributes_writer, value_writer
from .call import Answer, Call, method_not_allowed


def save_options(call: Call) -> SaveOptions:
    """The assignment rule runs unless the call says otherwise."""
    return SaveOptions(
        auto_assign=call.headers.get("sforce-auto-assign", "TRUE").upper() != "FALSE"
    )


def create(call: Call, entry: SObject) -> Answer:
    """POST /sobjects/X/"""
    fields = call.record_body()
    if call.upload:
        fields = {**fields, call.upload[0]: call.upload[1]}
    record_id = call.org.records.insert(entry.name, fields, call.actor, save_options(call))
    return created(call, entry, record_id)


def created(call: Call, entry: SObject, record_id: str, upserted: bool = False) -> Answer:
    body: dict[str, Any] = {"id": record_id, "success": True, "errors": []}
    if upserted:
        body["created"] = True
    return Answer(201, body, {"Location": f"{call.root}/sobjects/{entry.name}/{record_id}"})


def one_record(call: Call, entry: SObject, text: str) -> Answer:
    """Anything under /sobjects/X/{id}"""
    method = call.query.get("_HTTP_METHOD", call.method) if call.method == "POST" else call.method
    record_id = _address_id(entry, text)
    if method == "GET":
        return read(call, entry, record_id)
    if method == "PATCH":
        _check_unmodified(call, entry, record_id)
        fields = call.record_body()
        if call.upload:
            fields = {**fields, call.upload[0]: call.upload[1]}
        options = save_options(call)
        call.org.records.update(entry.name, record_id, fields, call.actor, options)
        return Answer(204)
    if method == "DELETE":
        call.org.records.delete(entry.name, record_id, call.actor)
        return Answer(204)
    raise method_not_allowed(call, "DELETE,GET,HEAD,PATCH")


def _address_id(entry: SObject, text: str) -> str:
    try:
        record_id = ids.canonical(text)
    except Fault:
        raise Fault(404, "NOT_FOUND", _no_such_record(text)) from None
    if entry.prefix and not record_id.startswith(entry.prefix):
        raise Fault(404, "NOT_FOUND", _no_such_record(text))
    return record_id


def _no_such_record(text: str) -> str:
    return f"Provided external ID field does not exist or is not accessible: {text}"


def read(call: Call, entry: SObject, record_id: str) -> Answer:
    """One record, whole or only the fields asked for."""
    row = call.org.records.require(entry, record_id, call.actor)
    since = call.headers.get("if-modified-since")
    if since and not _newer(row, since):
        return Answer(304)
    names = [name.strip() for name in call.query.get("fields", "").split(",") if name.strip()]
    return Answer(200, show(call, entry, row, names))


def show(call: Call, entry: SObject, row: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """Return a row as JSON shows it. Raises Fault INVALID_FIELD for a field that doesn't exist."""
    scope = Scope(call.org, call.actor, entry, "", "", call.version)
    columns = [_known(call, entry, name) for name in names] or [
        column for column in entry.fields.values() if call.actor.sees_field(entry, column)
    ]
    record = {"attributes": attributes_writer(scope, entry)(row), "Id": row["Id"]}
    for column in columns:
        record[column.name] = value_writer(scope, entry, column)(row)
    return record


def _known(call: Call, entry: SObject, name: str) -> Field:
    column = entry.folded.get(name.lower())
    if column is None or not call.actor.sees_field(entry, column):
        message = f"No such column '{name}' on sobject of type {entry.name}"
        raise Fault(400, "INVALID_FIELD", message)
    return column


def _check_unmodified(call: Call, entry: SObject, record_id: str) -> None:
    since = call.headers.get("if-unmodified-since")
    if since is None:
        return
    row = call.org.records.require(entry, record_id, call.actor)
    if _newer(row, since):
        message = "The record has been modified since the time in If-Unmodified-Since"
        raise Fault(412, "PRECONDITION_FAILED", message)


def _newer(row: Mapping[str, Any], since: str) -> bool:
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        message = f"Invalid date in a conditional header: {since}"
        raise Fault(400, "INVALID_HEADER_VALUE", message) from None
    return times.read_stamp(row["LastModifiedDate"]) > moment


def by_external_id(call: Call, entry: SObject, field: str, value: str) -> Answer:
    """Anything under /sobjects/X/{external id field}/{value}"""
    column = entry.folded.get(field.lower())
    if column is None or not column.id_lookup or not call.actor.sees_field(entry, column):
        raise Fault(404, "NOT_FOUND", _no_such_record(field))
    if column.name == "Id":
        return one_record(call, entry, value) if value else create(call, entry)
    method = call.query.get("_HTTP_METHOD", call.method) if call.method == "POST" else call.method
    matches = external_id_matches(call.org, entry, column, value)
    if len(matches) > 1:
        return Answer(300, [f"{call.root}/sobjects/{entry.name}/{row['Id']}" for row in matches])
    if method == "PATCH":
        return upsert(call, entry, column, value, matches)
    if not matches:
        raise not_found()
    return one_record(call, entry, matches[0]["Id"])


def upsert(
    call: Call, entry: SObject, column: Field, value: str, matches: list[dict[str, Any]]
) -> Answer:
    """Update the one match, or create the record with the external Id of the address."""
    fields = call.record_body()
    if any(name.lower() in (column.name.lower(), "id") for name in fields):
        message = f"The {column.name} field should not be specified in the sobject data."
        raise Fault(400, "INVALID_FIELD", message, [column.name])
    options = save_options(call)
    if matches:
        record_id = matches[0]["Id"]
        call.org.records.update(entry.name, record_id, fields, call.actor, options)
        body = {"id": record_id, "success": True, "errors": [], "created": False}
        return Answer(200, body)
    fields = {**fields, column.name: value}
    record_id = call.org.records.insert(entry.name, fields, call.actor, options)
    return created(call, entry, record_id, upserted=True)
