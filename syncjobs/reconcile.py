"""The one operation on linked data: bring pairs in step, whatever made them due.

    lease  →  load both sides  →  plan (pure)  →  write  →  remember digests

A hundred pairs are read in one call, and only what differs is written.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from connector.errors import RemoteError
from linking.models import Link
from linking.saving import save_rows
from syncjobs.begun import landed, remember_begun, without_begun
from syncjobs.context import given_for
from syncjobs.due import make_due, marks_of, put_off, settle
from syncjobs.endings import missing_issue, missing_records
from syncjobs.issues import editable_fields, read_issues
from syncjobs.leases import leased
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair, stops_connection
from syncjobs.parts import parts_of
from syncjobs.plan import Given, Json, has_moved, plan_pair
from syncjobs.status_sync import has_status_moved
from syncjobs.write import write_issues, write_records

# As many issues as Jira gives in one bulk read.
BULK = 100

Load = Callable[[Sequence[str]], Sequence[Json]]


def reconcile_changed(
    run: ItemRun, records: Sequence[Json], links: Mapping[str, Link], read_at: datetime
) -> None:
    """Reconcile linked records that Salesforce reports as changed, as they were read.

    Those whose mapped values did not move cost no call to Jira. Raises RemoteError when a
    connection has to wait; pairs that were written before that are remembered.
    """
    if not records:
        return
    given = given_for(run, records)
    marks = marks_of(run.item, links)
    moved = [
        record
        for record in records
        if record["Id"] in marks or _has_moved(run, given, record, links[record["Id"]])
    ]
    run.counts.unchanged += len(records) - len(moved)
    for start in range(0, len(moved), BULK):
        chunk = {record["Id"]: record for record in moved[start : start + BULK]}
        with leased([links[record_id] for record_id in chunk]) as mine:
            fresh = [link for link in mine if not _is_newer(link, read_at)]
            _put_back(links, chunk, fresh)
            pairs = [Pair(e, chunk[e.record_id], whole=e.record_id in marks) for e in fresh]
            _reconcile(run, pairs, marks)


def _has_moved(run: ItemRun, given: Given, record: Json, link: Link) -> bool:
    return has_moved(given, record, link.digests) or has_status_moved(run, record, link.digests)


def reconcile_created(run: ItemRun, records: Mapping[str, Json], links: Sequence[Link]) -> None:
    """Carry into records what issues that were just made from them have: their key, for one."""
    for start in range(0, len(links), BULK):
        with leased(links[start : start + BULK]) as mine:
            marks = marks_of(run.item, [link.record_id for link in mine])
            pairs = [
                Pair(e, records[e.record_id], whole=e.record_id in marks, created=True)
                for e in mine
            ]
            _reconcile(run, pairs, marks)


def reconcile_due(run: ItemRun, links: Sequence[Link], load: Load) -> None:
    """Reconcile pairs for whatever reason they are due; `load` reads records by their ids.

    Raises RemoteError when a connection has to wait.
    """
    for start in range(0, len(links), BULK):
        with leased(links[start : start + BULK]) as mine:
            marks = marks_of(run.item, [link.record_id for link in mine])
            records = {r["Id"]: r for r in load([link.record_id for link in mine])}
            gone = [link for link in mine if link.record_id not in records]
            missing_records(run, gone)
            pairs = [
                Pair(link, records[link.record_id], whole=True) for link in mine if link not in gone
            ]
            _reconcile(run, pairs, marks)


def _is_newer(link: Link, read_at: datetime) -> bool:
    """Whether somebody reconciled the pair after its record was read."""
    return link.synced_at is not None and link.synced_at >= read_at


def _put_back(links: Mapping[str, Link], chunk: Mapping[str, Json], fresh: list[Link]) -> None:
    """Pairs that somebody else has, or had meanwhile, are loaded anew in their turn."""
    taken = {link.record_id for link in fresh}
    make_due([links[record_id] for record_id in chunk if record_id not in taken])


def _reconcile(run: ItemRun, pairs: Sequence[Pair], marks: Mapping[str, str]) -> None:
    if not pairs:
        return
    read_at = timezone.now()
    present = _with_issues(run, pairs)
    _plan(run, present)
    try:
        _write(run, present)
    except RemoteError:
        _remember(run, present, marks, read_at)
        raise
    _remember(run, present, marks, read_at)


def _write(run: ItemRun, pairs: Sequence[Pair]) -> None:
    """Write what is planned, then the parts. Raises the error of a connection that has to wait."""
    remember_begun(pairs)
    write_records(run, [pair for pair in pairs if pair.plan.to_salesforce])
    write_issues(run, [p for p in pairs if p.plan.to_jira and p.error is None])
    _raise_stopping(pairs)
    for part in parts_of(run.resolved.config):
        concerned = [pair for pair in pairs if pair.whole or part.always]
        part.sync(run, [pair for pair in concerned if pair.error is None])
        _raise_stopping(pairs)


def _with_issues(run: ItemRun, pairs: Sequence[Pair]) -> list[Pair]:
    """Load the pairs' issues; those that are missing are looked into, and left out."""
    fields = list(run.resolved.jira_fields)
    whole = any(pair.whole for pair in pairs)
    for part in parts_of(run.resolved.config):
        fields += part.issue_fields if whole or part.always else ()
    issues = read_issues(run, [pair.link for pair in pairs], fields)
    present: list[Pair] = []
    for pair in pairs:
        issue = issues.get(str(pair.link.issue_id))
        if issue is None:
            missing_issue(run, pair.link, pair.stamp)
        else:
            pair.issue, pair.link.issue_key = issue, issue["key"]
            present.append(pair)
    return present


def _raise_stopping(pairs: Sequence[Pair]) -> None:
    for pair in pairs:
        if pair.error is not None and stops_connection(pair.error):
            raise pair.error


def _plan(run: ItemRun, pairs: Sequence[Pair]) -> None:
    if not pairs:
        return
    given = given_for(run, [pair.record for pair in pairs], [pair.issue for pair in pairs])
    editable = editable_fields(run, str(pairs[0].link.issue_id))
    for pair in pairs:
        pair.link.digests = landed(given, pair)
        pair.plan = plan_pair(given, pair.record, pair.issue, pair.link.digests, editable)
        pair.notes += pair.plan.notes


def _remember(
    run: ItemRun, pairs: Sequence[Pair], marks: Mapping[str, str], read_at: datetime
) -> None:
    """Store the new agreement of the pairs that are in step, and when to try the failed ones.

    They are in step as of `read_at`: what people change from then on is seen by the next look.
    Those that weren't tried because a connection stopped are due still.
    """
    agreed = [pair for pair in pairs if pair.agrees]
    for pair in agreed:
        link = pair.link
        link.digests = {**without_begun(link), **pair.plan.digests(frozenset(pair.refused))}
        link.notes = [note.to_json() for note in (*pair.notes, *pair.plan.conflicts)]
        link.synced_at = read_at
    settled = [p.record_id for p in agreed if p.error is None and p.record_id in marks]
    with transaction.atomic():
        save_rows([pair.link for pair in agreed], "digests", "notes", "synced_at", "issue_key")
        settle(run.item, [marks[record_id] for record_id in settled])
    counted = [pair for pair in agreed if not pair.created]
    run.counts.updated += sum(1 for pair in counted if not pair.plan.is_empty)
    run.counts.unchanged += sum(1 for pair in counted if pair.plan.is_empty)
    for pair in pairs:
        if pair.error is not None:
            _failed(run, pair.link, pair.error, pair.stamp)


def _failed(run: ItemRun, link: Link, error: RemoteError, stamp: str) -> None:
    put_off(run.item, link.record_id, error.message, link=link, stamp=stamp)
    run.counts.failed += 1
