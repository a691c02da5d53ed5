"""The inbox: events from Jira are stored, collapsed by issue, and make pairs due.

Storing takes an insert; the rest is a worker's. An event whose task gets lost, or that came while
the broker was down, is found by the next sweep.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone

from linking.models import Link
from syncjobs.due import make_due
from syncjobs.events import Event, Meaning
from syncjobs.listening import listening_items
from syncjobs.models import JiraEvent
from syncjobs.wake import PROCESS_EVENTS, wake, wake_orgs

# An event that is stored so soon after another one that waits is taken up by the same task.
SAME_TASK = timedelta(seconds=10)
AT_ONCE = 500
# Longer than Jira goes on sending the same event.
KEEP_DONE = timedelta(days=7)


def store_event(connection_id: int, event: Event) -> None:
    """Store an event, and start its task once that is committed.

    An event that is there already is stored once; one that asks for nothing is only counted.
    """
    idle = event.meaning is Meaning.NOTHING
    row = JiraEvent(
        connection_id=connection_id,
        event_id=event.event_id,
        kind=event.kind,
        issue_id=event.issue_id,
        project_key=event.project_key,
        done_at=timezone.now() if idle else None,
    )
    JiraEvent.objects.bulk_create([row], ignore_conflicts=True)
    if not idle:
        transaction.on_commit(partial(_start, connection_id, event.event_id))


def _start(connection_id: int, event_id: str) -> None:
    """Start the connection's task, unless one was started for an earlier event that still waits.

    A task looks for events until none is left, the last time after it has marked those before as
    done. So whoever still sees an earlier one waiting, after storing his own, will have it taken
    along. This also spares the callers a broker that is down.
    """
    rows = JiraEvent.objects.filter(connection=connection_id)
    mine = rows.filter(event_id=event_id).values("pk")
    lately = timezone.now() - SAME_TASK
    earlier = rows.filter(done_at=None, received_at__gte=lately, pk__lt=Subquery(mine))
    if not earlier.exists():
        wake(PROCESS_EVENTS, connection_id)


def process_events(connection_id: int, *, wake_workers: bool = True) -> int:
    """Make the pairs due that the site's stored events are about; return how many events.

    A worker is asked to reconcile them, unless the caller means to do that himself.
    """
    count = 0
    while done := _process_some(connection_id, wake_workers=wake_workers):
        count += done
    return count


def process_all_events(*, wake_workers: bool = True) -> int:
    """Take up what no task has taken up, of all sites; return how many events."""
    waiting = JiraEvent.objects.filter(done_at=None).order_by("connection")
    sites = list(waiting.values_list("connection", flat=True).distinct())
    return sum(process_events(site, wake_workers=wake_workers) for site in sites)


def forget_old_events() -> None:
    """Delete events that were done long ago."""
    JiraEvent.objects.filter(done_at__lt=timezone.now() - KEEP_DONE).delete()


@transaction.atomic
def _process_some(connection_id: int, *, wake_workers: bool) -> int:
    rows = JiraEvent.objects.filter(connection=connection_id, done_at=None).order_by("pk")
    events = list(rows.select_for_update()[:AT_ONCE])
    if not events:
        return 0
    links = links_of(connection_id, {event.issue_id for event in events})
    make_due(links)
    JiraEvent.objects.filter(pk__in=[event.pk for event in events]).update(done_at=timezone.now())
    if wake_workers:
        orgs = {link.item.salesforce_id for link in links}
        transaction.on_commit(partial(wake_orgs, orgs))
    return len(events)


def links_of(connection_id: int, issue_ids: set[str]) -> Sequence[Link]:
    """Return the active links of these issues under the site's items that listen.

    In one order for all workers, so that they don't wait for each other in a circle.
    """
    items = listening_items(connection_id)
    links = Link.objects.filter(item__in=items, issue_id__in=issue_ids, state=Link.State.ACTIVE)
    return list(links.select_related("item").order_by("pk"))
