"""Creates, changes, deletes and merges records, with everything the platform does on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from . import drafts, tracking, triggers
from .access import Actor, insufficient
from .change import Change
from .faults import Fault
from .schema import SObject

if TYPE_CHECKING:
    from .org import SalesforceOrg

HARD_DELETED = frozenset({"FeedItem", "FeedComment", "FeedAttachment", "ContentDocumentLink"})


@dataclass(frozen=True)
class SaveOptions:
    """What request headers change about a save."""

    auto_assign: bool = True


DEFAULT_OPTIONS = SaveOptions()


class Records:
    """Changes the rows of one org. Every public method is one transaction."""

    def __init__(self, org: "SalesforceOrg") -> None:
        self._org = org

    def insert(
        self,
        name: str,
        sent: Mapping[str, Any],
        actor: Actor,
        options: SaveOptions = DEFAULT_OPTIONS,
    ) -> str:
        """Create a record from the fields sent and return its Id. Raises Fault."""
        entry = self._org.schema.writable(name, actor)
        self._check_writable(actor)
        if not entry.createable or not actor.may_change(entry):
            raise _no_such_operation(entry, "insert")
        with self._org.store.transaction():
            accepted = drafts.read_fields(self._org, entry, sent, actor, creating=True)
            row = {**self._defaults(entry, actor), **accepted}
            self._number(entry, row)
            change = Change(self._org, entry, None, row, actor, frozenset(accepted))
            return self._save(change, options)

    def update(
        self,
        name: str,
        record_id: str,
        sent: Mapping[str, Any],
        actor: Actor,
        options: SaveOptions = DEFAULT_OPTIONS,
    ) -> None:
        """Change the fields sent of one record. Raises Fault."""
        entry = self._org.schema.writable(name, actor)
        old = self.require(entry, record_id, actor)
        self._check_writable(actor, record_id)
        if not entry.updateable or not actor.may_change(entry):
            raise insufficient(record_id)
        with self._org.store.transaction():
            accepted = drafts.read_fields(self._org, entry, sent, actor, creating=False)
            row = {**old, **accepted}
            self._save(Change(self._org, entry, old, row, actor, frozenset(accepted)), options)

    def require(self, entry: SObject, record_id: str, actor: Actor) -> Mapping[str, Any]:
        """Return the live row with this Id. Raises Fault NOT_FOUND or ENTITY_IS_DELETED."""
        row = self._org.table_of(entry).rows.get(record_id)
        if row is None or not actor.sees_record(record_id):
            message = f"Provided external ID field does not exist or is not accessible: {record_id}"
            raise Fault(404, "NOT_FOUND", message)
        if row.get("IsDeleted"):
            raise Fault(404, "ENTITY_IS_DELETED", "entity is deleted")
        return row

    def _check_writable(self, actor: Actor, record_id: str = "") -> None:
        if self._org.read_only and actor.permissions is not None:
            message = "We are down for maintenance: the organization can only be read."
            raise Fault(503, "SERVER_UNAVAILABLE", message)
        if record_id in self._org.locked_records:
            message = f"unable to obtain exclusive access to this record or 1 records: {record_id}"
            raise Fault(400, "UNABLE_TO_LOCK_ROW", message)

    def delete(self, name: str, record_id: str, actor: Actor) -> None:
        """Delete one record and what goes with it. Raises Fault."""
        entry = self._org.schema.writable(name, actor)
        row = self.require(entry, record_id, actor)
        self._check_writable(actor, record_id)
        if not entry.deletable or not actor.may_change(entry):
            raise insufficient(record_id)
        triggers.check_delete(Change(self._org, entry, row, dict(row), actor, frozenset()))
        with self._org.store.transaction():
            self._delete(entry, row, actor)

    def undelete(self, name: str, record_id: str, actor: Actor) -> None:
        """Take one record back out of the recycle bin."""
        entry = self._org.schema.require(name)
        row = self._org.store.table(entry.name).rows[record_id]
        self._org.store.put(entry.name, self._stamped({**row, "IsDeleted": False}, actor))

    def merge(self, name: str, master_id: str, loser_id: str, actor: Actor) -> None:
        """Delete the loser, remember its master, and hand its related records to the master."""
        entry = self._org.schema.require(name)
        loser = self.require(entry, loser_id, actor)
        self.require(entry, master_id, actor)
        with self._org.store.transaction():
            for child, column, row in list(self._children(entry, loser_id)):
                moved = self._stamped({**row, column: master_id}, actor)
                self._org.store.put(child.name, moved)
            gone = {**loser, "IsDeleted": True, "MasterRecordId": master_id}
            self._org.store.put(entry.name, self._stamped(gone, actor))

    def convert_lead(self, lead_id: str, actor: Actor) -> None:
        """Make an account and a contact of a lead, which can't be changed from then on."""
        lead = self.require(self._org.schema.require("Lead"), lead_id, actor)
        with self._org.store.transaction():
            account = self.insert("Account", {"Name": lead["Company"]}, actor)
            person = {name: lead[name] for name in ("FirstName", "LastName", "Email")}
            contact = self.insert("Contact", {**person, "AccountId": account}, actor)
            converted = {
                **lead,
                "IsConverted": True,
                "Status": "Closed - Converted",
                "ConvertedDate": self._org.stamp()[:10],
                "ConvertedAccountId": account,
                "ConvertedContactId": contact,
            }
            self._org.store.put("Lead", self._stamped(converted, actor))

    def _defaults(self, entry: SObject, actor: Actor) -> dict[str, Any]:
        row = dict(entry.defaults)
        if "OwnerId" in row:
            row["OwnerId"] = actor.user_id
        if "RecordTypeId" in row:
            row["RecordTypeId"] = next(
                (kind.id for kind in entry.record_types if kind.default), None
            )
        return row

    def _number(self, entry: SObject, row: dict[str, Any]) -> None:
        for column in entry.auto_numbers:
            row[column.name] = self._org.next_number(entry.name, column)

    def _save(self, change: Change, options: SaveOptions) -> str:
        org, entry, row = self._org, change.entry, change.row
        if options.auto_assign and entry.name in org.assignment_rules and "OwnerId" in row:
            row["OwnerId"] = org.assignment_rules[entry.name]
        triggers.before_save(change)
        if change.old is None:
            drafts.check_required(entry, row)
            row["Id"] = org.next_id(entry)
        sent = {name: row[name] for name in change.sent}
        drafts.check_references(org, entry, sent, change.actor)
        drafts.check_unique(org, entry, sent, row["Id"])
        org.check_rules(entry, row, change.old)
        row = self._stamped(row, change.actor, creating=change.old is None)
        org.store.put(entry.name, row)
        saved = replace(change, row=row)
        triggers.after_save(saved)
        tracking.record(saved)
        return str(row["Id"])

    def _stamped(
        self, row: Mapping[str, Any], actor: Actor, creating: bool = False
    ) -> dict[str, Any]:
        now = self._org.stamp()
        stamped = dict(row)
        stamped.update(SystemModstamp=now, LastModifiedDate=now, LastModifiedById=actor.user_id)
        if creating:
            stamped.update(CreatedDate=now, CreatedById=actor.user_id)
        return stamped

    def _delete(self, entry: SObject, row: Mapping[str, Any], actor: Actor) -> None:
        for child, column, related in list(self._children(entry, row["Id"])):
            if related.get("IsDeleted"):
                continue
            on_delete = child.fields[column].on_delete
            if on_delete == "restrict":
                raise Fault(400, "DELETE_FAILED", _restricted(entry, row, child))
            if on_delete == "cascade":
                self._delete(child, related, actor)
            elif child.fields[column].nillable:
                self._org.store.put(child.name, {**related, column: None})
        if entry.name in HARD_DELETED:
            self._org.store.remove(entry.name, row["Id"])
        else:
            gone = self._stamped({**row, "IsDeleted": True}, actor)
            self._org.store.put(entry.name, gone)
        triggers.after_delete(self._org, entry, row)

    def _children(self, entry: SObject, record_id: str) -> Any:
        for child, column in self._org.schema.referring_to(entry.name):
            for row in self._org.store.table(child.name).find(column.name, record_id):
                yield child, column.name, row


def _restricted(entry: SObject, row: Mapping[str, Any], child: SObject) -> str:
    shown = row.get(entry.name_field or "Id")
    return (
        f"Your attempt to delete {shown} could not be completed because it is associated with the "
        f"following {child.plural.lower()}."
    )


def _no_such_operation(entry: SObject, operation: str) -> Fault:
    message = f"entity type {entry.name} does not support {operation}"
    return Fault(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
