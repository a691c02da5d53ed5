"""Takes a page of records that were read for an item: what is linked is brought in step, what is
new and wanted gets an issue.
"""

from collections.abc import Sequence
from datetime import datetime

from connector.errors import RemoteError
from connector.jira.model import Deployment
from connector.salesforce.soql import id_chunks
from linking.models import Link
from syncjobs.create import Draft, create_issues
from syncjobs.due import waiting
from syncjobs.link_notes import write_link_notes
from syncjobs.opened import ItemRun
from syncjobs.plan import Given, Json, plan_creation
from syncjobs.queries import matching_of
from syncjobs.records import read_path
from syncjobs.remote_links import write_remote_links
from syncjobs.update import Pair, update_issues
from syncjobs.values import WriteContext


def take(run: ItemRun, records: Sequence[Json], *, matched: bool = False) -> None:
    """Reconcile these records with their issues. `matched`: the item's filter let them through.

    Raises RemoteError when the item, its site or the org has to wait; what is done by then is
    remembered.
    """
    links = _links(run, records)
    held_back = waiting(run.item, {r["Id"]: r["SystemModstamp"] for r in records})
    ready = [record for record in records if record["Id"] not in held_back]
    linked = [record for record in ready if record["Id"] in links]
    take_linked(run, linked, links)
    new = [record for record in ready if record["Id"] not in links and _is_wanted(run, record)]
    if not matched:
        new = _matching(run, new)
    if new:
        given = given_for(run, new)
        create_issues(run, [Draft(record, plan_creation(given, record)) for record in new])
    write_link_notes(run)
    write_remote_links(run, {record["Id"]: record for record in records})


def take_linked(run: ItemRun, records: Sequence[Json], links: dict[str, Link]) -> None:
    """Bring the issues of these linked records in step. Raises RemoteError."""
    pairs = [
        Pair(links[record["Id"]], record)
        for record in records
        if links[record["Id"]].state == Link.State.ACTIVE
    ]
    if pairs:
        update_issues(run, given_for(run, [pair.record for pair in pairs]), pairs)


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


def given_for(run: ItemRun, records: Sequence[Json]) -> Given:
    """What the plans for these records need: among others, who their people are in Jira."""
    mail_paths = [each.mail_path for each in run.resolved.mappings if each.mail_path]
    mails = {str(read_path(r, p) or "") for r in records for p in mail_paths}
    context = WriteContext(
        time_zone=run.org.time_zone,
        users=run.site.catalog.accounts(mails) if mails else {},
        deployment=Deployment(run.site.connection.deployment),
    )
    return Given(run.resolved, run.digest_key, context)
