"""Gives an issue its remote link to the record, where the item wants one.

Jira keeps one link per global id, so writing it twice does no harm and no intent is needed.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from django.utils import timezone

from connector.errors import RemoteError
from connector.jira.model import RemoteLink
from connector.salesforce.ids import record_url
from linking.marks import remote_link_id
from linking.models import Link
from linking.saving import save_rows
from syncjobs.opened import ItemRun
from syncjobs.plan import Json, Note
from syncjobs.write import SIDE_BY_SIDE


def write_remote_links(run: ItemRun, records: Mapping[str, Json]) -> None:
    """Write the missing remote links of the records that were just read."""
    if not run.resolved.config.jira_remote_link:
        return
    missing = list(
        Link.objects.filter(
            item=run.item,
            state=Link.State.ACTIVE,
            remote_linked_at=None,
            record_id__in=list(records),
        )
    )
    if not missing:
        return
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(missing))) as pool:
        outcomes = list(pool.map(lambda link: _write(run, link, records[link.record_id]), missing))
    now = timezone.now()
    for link, error in zip(missing, outcomes, strict=True):
        if error is None:
            link.remote_linked_at = now
        else:
            link.notes = [*link.notes, Note("remote link", error).to_json()]
    save_rows(missing, "remote_linked_at", "notes")


def _write(run: ItemRun, link: Link, record: Json) -> str | None:
    """Return why the link could not be written, None if it was."""
    token = run.org.token
    sobject = run.resolved.sobject
    name = str(record.get(sobject.name_field.name, "")) if sobject.name_field else ""
    try:
        run.site.client.set_remote_link(
            str(link.issue_id),
            RemoteLink(
                global_id=remote_link_id(token.org_id, link.record_id),
                url=record_url(token.instance_url, sobject.name, link.record_id),
                title=f"{sobject.label} {name}".strip(),
                relationship="Salesforce record",
            ),
        )
    except RemoteError as error:
        return error.message
    return None
