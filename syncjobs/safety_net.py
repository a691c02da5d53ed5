"""The safety net: a look at what was updated in Jira, for events that never came.

Webhooks get lost: Cloud gives up after some attempts, Data Center drops them under load, and a
connector in a private network can't be reached at all. One search a site finds what they told.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from connector.errors import Refused
from connector.jira import jql
from connector.jira.edition import chunks
from connector.jira.model import read_time
from connector.models import JiraConnection, SmartConnectedItem
from linking.models import Link
from syncjobs.due import make_due
from syncjobs.listening import listening_items, projects_of
from syncjobs.opened import Site

log = logging.getLogger(__name__)

# Each look begins this long before the last one: Cloud's search index lags behind by minutes.
OVERLAP = timedelta(minutes=5)
PAGE = 1_000
LINKS_AT_ONCE = 500


def note_updates(site: Site) -> int:
    """Make the pairs due whose issue was updated since the last look; return how many.

    One call to Jira where nothing happened, none where nothing is linked. It serves all items of
    the site, whoever asks, as they share the time of the last look. Raises RemoteError, and then
    the next look begins where this one did.
    """
    asked_at = timezone.now()
    items = listening_items(site.connection)
    since = site.connection.events_seen_until or _first_link(items)
    moved: list[Link] = []
    if since is not None:
        updated = issues_updated(site, since, _projects(items))
        moved = _moved(items, updated, _lead_of(site))
        make_due(moved)
    if since is not None or items:
        _remember(site.connection, asked_at)
    return len(moved)


def issues_updated(site: Site, since: datetime, projects: Iterable[str]) -> dict[str, datetime]:
    """Return the issues of these projects that were updated since then, and when, by Jira's clock.

    The overlap is included. A project that Jira refuses (it was deleted, or is hidden from the
    connector's account) doesn't hide the others; it costs a call for each of them.
    """
    projects = list(projects)
    if not projects:
        return {}
    window = jql.since("updated", timezone.now() - since + OVERLAP)
    try:
        return _search(site, window, projects)
    except Refused as refused:
        if len(projects) == 1:
            log.warning("No look at project %s: %s", projects[0], refused.message)
            return {}
    found: dict[str, datetime] = {}
    for project in projects:
        found |= issues_updated(site, since, [project])
    return found


def _search(site: Site, window: str, projects: Iterable[str]) -> dict[str, datetime]:
    query = f"{jql.both(window, jql.one_of('project', projects))} ORDER BY id ASC"
    pages = site.client.search(query, ["updated"], page_size=PAGE)
    return {
        str(issue["id"]): read_time(issue["fields"]["updated"]) for page in pages for issue in page
    }


def _first_link(items: Iterable[SmartConnectedItem]) -> datetime | None:
    """Where the first look begins: nothing before the first link concerns a pair."""
    active = Link.objects.filter(item__in=list(items), state=Link.State.ACTIVE)
    first: datetime | None = active.aggregate(first=Min("created_at"))["first"]
    return first


def _projects(items: Iterable[SmartConnectedItem]) -> list[str]:
    """The items' projects, and those that linked issues were moved to."""
    items = list(items)
    keys = dict.fromkeys(projects_of(items))
    links = Link.objects.filter(item__in=items, state=Link.State.ACTIVE)
    for key in list(keys):
        links = links.exclude(issue_key__startswith=f"{key}-")
    moved = (key.rpartition("-")[0] for key in links.values_list("issue_key", flat=True))
    return [*keys, *dict.fromkeys(key for key in moved if key and key not in keys)]


def _lead_of(site: Site) -> timedelta:
    """How far Jira's clock is ahead of ours, at least: its answers name no fractions."""
    server_time = site.client.server_time
    return server_time - timezone.now() if server_time else timedelta()


def _moved(
    items: Iterable[SmartConnectedItem], updated: Mapping[str, datetime], lead: timedelta
) -> list[Link]:
    """The links whose issue was updated after their pair was last brought in step."""
    items = list(items)
    return [
        link
        for ids in chunks(list(updated), LINKS_AT_ONCE)
        for link in _links(items, ids)
        if link.synced_at is None or updated[str(link.issue_id)] > link.synced_at + lead
    ]


def _links(items: Iterable[SmartConnectedItem], issue_ids: Iterable[str]) -> Iterator[Link]:
    active = Link.objects.filter(item__in=list(items), state=Link.State.ACTIVE)
    yield from active.filter(issue_id__in=list(issue_ids)).order_by("pk")


def _remember(connection: JiraConnection, looked_at: datetime) -> None:
    JiraConnection.objects.filter(pk=connection.pk).update(events_seen_until=looked_at)
    connection.events_seen_until = looked_at
