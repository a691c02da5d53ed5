"""What an org says about its objects: fields, picklists, record types, relationships.

`SObject.from_json` reads Salesforce's describe answer; `to_json` writes the same shape with only
what is used here and without defaults (a large describe shrinks from megabytes to kilobytes), and
`from_json` reads that again. So there is one reader and one spelling, Salesforce's own.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any, Self

MASTER_RECORD_TYPE_ID = "012000000000000AAA"
Json = Mapping[str, Any]


class _Described:
    """Reads and writes one part of a describe by the names of its attributes.

    `valid_for` is Salesforce's `validFor`; the exceptions stand in SPELLED.
    """

    SPELLED: Mapping[str, str] = {}
    PARTS: Mapping[str, type["_Described"]] = {}

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """Read Salesforce's JSON, whole or compact; what is absent or null has its default."""
        known = {
            attribute: cls._part(attribute, data[name])
            for attribute, name, _ in cls._attributes()
            if data.get(name) is not None
        }
        return cls(**known)

    @classmethod
    @cache
    def _attributes(cls) -> tuple[tuple[str, str, Any], ...]:
        """List attribute, Salesforce's name and default of every dataclass field."""
        return tuple(
            (field.name, cls.SPELLED.get(field.name) or _camel(field.name), field.default)
            for field in fields(cls)  # type: ignore[arg-type]
        )

    @classmethod
    def _part(cls, attribute: str, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        part = cls.PARTS.get(attribute)
        return tuple(part.from_json(entry) for entry in value) if part else tuple(value)

    def to_json(self) -> dict[str, Any]:
        """Return the compact JSON that `from_json` reads."""
        return {
            name: _plain(getattr(self, attribute))
            for attribute, name, default in self._attributes()
            if getattr(self, attribute) != default
        }


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [entry.to_json() if isinstance(entry, _Described) else entry for entry in value]
    return value


@dataclass(frozen=True)
class PicklistValue(_Described):
    """One entry of a picklist. Records hold `value`; people see `label`, in their language."""

    value: str = ""
    label: str = ""
    active: bool = False
    default: bool = False
    valid_for: str = ""

    SPELLED = {"default": "defaultValue"}

    def allowed_for(self, controlling_index: int) -> bool:
        """Whether a dependent value is offered under the controlling field's n-th value.

        `valid_for` is a base64 bitmap over the controlling values, highest bit first.
        """
        try:
            bitmap = b64decode(self.valid_for)
        except Base64Error:
            return False
        byte, bit = divmod(controlling_index, 8)
        return byte < len(bitmap) and bool(bitmap[byte] & (0x80 >> bit))


@dataclass(frozen=True)
class Field(_Described):
    """A field as this user sees it. `length` counts characters, `byte_length` bytes."""

    name: str = ""
    label: str = ""
    type: str = ""
    createable: bool = False
    updateable: bool = False
    nillable: bool = False
    defaulted: bool = False
    calculated: bool = False
    auto_number: bool = False
    compound: str = ""
    length: int = 0
    byte_length: int = 0
    digits: int = 0
    precision: int = 0
    scale: int = 0
    picklist_values: tuple[PicklistValue, ...] = ()
    restricted: bool = False
    controller: str = ""
    reference_to: tuple[str, ...] = ()
    relationship_name: str = ""
    html: bool = False
    filterable: bool = False
    sortable: bool = False
    external_id: bool = False
    unique: bool = False
    name_field: bool = False

    SPELLED = {
        "defaulted": "defaultedOnCreate",
        "compound": "compoundFieldName",
        "restricted": "restrictedPicklist",
        "controller": "controllerName",
        "html": "htmlFormatted",
    }
    PARTS = {"picklist_values": PicklistValue}

    @property
    def required_on_create(self) -> bool:
        """Whether Salesforce refuses a new record without a value for this field."""
        return self.createable and not self.nillable and not self.defaulted

    @property
    def polymorphic(self) -> bool:
        """Whether the field may point at several kinds of object, as OwnerId and WhatId do."""
        return len(self.reference_to) > 1


@dataclass(frozen=True)
class RecordType(_Described):
    """A record type; `available` says whether this user may give it to a record."""

    id: str = ""
    name: str = ""
    developer_name: str = ""
    available: bool = False
    master: bool = False
    default: bool = False

    SPELLED = {"id": "recordTypeId", "default": "defaultRecordTypeMapping"}


@dataclass(frozen=True)
class ChildRelationship(_Described):
    """A list of child records; `name` is what a subquery selects from, where there is one."""

    sobject: str = ""
    field: str = ""
    name: str = ""

    SPELLED = {"sobject": "childSObject", "name": "relationshipName"}


@dataclass(frozen=True)
class SObject(_Described):
    """An object with its fields. A field hidden from this user is absent, as if deleted."""

    name: str = ""
    label: str = ""
    label_plural: str = ""
    key_prefix: str = ""
    custom: bool = False
    queryable: bool = False
    searchable: bool = False
    createable: bool = False
    updateable: bool = False
    deletable: bool = False
    feed_enabled: bool = False
    fields: tuple[Field, ...] = ()
    record_types: tuple[RecordType, ...] = ()
    children: tuple[ChildRelationship, ...] = ()

    SPELLED = {"record_types": "recordTypeInfos", "children": "childRelationships"}
    PARTS = {"fields": Field, "record_types": RecordType, "children": ChildRelationship}

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name.lower(): field for field in self.fields}

    @cached_property
    def _by_relationship(self) -> dict[str, Field]:
        named = [field for field in self.fields if field.relationship_name]
        return {field.relationship_name.lower(): field for field in reversed(named)}

    def field(self, name: str) -> Field | None:
        """Return the field of that API name, upper and lower case being the same."""
        return self._by_name.get(name.lower())

    def parent_field(self, relationship: str) -> Field | None:
        """Return the reference field behind a relationship name (`Account` -> AccountId)."""
        return self._by_relationship.get(relationship.lower())

    def child(self, relationship: str) -> ChildRelationship | None:
        """Return the child list of that relationship name (`CaseComments`)."""
        wanted = relationship.lower()
        return next((child for child in self.children if child.name.lower() == wanted), None)

    @property
    def name_field(self) -> Field | None:
        """The field that names a record: Name, CaseNumber, Subject …"""
        return next((field for field in self.fields if field.name_field), None)
