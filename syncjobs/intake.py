"""Takes a page of records that were read for an item: what is linked is brought in step, what is
new and wanted gets an issue.
"""

from collections.abc import Sequence
from datetime import datetime

from connector.errors import RemoteError
from connector.salesforce.soql import id_chunks
from linking.models import Link
from syncjobs.context import given_for
from syncjobs.create import Draft, create_issues
from syncjobs.due import make_due, waiting
from syncjobs.find_records import hold_back
from syncjobs.link_notes import write_link_notes
from syncjobs.opened import ItemRun
from syncjobs.plan import Json, plan_creation
from syncjobs.queries import matching_of
from syncjobs.reconcile import reconcile_changed, reconcile_created
from syncjobs.remote_links import write_remote_links

# A backfill makes its issues first; what was said about them before follows in later turns.
HISTORY_SECONDS = 30.0


def take(
    run: ItemRun, records: Sequence[Json], read_at: datetime, *, matched: bool = False
) -> None:
    """Reconcile these records with their issues. `matched`: the item's filter let them through.

    `read_at` is when they were read, by our clock. Raises RemoteError when the item, its site or
    the org has to wait; what is done by then is remembered.
    """
    links = _links(run, records)
    make_due(links[r["Id"]] for r in records if r["IsDeleted"] and _is_active(links, r))
    records = [record for record in records if not record["IsDeleted"]]
    held_back = waiting(run.item, {r["Id"]: r["SystemModstamp"] for r in records})
    ready = [record for record in records if record["Id"] not in held_back]
    active = {key: link for key, link in links.items() if link.state == Link.State.ACTIVE}
    reconcile_changed(run, [r for r in ready if r["Id"] in active], active, read_at)
    new = [record for record in ready if record["Id"] not in links and _is_wanted(run, record)]
    if not matched:
        new = _matching(run, new)
    _create(run, hold_back(run, new), backfilled=matched)
    write_link_notes(run)
    write_remote_links(run, {record["Id"]: record for record in records})


def _is_active(links: dict[str, Link], record: Json) -> bool:
    link = links.get(record["Id"])
    return link is not None and link.state == Link.State.ACTIVE


def _create(run: ItemRun, records: Sequence[Json], *, backfilled: bool) -> None:
    if not records:
        return
    given = given_for(run, records)
    made = create_issues(run, [Draft(r, plan_creation(given, r)) for r in records])
    config = run.resolved.config
    if backfilled and (config.comments.enabled or config.attachments.enabled):
        # Their older comments and files follow, after the issues are made.
        make_due(made, after=HISTORY_SECONDS)
    make_due([link for link in made if link.record_id in run.active_ids])
    # What could not be carried over has to be told from what people make of it later.
    looks = run.resolved.answers or config.status is not None
    answering = [link for link in made if looks or link.notes]
    reconcile_created(run, {record["Id"]: record for record in records}, answering)


def _links(run: ItemRun, records: Sequence[Json]) -> dict[str, Link]:
    """The newest link of each record, ended ones included: what was ended is not made again."""
    ids = [record["Id"] for record in records]
    rows = Link.objects.filter(item=run.item, record_id__in=ids).order_by("pk")
    return {link.record_id: link for link in rows}


def _is_wanted(run: ItemRun, record: Json) -> bool:
    if not run.resolved.config.auto_create_issues:
        return False
    since = run.takes_up_from
    return since is None or datetime.fromisoformat(record["CreatedDate"]) >= since


def _matching(run: ItemRun, records: Sequence[Json]) -> list[Json]:
    """Those that the item's filter lets through; only Salesforce can judge it."""
    condition = run.resolved.config.record_filter
    if not condition or not records:
        return list(records)
    sobject = run.resolved.sobject.name
    chunks = id_chunks(record["Id"] for record in records)
    matching: set[str] = set()
    for page in run.org.client.query_many([matching_of(sobject, condition, c) for c in chunks]):
        if isinstance(page, RemoteError):
            raise page
        matching.update(row["Id"] for row in page.records)
    run.counts.skipped += len(records) - len(matching)
    return [record for record in records if record["Id"] in matching]
