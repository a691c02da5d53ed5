"""Who is acting, and what the connector's own user may see and do."""

from dataclasses import dataclass, field

from .faults import Fault
from .schema import Field, SObject


@dataclass
class Permissions:
    """What an admin grants the integration user. Change it at any time, it applies at once."""

    api_enabled: bool = True
    view_all_data: bool = True
    query_all_files: bool = True
    modify_all: bool = False
    hidden_fields: set[tuple[str, str]] = field(default_factory=set)
    read_only_fields: set[tuple[str, str]] = field(default_factory=set)
    hidden_objects: set[str] = field(default_factory=set)
    read_only_objects: set[str] = field(default_factory=set)
    # Records that sharing keeps from the integration user, by Id.
    hidden_records: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Actor:
    """The user behind a change; `permissions` is None for people, whom nothing restricts here."""

    user_id: str
    permissions: Permissions | None = None

    def sees_object(self, entry: SObject) -> bool:
        name = entry.feed_of or entry.name
        return self.permissions is None or name not in self.permissions.hidden_objects

    def sees_field(self, entry: SObject, column: Field) -> bool:
        hidden = self.permissions.hidden_fields if self.permissions else ()
        return (entry.name, column.name) not in hidden

    def sees_record(self, record_id: str) -> bool:
        return self.permissions is None or record_id not in self.permissions.hidden_records

    def may_write(self, entry: SObject, column: Field) -> bool:
        if self.permissions is None:
            return True
        return (entry.name, column.name) not in self.permissions.read_only_fields

    def may_change(self, entry: SObject) -> bool:
        return self.permissions is None or entry.name not in self.permissions.read_only_objects

    @property
    def views_all(self) -> bool:
        return self.permissions is None or self.permissions.view_all_data

    @property
    def queries_all_files(self) -> bool:
        if self.permissions is None:
            return True
        return self.permissions.query_all_files and self.permissions.view_all_data

    @property
    def modifies_all(self) -> bool:
        return self.permissions is None or self.permissions.modify_all


def insufficient(record_id: str = "") -> Fault:
    return Fault(
        403,
        "INSUFFICIENT_ACCESS_OR_READONLY",
        f"insufficient access rights on object id {record_id}".removesuffix(" id "),
    )
