"""A Salesforce org in memory, as an admin and its people see it from the inside."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import Any

from ..clock import Clock, SystemClock
from . import ids, seed, times
from .access import Actor, Permissions
from .catalog import Catalog, indexed_fields
from .faults import Fault
from .records import DEFAULT_OPTIONS, Records
from .schema import Field, PicklistValue, RecordType, SObject
from .sessions import Sessions
from .soql.engine import QueryEngine
from .store import Store, Table

ValidationRule = Callable[[Mapping[str, Any], Mapping[str, Any] | None], str | None]


class SalesforceOrg:
    """One org. `lock` guards it: take it around anything that isn't a single method call.

    The methods below act as a person of the org, `human_user_id`, whom nothing restricts. Calls
    over the API act as `integration_user_id` with `permissions`.
    """

    def __init__(
        self,
        base_url: str = "http://salesforce.test",
        clock: Clock | None = None,
        org_id: str = "00D5g0000000001",
        name: str = "Acme",
        query_batch: int = 2000,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.clock: Clock = clock or SystemClock()
        self.lock = RLock()
        self.name = name
        self.time_zone = "Europe/Berlin"
        self.query_batch = query_batch
        self.child_batch = query_batch
        self.maintenance = False
        # While an org moves to another machine it can be read but not written.
        self.read_only = False
        # Records that another transaction holds, by Id.
        self.locked_records: set[str] = set()
        self.daily_limit = 100_000
        self.calls_used = 0
        self.permissions = Permissions()
        # Object name → the owner that its active assignment rule gives a saved record.
        self.assignment_rules: dict[str, str] = {}
        self.validation_rules: dict[str, list[tuple[ValidationRule, list[str]]]] = {}
        self.schema = Catalog(self.clock)
        self.store = Store()
        self.records = Records(self)
        self.queries = QueryEngine(self)
        self._counts: dict[str, int] = {}
        for entry in self.schema.objects.values():
            self._ensure_table(entry)
        self.org_id = ids.canonical(org_id)
        people = seed.fill(self)
        self.integration_user_id, self.human_user_id, self.support_queue_id = people
        self.sessions = Sessions(self)

    # People's work

    @property
    def human(self) -> Actor:
        return Actor(self.human_user_id)

    def integration(self) -> Actor:
        """The connector's own user."""
        return Actor(self.integration_user_id, self.permissions)

    def insert(self, sobject: str, fields: Mapping[str, Any], user_id: str | None = None) -> str:
        """Create a record as a person and return its Id. Raises Fault."""
        with self.lock:
            return self.records.insert(sobject, fields, self._person(user_id))

    def update(
        self, sobject: str, record_id: str, fields: Mapping[str, Any], user_id: str | None = None
    ) -> None:
        """Change a record as a person. Raises Fault."""
        with self.lock:
            target = ids.canonical(record_id)
            self.records.update(sobject, target, fields, self._person(user_id), DEFAULT_OPTIONS)

    def delete(self, sobject: str, record_id: str) -> None:
        with self.lock:
            self.records.delete(sobject, ids.canonical(record_id), self.human)

    def undelete(self, sobject: str, record_id: str) -> None:
        with self.lock:
            self.records.undelete(sobject, ids.canonical(record_id), self.human)

    def merge(self, sobject: str, master_id: str, loser_id: str) -> None:
        """Merge two records as a person: the loser's related records go to the master."""
        with self.lock:
            pair = ids.canonical(master_id), ids.canonical(loser_id)
            self.records.merge(sobject, *pair, self.human)

    def get(self, sobject: str, record_id: str) -> dict[str, Any]:
        """Return all fields of a record, formulas included, deleted or not. Raises KeyError."""
        with self.lock:
            entry = self.schema.require(sobject)
            row = self.store.table(sobject).rows[ids.canonical(record_id)]
            computed = {
                column.name: column.formula(row, self.row)
                for column in entry.formulas
                if column.formula
            }
            return {**row, **computed}

    def all(self, sobject: str) -> list[dict[str, Any]]:
        """Return every live row of an object, oldest first."""
        with self.lock:
            rows = self.store.table(sobject).rows.values()
            return [dict(row) for row in rows if not row.get("IsDeleted")]

    def upload(self, record_id: str, name: str, data: bytes, user_id: str | None = None) -> str:
        """Attach a file to a record as a person and return the Id of its ContentVersion."""
        fields = {"PathOnClient": name, "VersionData": data, "FirstPublishLocationId": record_id}
        return self.insert("ContentVersion", fields, user_id)

    # What happens to an org

    def set_stamp(self, sobject: str, record_id: str, moment: datetime) -> None:
        """Give a row another SystemModstamp, as a long transaction that commits late does."""
        with self.lock:
            row = self.store.table(sobject).rows[ids.canonical(record_id)]
            self.store.put(sobject, {**row, "SystemModstamp": times.stamp(moment)})

    def revoke_tokens(self) -> None:
        with self.lock:
            self.sessions.revoke_all()

    def expire_locators(self) -> None:
        with self.lock:
            self.queries.expire()

    def change_org_id(self, org_id: str) -> None:
        """What a sandbox refresh does: another org Id, all sessions gone, records as they were."""
        with self.lock:
            old = self.store.table("Organization").rows[self.org_id]
            self.store.remove("Organization", self.org_id)
            self.org_id = ids.canonical(org_id)
            self.store.put("Organization", {**old, "Id": self.org_id})
            self.sessions.revoke_all()

    # Setup

    def add_object(self, entry: SObject) -> None:
        with self.lock:
            self.schema.put(entry)
            self._ensure_table(entry)
            for known in list(self.schema.objects.values()):
                self._ensure_table(known)

    def add_field(self, sobject: str, field: Field) -> None:
        with self.lock:
            self.schema.put_field(sobject, field)
            self._ensure_table(self.schema.require(sobject))

    def remove_field(self, sobject: str, name: str) -> None:
        with self.lock:
            self.schema.drop_field(sobject, name)

    def set_picklist(self, sobject: str, field: str, values: list[PicklistValue]) -> None:
        """Replace the choices of a picklist. Records keep what they have."""
        with self.lock:
            column = self.schema.require(sobject).fields[field]
            self.schema.put_field(sobject, replace(column, values=tuple(values)))

    def set_statuses(self, sobject: str, statuses: dict[str, bool]) -> None:
        """Replace the statuses of Case or Task: name → whether a record in it is closed."""
        with self.lock:
            rows = [(name, {"IsClosed": closed}) for name, closed in statuses.items()]
            seed.replace_statuses(self, f"{sobject}Status", rows)
            first = next(iter(statuses))
            values = [PicklistValue(name, default=name == first) for name in statuses]
            self.set_picklist(sobject, "Status", values)

    def convert_lead(self, lead_id: str) -> None:
        """Turn a lead into an account and a contact, as a person does."""
        with self.lock:
            self.records.convert_lead(ids.canonical(lead_id), self.human)

    def set_record_types(self, sobject: str, kinds: list[RecordType]) -> None:
        """Give an object record types; a new record gets the default one."""
        with self.lock:
            self.schema.put(replace(self.schema.require(sobject), record_types=tuple(kinds)))
            for kind in kinds:
                names = {"Name": kind.name, "DeveloperName": kind.developer_name}
                seed.put(self, "RecordType", Id=kind.id, SobjectType=sobject, **names)

    def set_feed(self, sobject: str, enabled: bool) -> None:
        """Switch feed tracking of an object."""
        with self.lock:
            self.schema.set_feed(sobject, enabled)

    def hide_field(self, sobject: str, name: str) -> None:
        """Take field-level security for a field away from the integration user."""
        self.permissions.hidden_fields.add((sobject, name))
        self.schema.touch(sobject)

    def make_read_only(self, sobject: str, name: str) -> None:
        """Let the integration user see a field but not write it."""
        self.permissions.read_only_fields.add((sobject, name))
        self.schema.touch(sobject)

    def add_validation_rule(
        self, sobject: str, rule: ValidationRule, fields: tuple[str, ...] = ()
    ) -> None:
        """Have saves refused when `rule(row, old row or None)` returns a message."""
        self.validation_rules.setdefault(sobject, []).append((rule, list(fields)))

    # For the modules of this package

    def stamp(self) -> str:
        return times.stamp(self.clock.now())

    def next_count(self, name: str) -> int:
        self._counts[name] = self._counts.get(name, 0) + 1
        return self._counts[name]

    def next_id(self, entry: SObject) -> str:
        return ids.numbered(entry.prefix, self.next_count(entry.name))

    def next_number(self, sobject: str, column: Field) -> str:
        """Return the next value of an auto number field, such as CASE-0012 for CASE-{0000}."""
        head, _, rest = column.auto_number.partition("{")
        zeros, _, tail = rest.partition("}")
        count = self.next_count(f"{sobject}.{column.name}")
        return f"{head}{count + 1000:0{len(zeros)}d}{tail}"

    def object_of(self, record_id: str) -> SObject | None:
        """Return the object a record belongs to, by the prefix of its Id."""
        return self.schema.with_prefix(record_id[:3])

    def row(self, record_id: str) -> Mapping[str, Any] | None:
        """Return the row with this Id, deleted or not."""
        entry = self.schema.with_prefix(record_id[:3])
        return self.store.table(entry.name).rows.get(record_id) if entry else None

    def table_of(self, entry: SObject) -> Table:
        """Return the rows of an object; those of a feed view are all posts."""
        return self.store.table("FeedItem" if entry.feed_of else entry.name)

    def find_by(self, sobject: str, field: str, value: Any) -> list[dict[str, Any]]:
        """Return the live rows that have this value in a field."""
        table = self.store.table(sobject)
        if field in table.indexed:
            found = table.find(field, value)
        else:
            found = [row for row in table.rows.values() if row.get(field) == value]
        return [row for row in found if not row.get("IsDeleted")]

    def status_row(self, table: str, value: Any) -> dict[str, Any] | None:
        """Return the row of a status table, such as CaseStatus, for a status value."""
        found = self.store.table(table).find("ApiName", value)
        return found[0] if found else None

    def check_rules(
        self, entry: SObject, row: Mapping[str, Any], old: Mapping[str, Any] | None
    ) -> None:
        """Raise Fault when a validation rule objects to the row."""
        for rule, fields in self.validation_rules.get(entry.name, ()):
            message = rule(row, old)
            if message:
                raise Fault(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", message, fields)

    def _person(self, user_id: str | None) -> Actor:
        return Actor(user_id or self.human_user_id)

    def _ensure_table(self, entry: SObject) -> None:
        if entry.feed_of:
            return
        self.store.ensure(entry.name, indexed_fields(entry))
