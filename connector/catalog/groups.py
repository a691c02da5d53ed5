"""The objects on offer, in the groups that Salesforce's people know them by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STANDARD_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Service Cloud": ("Case",),
    "CRM": ("Account", "Contact", "Lead", "Opportunity"),
    "Activities": ("Task", "Event"),
    "Revenue": ("Quote", "Order", "Contract"),
}
CUSTOM_GROUP = "Custom Objects"
CUSTOM_SUFFIX = "__c"


@dataclass(frozen=True)
class OfferedObject:
    """An object an admin may choose. `label` is the org's own, which may have been renamed."""

    name: str
    label: str


@dataclass(frozen=True)
class Group:
    """A named list of objects."""

    label: str
    objects: tuple[OfferedObject, ...]


def module_groups(described: Sequence[Mapping[str, Any]]) -> list[Group]:
    """Sort a global describe into groups; groups of which the org has nothing are left out."""
    usable = {str(entry["name"]): entry for entry in described if _usable(entry)}
    groups = [
        Group(label, tuple(_offered(usable[name]) for name in names if name in usable))
        for label, names in STANDARD_GROUPS.items()
    ]
    custom = [_offered(entry) for name, entry in usable.items() if name.endswith(CUSTOM_SUFFIX)]
    custom.sort(key=lambda offered: offered.label.lower())
    return [group for group in [*groups, Group(CUSTOM_GROUP, tuple(custom))] if group.objects]


def _usable(entry: Mapping[str, Any]) -> bool:
    """Whether records of the object are for people to work with.

    Layouts tell them from the many tables behind the scenes; settings are custom objects too.
    """
    return bool(
        entry.get("queryable")
        and entry.get("layoutable")
        and not entry.get("deprecatedAndHidden")
        and not entry.get("customSetting")
    )


def _offered(entry: Mapping[str, Any]) -> OfferedObject:
    return OfferedObject(str(entry["name"]), str(entry.get("label") or entry["name"]))
