"""Resolves the paths of a statement against an object, and reads their values from rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..access import Actor
from ..faults import Fault
from ..schema import Field, SObject
from . import tree
from .grammar import pointed_at

if TYPE_CHECKING:
    from ..org import SalesforceOrg

Row = Mapping[str, Any]
Reader = Callable[[Row], Any]
MAX_LEVELS = 5
# What any record has when a lookup may lead to several objects: the entity called Name.
_NAME_FIELDS = frozenset(
    {
        "id",
        "name",
        "type",
        "email",
        "firstname",
        "lastname",
        "username",
        "alias",
        "isactive",
        "title",
    }
)


@dataclass(frozen=True)
class Scope:
    """The object a statement is about, seen by one user. `text` is the statement, for errors, and
    `version` the one of the API, for addresses."""

    org: "SalesforceOrg"
    actor: Actor
    entry: SObject
    alias: str
    text: str
    version: str

    def own_steps(self, path: tree.Path) -> tuple[str, ...]:
        """The path without the object's name or alias in front."""
        first = path.steps[0].lower()
        if len(path.steps) > 1 and first in (self.alias.lower(), self.entry.name.lower()):
            known = self.entry.relationships.get(first)
            if known is None or first == self.alias.lower():
                return path.steps[1:]
        return path.steps

    def column(self, entry: SObject, name: str, path: tree.Path) -> Field:
        """Return the field of `entry` called `name`. Raises Fault INVALID_FIELD."""
        column = entry.folded.get(name.lower())
        if column is None or not self.actor.sees_field(entry, column):
            raise self.no_such_column(path, name, entry.name)
        return column

    def no_such_column(self, path: tree.Path, name: str, entity: str) -> Fault:
        return self.fault(
            path.place,
            f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom "
            "field, be sure to append the '__c' after the custom field name. Please reference your "
            "WSDL or the describe call for the appropriate names.",
        )

    def fault(self, place: int, message: str, code: str = "INVALID_FIELD") -> Fault:
        return Fault(400, code, pointed_at(self.text, place, message))

    def relationship(self, entry: SObject, name: str, path: tree.Path) -> Field:
        """Return the reference field whose relationship has this name. Raises Fault."""
        link = entry.relationships.get(name.lower())
        if link is None or not self.actor.sees_field(entry, link) or self._out_of_sight(link):
            message = (
                f"Didn't understand relationship '{name}' in field path. If you are attempting to "
                "use a custom relationship, be sure to append the '__r' after the custom "
                "relationship name. Please reference your WSDL or the describe call for the "
                "appropriate names."
            )
            raise self.fault(path.place, message)
        return link

    def _out_of_sight(self, link: Field) -> bool:
        targets = (self.org.schema.get(name) for name in link.reference_to)
        return not any(target and self.actor.sees_object(target) for target in targets)

    def follow(self, link: Field, row: Row) -> Row | None:
        """Return the row a reference leads to, or None if it is empty or out of sight."""
        target = row.get(link.name)
        if not target or not self.actor.sees_record(target):
            return None
        return self.org.row(target)

    def target(self, link: Field) -> SObject | None:
        """The object a reference leads to, None when it may lead to several."""
        return self.org.schema.get(link.reference_to[0]) if len(link.reference_to) == 1 else None

    def resolve(self, path: tree.Path) -> tuple[Field | None, Reader]:
        """Return the field at the end of the path and what reads it from a row of the object.

        The field is None for `Type` of a parent that may be of several objects.
        """
        steps = self.own_steps(path)
        if len(steps) > MAX_LEVELS + 1:
            raise self.fault(path.place, "SOQL statements cannot query more than 5 levels")
        return self._resolve(self.entry, steps, path)

    def _resolve(
        self, entry: SObject, steps: tuple[str, ...], path: tree.Path
    ) -> tuple[Field | None, Reader]:
        if len(steps) == 1:
            column = self.column(entry, steps[0], path)
            return column, self.reader(entry, column)
        link = self.relationship(entry, steps[0], path)
        target = self.target(link)
        if target is not None:
            column_found, inner = self._resolve(target, steps[1:], path)
        else:
            column_found, inner = self.name_reader(steps[1:], path)

        def read(row: Row) -> Any:
            parent = self.follow(link, row)
            return None if parent is None else inner(parent)

        return column_found, read

    def reader(self, entry: SObject, column: Field) -> Reader:
        """Return what reads a field, a formula's value included, from a row of `entry`."""
        name = column.name
        if column.formula is not None:
            compute = column.formula
            return lambda row: compute(row, self.org.row)
        if column.type == "address":
            return lambda row: _address(row, name.removesuffix("Address"))
        return lambda row: row.get(name)

    def name_reader(self, steps: tuple[str, ...], path: tree.Path) -> tuple[Field | None, Reader]:
        """Read through a lookup that may lead to several objects."""
        name = steps[0].lower()
        if len(steps) > 1 or name not in _NAME_FIELDS:
            raise self.no_such_column(path, steps[0], "Name")
        return None, lambda row: self._of_any(row, name)

    def _of_any(self, row: Row, name: str) -> Any:
        entry = self.org.object_of(row["Id"])
        if entry is None:
            return None
        if name == "type":
            return entry.name
        if name == "name":
            return row.get(entry.name_field or "Name")
        column = entry.folded.get(name)
        return row.get(column.name) if column else None


def _address(row: Row, prefix: str) -> dict[str, Any] | None:
    parts = ("City", "Country", "Latitude", "Longitude", "PostalCode", "State", "Street")
    address: dict[str, Any] = {part: row.get(prefix + part) for part in parts}
    if all(value is None for value in address.values()):
        return None
    named = {part[0].lower() + part[1:]: value for part, value in address.items()}
    return {**named, "geocodeAccuracy": None}
