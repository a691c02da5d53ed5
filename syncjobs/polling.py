"""One poll of an org: asks what has changed for all its items, and hands the records on."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.utils import timezone

from connector.errors import RemoteError
from connector.salesforce.answers import QueryPage
from connector.salesforce.soql import id_chunks
from linking.models import Link
from syncjobs.due import due_records
from syncjobs.intake import take, take_linked
from syncjobs.models import Watermark
from syncjobs.opened import ItemRun, Org
from syncjobs.queries import records_by
from syncjobs.reading import Backfill, Changes, Read, Relatives, place_of, plan_reads, walk
from syncjobs.recover import recover
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

OnError = Callable[[ItemRun, RemoteError], None]


@dataclass
class Poll:
    """The items of one org that are running. `failed` decides what an error stops."""

    org: Org
    runs: list[ItemRun]
    failed: OnError
    _end: float = field(default_factory=lambda: time.monotonic() + LONGEST_SECONDS)

    def go(self) -> None:
        """Reconcile all that is due. Raises RemoteError when the org itself has to wait."""
        for run in self.runs:
            self._each(run, recover)
        changes, backfills = change_marks(self.runs), backfill_marks(self.runs)
        reads = plan_reads(self.runs, changes, backfills)
        pages = self.org.client.query_many([read.soql for read in reads])
        asked_at = self.org.client.server_time or timezone.now()
        # Relatives come first: the watermark that they share moves on with the records.
        for read, page in sorted(zip(reads, pages, strict=True), key=_relatives_first):
            self._read(read, page, changes, asked_at)
        for run in self.runs:
            self._each(run, self._take_due)

    def _read(
        self,
        read: Read,
        page: QueryPage | RemoteError,
        changes: dict[int, Watermark],
        asked_at: datetime,
    ) -> None:
        if isinstance(page, RemoteError):
            for run in [read.run] if isinstance(read, Backfill) else read.runs:
                self.failed(run, page)
        elif isinstance(read, Relatives):
            self._read_relatives(read, page)
        elif isinstance(read, Changes):
            self._read_changes(read, page, changes, asked_at)
        else:
            self._read_backfill(read, page)

    def _read_changes(
        self, read: Changes, page: QueryPage, marks: dict[int, Watermark], asked_at: datetime
    ) -> None:
        for records in walk(self.org.client, read.soql, page, read.resume):
            for run in self._going(read.runs):
                if self._each(run, partial(take, records=records)) and records:
                    advance(marks[run.item.pk], place_of(records[-1]).stamp)
            if self._is_late():
                return
        for run in self._going(read.runs):
            advance(marks[run.item.pk], asked_at)

    def _read_backfill(self, read: Backfill, page: QueryPage) -> None:
        for records in walk(self.org.client, read.soql, page, read.resume):
            if not self._each(read.run, partial(take, records=records, matched=True)):
                return
            if records:
                advance_backfill(read.mark, place_of(records[-1]))
            if self._is_late():
                return
        finish_backfill(read.mark)

    def _read_relatives(self, read: Relatives, page: QueryPage) -> None:
        for rows in walk(self.org.client, read.soql, page):
            for run, relation in read.relations:
                ids = [row[relation.key] for row in rows if row[relation.key]]
                self._each(run, partial(self._take_by, path=relation.id_path, ids=ids))

    def _take_by(self, run: ItemRun, path: str, ids: Sequence[str]) -> None:
        """Bring the linked records among those whose `path` is one of `ids` in step."""
        resolved = run.resolved
        for chunk in id_chunks(ids):
            soql = records_by(resolved.sobject.name, resolved.paths, path, chunk)
            for records in self.org.client.pages(soql):
                links = Link.objects.filter(
                    item=run.item,
                    state=Link.State.ACTIVE,
                    record_id__in=[record["Id"] for record in records],
                )
                by_record = {link.record_id: link for link in links}
                take_linked(run, [r for r in records if r["Id"] in by_record], by_record)

    def _take_due(self, run: ItemRun) -> None:
        """Try the item's failed pairs again whose time has come."""
        resolved = run.resolved
        due = due_records(run.item, timezone.now(), DUE_AT_ONCE)
        for chunk in id_chunks(due):
            soql = records_by(resolved.sobject.name, resolved.paths, "Id", chunk)
            for records in self.org.client.pages(soql):
                take(run, records)

    def _going(self, runs: Sequence[ItemRun]) -> list[ItemRun]:
        return [run for run in runs if not run.error]

    def _each(self, run: ItemRun, work: Callable[[ItemRun], None]) -> bool:
        """Do the work for an item that is still going; say whether it was done."""
        if run.error:
            return False
        try:
            with run.counted():
                work(run)
        except RemoteError as error:
            self.failed(run, error)
            return False
        return True

    def _is_late(self) -> bool:
        return time.monotonic() > self._end


def _relatives_first(pair: tuple[Read, object]) -> bool:
    return not isinstance(pair[0], Relatives)
