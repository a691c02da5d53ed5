"""What an object and its fields are. Values are immutable and shared between orgs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

Row = Mapping[str, Any]
MASTER_RECORD_TYPE = "012000000000000AAA"
TEXT_TYPES = frozenset(
    {"string", "textarea", "email", "phone", "url", "picklist", "multipicklist", "combobox"}
)
NUMBER_TYPES = frozenset({"int", "double", "currency", "percent"})


@dataclass(frozen=True)
class PicklistValue:
    """One choice; `valid_for` names the controlling values that allow it, empty for all."""

    value: str
    label: str = ""
    active: bool = True
    default: bool = False
    valid_for: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        return self.label or self.value


@dataclass(frozen=True)
class Field:
    """One field of an object, with the properties that describe reports and saving obeys.

    `formula` computes the value from the row and a function that finds other rows by Id.
    `on_delete` says what the deletion of the record referred to does to this one: clear, cascade
    or restrict. `bytes_limit` is set where the length counts bytes of UTF-8.
    """

    name: str
    type: str = "string"
    label: str = ""
    length: int = 0
    precision: int = 0
    scale: int = 0
    createable: bool = True
    updateable: bool = True
    nillable: bool = True
    default: Any = None
    defaulted: bool = False
    values: tuple[PicklistValue, ...] = ()
    restricted: bool = False
    controller: str = ""
    reference_to: tuple[str, ...] = ()
    relationship: str = ""
    children: str = ""
    on_delete: str = "clear"
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    formula: Callable[[Row, Callable[[str], Row | None]], Any] | None = None
    auto_number: str = ""
    external_id: bool = False
    unique: bool = False
    id_lookup: bool = False
    name_field: bool = False
    html: bool = False
    extra_type: str = ""
    compound: str = ""
    bytes_limit: int = 0
    tracked: bool = False

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def required(self) -> bool:
        """Whether a record can't be created without a value for it."""
        return self.createable and not self.nillable and not self.has_default

    @property
    def has_default(self) -> bool:
        return self.defaulted or self.default is not None or self.type == "boolean"

    def default_value(self) -> Any:
        """The value a new record gets when none is sent."""
        if self.default is not None:
            return self.default
        marked = next((choice.value for choice in self.values if choice.default), None)
        return False if self.type == "boolean" else marked


@dataclass(frozen=True)
class RecordType:
    id: str
    name: str
    developer_name: str
    default: bool = False
    # For some picklists, the values this record type offers.
    picklists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class SObject:
    """One object: its fields by name and what may be done with it."""

    name: str
    label: str
    plural: str
    prefix: str
    fields: Mapping[str, Field]
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    queryable: bool = True
    layoutable: bool = True
    searchable: bool = True
    replicateable: bool = True
    feed_enabled: bool = False
    soft_delete: bool = True
    record_types: tuple[RecordType, ...] = ()
    # Set on XFeed: the object whose posts this view shows.
    feed_of: str = ""
    history: str = ""
    history_parent: str = ""

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @cached_property
    def folded(self) -> Mapping[str, Field]:
        """The fields by lower-case name: SOQL and URLs don't mind the case."""
        return {name.lower(): entry for name, entry in self.fields.items()}

    @cached_property
    def relationships(self) -> Mapping[str, Field]:
        """The reference fields by lower-case relationship name."""
        found = (entry for entry in self.fields.values() if entry.relationship)
        return {entry.relationship.lower(): entry for entry in found}

    @cached_property
    def references(self) -> tuple[Field, ...]:
        return tuple(entry for entry in self.fields.values() if entry.type == "reference")

    @cached_property
    def formulas(self) -> tuple[Field, ...]:
        return tuple(entry for entry in self.fields.values() if entry.formula)

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """The values of a new record before any is sent."""
        return {name: entry.default_value() for name, entry in self.fields.items()}

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.fields.values() if entry.required)

    @cached_property
    def auto_numbers(self) -> tuple[Field, ...]:
        return tuple(entry for entry in self.fields.values() if entry.auto_number)

    @cached_property
    def tracked(self) -> tuple[Field, ...]:
        return tuple(entry for entry in self.fields.values() if entry.tracked)

    @cached_property
    def unique_fields(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.fields.values() if entry.unique)

    @cached_property
    def name_field(self) -> str | None:
        return next((entry.name for entry in self.fields.values() if entry.name_field), None)

    def with_field(self, entry: Field) -> "SObject":
        """Return the object with this field added or replaced."""
        return replace(self, fields={**self.fields, entry.name: entry})

    def without_field(self, name: str) -> "SObject":
        return replace(self, fields={key: f for key, f in self.fields.items() if key != name})
