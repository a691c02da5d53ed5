"""Finds out what became of issues whose creation got no answer, before any is made again.

Jira knows no idempotency key and its search lags by seconds or minutes, so "not found" means
nothing at first: the mark is looked for three times over some minutes.
https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/
"""

from datetime import datetime
from math import ceil

from django.db import transaction
from django.utils import timezone

from connector.jira.jql import quote
from linking.marks import PROPERTY_KEY, PairMark
from linking.models import CommentPair, Link
from syncjobs.due import make_due, put_off
from syncjobs.models import DuePair
from syncjobs.opened import ItemRun

FIRST_LOOK_SECONDS = 15.0
# Pauses after the first and second look that found nothing; after the third it is made again.
LOOK_AGAIN_SECONDS = (60.0, 180.0)
# Creation times are Jira's, ours may be off; and JQL's windows have a precision of minutes.
CLOCK_MARGIN_MINUTES = 5


def recover(run: ItemRun) -> None:
    """Settle the item's links that are still being created, as far as their time has come.

    Those that are found become active. Those not found after the last look are taken back, and
    their records are due again. Raises RemoteError.
    """
    waiting = Link.objects.filter(item=run.item, state=Link.State.CREATING).exclude(
        due__next_try_at__gt=timezone.now()
    )
    open_links = list(waiting.select_related("due"))
    if not open_links:
        return
    found = _marked_issues(run, min(_asked_at(link) for link in open_links))
    for link in open_links:
        if issue := found.get(link.record_id):
            _activate(run, link, *issue)
        else:
            _not_found(run, link)


def _marked_issues(run: ItemRun, since: datetime) -> dict[str, tuple[str, str]]:
    """Return record id → (issue id, key) of what we made for this item since then."""
    minutes = ceil((timezone.now() - since).total_seconds() / 60) + CLOCK_MARGIN_MINUTES
    jql = (
        f"project = {quote(run.resolved.jira.project.key)} AND creator = currentUser() "
        f'AND created >= "-{minutes}m" ORDER BY created ASC, id ASC'
    )
    found: dict[str, tuple[str, str]] = {}
    for page in run.site.client.search(jql, ["created"], properties=[PROPERTY_KEY]):
        for issue in page:
            mark = PairMark.from_json((issue.get("properties") or {}).get(PROPERTY_KEY))
            if mark and _is_ours(run, mark):
                found.setdefault(mark.record, (str(issue["id"]), issue["key"]))
    return found


def _is_ours(run: ItemRun, mark: PairMark) -> bool:
    config = run.resolved.config
    expected = (run.org.token.org_id, config.object, config.name)
    return (mark.org, mark.object, mark.item) == expected


def _activate(run: ItemRun, link: Link, issue_id: str, issue_key: str) -> None:
    """The issue was made after all. Its values were, too; the next reconcile compares them."""
    link.issue_id, link.issue_key = issue_id, issue_key
    link.state = Link.State.ACTIVE
    with transaction.atomic():
        link.save(update_fields=["issue_id", "issue_key", "state"])
        CommentPair.objects.get_or_create(link=link, kind=CommentPair.Kind.LINK_NOTE)
        make_due([link])
    run.counts.created += 1


def _not_found(run: ItemRun, link: Link) -> None:
    link.looks += 1
    if link.looks > len(LOOK_AGAIN_SECONDS):
        _take_back(run, link)
        return
    link.save(update_fields=["looks"])
    put_off(
        run.item,
        link.record_id,
        "Jira didn't answer when it was asked to make the issue. It is being looked for before it "
        "is made again.",
        link=link,
        seconds=LOOK_AGAIN_SECONDS[link.looks - 1],
    )


def _take_back(run: ItemRun, link: Link) -> None:
    """The issue was not made: its record is due as if it had never been tried."""
    with transaction.atomic():
        link.delete()
        DuePair.objects.update_or_create(
            item=run.item,
            record_id=link.record_id,
            defaults={"next_try_at": timezone.now(), "link": None},
        )


def _asked_at(link: Link) -> datetime:
    return link.asked_at or link.created_at
