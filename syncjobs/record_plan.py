"""What a record that is made from an issue begins with. Pure.

issue + mappings  →  fields of the new record, their digests, what is missing
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.catalog.profiles import profile_for
from connector.salesforce.describe import Field
from syncjobs.digests import Digester
from syncjobs.plan import NOTHING, Digest, Given, Json, Note, default_value
from syncjobs.records import read_issue_side, translated_back
from syncjobs.resolve import ResolvedMapping
from syncjobs.status_plan import status_problem
from syncjobs.values import (
    Canonical,
    Inconvertible,
    SalesforceValue,
    read_salesforce,
    write_salesforce,
)
from syncjobs.written import salesforce_echo


@dataclass(frozen=True)
class RecordPlan:
    """The new record's `fields`; `agreed` are the digests that hold once it has them.

    While something is `missing`, Salesforce would refuse the record.
    """

    fields: Json = field(default_factory=dict)
    agreed: Mapping[str, Digest] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    missing: tuple[str, ...] = ()


def plan_record(given: Given, issue: Json) -> RecordPlan:
    """Plan a record from an issue, which holds all fields that the item's mappings read."""
    fields: Json = {}
    agreed: dict[str, Digest] = {}
    notes: list[Note] = []
    for mapping in given.item.mappings:
        target = mapping.salesforce
        if not mapping.to_salesforce or target is None or not target.createable:
            continue
        value = read_issue_side(mapping, mapping.jira, issue)
        written = _written(given, mapping, target, value)
        if isinstance(written, Inconvertible):
            notes.append(Note(target.label, written.reason))
        elif written not in NOTHING:
            fields[target.name] = written
            agreed[mapping.key] = _digests(given, mapping, written, value)
    fields = {**_status(given, issue), **fields}
    return RecordPlan(fields, agreed, tuple(notes), _missing(given, fields))


def without(plan: RecordPlan, given: Given, refused: Mapping[str, str]) -> RecordPlan | None:
    """The plan without the fields that Salesforce refused; None if it can't be made without them.

    `refused` maps names of fields to Salesforce's reasons.
    """
    bad = refused.keys() & plan.fields.keys()
    fields = {name: value for name, value in plan.fields.items() if name not in bad}
    if not bad or _missing(given, fields):
        return None
    keys = {m.key for m in given.item.mappings if m.salesforce and m.salesforce.name in bad}
    agreed = {key: digest for key, digest in plan.agreed.items() if key not in keys}
    notes = tuple(Note(name, refused[name]) for name in sorted(bad))
    return RecordPlan(fields, agreed, (*plan.notes, *notes))


def targets(given: Given, agreed: Mapping[str, Digest]) -> dict[str, str]:
    """The fields by which a record that was made is known again: name → digest of its value.

    References to users are left out: they are written by Id and remembered by mail.
    """
    return {
        mapping.salesforce.name: agreed[mapping.key][0]
        for mapping in given.item.mappings
        if mapping.salesforce and mapping.key in agreed and not mapping.mail_path
    }


def is_same_record(given: Given, agreed: Mapping[str, Digest], row: Json) -> bool:
    """Whether a record has the values that one was asked for with; its targets have to be read.

    Without a value to go by no record is known again.
    """
    known = targets(given, agreed)
    by_target = {m.salesforce.name: m for m in given.item.mappings if m.salesforce}
    return bool(known) and all(
        given.digester.is_same(_echo(given, by_target[name], row[name]), (digest, ""), 0)
        for name, digest in known.items()
    )


def _written(
    given: Given, mapping: ResolvedMapping, target: Field, value: Canonical
) -> SalesforceValue | Inconvertible:
    source = None if mapping.mapping.template else mapping.jira
    if value not in NOTHING:
        return write_salesforce(translated_back(mapping, value), source, target, given.context)
    default = default_value(mapping.mapping.default)
    if default in NOTHING:
        return None
    written = write_salesforce(default, None, target, given.context)
    if isinstance(written, Inconvertible):
        # The default of a mapping in both directions may be written as Jira knows it.
        translated = translated_back(mapping, default)
        again = write_salesforce(translated, None, target, given.context)
        return written if isinstance(again, Inconvertible) else again
    return written


def _digests(
    given: Given, mapping: ResolvedMapping, written: SalesforceValue, value: Canonical
) -> Digest:
    digester: Digester = given.digester
    return digester.written(_echo(given, mapping, written)), digester.exact(value)


def _echo(given: Given, mapping: ResolvedMapping, written: Any) -> Canonical:
    if mapping.reads_record:
        return salesforce_echo(mapping, written, given.context)
    assert mapping.salesforce is not None
    return read_salesforce(written, mapping.salesforce)


def _status(given: Given, issue: Json) -> Json:
    """The status that the item's own table names for the issue's.

    Without a row in it the record begins as Salesforce lets records begin.
    """
    config, sobject = given.item.config.status, given.item.sobject
    if config is None or status_problem(config, sobject):
        return {}
    target = sobject.field(config.field)
    name = str(((issue["fields"].get("status") or {}).get("name")) or "").casefold()
    table = {jira.casefold(): value for jira, value in config.to_salesforce}
    if target is None or not target.createable or name not in table:
        return {}
    return {target.name: table[name]}


def _missing(given: Given, fields: Json) -> tuple[str, ...]:
    required = profile_for(given.item.sobject).required_fields
    return tuple(name for name in required if name not in fields)
