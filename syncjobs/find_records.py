"""Finds out what became of records whose creation got no answer, before any is made again.

Salesforce has no idempotency key and gives a record no mark in the same call: a record is known
again by who made it, since when, and the values that it was made with. A transaction may still be
running when its connection has broken, so it is looked for three times over some minutes.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from connector.salesforce.soql import datetime_literal, id_chunks, id_list, quote
from linking.models import Link
from linking.saving import save_rows
from syncjobs.context import given_for
from syncjobs.due import pause_seconds, put_off
from syncjobs.link_notes import CLOCK_MARGIN
from syncjobs.models import DuePair
from syncjobs.opened import ItemRun
from syncjobs.plan import Json
from syncjobs.record_plan import is_same_record, targets
from syncjobs.recover import FIRST_LOOK_SECONDS, LOOK_AGAIN_SECONDS, TRIES_OF_ONE_CREATION


def find_records(run: ItemRun) -> None:
    """Look for the records that were asked for without an answer, as far as their time has come.

    Those found are named in their links. Those not found after the last look are made anew. Raises
    RemoteError.
    """
    waiting = _asked(run).exclude(due__next_try_at__gt=timezone.now())
    links = list(waiting.order_by("pk"))
    if not links:
        return
    given = given_for(run, [])
    rows = list(_candidates(run, links))
    for link in links:
        row = next((row for row in rows if is_same_record(given, link.digests, row)), None)
        if row is None:
            _not_found(run, link)
        else:
            rows.remove(row)
            link.record_id = row["Id"]
            save_rows([link], "record_id")
            DuePair.objects.filter(link=link).delete()


def hold_back(run: ItemRun, records: Sequence[Json]) -> list[Json]:
    """Return those of these unlinked records that can't be ones an issue is waiting for.

    While an answer is missing, a record of the connector's own user may be the one that was asked
    for: it would get a second issue. It is due again once that has been settled.
    """
    if not records or not _asked(run).exists():
        return list(records)
    sobject = run.resolved.sobject.name
    condition = f"CreatedById = {quote(run.org.token.user_id)}"
    own: set[str] = set()
    for ids in id_chunks(record["Id"] for record in records):
        soql = f"SELECT Id FROM {sobject} WHERE Id IN {id_list(ids)} AND {condition}"
        own |= {row["Id"] for page in run.org.client.pages(soql) for row in page}
    reason = "Salesforce didn't say whether this record was made from an issue. That is looked up."
    for record_id in sorted(own):
        put_off(run.item, record_id, reason, seconds=FIRST_LOOK_SECONDS)
    return [record for record in records if record["Id"] not in own]


def _asked(run: ItemRun) -> QuerySet[Link]:
    return Link.objects.filter(
        item=run.item,
        state=Link.State.CREATING,
        issue_id__isnull=False,
        record_id="",
        asked_at__isnull=False,
    )


def _candidates(run: ItemRun, links: Sequence[Link]) -> Iterator[Json]:
    """Records of our user since then that no link of the item has, the oldest first."""
    given = given_for(run, [])
    names = dict.fromkeys(name for link in links for name in targets(given, link.digests))
    since = min(link.asked_at for link in links if link.asked_at) - CLOCK_MARGIN
    soql = (
        f"SELECT {', '.join(['Id', *(n for n in names if n != 'Id')])} "
        f"FROM {run.resolved.sobject.name} "
        f"WHERE CreatedById = {quote(run.org.token.user_id)} "
        f"AND CreatedDate >= {datetime_literal(since)} ORDER BY CreatedDate, Id"
    )
    for rows in run.org.client.pages(soql):
        taken = set(
            Link.objects.filter(
                item=run.item, record_id__in=[row["Id"] for row in rows]
            ).values_list("record_id", flat=True)
        )
        yield from (row for row in rows if row["Id"] not in taken)


def _not_found(run: ItemRun, link: Link) -> None:
    """Look again later; after the last look the record may be made again."""
    link.looks += 1
    if link.looks > len(LOOK_AGAIN_SECONDS):
        link.asked_at, link.looks = None, 0
        save_rows([link], "asked_at", "looks")
        _make_again(link)
        return
    save_rows([link], "looks")
    put_off(
        run.item,
        str(link.issue_id),
        "Salesforce didn't answer when it was asked to make the record. It is being looked for "
        "before it is made again.",
        link=link,
        seconds=LOOK_AGAIN_SECONDS[link.looks - 1],
    )


def _make_again(link: Link) -> None:
    """It may be made again: at once, or after a growing pause if that isn't new."""
    due = DuePair.objects.filter(link=link).first()
    if due is None:
        return
    pause = pause_seconds(due.attempts, 0.5) if due.attempts > TRIES_OF_ONE_CREATION else 0.0
    due.next_try_at = timezone.now() + timedelta(seconds=pause)
    due.save(update_fields=["next_try_at"])
