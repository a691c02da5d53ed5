"""Writes the note that tells a record which issue it is linked to: two hundred a call.

The same rule as for issues: the intent is stored first, and after a lost answer the note is
looked for before it is written again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from connector.errors import Busy, RemoteError
from connector.salesforce.client import SaveResult
from connector.salesforce.describe import SObject
from connector.salesforce.soql import datetime_literal, id_chunks, id_list, quote
from linking.marks import link_note
from linking.models import CommentPair, Link
from linking.saving import save_rows
from syncjobs.leases import leased
from syncjobs.opened import ItemRun
from syncjobs.plan import Json, Note

BULK = 200
# Salesforce's clock and ours may differ; a note is looked for from a little earlier on.
CLOCK_MARGIN = timedelta(minutes=5)


@dataclass(frozen=True)
class NotePlace:
    """Where an object's notes go: which sObject is written, and which is read to find them."""

    sobject: str
    body_field: str
    read_from: str

    def record(self, record_id: str, body: str) -> Json:
        note: Json = {"attributes": {"type": self.sobject}, "ParentId": record_id}
        note[self.body_field] = body
        if self.sobject == "CaseComment":
            note["IsPublished"] = False
        return note

    def search(self, user_id: str, record_ids: Sequence[str], since: str) -> str:
        return (
            f"SELECT Id, ParentId, {self.body_field} FROM {self.read_from} "
            f"WHERE ParentId IN {id_list(record_ids)} AND CreatedById = {quote(user_id)} "
            f"AND CreatedDate >= {since}"
        )


def note_place(sobject: SObject) -> NotePlace | None:
    """Return where notes on this object go; None where it has neither comments nor a feed."""
    if sobject.name == "Case":
        return NotePlace("CaseComment", "CommentBody", "CaseComment")
    if not sobject.feed_enabled:
        return None
    # Reading FeedItem itself takes View All Data, the object's own feed doesn't.
    own_feed = sobject.name.removesuffix("__c") + ("__Feed" if sobject.custom else "Feed")
    return NotePlace("FeedItem", "Body", own_feed)


def write_link_notes(run: ItemRun) -> None:
    """Write the item's link notes that are still missing. Raises RemoteError.

    Those of pairs that another worker has at this moment are left to him, or to the next pull.
    """
    waiting = _missing(Link.objects.filter(item=run.item, state=Link.State.ACTIVE))
    if not waiting:
        return
    with leased([pair.link for pair in waiting]) as mine:
        # Read again: another worker may have written some before the lease was ours.
        _write_all(run, _missing(mine))


def _write_all(run: ItemRun, missing: Sequence[CommentPair]) -> None:
    place = note_place(run.resolved.sobject)
    if place is None:
        _give_up(missing, f"{run.resolved.sobject.label} records have neither comments nor a feed")
        return
    missing = _really_missing(run, place, missing)
    for start in range(0, len(missing), BULK):
        _write(run, place, missing[start : start + BULK])


def _missing(links: Iterable[Link]) -> list[CommentPair]:
    intended = CommentPair.objects.filter(
        link__in=links, kind=CommentPair.Kind.LINK_NOTE, state=CommentPair.State.INTENDED
    )
    return list(intended.select_related("link").order_by("pk"))


def _body(run: ItemRun, link: Link) -> str:
    site = run.site.connection.base_url.rstrip("/")
    url = f"{site}/browse/{link.issue_key}"
    return link_note(link.issue_key, url, run.resolved.config.name, link.origin)


def _write(run: ItemRun, place: NotePlace, pairs: Sequence[CommentPair]) -> None:
    ids = [pair.pk for pair in pairs]
    rows = CommentPair.objects.filter(pk__in=ids)
    now = timezone.now()
    rows.update(asked_at=now)
    for pair in pairs:
        pair.asked_at = now
    records = [place.record(pair.link.record_id, _body(run, pair.link)) for pair in pairs]
    try:
        results = run.org.client.create_many(records)
    except RemoteError as error:
        if not (isinstance(error, Busy) and error.may_have_happened):
            rows.update(asked_at=None)
        raise
    for pair, result in zip(pairs, results, strict=True):
        _settle(pair, result)
    save_rows([pair for pair in pairs if pair.pk], "state", "salesforce_id", "asked_at")


def _settle(pair: CommentPair, result: SaveResult) -> None:
    refusal = result.refusal()
    if refusal is None:
        pair.state, pair.salesforce_id = CommentPair.State.COMPLETE, result.id
    elif isinstance(refusal, Busy):
        if not refusal.may_have_happened:
            pair.asked_at = None
    else:
        _give_up([pair], refusal.message)


def _give_up(pairs: Sequence[CommentPair], reason: str) -> None:
    """The pair is in step without its note; the link says why there is none."""
    for pair in pairs:
        note = Note("link note", f"The note on the record could not be written: {reason}")
        pair.link.notes = [*pair.link.notes, note.to_json()]
        pair.link.save(update_fields=["notes"])
    CommentPair.objects.filter(pk__in=[pair.pk for pair in pairs]).delete()
    for pair in pairs:
        pair.pk = None


def _really_missing(
    run: ItemRun, place: NotePlace, pairs: Sequence[CommentPair]
) -> list[CommentPair]:
    """Complete those that were written although no answer came; return the others."""
    asked = [pair for pair in pairs if pair.asked_at]
    if not asked:
        return list(pairs)
    written = dict(_written(run, place, asked))
    found: list[CommentPair] = []
    for pair in asked:
        if (known := written.get((pair.link.record_id, _body(run, pair.link)))) is not None:
            pair.state, pair.salesforce_id = CommentPair.State.COMPLETE, known
            found.append(pair)
    save_rows(found, "state", "salesforce_id")
    return [pair for pair in pairs if pair.state == CommentPair.State.INTENDED]


def _written(
    run: ItemRun, place: NotePlace, pairs: Sequence[CommentPair]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield ((record id, text), note id) of what the integration user has written."""
    since = datetime_literal(min(pair.asked_at for pair in pairs if pair.asked_at) - CLOCK_MARGIN)
    user_id = run.org.token.user_id
    for ids in id_chunks(pair.link.record_id for pair in pairs):
        for page in run.org.client.pages(place.search(user_id, ids, since)):
            for row in page:
                yield (row["ParentId"], row[place.body_field]), row["Id"]
