"""Items of one org at work: what an error stops, and no more.

An item that fails leaves the others alone; a site that has to wait stops its own items; only the
org itself stops all of them.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from connector.access import is_paused, note_success, pause
from connector.document.store import published
from connector.errors import Answer, Busy, RemoteError
from connector.models import Connection, SalesforceConnection, SmartConnectedItem
from syncjobs.models import SyncRun
from syncjobs.opened import ItemRun, Org, Site
from syncjobs.pairs import stops_connection
from syncjobs.resolve import resolve_item

log = logging.getLogger(__name__)

# Where a system named no time: how long its connection waits before it is tried again.
BUSY_SECONDS = 60.0
BROKEN_SECONDS = 15 * 60.0


class Session:
    """An org in use, with the sites and items that work with it."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.runs: list[ItemRun] = []
        self._sites: dict[int, Site] = {}

    @classmethod
    @contextmanager
    def opened(cls, connection: SalesforceConnection) -> Iterator["Session"]:
        """Open an org for the block. Raises RemoteError: it waits, or has to wait from now on."""
        if is_paused(connection):
            raise _waiting(connection)
        try:
            with Org.opened(connection) as org:
                session = cls(org)
                yield session
                session._remember()
        except RemoteError as error:
            if stops_connection(error):
                _pause(connection, error)
            raise
        note_success(connection)

    def add(self, item: SmartConnectedItem, run: SyncRun | None = None) -> ItemRun:
        """Open the item's site and join the published version with both systems' metadata.

        Raises RemoteError: the item can't work now.
        """
        try:
            prepared = self._prepare(item, run)
        except RemoteError as error:
            self._stop(error, item.jira)
            raise
        self.runs.append(prepared)
        return prepared

    def _prepare(self, item: SmartConnectedItem, run: SyncRun | None) -> ItemRun:
        site = self._site(item)
        config = published(item)
        side = site.side(config.project, config.issue_type)
        resolved = resolve_item(config, self.org.catalog.describe, side)
        return ItemRun(item, resolved, self.org, site, run)

    def _site(self, item: SmartConnectedItem) -> Site:
        if item.jira_id not in self._sites:
            if is_paused(item.jira):
                raise _waiting(item.jira)
            self._sites[item.jira_id] = Site.open(item.jira)
        return self._sites[item.jira_id]

    def each(self, run: ItemRun, work: Callable[[ItemRun], None]) -> bool:
        """Do the work for an item that is still going; say whether it was done.

        Raises the error that concerns the org as a whole.
        """
        if run.error:
            return False
        try:
            with run.counted():
                work(run)
        except RemoteError as error:
            self.failed(run, error)
            return False
        except Exception as error:
            # A mistake of ours in one item must not hold up the others for ever.
            log.exception("Item %s failed", run.item.pk)
            run.error = f"Unexpected {type(error).__name__}; the log of this process has more."
            return False
        return True

    def failed(self, run: ItemRun, error: RemoteError) -> None:
        """An item's work failed: stop as much as the error stops. Raises it if that is the org."""
        run.error = error.message
        run.forget_metadata(error)
        self._stop(error, run.site.connection)
        if stops_connection(error):
            for other in self.runs:
                if other.site is run.site:
                    other.error = other.error or error.message

    def _stop(self, error: RemoteError, site: Connection) -> None:
        if stops_connection(error) and error.answer.system == "Salesforce":
            raise error
        if stops_connection(error):
            _pause(site, error)

    def _remember(self) -> None:
        for site in self._sites.values():
            site.remember()


def _pause(connection: Connection, error: RemoteError) -> None:
    seconds = getattr(error, "retry_after", None)
    if seconds is None:
        seconds = BUSY_SECONDS if isinstance(error, Busy) else BROKEN_SECONDS
    pause(connection, timezone.now() + timedelta(seconds=seconds), error.message)


def _waiting(connection: Connection) -> RemoteError:
    reason = f" Reason: {connection.last_error}" if connection.last_error else ""
    return RemoteError(
        f"The connection {connection.name} is paused until "
        f"{connection.paused_until:%Y-%m-%d %H:%M:%S} UTC.{reason}",
        Answer(system="connector"),
    )
