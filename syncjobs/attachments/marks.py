"""Tells both sides of copied files: a note on the record, a comment on the issue.

The same rule as for the copies themselves: what was asked for without an answer is looked for
before it is written again. What people delete is not made again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from connector.errors import Busy, Refused, RemoteError
from connector.jira.markup import plain_to_wiki
from connector.salesforce.answers import SaveResult
from connector.salesforce.soql import datetime_literal, id_chunks
from linking.marks import SIGNATURE
from linking.models import AttachmentPair
from linking.saving import save_rows
from syncjobs.attachments.plan import CLOCK_MARGIN
from syncjobs.attachments.read import PairFiles
from syncjobs.attachments.values import Json, Side
from syncjobs.link_notes import NotePlace, note_place
from syncjobs.opened import ItemRun
from syncjobs.plan import Note

PROPERTY = "salesforce-connector-file"
SERVICE_DESK = "service_desk"
BULK = 200


@dataclass(frozen=True)
class Mark:
    """A note or comment to be written about the copy in `row`."""

    files: PairFiles
    row: AttachmentPair

    @property
    def name(self) -> str:
        """What the file is called, on whichever side it still is."""
        ids = (self.row.content_version_id, self.row.jira_id)
        both = self.files.both
        first = (*both.on(Side(self.row.origin)), *both.salesforce, *both.jira)
        return next((file.name for file in first if file.id in ids), "(deleted since)")

    @property
    def side(self) -> Side:
        return Side(self.row.origin)

    @property
    def issue(self) -> str:
        return str(self.files.pair.link.issue_id)


def note_body(attachment_id: str, name: str, issue_key: str) -> str:
    """Return the attachment sync note, for the record."""
    return (
        f"{SIGNATURE} A file was copied from Jira issue {issue_key}\n"
        f"File: {name}\n{_note_key(attachment_id)}"
    )


def comment_body(name: str, side: Side) -> str:
    """Return the attachment sync comment, for the issue, in wiki markup.

    The signature stays unescaped: brackets around what is no address show as they are.
    """
    other = Side.JIRA if side is Side.SALESFORCE else Side.SALESFORCE
    text = f" A file was copied from {side.label} to {other.label}\nFile: {name}"
    return SIGNATURE + plain_to_wiki(text)


def write_marks(run: ItemRun, loaded: Sequence[PairFiles]) -> None:
    """Write the notes and comments that are due.

    A failure puts the pair off; what concerns a whole connection is raised.
    """
    marks = [Mark(files, row) for files in loaded for row in files.own_rows]
    _write_notes(run, [mark for mark in marks if mark.row.note_due])
    for mark in marks:
        if mark.row.comment_due:
            _try_comment(run, mark)


# Notes on records, two hundred a call


def _write_notes(run: ItemRun, marks: Sequence[Mark]) -> None:
    place = note_place(run.resolved.sobject)
    if place is None:
        _settle_notes(marks)
        return
    written = _written_notes(run, place, marks)
    _settle_notes([mark for mark in marks if _key(mark) in written])
    missing = [mark for mark in marks if mark.row.note_due]
    for start in range(0, len(missing), BULK):
        _write_chunk(run, place, missing[start : start + BULK])


def _write_chunk(run: ItemRun, place: NotePlace, marks: Sequence[Mark]) -> None:
    _ask(marks, asked=True)
    records = [place.record(mark.row.link.record_id, _note(mark)) for mark in marks]
    try:
        results = run.org.client.create_many(records)
    except RemoteError as error:
        if not (isinstance(error, Busy) and error.may_have_happened):
            _ask(marks, asked=False)
        for mark in marks:
            mark.files.fail(error)
        return
    for mark, result in zip(marks, results, strict=True):
        _settle_note(mark, result)


def _note(mark: Mark) -> str:
    return note_body(mark.row.jira_id, mark.name, mark.files.pair.link.issue_key)


def _note_key(attachment_id: str) -> str:
    return f"Jira attachment id: {attachment_id}"


def _key(mark: Mark) -> tuple[str, str]:
    return mark.row.link.record_id, _note_key(mark.row.jira_id)


def _ask(marks: Sequence[Mark], *, asked: bool) -> None:
    moment = timezone.now() if asked else None
    for mark in marks:
        mark.row.note_asked_at = moment
    save_rows([mark.row for mark in marks], "note_asked_at")


def _settle_note(mark: Mark, result: SaveResult) -> None:
    refusal = result.refusal()
    if isinstance(refusal, Busy):
        if not refusal.may_have_happened:
            _ask([mark], asked=False)
        mark.files.fail(refusal)
        return
    if refusal is not None:
        _say(mark, "note on the record", refusal)
    _settle_notes([mark])


def _settle_notes(marks: Sequence[Mark]) -> None:
    for mark in marks:
        mark.row.note_due = False
    save_rows([mark.row for mark in marks], "note_due")


def _written_notes(run: ItemRun, place: NotePlace, marks: Iterable[Mark]) -> set[tuple[str, str]]:
    """(record id, key line) of the notes that were written although no answer came."""
    asked = [(mark, moment) for mark in marks if (moment := mark.row.note_asked_at)]
    if not asked:
        return set()
    since = datetime_literal(min(moment for _, moment in asked) - CLOCK_MARGIN)
    found: set[tuple[str, str]] = set()
    for ids in id_chunks(mark.row.link.record_id for mark, _ in asked):
        soql = place.search(run.org.token.user_id, ids, since)
        for row in (row for page in run.org.client.pages(soql) for row in page):
            lines = str(row[place.body_field] or "").splitlines()
            found.update((row["ParentId"], line.strip()) for line in lines)
    return found


# Comments on issues


def _try_comment(run: ItemRun, mark: Mark) -> None:
    row = mark.row
    try:
        if row.comment_asked_at is None or row.content_version_id not in _told(run, mark.issue):
            _add_comment(run, mark)
    except Refused as refusal:
        _say(mark, "comment on the issue", refusal)
    except RemoteError as error:
        mark.files.fail(error)
        return
    row.comment_due = False
    row.save(update_fields=["comment_due"])


def _add_comment(run: ItemRun, mark: Mark) -> None:
    row = mark.row
    row.comment_asked_at = timezone.now()
    row.save(update_fields=["comment_asked_at"])
    body = comment_body(mark.name, mark.side)
    properties = {PROPERTY: {"file": row.content_version_id}}
    try:
        run.site.client.add_comment(
            mark.issue, body, internal=_internal(run, mark), properties=properties
        )
    except RemoteError as error:
        if not (isinstance(error, Busy) and error.may_have_happened):
            row.comment_asked_at = None
            row.save(update_fields=["comment_asked_at"])
        raise


def _internal(run: ItemRun, mark: Mark) -> bool | None:
    """Hide it from customers, wherever the issue has been moved to; elsewhere an internal comment
    would be a plain one with a property."""
    project = (mark.files.pair.issue.get("fields") or {}).get("project") or {}
    kind = project.get("projectTypeKey") or run.resolved.jira.project.type
    return True if kind == SERVICE_DESK else None


def _told(run: ItemRun, issue: str) -> set[str]:
    """The files of which our comments on this issue tell."""
    return {
        str(each["value"]["file"])
        for comment in run.site.client.comments(issue)
        for each in _file_properties(comment)
    }


def _file_properties(comment: Json) -> Iterator[Json]:
    for each in comment.get("properties") or ():
        value = each.get("value")
        if each.get("key") == PROPERTY and isinstance(value, dict) and "file" in value:
            yield each


def _say(mark: Mark, what: str, refusal: RemoteError) -> None:
    reason = f"The file was copied, but the {what} could not be written: {refusal.message}"
    mark.files.pair.notes.append(Note(mark.name, reason))
