"""The issues of pairs: as they are and not as a search index remembers them, and what of them can
be set.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from connector.errors import Gone
from connector.jira.model import Deployment, FieldMeta
from linking.models import Link
from syncjobs.begun import without_begun
from syncjobs.opened import ItemRun
from syncjobs.plan import Json

# So long after our own write a search may still answer with what was there before.
INDEX_LAG = timedelta(minutes=5)


def read_issues(run: ItemRun, links: Sequence[Link], fields: Sequence[str]) -> dict[str, Json]:
    """Return the links' issues by their id; those that are gone or hidden are left out.

    Data Center reads many issues from its search index, which other nodes write some seconds late.
    What we wrote a moment ago would look like an edit back, so such issues are read one by one.
    """
    fields = list(dict.fromkeys(fields))
    alone = [link for link in links if _may_lag(run, link)]
    together = [str(link.issue_id) for link in links if link not in alone]
    found = run.site.client.issues(together, fields) if together else {}
    for link in alone:
        try:
            found[str(link.issue_id)] = run.site.client.issue(str(link.issue_id), fields)
        except Gone:
            continue
    return found


def editable_fields(run: ItemRun, issue_id: str) -> Mapping[str, FieldMeta]:
    """Return the fields that can be set on issues such as this one, by their id.

    The edit screen is asked for only if a mapped field isn't on the create screen.
    """
    side = run.resolved.jira
    if all(each.mapping.jira in side.create_fields for each in run.resolved.to_jira):
        return side.create_fields
    edit_fields = run.site.catalog.edit_fields(side.project.key, side.issue_type.id, issue_id)
    return {**side.create_fields, **edit_fields}


def _may_lag(run: ItemRun, link: Link) -> bool:
    if run.site.connection.deployment != Deployment.DATA_CENTER:
        return False
    is_recent = link.synced_at is None or timezone.now() - link.synced_at < INDEX_LAG
    return is_recent or len(without_begun(link)) != len(link.digests)
