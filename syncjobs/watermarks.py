"""How far each item has read; moved on only after a page has been dealt with."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from syncjobs.models import Watermark
from syncjobs.opened import ItemRun
from syncjobs.queries import Keyset


def change_marks(runs: Sequence[ItemRun]) -> dict[int, Watermark]:
    """Return each item's watermark for changes, by the item's id.

    A new item starts at its publication: older changes belong to records it had no link to.
    """
    marks = _marks(runs, Watermark.Stream.CHANGES)
    for run in runs:
        if run.item.pk not in marks:
            marks[run.item.pk] = Watermark.objects.create(
                item=run.item,
                stream=Watermark.Stream.CHANGES,
                stamp=run.item.first_published_at or timezone.now(),
            )
    return marks


def backfill_marks(runs: Sequence[ItemRun]) -> dict[int, Watermark]:
    """Return the watermarks of the backfills that have not come to their end."""
    wanted = [run for run in runs if run.resolved.config.backfill]
    marks = _marks(wanted, Watermark.Stream.BACKFILL)
    for run in wanted:
        if run.item.pk not in marks:
            marks[run.item.pk] = Watermark.objects.create(
                item=run.item, stream=Watermark.Stream.BACKFILL
            )
    return {pk: mark for pk, mark in marks.items() if mark.finished_at is None}


def advance(mark: Watermark, stamp: datetime) -> None:
    """Move a watermark on; it never goes back."""
    if mark.stamp is None or stamp > mark.stamp:
        mark.stamp = stamp
        mark.save(update_fields=["stamp"])


def advance_backfill(mark: Watermark, place: Keyset) -> None:
    mark.stamp, mark.record_id = place.stamp, place.record_id
    mark.save(update_fields=["stamp", "record_id"])


def finish_backfill(mark: Watermark) -> None:
    mark.finished_at = timezone.now()
    mark.save(update_fields=["finished_at"])


def _marks(runs: Sequence[ItemRun], stream: Watermark.Stream) -> dict[int, Watermark]:
    rows = Watermark.objects.filter(item__in=[run.item for run in runs], stream=stream)
    return {mark.item_id: mark for mark in rows}
