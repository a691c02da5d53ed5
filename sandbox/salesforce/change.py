"""One record on its way from what it was to what it will be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .access import Actor
from .schema import SObject

if TYPE_CHECKING:
    from .org import SalesforceOrg


@dataclass(frozen=True)
class Change:
    """A save under way: `old` is None for a new record, `row` may still be changed before it is
    kept, and `sent` names the fields the request set.
    """

    org: "SalesforceOrg"
    entry: SObject
    old: Mapping[str, Any] | None
    row: dict[str, Any]
    actor: Actor
    sent: frozenset[str]

    def moved(self, name: str) -> bool:
        """Whether the field has another value than before; true for every field of a new record."""
        return self.old is None or self.old.get(name) != self.row.get(name)

    def related(self, name: str) -> Mapping[str, Any] | None:
        """The row that a reference field names."""
        target = self.row.get(name)
        return self.org.row(target) if target else None
