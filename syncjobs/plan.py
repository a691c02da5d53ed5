"""What has to be written so that a pair agrees. Pure: no ORM, no HTTP, no clock.

    record + issue + digests of the last agreement  →  field writes and notes

A mapping's digests are taken of Salesforce's value as it would be written (its value table
applied, so that a changed table counts as a change) and of what Jira then holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.jira.model import FieldMeta
from syncjobs.echo import as_read
from syncjobs.records import read_mapping
from syncjobs.resolve import ResolvedItem, ResolvedMapping
from syncjobs.values import (
    Canonical,
    Inconvertible,
    WriteContext,
    fingerprint,
    read_jira,
    write_jira,
)

Json = dict[str, Any]
# Mapping key → (digest of Salesforce's value, digest of Jira's value).
Digests = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Note:
    """Something that couldn't be carried over: `target` is the field, `reason` a sentence."""

    target: str
    reason: str

    def to_json(self) -> dict[str, str]:
        return {"target": self.target, "reason": self.reason}


@dataclass(frozen=True)
class FieldWrite:
    """One issue field to be set. `digests` hold once it has been written."""

    key: str
    target: str
    value: Any
    before: Canonical
    after: Canonical
    digests: tuple[str, str]


@dataclass(frozen=True)
class Plan:
    """`writes` go to the issue; `agreed` are digests to be remembered without a write."""

    writes: tuple[FieldWrite, ...] = ()
    notes: tuple[Note, ...] = ()
    agreed: Digests = field(default_factory=dict)

    @property
    def fields(self) -> Json:
        return {write.target: write.value for write in self.writes}

    def digests(self, refused: frozenset[str] = frozenset()) -> dict[str, tuple[str, str]]:
        """All digests to be remembered after the writes, but for the `refused` targets."""
        written = {w.key: w.digests for w in self.writes if w.target not in refused}
        return {**self.agreed, **written}


@dataclass(frozen=True)
class Given:
    """What a plan is made for, apart from the pair itself."""

    item: ResolvedItem
    digest_key: bytes
    context: WriteContext

    def digest(self, value: Canonical) -> str:
        return fingerprint(value, self.digest_key)


def plan_creation(given: Given, record: Json) -> Plan:
    """Plan a new issue's fields from a record. What its create screen lacks comes afterwards."""
    writes: list[FieldWrite] = []
    notes: list[Note] = []
    for mapping in _to_jira(given.item):
        meta = given.item.jira.create_fields.get(mapping.mapping.jira)
        if meta is None:
            continue
        outgoing = _outgoing(given, mapping, meta, record, creating=True)
        if isinstance(outgoing, Note):
            notes.append(outgoing)
        elif outgoing.value not in (None, []):
            writes.append(outgoing)
    return Plan(tuple(writes), tuple(notes))


def has_moved(given: Given, record: Json, digests: Digests) -> bool:
    """Whether any mapped value of the record differs from the last agreement.

    Most records that Salesforce reports as changed have not changed in what is mapped; they cost
    no call to Jira.
    """
    return any(
        given.digest(read_mapping(mapping, record)) != digests.get(mapping.key, ("", ""))[0]
        for mapping in _to_jira(given.item)
        if not mapping.mapping.create_only
    )


def plan_update(
    given: Given, record: Json, issue: Json, digests: Digests, editable: Mapping[str, FieldMeta]
) -> Plan:
    """Plan the writes to an issue whose record may have moved.

    `editable` are the fields of the issue's edit screen. A value that Jira already holds is not
    written again.
    """
    writes: list[FieldWrite] = []
    notes: list[Note] = []
    agreed: dict[str, tuple[str, str]] = {}
    for mapping in _to_jira(given.item):
        if mapping.mapping.create_only:
            continue
        salesforce = given.digest(read_mapping(mapping, record))
        known = digests.get(mapping.key)
        if known and known[0] == salesforce:
            continue
        target = mapping.mapping.jira
        meta = editable.get(target) or mapping.jira
        if meta is None:
            continue
        outgoing = _outgoing(given, mapping, meta, record)
        if isinstance(outgoing, Note):
            notes.append(outgoing)
            continue
        current = read_jira(issue["fields"].get(target), meta.schema)
        if given.digest(current) == outgoing.digests[1]:
            agreed[mapping.key] = outgoing.digests
        else:
            writes.append(_replacing(outgoing, current))
    return Plan(tuple(writes), tuple(notes), agreed)


def _to_jira(item: ResolvedItem) -> list[ResolvedMapping]:
    return [mapping for mapping in item.mappings if mapping.to_jira]


def _replacing(write: FieldWrite, before: Canonical) -> FieldWrite:
    return FieldWrite(write.key, write.target, write.value, before, write.after, write.digests)


def _outgoing(
    given: Given,
    mapping: ResolvedMapping,
    meta: FieldMeta,
    record: Json,
    *,
    creating: bool = False,
) -> FieldWrite | Note:
    value = read_mapping(mapping, record)
    digest = given.digest(value)
    if creating and value in (None, "", ()):
        value = _default(mapping)
    written = write_jira(value, mapping.salesforce, meta, given.context)
    if isinstance(written, Inconvertible):
        return Note(meta.name or meta.id, written.reason)
    after = as_read(written, meta)
    return FieldWrite(
        key=mapping.key,
        target=meta.id,
        value=written,
        before=None,
        after=after,
        digests=(digest, given.digest(after)),
    )


def _default(mapping: ResolvedMapping) -> Canonical:
    default = mapping.mapping.default
    return default if not isinstance(default, int | float) else str(default)
