"""Makes issues from records: fifty a call, and never the same one twice.

1. The intent (a link that is *being created*) is committed before the call.
2. Each issue carries its mark, the entity property, inside the call.
3. A refusal means that nothing was made: the intent is taken back.
4. A lost answer leaves the intent; `syncjobs.recover` looks for the mark before anything is
   repeated.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from connector.errors import Busy, Refused, RemoteError
from connector.jira.model import CreatedIssue, NewIssue
from linking.marks import PROPERTY_KEY, PairMark
from linking.models import CommentPair, Link
from linking.saving import save_rows
from syncjobs.due import put_off
from syncjobs.models import DuePair
from syncjobs.opened import ItemRun
from syncjobs.plan import Json, Note, Plan
from syncjobs.recover import FIRST_LOOK_SECONDS, unanswered

# As many as Jira makes in one call.
BULK = 50
# Jira demands them, and they decide what is made.
NEVER_DROPPED = frozenset({"project", "issuetype", "summary"})


@dataclass(frozen=True)
class Draft:
    """An issue to be made from a record."""

    record: Json
    plan: Plan
    dropped: tuple[Note, ...] = ()

    @property
    def record_id(self) -> str:
        return str(self.record["Id"])

    @property
    def stamp(self) -> str:
        return str(self.record["SystemModstamp"])

    @property
    def refused_targets(self) -> frozenset[str]:
        return frozenset(note.target for note in self.dropped)

    @property
    def fields(self) -> Json:
        return {k: v for k, v in self.plan.jira_fields.items() if k not in self.refused_targets}

    @property
    def notes(self) -> list[dict[str, str]]:
        return [note.to_json() for note in (*self.plan.notes, *self.dropped)]


def create_issues(run: ItemRun, drafts: Sequence[Draft]) -> list[Link]:
    """Make the issues and return the links to those that were made.

    What failed is put off, pair by pair. Raises RemoteError when the whole connection has to
    wait; nothing that was not sent is remembered then, so that the next pull takes it up again.
    """
    made: list[Link] = []
    alone = unanswered(run.item, [draft.record_id for draft in drafts])
    together = [draft for draft in drafts if draft.record_id not in alone]
    for chunk in _chunks(together):
        made += _create_chunk(run, chunk)
    for draft in drafts:
        if draft.record_id in alone:
            made += _create_chunk(run, [draft])
    return made


def _chunks(drafts: Sequence[Draft]) -> Iterator[Sequence[Draft]]:
    return (drafts[start : start + BULK] for start in range(0, len(drafts), BULK))


def _create_chunk(run: ItemRun, chunk: Sequence[Draft]) -> list[Link]:
    links = _intend(run, chunk)
    chunk = [draft for draft in chunk if draft.record_id in links]
    made, refused = _ask(run, chunk, links)
    again = [
        better for draft, refusal in refused if (better := _without_refused(run, draft, refusal))
    ]
    retried = {draft.record_id for draft in again}
    _take_back(run, [pair for pair in refused if pair[0].record_id not in retried], links)
    if again:
        more, refused = _ask(run, again, links)
        _take_back(run, refused, links)
        made += more
    return made


def _intend(run: ItemRun, chunk: Sequence[Draft]) -> dict[str, Link]:
    """Commit the intents; a record that somebody else is linking at this moment is left out."""
    ids = [draft.record_id for draft in chunk]
    try:
        return _insert(run, ids)
    except IntegrityError:
        # Between our look and our insert another worker committed one; now it can be seen.
        return _insert(run, ids)


def _insert(run: ItemRun, ids: Sequence[str]) -> dict[str, Link]:
    with transaction.atomic():
        taken = set(
            Link.objects.filter(item=run.item, record_id__in=ids)
            .exclude(state=Link.State.ENDED)
            .values_list("record_id", flat=True)
        )
        now = timezone.now()
        links = Link.objects.bulk_create(
            Link(item=run.item, record_id=record_id, asked_at=now)
            for record_id in ids
            if record_id not in taken
        )
    return {link.record_id: link for link in links}


def _ask(
    run: ItemRun, drafts: Sequence[Draft], links: Mapping[str, Link]
) -> tuple[list[Link], list[tuple[Draft, Refused]]]:
    try:
        results = run.site.client.create_chunk(
            [_new_issue(run, draft) for draft in drafts], confirm_property=PROPERTY_KEY
        )
    except Busy as busy:
        if not busy.may_have_happened:
            _forget(links, drafts)
            raise
        _leave_open(run, drafts, links, busy)
        return [], []
    except RemoteError:
        _forget(links, drafts)
        raise
    pairs = list(zip(drafts, results, strict=True))
    made = [(draft, issue) for draft, issue in pairs if isinstance(issue, CreatedIssue)]
    refused = [(draft, result) for draft, result in pairs if isinstance(result, Refused)]
    return _made(run, made, links), refused


def _new_issue(run: ItemRun, draft: Draft) -> NewIssue:
    side = run.resolved.jira
    config = run.resolved.config
    mark = PairMark(
        org=run.org.token.org_id,
        record=draft.record_id,
        object=config.object,
        item=config.name,
    )
    fixed: dict[str, Any] = {
        "project": {"id": side.project.id},
        "issuetype": {"id": side.issue_type.id},
    }
    return NewIssue({**draft.fields, **fixed}, {PROPERTY_KEY: mark.to_json()})


def _made(
    run: ItemRun, made: Sequence[tuple[Draft, CreatedIssue]], links: Mapping[str, Link]
) -> list[Link]:
    now = timezone.now()
    done: list[Link] = []
    for draft, issue in made:
        link = links[draft.record_id]
        link.issue_id, link.issue_key = issue.id, issue.key
        link.state = Link.State.ACTIVE
        link.digests = draft.plan.digests(draft.refused_targets)
        link.notes = draft.notes
        link.synced_at = now
        done.append(link)
    with transaction.atomic():
        save_rows(done, "issue_id", "issue_key", "state", "digests", "notes", "synced_at")
        CommentPair.objects.bulk_create(
            CommentPair(link=link, kind=CommentPair.Kind.LINK_NOTE) for link in done
        )
        DuePair.objects.filter(item=run.item, record_id__in=[e.record_id for e in done]).delete()
    run.counts.created += len(done)
    return done


def _without_refused(run: ItemRun, draft: Draft, refusal: Refused) -> Draft | None:
    """The draft without the values that Jira refused; None if it can't be made without them."""
    metas = run.resolved.jira.create_fields
    bad = refusal.fields.keys() & draft.fields.keys()
    needed = {name for name in bad if name in NEVER_DROPPED or metas[name].required}
    if not bad or needed:
        return None
    dropped = tuple(Note(name, refusal.fields[name]) for name in sorted(bad))
    return Draft(draft.record, draft.plan, (*draft.dropped, *dropped))


def _take_back(
    run: ItemRun, refused: Sequence[tuple[Draft, Refused]], links: Mapping[str, Link]
) -> None:
    _forget(links, [draft for draft, _ in refused])
    for draft, refusal in refused:
        put_off(run.item, draft.record_id, refusal.message, stamp=draft.stamp)
    run.counts.failed += len(refused)


def _leave_open(
    run: ItemRun, drafts: Sequence[Draft], links: Mapping[str, Link], busy: Busy
) -> None:
    for draft in drafts:
        put_off(
            run.item,
            draft.record_id,
            busy.message,
            link=links[draft.record_id],
            stamp=draft.stamp,
            seconds=FIRST_LOOK_SECONDS,
        )
    run.counts.failed += len(drafts)


def _forget(links: Mapping[str, Link], drafts: Sequence[Draft]) -> None:
    Link.objects.filter(pk__in=[links[draft.record_id].pk for draft in drafts]).delete()
