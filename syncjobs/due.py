"""Pairs that have to be tried again: when, and what was wrong."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from connector.models import SmartConnectedItem
from linking.models import Link
from syncjobs.models import DuePair

FIRST_PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 6 * 3600.0


def pause_seconds(attempts: int, jitter: float) -> float:
    """Return how long a pair that failed `attempts` times waits; `jitter` is in 0..1.

    Doubling from a minute to six hours, ±30 %, so that what failed together isn't tried together.
    """
    doubled = FIRST_PAUSE_SECONDS * 2.0 ** min(max(attempts, 1) - 1, 20)
    return min(doubled, LONGEST_PAUSE_SECONDS) * (0.7 + 0.6 * jitter)


def put_off(
    item: SmartConnectedItem,
    record_id: str,
    error: str,
    *,
    link: Link | None = None,
    stamp: str = "",
    seconds: float | None = None,
) -> DuePair:
    """Remember that a pair failed; it is due again in `seconds`, or after its growing pause."""
    pair, _ = DuePair.objects.get_or_create(
        item=item, record_id=record_id, defaults={"next_try_at": timezone.now()}
    )
    pair.attempts += 1
    pair.last_error = error
    pair.seen_stamp = stamp
    pair.link = link
    pause = pause_seconds(pair.attempts, random.random()) if seconds is None else seconds  # noqa: S311
    pair.next_try_at = timezone.now() + timedelta(seconds=pause)
    pair.save()
    return pair


def make_due(links: Iterable[Link], *, after: float = 0) -> None:
    """Something may have moved in these pairs: they are due at once, or `after` some seconds.

    Several hints for a pair that is already due are one; what is being loaded at this moment
    doesn't settle it.
    """
    at = timezone.now() + timedelta(seconds=after)
    DuePair.objects.bulk_create(
        (
            DuePair(item_id=link.item_id, record_id=link.record_id, link=link, next_try_at=at)
            for link in links
        ),
        update_conflicts=True,
        unique_fields=["item", "record_id"],
        update_fields=["link", "next_try_at", "mark"],
    )


def marks_of(item: SmartConnectedItem, record_ids: Iterable[str]) -> dict[str, str]:
    """Return the marks of these records' due pairs, to be settled by after they were loaded."""
    rows = DuePair.objects.filter(item=item, record_id__in=list(record_ids))
    return dict(rows.values_list("record_id", "mark"))


def settle(item: SmartConnectedItem, marks: Iterable[str]) -> None:
    """The pairs that were due with these marks are in step; a newer hint stays."""
    DuePair.objects.filter(item=item, mark__in=list(marks)).delete()


def waiting(item: SmartConnectedItem, stamps: dict[str, str]) -> set[str]:
    """Return which of the records (id → stamp) have to wait for their next try.

    A record that has changed since the last attempt doesn't wait: what was wrong with it may be
    mended.
    """
    rows = DuePair.objects.filter(
        item=item, record_id__in=list(stamps), next_try_at__gt=timezone.now()
    )
    return {row.record_id for row in rows if row.seen_stamp == stamps[row.record_id]}


def due_records(item: SmartConnectedItem, now: datetime, limit: int) -> Sequence[str]:
    """Return the records whose next try has come, the longest waiting first.

    Pairs whose record is still to be made have none; see syncjobs.create_records.
    """
    rows = DuePair.objects.filter(item=item, next_try_at__lte=now).order_by("next_try_at")
    rows = rows.exclude(link__state=Link.State.CREATING, link__issue_id__isnull=False)
    return list(rows.values_list("record_id", flat=True)[:limit])


def due_items() -> set[int]:
    """Return the ids of the items that have pairs due now."""
    due = DuePair.objects.filter(next_try_at__lte=timezone.now())
    return set(due.order_by().values_list("item", flat=True).distinct())
