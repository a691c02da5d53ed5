"""Links existing pairs in bulk: both sides are read in bulk, then each pair is linked by itself.

The two are linked and due first, then the issue gets its mark. Where that fails the link is taken
back; a process that dies in between leaves a link that a sync brings in step a little later.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import transaction

from connector.errors import Gone, RemoteError
from connector.jira.model import Deployment
from connector.salesforce.ids import to_18
from connector.salesforce.soql import id_chunks
from linking.linking import AlreadyLinked, link_pair, why_not
from linking.marks import PROPERTY_KEY, PairMark
from linking.models import Link
from syncjobs.due import make_due
from syncjobs.link_notes import write_link_notes
from syncjobs.models import DuePair
from syncjobs.opened import ItemRun
from syncjobs.plan import Json
from syncjobs.queries import records_by
from syncjobs.remote_links import write_remote_links
from syncjobs.write import SIDE_BY_SIDE

# A pair waits so long for its mark before it is due anyway.
MARK_SECONDS = 60.0
CHUNK = 100


@dataclass(frozen=True)
class Wish:
    """A line that asks for a pair: `number` counts from 1, the header."""

    number: int
    issue: str
    record: str


@dataclass
class Linked:
    """`pairs` are (line, issue key, record id); `refused` are (line, reason). `problem` is what
    stopped the notes and remote links, which a later sync writes."""

    pairs: list[tuple[int, str, str]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    problem: str = ""

    def refuse(self, wish: Wish, reason: str) -> None:
        self.refused.append((wish.number, reason))


@dataclass(frozen=True)
class _Found:
    wish: Wish
    issue_id: str
    issue_key: str
    record: Json

    @property
    def record_id(self) -> str:
        return str(self.record["Id"])


def link_records(run: ItemRun, wishes: Sequence[Wish], *, dry_run: bool = False) -> Linked:
    """Link the pairs that can be linked, and say of the others why they can't.

    A dry run only checks. Raises RemoteError when a side can't be read; nothing is
    linked then.
    """
    outcome = Linked()
    found = _once(_free(run, _both_there(run, wishes, outcome), outcome), outcome)
    if dry_run:
        outcome.pairs += [(each.wish.number, each.issue_key, each.record_id) for each in found]
        found = []
    for start in range(0, len(found), CHUNK):
        _link(run, found[start : start + CHUNK], outcome)
    outcome.refused.sort()
    return outcome


# Reading both sides


def _both_there(run: ItemRun, wishes: Sequence[Wish], outcome: Linked) -> list[_Found]:
    ids: dict[int, str] = {}
    for wish in wishes:
        record_id = _record_id(run, wish, outcome)
        if record_id:
            ids[wish.number] = record_id
    asked = [wish for wish in wishes if wish.number in ids]
    records = _records(run, list(ids.values()))
    issues = _issues(run, [wish.issue.strip().upper() for wish in asked])
    found: list[_Found] = []
    for wish in asked:
        record, issue = records.get(ids[wish.number]), issues.get(wish.issue.strip().upper())
        if reason := _why_not_there(run, wish, record, issue):
            outcome.refuse(wish, reason)
        elif record and issue:
            found.append(_Found(wish, str(issue["id"]), str(issue["key"]), record))
    return found


def _record_id(run: ItemRun, wish: Wish, outcome: Linked) -> str | None:
    sobject = run.resolved.sobject
    try:
        record_id = to_18(wish.record.strip())
    except ValueError as error:
        outcome.refuse(wish, str(error))
        return None
    if sobject.key_prefix and not record_id.startswith(sobject.key_prefix):
        outcome.refuse(
            wish,
            f"{wish.record} is no {sobject.label}: ids of {sobject.name} begin with "
            f"{sobject.key_prefix}.",
        )
        return None
    return record_id


def _why_not_there(run: ItemRun, wish: Wish, record: Json | None, issue: Json | None) -> str | None:
    side, sobject = run.resolved.jira, run.resolved.sobject
    if issue is None:
        return f"Jira has no issue {wish.issue}, or the connector's user may not see it."
    if issue["fields"]["project"]["id"] != side.project.id:
        return f"{issue['key']} is not in project {side.project.key}, which the item works with."
    if record is None:
        return (
            f"Salesforce has no {sobject.label} {wish.record}, or the integration user may not "
            "see it."
        )
    return None


def _records(run: ItemRun, ids: Sequence[str]) -> dict[str, Json]:
    sobject = run.resolved.sobject
    names = [sobject.name_field.name] if sobject.name_field else []
    return {
        str(record["Id"]): record
        for chunk in id_chunks(dict.fromkeys(ids))
        for page in run.org.client.pages(records_by(sobject.name, names, "Id", chunk))
        for record in page
    }


def _issues(run: ItemRun, keys: Sequence[str]) -> dict[str, Json]:
    """Issues by the keys that were asked for.

    Only Cloud reads issues by their keys in bulk; a search refuses all of them for one that isn't
    there. An issue that was moved answers with its new key, so the missing are asked for alone.
    """
    client, wanted = run.site.client, list(dict.fromkeys(keys))
    by_key: dict[str, Json] = {}
    if client.edition.deployment is Deployment.CLOUD:
        by_key = {str(i["key"]): i for i in client.issues(wanted, ["project"]).values()}
    missing = [key for key in wanted if key not in by_key]

    def ask(key: str) -> Json | None:
        try:
            return client.issue(key, ["project"])
        except Gone:
            return None

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        alone = zip(missing, pool.map(ask, missing), strict=True)
        return by_key | {key: issue for key, issue in alone if issue is not None}


def _free(run: ItemRun, found: Sequence[_Found], outcome: Linked) -> list[_Found]:
    """Those without a link; a line that is refused here doesn't stand in the way of later ones."""
    free: list[_Found] = []
    for each in found:
        if reason := why_not(run.item, each.issue_id, each.issue_key, each.record_id):
            outcome.refuse(each.wish, reason)
        else:
            free.append(each)
    return free


def _once(found: Sequence[_Found], outcome: Linked) -> list[_Found]:
    """The first line of each issue and each record; the others contradict or repeat it."""
    lines: dict[str, int] = {}
    once: list[_Found] = []
    for each in found:
        names = {each.issue_id: each.issue_key, each.record_id: each.record_id}
        double = next((name for name in names if name in lines), None)
        if double is not None:
            reason = f"{names[double]} is in line {lines[double]} already."
            outcome.refuse(each.wish, reason)
            continue
        lines |= dict.fromkeys(names, each.wish.number)
        once.append(each)
    return once


# Linking


def _link(run: ItemRun, chunk: Sequence[_Found], outcome: Linked) -> None:
    links = [(each, link) for each in chunk if (link := _linked(run, each, outcome))]
    # Taken here: a database connection belongs to one thread.
    org_id = run.org.token.org_id
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        failures = list(pool.map(lambda pair: _mark(run, org_id, pair[1]), links))
    marked: list[Link] = []
    for (each, link), failure in zip(links, failures, strict=True):
        if failure is None:
            marked.append(link)
            outcome.pairs.append((each.wish.number, each.issue_key, each.record_id))
        else:
            _take_back(link)
            reason = f"The mark on {each.issue_key} could not be written: {failure.message}"
            outcome.refuse(each.wish, reason)
    make_due(marked)
    _tell(run, {each.record_id: each.record for each, _ in links}, outcome)


def _linked(run: ItemRun, each: _Found, outcome: Linked) -> Link | None:
    try:
        with transaction.atomic():
            link = link_pair(
                run.item, each.issue_id, each.issue_key, each.record_id, Link.Origin.MANUAL
            )
            make_due([link], after=MARK_SECONDS)
    except AlreadyLinked as error:
        outcome.refuse(each.wish, str(error))
        return None
    return link


def _mark(run: ItemRun, org_id: str, link: Link) -> RemoteError | None:
    config = run.resolved.config
    mark = PairMark(org_id, link.record_id, config.object, config.name)
    try:
        run.site.client.set_issue_property(str(link.issue_id), PROPERTY_KEY, mark.to_json())
    except RemoteError as error:
        return error
    return None


def _take_back(link: Link) -> None:
    with transaction.atomic():
        DuePair.objects.filter(link=link).update(link=None)
        Link.objects.filter(pk=link.pk, synced_at=None).delete()


def _tell(run: ItemRun, records: dict[str, Json], outcome: Linked) -> None:
    """Write the notes on the records and the issues' remote links: what fails a sync repeats."""
    try:
        write_link_notes(run)
        write_remote_links(run, records)
    except RemoteError as error:
        outcome.problem = error.message
