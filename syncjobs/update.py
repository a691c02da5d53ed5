"""Brings linked issues in step with their records: a hundred are read in one call, and only what
differs is written.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from connector.errors import Busy, ConnectionBroken, Refused, RemoteError, Scope
from connector.jira.model import FieldMeta
from linking.models import Link
from linking.saving import save_rows
from syncjobs.due import put_off, settle
from syncjobs.opened import ItemRun
from syncjobs.plan import Given, Json, Note, Plan, has_moved, plan_update

# As many issues as Jira gives in one bulk read.
BULK = 100
# Writes to different issues go out side by side; the client keeps to the site's limits.
SIDE_BY_SIDE = 8


@dataclass
class Pair:
    """A linked record, as it was just read, on its way into its issue."""

    link: Link
    record: Json
    plan: Plan = field(default_factory=Plan)
    refused: tuple[Note, ...] = ()
    error: RemoteError | None = None
    written: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the issue now holds what it should: written, or nothing to be written."""
        return self.written or not self.plan.writes

    @property
    def stamp(self) -> str:
        return str(self.record["SystemModstamp"])

    @property
    def refused_targets(self) -> frozenset[str]:
        return frozenset(note.target for note in self.refused)


def update_issues(run: ItemRun, given: Given, pairs: Sequence[Pair]) -> None:
    """Write what moved in these records to their issues.

    A pair that fails is put off. Raises RemoteError when the whole connection has to wait; pairs
    that were written before that are remembered.
    """
    moved: list[Pair] = []
    still: list[str] = []
    for pair in pairs:
        if has_moved(given, pair.record, pair.link.digests):
            moved.append(pair)
        else:
            still.append(pair.link.record_id)
    run.counts.unchanged += len(still)
    settle(run.item, still)
    for start in range(0, len(moved), BULK):
        _update_chunk(run, given, moved[start : start + BULK])


def _update_chunk(run: ItemRun, given: Given, pairs: Sequence[Pair]) -> None:
    ids = [str(pair.link.issue_id) for pair in pairs]
    issues = run.site.client.issues(ids, run.resolved.jira_fields)
    present = [pair for pair in pairs if pair.link.issue_id in issues]
    _put_off_missing(run, [pair for pair in pairs if pair.link.issue_id not in issues])
    editable = _editable(run, present)
    for pair in present:
        issue = issues[str(pair.link.issue_id)]
        pair.link.issue_key = issue["key"]
        pair.plan = plan_update(given, pair.record, issue, pair.link.digests, editable)
    try:
        _write_side_by_side(run, [pair for pair in present if pair.plan.writes])
    finally:
        _remember(run, present)
    stopped = next((pair.error for pair in present if _stops_connection(pair.error)), None)
    if stopped:
        raise stopped


def _editable(run: ItemRun, pairs: Sequence[Pair]) -> Mapping[str, FieldMeta]:
    """The edit screen's fields; asked for only if a mapped field isn't on the create screen."""
    create_fields = run.resolved.jira.create_fields
    if not pairs or all(name in create_fields for name in run.resolved.jira_fields):
        return create_fields
    side = run.resolved.jira
    issue_id = str(pairs[0].link.issue_id)
    edit_fields = run.site.catalog.edit_fields(side.project.key, side.issue_type.id, issue_id)
    return {**create_fields, **edit_fields}


def _write_side_by_side(run: ItemRun, pairs: Sequence[Pair]) -> None:
    if not pairs:
        return
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(pairs))) as pool:
        stopped = False
        for pair in pool.map(lambda pair: _write(run, pair), pairs):
            if _stops_connection(pair.error) and not stopped:
                stopped = True
                pool.shutdown(wait=False, cancel_futures=True)
                break


def _write(run: ItemRun, pair: Pair) -> Pair:
    fields = pair.plan.fields
    try:
        _edit(run, pair, fields)
        pair.written = True
    except RemoteError as error:
        pair.error = error
    return pair


def _edit(run: ItemRun, pair: Pair, fields: Json) -> None:
    """Set the fields; those that Jira refuses are noted and the others set without them."""
    client = run.site.client
    issue_id = str(pair.link.issue_id)
    try:
        client.edit_issue(issue_id, fields=fields)
    except Refused as refusal:
        bad = refusal.fields.keys() & fields.keys()
        if not bad:
            raise
        pair.refused = tuple(Note(name, refusal.fields[name]) for name in sorted(bad))
        rest = {name: value for name, value in fields.items() if name not in bad}
        if rest:
            client.edit_issue(issue_id, fields=rest)


def _remember(run: ItemRun, pairs: Sequence[Pair]) -> None:
    """Store the new agreement of the pairs that were written, and when to try the failed ones.

    Those that weren't tried because the connection stopped are read again by the next pull.
    """
    done = [pair for pair in pairs if pair.agrees]
    now = timezone.now()
    for pair in done:
        link = pair.link
        link.digests = {**link.digests, **pair.plan.digests(pair.refused_targets)}
        link.notes = [note.to_json() for note in (*pair.plan.notes, *pair.refused)]
        link.synced_at = now
    with transaction.atomic():
        save_rows([pair.link for pair in done], "digests", "notes", "synced_at", "issue_key")
        settle(run.item, [pair.link.record_id for pair in done])
    run.counts.updated += sum(1 for pair in done if pair.plan.writes)
    run.counts.unchanged += sum(1 for pair in done if not pair.plan.writes)
    for pair in pairs:
        if pair.error is not None:
            put_off(
                run.item, pair.link.record_id, pair.error.message, link=pair.link, stamp=pair.stamp
            )
            run.counts.failed += 1


def _put_off_missing(run: ItemRun, pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        put_off(
            run.item,
            pair.link.record_id,
            f"Jira doesn't show issue {pair.link.issue_key}: it was deleted, or the connector's "
            "user may not see it any more.",
            link=pair.link,
            stamp=pair.stamp,
        )
    run.counts.failed += len(pairs)


def _stops_connection(error: RemoteError | None) -> bool:
    if isinstance(error, Busy):
        return error.scope is Scope.CONNECTION
    return isinstance(error, ConnectionBroken)
