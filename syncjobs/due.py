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


def settle(item: SmartConnectedItem, record_ids: Iterable[str]) -> None:
    """These pairs are in step: nothing of them is due any more."""
    DuePair.objects.filter(item=item, record_id__in=list(record_ids)).delete()


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
    """Return the records whose next try has come, the longest waiting first."""
    rows = DuePair.objects.filter(item=item, next_try_at__lte=now).order_by("next_try_at")
    return list(rows.values_list("record_id", flat=True)[:limit])
