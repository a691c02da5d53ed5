"""What the integration user may not do, and what that costs.

The connector works with few permissions and says which of its features go slower or missing for
want of one. Permissions are tried rather than read: their settings are spread over profiles,
permission sets and licences, which such a user may not see.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.catalog.profiles import Comments, ObjectProfile, profile_for
from connector.errors import Refused, RemoteError
from connector.salesforce.client import QueryPage, SalesforceClient
from connector.salesforce.describe import SObject
from connector.salesforce.soql import select


@dataclass(frozen=True)
class _Probe:
    """A query that a permission decides about, and what is said if it is refused."""

    soql: str
    sentence: str


FEED = _Probe(
    select(["Id"], "FeedItem", limit=1),
    "The integration user lacks View All Data, so feed posts are read record by record, which "
    "takes more API calls.",
)
FILES = _Probe(
    select(["Id"], "ContentDocumentLink", limit=1),
    "The integration user lacks Query All Files, so files are looked for record by record, which "
    "takes more API calls.",
)
CASE_COMMENTS = _Probe(
    select(["Id"], "CaseComment", limit=1),
    "The integration user can't read case comments, so comments of cases aren't synchronized.",
)


def degraded_features(client: SalesforceClient, objects: Sequence[SObject]) -> list[str]:
    """Return a sentence for everything that works less well than it could with these objects.

    Raises RemoteError only for failures that say nothing about permissions.
    """
    profiles = [profile_for(sobject) for sobject in objects]
    probes = _probes(profiles)
    answers = client.query_many([probe.soql for probe in probes])
    refused = [
        probe.sentence for probe, answer in zip(probes, answers, strict=True) if _refused(answer)
    ]
    return refused + [sentence for sobject in objects for sentence in _missing_access(sobject)]


def _probes(profiles: Sequence[ObjectProfile]) -> list[_Probe]:
    wanted = {
        FEED: any(profile.feed for profile in profiles),
        FILES: any(profile.files for profile in profiles),
        CASE_COMMENTS: any(profile.comments is Comments.CASE_COMMENT for profile in profiles),
    }
    return [probe for probe, is_wanted in wanted.items() if is_wanted]


def _refused(answer: QueryPage | RemoteError) -> bool:
    if isinstance(answer, RemoteError) and not isinstance(answer, Refused):
        raise answer
    return isinstance(answer, Refused)


def _missing_access(sobject: SObject) -> list[str]:
    plural = sobject.label_plural or sobject.label or sobject.name
    if not sobject.queryable:
        return [f"The integration user can't read {plural}, so none are synchronized."]
    lacking = {
        f"The integration user can't create {plural}, so none are made from Jira issues.": (
            sobject.createable
        ),
        f"The integration user can't edit {plural}, so changes in Jira don't reach them.": (
            sobject.updateable
        ),
    }
    return [sentence for sentence, granted in lacking.items() if not granted]
