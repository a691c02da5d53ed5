"""The picklist values a record type offers, from the user interface API."""

from typing import Any

from .. import ids
from ..faults import not_found
from ..schema import MASTER_RECORD_TYPE, Field, SObject
from .call import Answer, Call

_STATUS_TABLES = {
    ("Case", "Status"): ("CaseStatus", "IsClosed"),
    ("Task", "Status"): ("TaskStatus", "IsClosed"),
    ("Opportunity", "StageName"): ("OpportunityStage", "IsClosed"),
    ("Lead", "Status"): ("LeadStatus", "IsConverted"),
}


def ui_api(call: Call) -> Answer:
    """GET /ui-api/object-info/X/picklist-values/{record type}[/{field}]"""
    rest = call.path[1:]
    if len(rest) < 4 or rest[0] != "object-info" or rest[2] != "picklist-values":
        raise not_found()
    entry = call.org.schema.writable(rest[1], call.actor)
    offered = _offered(entry, ids.canonical(rest[3]))
    columns = {
        column.name: column
        for column in entry.fields.values()
        if column.type in ("picklist", "multipicklist") and call.actor.sees_field(entry, column)
    }
    if len(rest) == 5:
        if rest[4] not in columns:
            raise not_found()
        return Answer(200, _values(call, entry, columns[rest[4]], offered))
    values = {name: _values(call, entry, column, offered) for name, column in columns.items()}
    return Answer(200, {"eTag": "", "picklistFieldValues": values})


def _offered(entry: SObject, record_type_id: str) -> dict[str, tuple[str, ...]]:
    if record_type_id == MASTER_RECORD_TYPE:
        return {}
    kind = next((kind for kind in entry.record_types if kind.id == record_type_id), None)
    if kind is None:
        raise not_found()
    return dict(kind.picklists)


def _values(
    call: Call, entry: SObject, column: Field, offered: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    allowed = offered.get(column.name)
    choices = [
        choice
        for choice in column.values
        if choice.active and (allowed is None or choice.value in allowed)
    ]
    controlling = entry.fields[column.controller].values if column.controller else ()
    places = {value.value: place for place, value in enumerate(controlling)}
    values = [
        {
            "attributes": _attributes(call, entry, column, choice.value),
            "label": choice.shown,
            "validFor": [places[name] for name in choice.valid_for if name in places],
            "value": choice.value,
        }
        for choice in choices
    ]
    default = next((value for value, c in zip(values, choices, strict=True) if c.default), None)
    return {"controllerValues": places, "defaultValue": default, "eTag": "", "values": values}


def _attributes(call: Call, entry: SObject, column: Field, value: str) -> dict[str, Any] | None:
    pair = _STATUS_TABLES.get((entry.name, column.name))
    if pair is None:
        return None
    table, closed = pair
    row = call.org.status_row(table, value)
    # The misspelt key is the platform's own.
    return {"picklistAtrributesValueType": table, "closed": bool(row and row[closed])}
