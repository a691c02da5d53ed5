"""The pull: what is new or changed in Salesforce reaches Jira.

One poll serves all items of an org: items that share an object share its query, and queries travel
five to a call. An item that fails leaves the others alone; a site that has to wait stops its own
items; only the org itself stops all of them.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from connector.access import is_paused, note_success, pause
from connector.document.store import published
from connector.errors import Answer, Busy, ConnectionBroken, RemoteError, Scope
from connector.models import Connection, SalesforceConnection, SmartConnectedItem
from syncjobs.models import SyncRun
from syncjobs.opened import ItemRun, Org, Site, count_shared_calls
from syncjobs.polling import Poll
from syncjobs.resolve import resolve_item
from syncjobs.runs import Counts, finish_run, leases_kept, start_run

# Where a system named no time: how long its connection waits before it is tried again.
BUSY_SECONDS = 60.0
BROKEN_SECONDS = 15 * 60.0

Started = Sequence[tuple[SmartConnectedItem, SyncRun]]


def items_to_pull() -> list[SmartConnectedItem]:
    """Return the items that a pull serves: published, enabled and synchronizing."""
    rows = SmartConnectedItem.objects.exclude(published=None)
    rows = rows.select_related("published", "salesforce", "jira").order_by("pk")
    return [item for item in rows if (c := published(item)).enabled and c.synchronizes]


def pull(items: Sequence[SmartConnectedItem], trigger: SyncRun.Trigger) -> list[SyncRun]:
    """Pull these items and return their runs, finished, in the order of `items`.

    An item that another process is pulling at this moment has no run.
    """
    by_org: dict[int, list[SmartConnectedItem]] = {}
    for item in items:
        by_org.setdefault(item.salesforce_id, []).append(item)
    runs = {run.item_id: run for group in by_org.values() for run in _pull_org(group, trigger)}
    return [runs[item.pk] for item in items if item.pk in runs]


def _pull_org(items: Sequence[SmartConnectedItem], trigger: SyncRun.Trigger) -> list[SyncRun]:
    started = [(item, run) for item in items if (run := start_run(item, trigger))]
    with leases_kept([run for _, run in started]):
        _OrgPull(items[0].salesforce).go(started)
    return [run for _, run in started]


class _OrgPull:
    """One org's part of a pull."""

    def __init__(self, connection: SalesforceConnection) -> None:
        self._connection = connection
        self._sites: dict[int, Site] = {}
        self._runs: list[ItemRun] = []

    def go(self, started: Started) -> None:
        """Pull the items and finish their runs, whatever happens."""
        errors: dict[int, str] = {}
        try:
            self._work(started, errors)
        except RemoteError as error:
            if _stops(error):
                _pause(self._connection, error)
            errors = {run.pk: errors.get(run.pk) or error.message for _, run in started}
        except BaseException as error:
            sentence = f"Unexpected {type(error).__name__}; the log of this process has more."
            errors = {run.pk: errors.get(run.pk) or sentence for _, run in started}
            raise
        finally:
            self._finish(started, errors)

    def _work(self, started: Started, errors: dict[int, str]) -> None:
        if is_paused(self._connection):
            raise _waiting(self._connection)
        with Org.opened(self._connection) as org:
            for item, run in started:
                try:
                    self._runs.append(self._prepare(org, item, run))
                except RemoteError as error:
                    errors[run.pk] = error.message
                    self._stop(error, item.jira)
            Poll(org, self._runs, self._failed).go()
        note_success(self._connection)

    def _prepare(self, org: Org, item: SmartConnectedItem, run: SyncRun) -> ItemRun:
        """Open the item's site and join the published version with both systems' metadata."""
        site = self._sites.get(item.jira_id)
        if site is None:
            if is_paused(item.jira):
                raise _waiting(item.jira)
            site = self._sites[item.jira_id] = Site.open(item.jira)
        config = published(item)
        side = site.side(config.project, config.issue_type)
        return ItemRun(item, resolve_item(config, org.catalog.describe, side), org, site, run)

    def _failed(self, run: ItemRun, error: RemoteError) -> None:
        """An item's work failed: stop as much as the error stops, and no more."""
        run.error = error.message
        run.forget_metadata(error)
        self._stop(error, run.site.connection)
        if _stops(error) and error.answer.system == "Jira":
            for other in self._runs:
                if other.site is run.site:
                    other.error = other.error or error.message

    def _stop(self, error: RemoteError, site: Connection) -> None:
        """Pause the site that asked for it. Raises the error if the org did."""
        if _stops(error) and error.answer.system == "Salesforce":
            raise error
        if _stops(error):
            _pause(site, error)

    def _finish(self, started: Started, errors: dict[int, str]) -> None:
        count_shared_calls(self._runs)
        by_run = {each.run.pk: each for each in self._runs}
        for _, run in started:
            each = by_run.get(run.pk)
            counts = each.counts if each else Counts()
            problems = "\n".join(each.resolved.problems) if each else ""
            error = errors.get(run.pk) or (each.error if each else "")
            finish_run(run, counts, error=error, problems=problems)
        for site in self._sites.values():
            site.remember()


def _pause(connection: Connection, error: RemoteError) -> None:
    seconds = getattr(error, "retry_after", None)
    if seconds is None:
        seconds = BUSY_SECONDS if isinstance(error, Busy) else BROKEN_SECONDS
    pause(connection, timezone.now() + timedelta(seconds=seconds), error.message)


def _stops(error: RemoteError) -> bool:
    """Whether an error concerns a whole connection."""
    if isinstance(error, Busy):
        return error.scope is Scope.CONNECTION
    return isinstance(error, ConnectionBroken)


def _waiting(connection: Connection) -> RemoteError:
    reason = f" Reason: {connection.last_error}" if connection.last_error else ""
    return RemoteError(
        f"The connection {connection.name} is paused until "
        f"{connection.paused_until:%Y-%m-%d %H:%M:%S} UTC.{reason}",
        Answer(system="connector"),
    )
