"""Finds issues that are to get a record, in items with `auto_create_records`.

One search an item and pull: what the item's JQL lets through and was updated since the last look.
Each issue found is remembered as the intent of a link, which `syncjobs.create_records` works off.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from connector.document.model import Mode
from connector.jira import jql
from connector.jira.edition import chunks
from connector.jira.jql import quote
from connector.jira.model import read_time
from linking.models import Link
from syncjobs.models import DuePair, Watermark
from syncjobs.opened import ItemRun
from syncjobs.plan import Json
from syncjobs.safety_net import LINKS_AT_ONCE, OVERLAP, PAGE
from syncjobs.watermarks import advance

# The rest follows in the next pull, whose look begins where this one did.
MOST_AT_ONCE = 2_000
# As many as Cloud judges by their present state instead of its index.
RECONCILED = 50


def note_issues(run: ItemRun) -> None:
    """Remember the intent to make a record for each issue that is wanted and has none.

    Issues whose record could not be made are tried again at once when they have changed. Raises
    RemoteError, and then the next look begins where this one did.
    """
    config = run.resolved.config
    if not (config.auto_create_records and config.mode is Mode.TWO_WAY):
        return
    mark = _mark(run)
    asked_at = timezone.now()
    found = {str(issue["id"]): issue for page in _search(run, mark) for issue in page}
    _try_changed_again(run, found)
    new = list(_unlinked(run, [issue for issue in found.values() if _is_young(run, issue)]))
    intents = [
        Link(item=run.item, issue_id=str(issue["id"]), issue_key=issue["key"])
        for issue in new[:MOST_AT_ONCE]
    ]
    # Somebody may have linked one of them by hand at this moment.
    Link.objects.bulk_create(intents, ignore_conflicts=True)
    if len(new) <= MOST_AT_ONCE:
        advance(mark, asked_at)


def still_wanted(run: ItemRun, links: Sequence[Link]) -> list[Link]:
    """Return those of the links to be tried again whose issue the filter still lets through.

    The others are forgotten: nothing was made for them. Raises RemoteError.
    """
    condition = run.resolved.config.issue_filter
    tried = DuePair.objects.filter(link__in=links).values_list("link__issue_id", flat=True)
    again = [str(issue_id) for issue_id in tried]
    if not (condition and again):
        return list(links)
    matching: set[str] = set()
    for ids in chunks(again, RECONCILED):
        query = f"{jql.both(jql.ids(ids), condition)} ORDER BY id ASC"
        pages = run.site.client.search(query, ["updated"], reconcile=ids)
        matching |= {str(issue["id"]) for page in pages for issue in page}
    forgotten = [e for e in links if e.issue_id in again and e.issue_id not in matching]
    Link.objects.filter(pk__in=[link.pk for link in forgotten]).delete()
    return [link for link in links if link not in forgotten]


def _mark(run: ItemRun) -> Watermark:
    """Where the last look ended; None as its stamp: all issues are looked at."""
    since = run.takes_up_from
    mark, _ = Watermark.objects.get_or_create(
        item=run.item, stream=Watermark.Stream.ISSUES, defaults={"stamp": since}
    )
    return mark


def _search(run: ItemRun, mark: Watermark) -> Iterator[list[Json]]:
    side, config = run.resolved.jira, run.resolved.config
    condition = jql.both(
        f"project = {quote(side.project.key)} AND issuetype = {side.issue_type.id}",
        config.issue_filter,
        _window("created", run.takes_up_from),
        _window("updated", mark.stamp),
    )
    query = f"{condition} ORDER BY id ASC"
    return run.site.client.search(query, ["created", "updated"], page_size=PAGE)


def _window(name: str, since: datetime | None) -> str:
    if since is None:
        return ""
    # Cloud's index lags behind by minutes.
    return jql.since(name, max(timezone.now() - since, timedelta()) + OVERLAP)


def _is_young(run: ItemRun, issue: Json) -> bool:
    """JQL's windows are rounded to minutes; this is to the second."""
    since = run.takes_up_from
    return since is None or read_time(issue["fields"]["created"]) >= since


def _unlinked(run: ItemRun, issues: Iterable[Json]) -> Iterator[Json]:
    """Those that no item has a link to; of this item ended links count as well.

    What was ended is not made again, and an issue that another item made from a record isn't new.
    """
    mine = Q(item=run.item)
    others = Q(item__jira=run.item.jira_id) & ~Q(state=Link.State.ENDED)
    for chunk in chunks(list(issues), LINKS_AT_ONCE):
        links = Link.objects.filter(mine | others, issue_id__in=[str(each["id"]) for each in chunk])
        taken = set(links.values_list("issue_id", flat=True))
        yield from (issue for issue in chunk if str(issue["id"]) not in taken)


def _try_changed_again(run: ItemRun, found: Mapping[str, Json]) -> None:
    """What was wrong with an issue may be mended: those that have changed are due now."""
    waiting = DuePair.objects.filter(
        item=run.item, link__state=Link.State.CREATING, link__record_id="", link__asked_at=None
    )
    changed = [
        pair.pk
        for pair in waiting
        if (issue := found.get(pair.record_id)) and issue["fields"]["updated"] != pair.seen_stamp
    ]
    DuePair.objects.filter(pk__in=changed).update(next_try_at=timezone.now())
