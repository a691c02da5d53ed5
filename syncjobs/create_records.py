"""Makes records from issues, two hundred a call, and never the same one twice.

1. The intent (a link that names its issue and no record) is committed before the call.
2. A refusal means that nothing was made: the link waits, visibly, until the issue changes or the
   next try comes.
3. A lost answer leaves the intent asked for; `syncjobs.find_records` looks before anything is
   repeated, since Salesforce knows no idempotency key.
4. The issue is marked with its record; after that the pair is like any other.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone

from connector.errors import Busy, RemoteError
from connector.salesforce.client import SaveResult
from connector.salesforce.soql import id_chunks, id_list
from linking.marks import PROPERTY_KEY, PairMark
from linking.models import CommentPair, Link
from linking.saving import save_rows
from syncjobs.context import given_for
from syncjobs.due import make_due, put_off
from syncjobs.find_records import find_records
from syncjobs.models import DuePair
from syncjobs.opened import ItemRun
from syncjobs.pairs import stops_connection
from syncjobs.plan import Given, Json, Note
from syncjobs.record_plan import RecordPlan, plan_record, without
from syncjobs.recover import FIRST_LOOK_SECONDS
from syncjobs.status_plan import KEY as STATUS
from syncjobs.take_issues import note_issues, still_wanted
from syncjobs.write import SIDE_BY_SIDE

# As many issues as one call reads; Salesforce would take two hundred records.
BULK = 100


@dataclass(frozen=True)
class Draft:
    """A record to be made from an issue."""

    link: Link
    issue: Json
    plan: RecordPlan

    @property
    def stamp(self) -> str:
        return str(self.issue["fields"]["updated"])

    def to_json(self, sobject: str) -> Json:
        return {"attributes": {"type": sobject}, **self.plan.fields}


def create_records(run: ItemRun) -> None:
    """Make the records that the item's issues are to get, and go on with those begun before.

    Raises RemoteError when a connection has to wait; what was not sent by then is tried in the
    next pull.
    """
    note_issues(run)
    find_records(run)
    for links in _chunks(_waiting(run, asked=False)):
        _make(run, still_wanted(run, links))
    for links in _chunks(_waiting(run, made=True)):
        _finish(run, links)


def _chunks(links: Sequence[Link]) -> Sequence[Sequence[Link]]:
    return [links[start : start + BULK] for start in range(0, len(links), BULK)]


def _waiting(run: ItemRun, *, asked: bool = True, made: bool = False) -> list[Link]:
    """The item's links from issues whose time has come: not asked for yet, or made and unmarked."""
    links = Link.objects.filter(item=run.item, state=Link.State.CREATING, issue_id__isnull=False)
    links = links.exclude(due__next_try_at__gt=timezone.now())
    links = links.exclude(record_id="") if made else links.filter(record_id="")
    return list(links.filter(asked_at__isnull=not asked).order_by("pk"))


def _make(run: ItemRun, links: Sequence[Link]) -> None:
    issues = _issues(run, links)
    given = given_for(run, [], list(issues.values()))
    drafts: list[Draft] = []
    for link in links:
        issue = issues.get(str(link.issue_id))
        if issue is None or _mark_of(issue):
            # It is gone, or another item's record has it already.
            link.delete()
            continue
        draft = Draft(link, issue, plan_record(given, issue))
        if draft.plan.missing:
            _put_off(run, draft, _missing(run, draft))
        else:
            drafts.append(draft)
    again = _ask(run, given, drafts)
    _ask(run, given, again, last=True)


def _issues(run: ItemRun, links: Sequence[Link]) -> dict[str, Json]:
    fields = [*run.resolved.jira_fields, "status"]
    ids = [str(link.issue_id) for link in links]
    return run.site.client.issues(ids, fields, [PROPERTY_KEY])


def _mark_of(issue: Json) -> PairMark | None:
    return PairMark.from_json((issue.get("properties") or {}).get(PROPERTY_KEY))


def _missing(run: ItemRun, draft: Draft) -> str:
    label = run.resolved.sobject.label
    reasons = " ".join(note.reason for note in draft.plan.notes)
    return (
        f"No {label} could be made from issue {draft.issue['key']}: Salesforce requires "
        f"{', '.join(draft.plan.missing)}. Fill what is mapped to it in the issue, or give the "
        f"mapping a default. {reasons}"
    ).strip()


def _ask(run: ItemRun, given: Given, drafts: Sequence[Draft], *, last: bool = False) -> list[Draft]:
    """Make the records; return drafts that are worth another try without a refused field."""
    if not drafts:
        return []
    _intend(drafts)
    sobject = run.resolved.sobject.name
    try:
        results = run.org.client.create_many([draft.to_json(sobject) for draft in drafts])
    except RemoteError as error:
        if not _may_have_happened(error):
            _take_back(drafts)
            raise
        for draft in drafts:
            _put_off(run, draft, error.message, seconds=FIRST_LOOK_SECONDS)
        return []
    made = [(d, r) for d, r in zip(drafts, results, strict=True) if r.success]
    _made(made)
    refused = [(d, r) for d, r in zip(drafts, results, strict=True) if not r.success]
    outcomes = [_refused(run, given, draft, result, last=last) for draft, result in refused]
    return [draft for draft in outcomes if draft]


def _intend(drafts: Sequence[Draft]) -> None:
    """Commit that they are being asked for, and by which values they can be known again."""
    now = timezone.now()
    for draft in drafts:
        draft.link.asked_at, draft.link.looks = now, 0
        draft.link.digests = dict(draft.plan.agreed)
        draft.link.notes = [note.to_json() for note in draft.plan.notes]
    save_rows([draft.link for draft in drafts], "asked_at", "looks", "digests", "notes")


def _take_back(drafts: Sequence[Draft]) -> None:
    ids = [draft.link.pk for draft in drafts]
    Link.objects.filter(pk__in=ids).update(asked_at=None, digests={})


def _may_have_happened(error: RemoteError) -> bool:
    return isinstance(error, Busy) and error.may_have_happened


def _made(made: Sequence[tuple[Draft, SaveResult]]) -> None:
    for draft, result in made:
        draft.link.record_id = result.id
    save_rows([draft.link for draft, _ in made], "record_id")


def _refused(
    run: ItemRun, given: Given, draft: Draft, result: SaveResult, *, last: bool
) -> Draft | None:
    """Put a refused record off, or return it without the fields that were refused."""
    refusal = result.refusal()
    assert refusal is not None
    if _may_have_happened(refusal):
        _put_off(run, draft, refusal.message, seconds=FIRST_LOOK_SECONDS)
        return None
    _take_back([draft])
    named = {name: error.message for error in result.errors for name in error.fields}
    rest = None if last else without(draft.plan, given, named)
    if rest is None:
        _put_off(run, draft, refusal.message)
        return None
    return Draft(draft.link, draft.issue, rest)


def _put_off(run: ItemRun, draft: Draft, reason: str, *, seconds: float | None = None) -> None:
    issue_id = str(draft.link.issue_id)
    put_off(run.item, issue_id, reason, link=draft.link, stamp=draft.stamp, seconds=seconds)
    run.counts.failed += 1


def _finish(run: ItemRun, links: Sequence[Link]) -> None:
    """Mark the issues of records that were made, and let their pairs begin.

    Raises the error of a connection that has to wait; pairs that are marked by then have begun.
    """
    statuses = _statuses(run, [link.record_id for link in links])
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(links))) as pool:
        outcomes = list(pool.map(partial(_mark, run, run.org.token.org_id), links))
    marked: list[Link] = []
    for link, error in zip(links, outcomes, strict=True):
        if error is not None and isinstance(error, Busy):
            put_off(run.item, str(link.issue_id), error.message, link=link)
        elif not stops_connection(error):
            if error is not None:
                link.notes = [*link.notes, Note("issue", error.message).to_json()]
            marked.append(link)
    _activate(run, marked, statuses)
    for error in outcomes:
        if error is not None and stops_connection(error):
            raise error


def _mark(run: ItemRun, org_id: str, link: Link) -> RemoteError | None:
    """Return why the issue could not be marked, None if it was."""
    config = run.resolved.config
    mark = PairMark(org_id, link.record_id, config.object, config.name)
    try:
        run.site.client.set_issue_property(str(link.issue_id), PROPERTY_KEY, mark.to_json())
    except RemoteError as error:
        return error
    return None


def _statuses(run: ItemRun, ids: Sequence[str]) -> Mapping[str, str]:
    """The statuses that new records began with, where statuses are kept in step."""
    paths = run.resolved.status_fields
    if not paths:
        return {}
    soql = f"SELECT Id, {paths[0]} FROM {run.resolved.sobject.name} WHERE Id IN "
    return {
        row["Id"]: str(row[paths[0]] or "")
        for chunk in id_chunks(ids)
        for page in run.org.client.pages(soql + id_list(chunk))
        for row in page
    }


def _activate(run: ItemRun, links: Sequence[Link], statuses: Mapping[str, str]) -> None:
    digest = given_for(run, []).digester.exact
    for link in links:
        link.state = Link.State.ACTIVE
        if link.record_id in statuses:
            # Nobody chose the new record's status, so it follows the issue's and doesn't lead.
            link.digests = {**link.digests, STATUS: [digest(statuses[link.record_id]), ""]}
    with transaction.atomic():
        DuePair.objects.filter(link__in=links).delete()
        save_rows(links, "state", "notes", "digests")
        CommentPair.objects.bulk_create(
            CommentPair(link=link, kind=CommentPair.Kind.LINK_NOTE) for link in links
        )
        # What was said in the issue before, and its files, come with the first reconcile.
        make_due(links)
    run.counts.created += len(links)
