"""Ends links whose issue or record is gone, and takes them along when a record was merged.

One missing answer proves nothing: a lost permission looks the same. A record counts as deleted
when Salesforce says so itself. An issue counts as deleted when it was missing at several looks
while its project can be seen. Nothing is deleted on the other side.
"""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from connector.errors import Gone
from connector.salesforce.soql import id_chunks
from linking.models import Link
from syncjobs.due import make_due, put_off
from syncjobs.models import DuePair
from syncjobs.opened import ItemRun
from syncjobs.plan import Json
from syncjobs.queries import fates

# Looks, with growing pauses between them, before a missing issue counts as deleted.
LOOKS = 3


def missing_records(run: ItemRun, links: Sequence[Link]) -> None:
    """Find out what became of records that can't be read. Raises RemoteError."""
    if not links:
        return
    found = _fates(run, [link.record_id for link in links])
    for link in links:
        fate = found.get(link.record_id)
        if fate is None or not fate["IsDeleted"]:
            _unknown(run, link)
        elif master := fate.get("MasterRecordId"):
            _follow(link, str(master))
        else:
            end(link, f"Record {link.record_id} was deleted in Salesforce.")


def missing_issue(run: ItemRun, link: Link, stamp: str) -> None:
    """An issue was not among the answers: end its link once that is proven. Raises RemoteError."""
    looks = DuePair.objects.filter(item=run.item, record_id=link.record_id, attempts__gte=LOOKS - 1)
    if looks.exists() and _is_gone(run, str(link.issue_id)):
        end(link, f"Issue {link.issue_key} was deleted in Jira.")
        return
    put_off(
        run.item,
        link.record_id,
        f"Jira doesn't show issue {link.issue_key}: it was deleted, or the connector's user may "
        "not see it any more.",
        link=link,
        stamp=stamp,
    )
    run.counts.failed += 1


def end(link: Link, reason: str) -> None:
    """End a link; its reason stays to be read. The other side is left as it is."""
    with transaction.atomic():
        Link.objects.filter(pk=link.pk).update(
            state=Link.State.ENDED, ended_reason=reason, synced_at=timezone.now()
        )
        DuePair.objects.filter(link=link).delete()


def _fates(run: ItemRun, ids: Sequence[str]) -> Mapping[str, Json]:
    sobject = run.resolved.sobject
    has_master = sobject.field("MasterRecordId") is not None
    pages = [
        run.org.client.query(fates(sobject.name, has_master, chunk), all_rows=True)
        for chunk in id_chunks(ids)
    ]
    return {row["Id"]: row for page in pages for row in page.records}


def _unknown(run: ItemRun, link: Link) -> None:
    put_off(
        run.item,
        link.record_id,
        f"Salesforce doesn't show record {link.record_id}: it was deleted for good, or the "
        "integration user may not see it any more.",
        link=link,
    )
    run.counts.failed += 1


def _follow(link: Link, master: str) -> None:
    """The record was merged into another one, which has its values now."""
    old = link.record_id
    try:
        with transaction.atomic():
            DuePair.objects.filter(link=link).delete()
            Link.objects.filter(pk=link.pk).update(record_id=master, digests={})
    except IntegrityError:
        end(link, f"Record {old} was merged into {master}, which is linked to an issue already.")
        return
    link.record_id = master
    make_due([link])


def _is_gone(run: ItemRun, issue_id: str) -> bool:
    """Whether the issue is missing although its project can be seen."""
    run.site.client.project(run.resolved.jira.project.key)
    try:
        run.site.client.issue(issue_id, ["status"])
    except Gone:
        return True
    return False
