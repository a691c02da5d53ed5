"""Tells what a sync would write on either side of one pair, and writes nothing.

    look (read-only)  →  the plans that a sync would carry out  →  operations and notes

Each planner answers for one part of a pair; none of them writes to either system or to a link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.errors import Gone
from connector.salesforce.ids import to_18
from linking.marks import link_note
from linking.models import CommentPair, Link
from syncjobs.context import given_for
from syncjobs.issues import editable_fields
from syncjobs.link_notes import note_place
from syncjobs.looking import Unusable
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair
from syncjobs.plan import FieldWrite, Json, Note, plan_creation, plan_pair
from syncjobs.polling import load_records
from syncjobs.queries import matching_of
from syncjobs.testrun_parts import plan_attachments, plan_comments
from syncjobs.testrun_status import plan_status
from syncjobs.testrun_values import JIRA, SALESFORCE, Operation, Planned
from syncjobs.values import as_text

Planner = Callable[[ItemRun, Pair], Planned]


@dataclass(frozen=True)
class Outcome:
    """What a sync would do: the record's id and the issue's key are None where there is none."""

    item: str
    record: str | None
    issue: str | None
    planned: Planned

    def to_json(self) -> dict[str, Any]:
        return {
            "item": self.item,
            "record": self.record,
            "issue": self.issue,
            "operations": [each.to_json() for each in self.planned.operations],
            "notes": [each.to_json() for each in self.planned.notes],
        }


def try_record(run: ItemRun, given_id: str) -> Outcome:
    """Plan for a record, linked or not; its id has 15 or 18 characters.

    Raises Unusable for an id that names no record of the item's object, and RemoteError.
    """
    record_id = _checked_id(run, given_id)
    record = _record(run, record_id)
    link = Link.objects.filter(item=run.item, record_id=record_id).order_by("pk").last()
    if link is not None and link.state == Link.State.ACTIVE:
        return _try_pair(run, link, record)
    name = run.resolved.config.name
    if link is None:
        return Outcome(name, record_id, None, _plan_new(run, record))
    return Outcome(name, record_id, None, Planned(notes=(Note("link", _why_not_again(link)),)))


def try_issue(run: ItemRun, key: str) -> Outcome:
    """Plan for an issue. Raises Unusable for one that Jira doesn't show, and RemoteError."""
    try:
        issue = run.site.client.issue(key, ["project"])
    except Gone as error:
        raise Unusable(
            f"Jira has no issue {key}, or the connector's user may not see it."
        ) from error
    link = Link.objects.filter(
        item=run.item, issue_id=str(issue["id"]), state=Link.State.ACTIVE
    ).first()
    if link is not None:
        return _try_pair(run, link, _record(run, link.record_id))
    name = run.resolved.config.name
    note = Note("link", f"{issue['key']} isn't linked to a record under the item {name}.")
    return Outcome(name, None, str(issue["key"]), Planned(notes=(note,)))


def _checked_id(run: ItemRun, given_id: str) -> str:
    try:
        record_id = to_18(given_id.strip())
    except ValueError as error:
        raise Unusable(str(error)) from error
    sobject = run.resolved.sobject
    if sobject.key_prefix and not record_id.startswith(sobject.key_prefix):
        raise Unusable(
            f"{given_id} is no {sobject.label}: ids of {sobject.name} begin with "
            f"{sobject.key_prefix}. The item synchronizes {sobject.name} only."
        )
    return record_id


def _record(run: ItemRun, record_id: str) -> Json:
    found = load_records(run, [record_id])
    if not found:
        raise Unusable(
            f"Salesforce has no {run.resolved.sobject.label} {record_id}, or the integration user "
            "may not see it."
        )
    return found[0]


def _why_not_again(link: Link) -> str:
    if link.state == Link.State.CREATING:
        return "An issue is being made for this record, or its answer was lost: a sync finds out."
    reason = link.ended_reason.rstrip(".")
    return f"The record's link to {link.issue_key} has ended, and is not made again: {reason}."


# A record without an issue


def _plan_new(run: ItemRun, record: Json) -> Planned:
    """What making the issue would write, and why a sync wouldn't make it, if it wouldn't."""
    side, config = run.resolved.jira, run.resolved.config
    plan = plan_creation(given_for(run, [record]), record)
    create = Operation(JIRA, "create", side.project.key, None, side.issue_type.name)
    fields = tuple(_field(JIRA, write) for write in plan.to_jira)
    marks = _marks(run, Link(item=run.item, record_id=record["Id"]))
    notes = [*_not_taken_up(run, record), *plan.notes, *_problems(run)]
    if config.status or config.comments.enabled or config.attachments.enabled:
        rest = "Its status, comments and files, where the item carries them, follow once it exists."
        notes.append(Note("issue", rest))
    return Planned((create, *fields, *marks), tuple(notes))


def _not_taken_up(run: ItemRun, record: Json) -> list[Note]:
    config, since = run.resolved.config, run.takes_up_from
    reasons: list[str] = []
    if not config.enabled:
        reasons.append("the item is switched off")
    if not config.auto_create_issues:
        reasons.append("the item makes no issues by itself (auto_create_issues is false)")
    if since is not None and datetime.fromisoformat(record["CreatedDate"]) < since:
        reasons.append(
            "it was created before the item was first published, and the item takes up no older "
            "records (backfill is false)"
        )
    if config.record_filter and not _matches(run, record):
        reasons.append("it doesn't match the item's record_filter")
    return [Note("record", f"A sync would not take this record up: {each}.") for each in reasons]


def _matches(run: ItemRun, record: Json) -> bool:
    soql = matching_of(
        run.resolved.sobject.name, run.resolved.config.record_filter, [str(record["Id"])]
    )
    return bool(run.org.client.query(soql).records)


# A linked pair


def _try_pair(run: ItemRun, link: Link, record: Json) -> Outcome:
    config = run.resolved.config
    optional = {
        "status": config.status is not None,
        "attachment": config.attachments.enabled,
        "comment": config.comments.enabled,
    }
    wanted = [*run.resolved.jira_fields, "project", *(n for n, on in optional.items() if on)]
    try:
        issue = run.site.client.issue(str(link.issue_id), wanted)
    except Gone as error:
        raise Unusable(
            f"Record {link.record_id} is linked to issue {link.issue_key}, which Jira doesn't "
            "show: it was deleted, or the connector's user may not see it any more."
        ) from error
    link.issue_key = str(issue["key"])
    pair = Pair(link, record, issue, whole=True)
    planned = Planned(notes=tuple(_problems(run)))
    for planner in PLANNERS:
        planned += planner(run, pair)
    return Outcome(config.name, link.record_id, link.issue_key, planned)


def plan_fields(run: ItemRun, pair: Pair) -> Planned:
    """The field values that would be written."""
    given = given_for(run, [pair.record], [pair.issue])
    editable = editable_fields(run, str(pair.link.issue_id))
    plan = plan_pair(given, pair.record, pair.issue, pair.link.digests, editable)
    to_jira = (_field(JIRA, write) for write in plan.to_jira)
    to_salesforce = (_field(SALESFORCE, write) for write in plan.to_salesforce)
    return Planned((*to_jira, *to_salesforce), (*plan.notes, *plan.conflicts))


def plan_marks(run: ItemRun, pair: Pair) -> Planned:
    """The link note and the remote link, as long as they are missing."""
    return Planned(tuple(_marks(run, pair.link)))


# What a sync would do with a linked pair, in its order. A new part of a pair is added here.
PLANNERS: tuple[Planner, ...] = (
    plan_fields,
    plan_status,
    plan_comments,
    plan_attachments,
    plan_marks,
)


def _field(side: str, write: FieldWrite) -> Operation:
    before = as_text(write.before) or None
    return Operation(side, "field", write.target, before, as_text(write.after) or None)


def _problems(run: ItemRun) -> list[Note]:
    return [Note("mapping", problem) for problem in run.resolved.problems]


def _marks(run: ItemRun, link: Link) -> list[Operation]:
    planned: list[Operation] = []
    place = note_place(run.resolved.sobject)
    if place is not None and _needs_note(link):
        key = link.issue_key or "(the new issue)"
        url = f"{run.site.connection.base_url.rstrip('/')}/browse/{key}"
        text = link_note(key, url, run.resolved.config.name, link.origin)
        planned.append(Operation(SALESFORCE, "note", "link note", None, text))
    if run.resolved.config.jira_remote_link and link.remote_linked_at is None:
        shown = f"{run.resolved.sobject.label} {link.record_id}"
        planned.append(Operation(JIRA, "note", "remote link", None, shown))
    return planned


def _needs_note(link: Link) -> bool:
    """A new link gets its note; a note that couldn't be written, or was, is not tried again."""
    return (
        link._state.adding
        or link.comment_pairs.filter(
            kind=CommentPair.Kind.LINK_NOTE, state=CommentPair.State.INTENDED
        ).exists()
    )
