"""Sync runs: one pull of an item at a time, and a trace of each that a person can read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from connector.models import SmartConnectedItem
from syncjobs.leases import LEASE, kept_alive
from syncjobs.models import SyncRun


@dataclass
class Counts:
    """What a run did, in the words of the `pull` command."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    comments: int = 0
    attachments: int = 0
    statuses: int = 0
    skipped: int = 0
    failed: int = 0
    salesforce_calls: int = 0
    jira_calls: int = 0


def start_run(item: SmartConnectedItem, trigger: SyncRun.Trigger) -> SyncRun | None:
    """Take the item's lease and return its run; None while another process is running it."""
    now = timezone.now()
    abandoned = SyncRun.objects.filter(item=item, state=SyncRun.State.RUNNING, leased_until__lt=now)
    abandoned.update(
        state=SyncRun.State.FAILED,
        finished_at=now,
        error="The process that ran it ended before it was done. The next pull goes on from there.",
    )
    try:
        with transaction.atomic():
            return SyncRun.objects.create(item=item, trigger=trigger, leased_until=now + LEASE)
    except IntegrityError:
        return None


def finish_run(run: SyncRun, counts: Counts, error: str = "", problems: str = "") -> None:
    """Store what the run did and give the lease back.

    An `error` ended the run early; `problems` are what it could not do although it went on.
    """
    now = timezone.now()
    for name, value in asdict(counts).items():
        setattr(run, name, value)
    run.error = "\n".join(filter(None, [error, problems]))
    run.state = SyncRun.State.FAILED if error else SyncRun.State.DONE
    run.finished_at = now
    run.seconds = round((now - run.started_at).total_seconds(), 3)
    run.save()


@contextmanager
def leases_kept(runs: Sequence[SyncRun]) -> Iterator[None]:
    """Renew the runs' leases while the block works."""
    ids = [run.pk for run in runs]
    with kept_alive(
        lambda: SyncRun.objects.filter(pk__in=ids).update(leased_until=timezone.now() + LEASE)
    ):
        yield
