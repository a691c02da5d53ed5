"""What has to be written so that a pair agrees. Pure: no ORM, no HTTP, no clock.

    record + issue + digests of the last agreement  →  field writes, notes, conflicts

A mapping's two digests are taken of Salesforce's value as it would be written (its value table
applied, so that a changed table counts as a change) and of Jira's value. Comparing them with the
values of now is a three-way merge: who has moved since the two agreed?
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from connector.document.model import Default, Direction
from connector.jira.model import FieldMeta
from syncjobs.digests import Digester
from syncjobs.echo import as_read
from syncjobs.merge import Move, decide
from syncjobs.records import (
    read_issue_side,
    read_mapping,
    stamp_of_issue,
    stamp_of_record,
    translated_back,
)
from syncjobs.resolve import ResolvedItem, ResolvedMapping
from syncjobs.values import (
    Canonical,
    Inconvertible,
    WriteContext,
    write_jira,
    write_salesforce,
)
from syncjobs.written import salesforce_echo

Json = dict[str, Any]
NOTHING: tuple[Any, ...] = (None, "", (), [])
Digest = tuple[str, str]
# Mapping key → (digest of Salesforce's value, digest of Jira's value).
Digests = Mapping[str, Digest]


@dataclass(frozen=True)
class Note:
    """Something that couldn't be carried over: `target` is the field, `reason` a sentence."""

    target: str
    reason: str

    def to_json(self) -> dict[str, str]:
        return {"target": self.target, "reason": self.reason}


@dataclass(frozen=True)
class FieldWrite:
    """One field to be set. `digests` hold once it has been written."""

    key: str
    target: str
    value: Any
    before: Canonical
    after: Canonical
    digests: Digest


@dataclass(frozen=True)
class Plan:
    """What to write on either side.

    `agreed` are digests to be remembered without a write; `conflicts` are mappings that wait for
    somebody's decision.
    """

    to_jira: tuple[FieldWrite, ...] = ()
    to_salesforce: tuple[FieldWrite, ...] = ()
    notes: tuple[Note, ...] = ()
    conflicts: tuple[Note, ...] = ()
    agreed: Digests = field(default_factory=dict)

    @property
    def jira_fields(self) -> Json:
        return {write.target: write.value for write in self.to_jira}

    @property
    def salesforce_fields(self) -> Json:
        return {write.target: write.value for write in self.to_salesforce}

    @property
    def is_empty(self) -> bool:
        return not (self.to_jira or self.to_salesforce)

    def digests(self, refused: frozenset[str] = frozenset()) -> dict[str, Digest]:
        """All digests to be remembered after the writes, but for the `refused` targets."""
        writes = (*self.to_jira, *self.to_salesforce)
        return {**self.agreed, **{w.key: w.digests for w in writes if w.target not in refused}}


@dataclass(frozen=True)
class Given:
    """What a plan is made for, apart from the pair itself."""

    item: ResolvedItem
    digester: Digester
    context: WriteContext


def plan_creation(given: Given, record: Json) -> Plan:
    """Plan a new issue's fields from a record. What its create screen lacks comes afterwards."""
    writes: list[FieldWrite] = []
    notes: list[Note] = []
    agreed: dict[str, Digest] = {}
    for mapping in given.item.to_jira:
        meta = given.item.jira.create_fields.get(mapping.mapping.jira)
        if meta is None:
            continue
        value = read_mapping(mapping, record)
        outgoing = _to_jira(given, mapping, meta, value, default=mapping.mapping.default)
        if isinstance(outgoing, Note):
            notes.append(outgoing)
        elif outgoing.value not in NOTHING:
            writes.append(outgoing)
        elif not meta.has_default:
            agreed[mapping.key] = outgoing.digests
    return Plan(tuple(writes), notes=tuple(notes), agreed=agreed)


def has_moved(given: Given, record: Json, digests: Digests) -> bool:
    """Whether any mapped value of the record differs from the last agreement.

    Most records that Salesforce reports as changed have not changed in what is mapped; they cost
    no call to Jira.
    """
    return any(
        not given.digester.is_same(read_mapping(mapping, record), digests.get(mapping.key), 0)
        for mapping in given.item.to_jira
        if not mapping.mapping.create_only
    )


def plan_pair(
    given: Given, record: Json, issue: Json, digests: Digests, editable: Mapping[str, FieldMeta]
) -> Plan:
    """Plan what brings a pair in step.

    `editable` are the fields of the issue's edit screen. A value that the other side already
    holds is not written again.
    """
    plan = Plan()
    for mapping in given.item.mappings:
        if not mapping.mapping.create_only:
            known = digests.get(mapping.key)
            part = _Pair(given, mapping, record, issue, known, editable)
            plan = part.add_to(plan)
    return plan


@dataclass
class _Pair:
    """One mapping of one pair."""

    given: Given
    mapping: ResolvedMapping
    record: Json
    issue: Json
    known: Digest | None
    editable: Mapping[str, FieldMeta]

    def __post_init__(self) -> None:
        target = self.mapping.mapping.jira
        self.meta = self.editable.get(target) or self.mapping.jira
        self.salesforce = (
            read_mapping(self.mapping, self.record) if self.mapping.reads_record else None
        )
        self.jira = read_issue_side(self.mapping, self.meta, self.issue)

    def add_to(self, plan: Plan) -> Plan:
        digester = self.given.digester
        moved_salesforce = not digester.is_same(self.salesforce, self.known, 0)
        if self._is_stuck():
            outgoing = self._outgoing()
            moved_salesforce = not isinstance(outgoing, Note)
            if isinstance(outgoing, Note):
                plan = replace(plan, notes=(*plan.notes, outgoing))
        moved_jira = not digester.is_same(self.jira, self.known, 1)
        if self.known is None and self.salesforce in NOTHING:
            return self._begin_empty(plan)
        rule = self.mapping.mapping.conflict or self.given.item.config.conflict
        move = decide(
            self.mapping.direction,
            rule,
            first=self.known is None,
            salesforce=moved_salesforce,
            jira=moved_jira,
            salesforce_is_newer=stamp_of_record(self.record) >= stamp_of_issue(self.issue),
        )
        if move is Move.NONE:
            return self._upgraded(plan)
        return self._moved(plan, move)

    def _begin_empty(self, plan: Plan) -> Plan:
        """The two never agreed, and Salesforce has nothing: that empties no field in Jira."""
        direction = self.mapping.direction
        if direction is not Direction.TO_JIRA and self.jira not in NOTHING:
            return self._write_salesforce(plan)
        return replace(plan, agreed={**plan.agreed, self.mapping.key: self._digests()})

    def _upgraded(self, plan: Plan) -> Plan:
        """Nobody moved: remember exactly what was known roughly (what we had written)."""
        if self.known is None or not any(map(Digester.is_rough, self.known)):
            return plan
        return replace(plan, agreed={**plan.agreed, self.mapping.key: self._digests()})

    def _moved(self, plan: Plan, move: Move) -> Plan:
        if move is Move.TO_SALESFORCE:
            return self._write_salesforce(plan)
        outgoing = self._outgoing()
        if isinstance(outgoing, Note):
            return self._stuck(plan, outgoing)
        if outgoing is None:
            return plan
        if self.given.digester.is_same(self.jira, outgoing.digests, 1):
            return replace(plan, agreed={**plan.agreed, self.mapping.key: self._digests()})
        if move is Move.ASK:
            return replace(plan, conflicts=(*plan.conflicts, self._conflict()))
        if move is Move.CONFLICT_TO_SALESFORCE:
            return self._write_salesforce(plan)
        return replace(plan, to_jira=(*plan.to_jira, replace(outgoing, before=self.jira)))

    def _is_stuck(self) -> bool:
        stuck = self.given.digester.stuck(self.salesforce)
        return self.known is not None and self.known[0] == stuck

    def _stuck(self, plan: Plan, note: Note) -> Plan:
        """Jira can't take Salesforce's value: where Jira may answer, remember what it holds now."""
        plan = replace(plan, notes=(*plan.notes, note))
        if self.mapping.direction is not Direction.BOTH:
            return plan
        digester = self.given.digester
        stuck = digester.stuck(self.salesforce), digester.exact(self.jira)
        return replace(plan, agreed={**plan.agreed, self.mapping.key: stuck})

    def _digests(self) -> Digest:
        digest = self.given.digester.exact
        return digest(self.salesforce), digest(self.jira)

    def _outgoing(self) -> FieldWrite | Note | None:
        if self.meta is None:
            return None
        return _to_jira(self.given, self.mapping, self.meta, self.salesforce)

    def _write_salesforce(self, plan: Plan) -> Plan:
        target = self.mapping.salesforce
        assert target is not None
        source = None if self.mapping.mapping.template else self.meta
        value = translated_back(self.mapping, self.jira)
        written = write_salesforce(value, source, target, self.given.context)
        if isinstance(written, Inconvertible):
            return replace(plan, notes=(*plan.notes, Note(target.label, written.reason)))
        echo = salesforce_echo(self.mapping, written, self.given.context)
        digester = self.given.digester
        if self.mapping.reads_record and digester.exact(echo) == digester.exact(self.salesforce):
            return replace(plan, agreed={**plan.agreed, self.mapping.key: self._digests()})
        write = FieldWrite(
            key=self.mapping.key,
            target=target.name,
            value=written,
            before=self.salesforce,
            after=echo,
            digests=(digester.written(echo), digester.exact(self.jira)),
        )
        return replace(plan, to_salesforce=(*plan.to_salesforce, write))

    def _conflict(self) -> Note:
        names = f"{self.mapping.mapping.salesforce} and {self.mapping.mapping.jira}"
        return Note(self.mapping.key, f"{names} were both changed since they last agreed.")


def _to_jira(
    given: Given,
    mapping: ResolvedMapping,
    meta: FieldMeta,
    value: Canonical,
    *,
    default: Default = None,
) -> FieldWrite | Note:
    shown = default_value(default) if value in NOTHING else value
    written = write_jira(shown, mapping.salesforce, meta, given.context)
    if isinstance(written, Inconvertible) and mapping.mail_path and mapping.mapping.default:
        # Nobody in Jira is this person: the mapping says who stands in.
        stand_in = default_value(mapping.mapping.default)
        written = write_jira(stand_in, mapping.salesforce, meta, given.context)
    if isinstance(written, Inconvertible):
        return Note(meta.name or meta.id, written.reason)
    after = as_read(written, meta)
    digester = given.digester
    return FieldWrite(
        key=mapping.key,
        target=meta.id,
        value=written,
        before=None,
        after=after,
        digests=(digester.exact(value), digester.written(after)),
    )


def default_value(default: Default) -> Canonical:
    """Return a mapping's default as a value: numbers as they are written."""
    if isinstance(default, int | float) and not isinstance(default, bool):
        return str(default)
    return default
