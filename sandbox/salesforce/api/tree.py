"""Records with the records below them, all created or none: POST /composite/tree/X"""

from typing import Any

from ..faults import Fault
from ..schema import SObject
from .call import Answer, Call, objects
from .records import save_options

MAX_RECORDS = 200


def tree(call: Call) -> Answer:
    """Create the trees in `records`; every record names itself in attributes.referenceId."""
    entry = call.org.schema.writable(call.path[2], call.actor)
    records = objects(call.record_body().get("records"), "records")
    results: list[dict[str, Any]] = []
    failed = ""
    try:
        with call.org.store.transaction():
            for record in records:
                failed = _reference(record)
                _create(call, entry, record, {}, results)
    except Fault as fault:
        errors = [{"referenceId": failed, "errors": [fault.collection_error()]}]
        return Answer(400, {"hasErrors": True, "results": errors})
    return Answer(201, {"hasErrors": False, "results": results})


def _reference(record: Any) -> str:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    name = attributes.get("referenceId") if isinstance(attributes, dict) else None
    if not isinstance(name, str):
        raise Fault(400, "INVALID_INPUT", "Each record needs a referenceId in attributes")
    return name


def _create(
    call: Call,
    entry: SObject,
    record: dict[str, Any],
    above: dict[str, str],
    results: list[dict[str, Any]],
) -> None:
    children = {key: value for key, value in record.items() if _is_children(value)}
    fields = {key: value for key, value in record.items() if key not in children}
    options = save_options(call)
    record_id = call.org.records.insert(entry.name, {**fields, **above}, call.actor, options)
    results.append({"referenceId": _reference(record), "id": record_id})
    if len(results) > MAX_RECORDS:
        raise Fault(400, "LIMIT_EXCEEDED", f"A tree can't have more than {MAX_RECORDS} records")
    known = {
        column.children: (child, column) for child, column in call.org.schema.children(entry.name)
    }
    for relationship, value in children.items():
        if relationship not in known:
            raise Fault(400, "INVALID_FIELD", f"No such relationship '{relationship}'")
        child, column = known[relationship]
        for inner in value["records"]:
            _create(call, child, inner, {column.name: record_id}, results)


def _is_children(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("records"), list)
