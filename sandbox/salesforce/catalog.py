"""Which objects an org has right now, and how they refer to each other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ..clock import Clock
from .access import Actor
from .faults import not_found
from .schema import Field, SObject
from .standard import STANDARD
from .standard.feed import feed_view
from .standard.history import history_object

STATUS_TABLES = (
    "CaseStatus",
    "LeadStatus",
    "TaskStatus",
    "ContractStatus",
    "OrderStatus",
    "OpportunityStage",
)


class Catalog:
    """The objects of one org. The values are shared between orgs until one is changed."""

    def __init__(self, clock: Clock) -> None:
        self.objects: dict[str, SObject] = dict(STANDARD)
        self._folded = dict(_STANDARD_FOLDED)
        self._referring = _STANDARD_REFERRING
        self._prefixes = _STANDARD_PREFIXES
        self._clock = clock
        self._changed: dict[str, datetime] = {}
        self._since = clock.now()

    def get(self, name: str) -> SObject | None:
        """Return the object of this name in any case, or None."""
        return self._folded.get(name.lower())

    def with_prefix(self, prefix: str) -> SObject | None:
        """Return the object whose Ids begin with these three characters, or None."""
        name = self._prefixes.get(prefix)
        return self.objects[name] if name else None

    def require(self, name: str) -> SObject:
        """Return the object of this exact name. Raises KeyError, for the org's own use."""
        return self.objects[name]

    def writable(self, name: str, actor: Actor) -> SObject:
        """Return the object named in an address. Raises Fault NOT_FOUND."""
        entry = self.get(name)
        if entry is None or not actor.sees_object(entry):
            raise not_found()
        return entry

    def put(self, entry: SObject) -> None:
        """Add or replace an object, its feed view and its history object included."""
        self.objects[entry.name] = entry
        companions = [feed_view(entry)] if entry.feed_enabled else []
        companions += [history_object(entry)] if entry.history else []
        for companion in companions:
            self.objects[companion.name] = companion
        self._folded = {name.lower(): known for name, known in self.objects.items()}
        self._referring = _referring(self.objects)
        self._prefixes = _prefixes(self.objects)
        self.touch(entry.name)

    def put_field(self, name: str, field: Field) -> None:
        self.put(self.objects[name].with_field(field))

    def drop_field(self, name: str, field: str) -> None:
        self.put(self.objects[name].without_field(field))

    def set_feed(self, name: str, enabled: bool) -> None:
        """Switch feed tracking of an object; without it the object has no feed view."""
        entry = replace(self.objects[name], feed_enabled=enabled)
        if not enabled:
            self.objects.pop(feed_view(entry).name, None)
        self.put(entry)

    def touch(self, name: str) -> None:
        """Note that the description of an object is another one from now on."""
        self._changed[name] = self._clock.now()

    def changed_at(self, name: str) -> datetime:
        """When the object's description last changed."""
        return self._changed.get(name, self._since)

    def referring_to(self, name: str) -> list[tuple[SObject, Field]]:
        """Objects with rows of their own that refer to `name`, with the field that does."""
        return [
            (self.objects[child], self.objects[child].fields[column])
            for child, column in self._referring.get(name, [])
        ]

    def children(self, name: str) -> Iterator[tuple[SObject, Field]]:
        """Every child relationship of `name` that can be queried from it."""
        entry = self.objects[name]
        name = "FeedItem" if entry.feed_of else name
        for child in self.objects.values():
            for column in child.references:
                if column.children and name in column.reference_to:
                    yield child, column


def _referring(objects: dict[str, SObject]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for child in objects.values():
        for column in child.references:
            # Users are never deleted or merged, and nearly everything refers to one.
            for target in column.reference_to:
                if target != "User" and not child.feed_of:
                    found.setdefault(target, []).append((child.name, column.name))
    return found


def indexed_fields(entry: SObject) -> tuple[str, ...]:
    """The fields rows are found by: references to records, external Ids, names of statuses."""
    names = [
        column.name
        for column in entry.fields.values()
        if column.unique
        or column.external_id
        or (column.type == "reference" and column.reference_to != ("User",))
    ]
    return (*names, "ApiName") if entry.name in STATUS_TABLES else tuple(names)


def _prefixes(objects: dict[str, SObject]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in objects.values():
        if entry.prefix:
            found.setdefault(entry.prefix, entry.name)
    return found


_STANDARD_FOLDED = {name.lower(): entry for name, entry in STANDARD.items()}
_STANDARD_REFERRING = _referring(dict(STANDARD))
_STANDARD_PREFIXES = _prefixes(dict(STANDARD))
