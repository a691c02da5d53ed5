"""Reads the fields of a create or update request into values a row can keep."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import values
from .access import Actor
from .faults import Fault
from .schema import Field, SObject

if TYPE_CHECKING:
    from .org import SalesforceOrg


def read_fields(
    org: "SalesforceOrg", entry: SObject, sent: Mapping[str, Any], actor: Actor, creating: bool
) -> dict[str, Any]:
    """Return the accepted value of every field sent, by the field's own name.

    Raises Fault for a field that is unknown or hidden, can't be written, or has a wrong value.
    """
    accepted: dict[str, Any] = {}
    refused: list[str] = []
    for key, value in sent.items():
        if key == "attributes":
            continue
        column = entry.folded.get(key.lower())
        if column is None or not actor.sees_field(entry, column):
            column, value = _through_relationship(org, entry, key, value, actor)
        if not _writable(entry, column, actor, creating):
            refused.append(column.name)
            continue
        accepted[column.name] = values.accept(column, value)
    if refused:
        raise Fault(
            400,
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(refused)}. Please check the security "
            "settings of this field and verify that it is read/write for your profile or "
            "permission set.",
            refused,
        )
    return accepted


def _writable(entry: SObject, column: Field, actor: Actor, creating: bool) -> bool:
    allowed = column.createable if creating else column.updateable
    if column.name == "CommentBody" and entry.name == "CaseComment" and not creating:
        allowed = actor.modifies_all
    return allowed and actor.may_write(entry, column)


def _through_relationship(
    org: "SalesforceOrg", entry: SObject, key: str, value: Any, actor: Actor
) -> tuple[Field, Any]:
    """A lookup may be set by the other record's external Id: {"Account": {"Ext__c": "A-1"}}."""
    column = entry.relationships.get(key.lower())
    if column is None or not isinstance(value, dict) or not actor.sees_field(entry, column):
        message = f"No such column '{key}' on sobject of type {entry.name}"
        raise Fault(400, "INVALID_FIELD", message)
    by = {name: wanted for name, wanted in value.items() if name != "attributes"}
    target = org.schema.get(column.reference_to[0])
    name, wanted = next(iter(by.items()), ("", None))
    on = target.folded.get(name.lower()) if target else None
    if target is None or on is None or len(by) != 1 or not on.id_lookup:
        message = f"Multiple fields or no external id field in the nested object: {key}"
        raise Fault(400, "INVALID_FIELD", message)
    matches = org.find_by(target.name, on.name, wanted)
    if len(matches) != 1:
        raise Fault(
            400,
            "INVALID_FIELD",
            f"Foreign key external ID: {wanted} not found for field {on.name} in entity "
            f"{target.name}",
        )
    return column, matches[0]["Id"]


def check_required(entry: SObject, row: Mapping[str, Any]) -> None:
    """Raise Fault when a new row lacks a value it must have."""
    missing = [name for name in entry.required if row.get(name) is None]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise Fault(400, "REQUIRED_FIELD_MISSING", message, missing)


def check_references(
    org: "SalesforceOrg", entry: SObject, accepted: Mapping[str, Any], actor: Actor
) -> None:
    """Raise Fault when a reference leads nowhere, to a deleted record, or to the wrong object."""
    for column in entry.references:
        target_id = accepted.get(column.name)
        if target_id is None:
            continue
        target = org.object_of(target_id)
        if target is None or target.name not in column.reference_to:
            label = column.label or column.name
            message = f"{label}: id value of incorrect type: {target_id}"
            code = "MALFORMED_ID" if target is None else "FIELD_INTEGRITY_EXCEPTION"
            raise Fault(400, code, message, [column.name])
        row = org.row(target_id)
        if row is None or not actor.sees_record(target_id):
            raise Fault(
                400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [column.name]
            )
        if row.get("IsDeleted"):
            raise Fault(400, "ENTITY_IS_DELETED", "entity is deleted", [column.name])


def check_unique(
    org: "SalesforceOrg", entry: SObject, accepted: Mapping[str, Any], record_id: str
) -> None:
    """Raise Fault DUPLICATE_VALUE when another record has the same value in a unique field."""
    for name in entry.unique_fields:
        value = accepted.get(name)
        if value is None:
            continue
        other = next(
            (row for row in org.find_by(entry.name, name, value) if row["Id"] != record_id), None
        )
        if other is not None:
            message = (
                f"duplicate value found: {name} duplicates value on record with id: {other['Id']}"
            )
            raise Fault(400, "DUPLICATE_VALUE", message, [name])


def external_id_matches(
    org: "SalesforceOrg", entry: SObject, column: Field, value: Any
) -> list[dict[str, Any]]:
    """Return the live records with this external Id."""
    return org.find_by(entry.name, column.name, values.accept(column, value))
