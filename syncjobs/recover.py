"""Finds out what became of issues whose creation got no answer, before any is made again.

Jira knows no idempotency key and its search lags by seconds or minutes, so "not found" means
nothing at first: the mark is looked for three times over some minutes.
https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils import timezone

from connector.jira.jql import quote
from connector.models import SmartConnectedItem
from linking.marks import PROPERTY_KEY, PairMark
from linking.models import CommentPair, Link
from syncjobs.due import make_due, pause_seconds, put_off
from syncjobs.models import DuePair
from syncjobs.opened import ItemRun

FIRST_LOOK_SECONDS = 15.0
# Pauses after the first and second look that found nothing; after the third it is made again.
LOOK_AGAIN_SECONDS = (60.0, 180.0)
# What one creation without an answer counts for: the call, and the looks that are followed by one.
TRIES_OF_ONE_CREATION = 1 + len(LOOK_AGAIN_SECONDS)
# Creation times are Jira's, ours may be off; and JQL's windows have a precision of minutes.
CLOCK_MARGIN_MINUTES = 5


def recover(run: ItemRun) -> None:
    """Settle the item's links that are still being created, as far as their time has come.

    Those that are found become active. Those not found after the last look are taken back, and
    their records are due again. Raises RemoteError.
    """
    # Links that have their issue wait for a record; see syncjobs.find_records.
    waiting = Link.objects.filter(item=run.item, state=Link.State.CREATING, issue_id=None)
    waiting = waiting.exclude(due__next_try_at__gt=timezone.now())
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
    """The issue was not made: its record is due at once, or after a pause if that isn't new."""
    due = DuePair.objects.filter(item=run.item, record_id=link.record_id).first()
    attempts = due.attempts if due else 0
    pause = pause_seconds(attempts, 0.5) if attempts > TRIES_OF_ONE_CREATION else 0.0
    with transaction.atomic():
        # Before the link goes, which would take the due pair and its attempts along.
        DuePair.objects.update_or_create(
            item=run.item,
            record_id=link.record_id,
            defaults={
                "next_try_at": timezone.now() + timedelta(seconds=pause),
                "link": None,
                "seen_stamp": "",
            },
        )
        link.delete()


def unanswered(item: SmartConnectedItem, record_ids: Iterable[str]) -> set[str]:
    """Return those of the records whose issue was asked for, never answered and not made.

    One value that Jira chokes on (500 in place of a refusal) takes a whole bulk call with it, so
    these have to be made one by one. Unlike refused records they have no stamp to wait for.
    """
    tried = DuePair.objects.filter(item=item, record_id__in=list(record_ids), link=None)
    return set(tried.filter(attempts__gt=0, seen_stamp="").values_list("record_id", flat=True))


def _asked_at(link: Link) -> datetime:
    return link.asked_at or link.created_at
