"""One poll of an org: asks what has changed for all its items, and hands the records on."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.utils import timezone

from connector.errors import RemoteError
from connector.salesforce.answers import QueryPage
from connector.salesforce.soql import id_chunks
from linking.models import Link
from syncjobs.create_records import create_records
from syncjobs.due import due_records, make_due
from syncjobs.echoes import made_by_others
from syncjobs.inbox import process_all_events
from syncjobs.intake import take
from syncjobs.models import Watermark
from syncjobs.opened import ItemRun, Org
from syncjobs.plan import Json
from syncjobs.queries import records_by
from syncjobs.reading import (
    Activity,
    Backfill,
    Changes,
    Read,
    Relatives,
    place_of,
    plan_reads,
    walk,
)
from syncjobs.reconcile import reconcile_changed, reconcile_due
from syncjobs.recover import recover
from syncjobs.resolve import Relation
from syncjobs.safety_net import note_updates
from syncjobs.session import Session
from syncjobs.watermarks import (
    advance,
    advance_backfill,
    backfill_marks,
    change_marks,
    finish_backfill,
)

# A run gives way before its task is ended by force; the next one goes on from its watermark.
LONGEST_SECONDS = 20 * 60.0
DUE_AT_ONCE = 2_000


@dataclass
class Poll:
    """One poll for the items of a session."""

    session: Session
    _end: float = field(default_factory=lambda: time.monotonic() + LONGEST_SECONDS)
    _read_at: datetime = field(default_factory=timezone.now)

    @property
    def org(self) -> Org:
        return self.session.org

    @property
    def runs(self) -> list[ItemRun]:
        return self.session.runs

    def go(self) -> None:
        """Reconcile all that is due. Raises RemoteError when the org itself has to wait."""
        for run in self.runs:
            self.session.each(run, recover)
        process_all_events(wake_workers=False)
        for run in self._one_a_site():
            self.session.each(run, _look_at_site)
        for run in self.runs:
            self.session.each(run, create_records)
        changes, backfills = change_marks(self.runs), backfill_marks(self.runs)
        degraded = self.org.connection.degraded
        reads = plan_reads(self.runs, changes, backfills, degraded)
        self._read_at = timezone.now()
        # Deleted records show in a poll only when all rows are asked for.
        pages = self.org.client.query_many([read.soql for read in reads], all_rows=True)
        asked_at = self.org.client.server_time or timezone.now()
        for read, page in zip(reads, pages, strict=True):
            self._read(read, page, changes, asked_at)
        for run in self.runs:
            self.session.each(run, take_due)

    def _read(
        self,
        read: Read,
        page: QueryPage | RemoteError,
        changes: dict[int, Watermark],
        asked_at: datetime,
    ) -> None:
        if isinstance(read, Activity):
            self._read_activity(read, page)
        elif isinstance(page, RemoteError):
            for run in read.concerned:
                self.session.failed(run, page)
        elif isinstance(read, Relatives):
            for rows in walk(self.org.client, read.soql, page):
                self._take_relatives(read.relations, rows)
        elif isinstance(read, Changes):
            self._read_changes(read, page, changes, asked_at)
        else:
            self._read_backfill(read, page)

    def _read_changes(
        self, read: Changes, page: QueryPage, marks: dict[int, Watermark], asked_at: datetime
    ) -> None:
        for records in walk(self.org.client, read.soql, page, read.resume):
            self._take_relatives(read.relations, records)
            for run in self._going(read.runs):
                take_them = partial(take, records=records, read_at=self._read_at)
                if self.session.each(run, take_them) and records:
                    advance(marks[run.item.pk], place_of(records[-1]).stamp)
            if self._is_late():
                return
        for run in self._going(read.runs):
            advance(marks[run.item.pk], asked_at)

    def _read_backfill(self, read: Backfill, page: QueryPage) -> None:
        for records in walk(self.org.client, read.soql, page, read.resume):
            take_them = partial(take, records=records, read_at=self._read_at, matched=True)
            if not self.session.each(read.run, take_them):
                return
            if records:
                advance_backfill(read.mark, place_of(records[-1]))
            if self._is_late():
                return
        finish_backfill(read.mark)

    def _take_relatives(
        self, relations: Sequence[tuple[ItemRun, Relation]], rows: Sequence[Json]
    ) -> None:
        for run, relation in relations:
            ids = [row[relation.key] for row in rows if row[relation.key]]
            self.session.each(run, partial(self._take_by, path=relation.id_path, ids=ids))

    def _read_activity(self, read: Activity, page: QueryPage | RemoteError) -> None:
        """Make the pairs due whose record has new comments or files.

        A user who may not read these all at once is no failure: they come with their record.
        """
        if isinstance(page, RemoteError):
            return
        for rows in walk(self.org.client, read.soql, page):
            ids = {row[read.key] for row in made_by_others(rows)}
            make_due(
                Link.objects.filter(
                    item__in=[run.item for run in read.runs],
                    state=Link.State.ACTIVE,
                    record_id__in=ids,
                )
            )
            for run in read.runs:
                run.active_ids |= ids

    def _take_by(self, run: ItemRun, path: str, ids: Sequence[str]) -> None:
        """Bring the linked records among those whose `path` is one of `ids` in step."""
        resolved = run.resolved
        for chunk in id_chunks(ids):
            soql = records_by(resolved.sobject.name, resolved.paths, path, chunk)
            read_at = timezone.now()
            for records in self.org.client.pages(soql):
                links = Link.objects.filter(
                    item=run.item,
                    state=Link.State.ACTIVE,
                    record_id__in=[record["Id"] for record in records],
                )
                active = {link.record_id: link for link in links}
                linked = [record for record in records if record["Id"] in active]
                reconcile_changed(run, linked, active, read_at)

    def _one_a_site(self) -> list[ItemRun]:
        """An item of each site, for what a site is asked for all of them."""
        return list({id(run.site): run for run in reversed(self.runs)}.values())

    def _going(self, runs: Sequence[ItemRun]) -> list[ItemRun]:
        return [run for run in runs if not run.error]

    def _is_late(self) -> bool:
        return time.monotonic() > self._end


def take_due(run: ItemRun) -> None:
    """Reconcile the item's pairs that are due, and try its records again that failed.

    Raises RemoteError when a connection has to wait.
    """
    due = due_records(run.item, timezone.now(), DUE_AT_ONCE)
    linked = list(Link.objects.filter(item=run.item, state=Link.State.ACTIVE, record_id__in=due))
    reconcile_due(run, linked, partial(load_records, run))
    rest = set(due) - {link.record_id for link in linked}
    read_at = timezone.now()
    records = load_records(run, sorted(rest))
    if records:
        take(run, records, read_at)


def load_records(run: ItemRun, ids: Sequence[str]) -> list[Json]:
    """Read an item's records by their ids, with all that its mappings need."""
    resolved = run.resolved
    return [
        record
        for chunk in id_chunks(ids)
        for records in run.org.client.pages(
            records_by(resolved.sobject.name, resolved.paths, "Id", chunk)
        )
        for record in records
    ]


def _look_at_site(run: ItemRun) -> None:
    note_updates(run.site)
