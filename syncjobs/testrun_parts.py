"""Which comments and files a sync of a pair would copy."""

from connector.catalog.profiles import profile_for
from connector.errors import Refused
from syncjobs.attachments import sync as attachments
from syncjobs.attachments.marks import comment_body, note_body
from syncjobs.attachments.plan import Copy as FileCopy
from syncjobs.attachments.plan import too_large
from syncjobs.attachments.values import Side as FileSide
from syncjobs.comments import sync as comments
from syncjobs.comments.plan import Copy, Edit
from syncjobs.link_notes import note_place
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair
from syncjobs.plan import Note
from syncjobs.testrun_values import JIRA, SALESFORCE, Operation, Planned
from syncjobs.values import as_text


def plan_comments(run: ItemRun, pair: Pair) -> Planned:
    """The comments that would be copied, and the copies that would follow an edit."""
    if not run.resolved.config.comments.enabled:
        return Planned()
    try:
        planned = comments.plan_pairs(run, [pair])
    except Refused as error:
        return Planned(notes=(Note("comments", f"Comments can't be read: {error.message}"),))
    plan = planned.pairs[0][1]
    copies = (_comment(copy) for copy in plan.copies)
    edits = (_edited(edit) for edit in plan.edits)
    homeless = f"{run.resolved.sobject.label} records take no comments in this org."
    notes = (Note("comments", homeless),) if plan.homeless else ()
    return Planned((*copies, *edits), notes)


def _comment(copy: Copy) -> Operation:
    audience = "public comment" if copy.public else "internal comment"
    return Operation(copy.message.side.other.value, "comment", audience, None, as_text(copy.body))


def _edited(edit: Edit) -> Operation:
    side = edit.copy.message.side.other.value
    return Operation(side, "comment", f"comment {edit.twin}", None, as_text(edit.copy.body))


def plan_attachments(run: ItemRun, pair: Pair) -> Planned:
    """The files that would be copied, and what both sides would be told about them."""
    if not run.resolved.config.attachments.enabled:
        return Planned()
    operations: list[Operation] = []
    notes: list[Note] = []
    for _, plan in attachments.plan_attachments(run, [pair]):
        notes += plan.notes
        for copy in plan.copies:
            if reason := _takes_not(run, copy):
                notes.append(reason)
            else:
                operations += _file(run, pair, copy)
    return Planned(tuple(operations), tuple(notes))


def _takes_not(run: ItemRun, copy: FileCopy) -> Note | None:
    """Why the other side would not take the file; None if it would."""
    file = copy.file
    if file.side is FileSide.JIRA:
        label = run.resolved.sobject.label
        takes = profile_for(run.resolved.sobject).files
        return None if takes else Note(file.name, f"{label} records take no files.")
    limit = run.site.catalog.attachment_limit()
    if limit == 0:
        return Note(file.name, attachments.SWITCHED_OFF)
    return None if limit is None else too_large(file, limit, "Jira allows")


def _file(run: ItemRun, pair: Pair, copy: FileCopy) -> list[Operation]:
    file = copy.file
    told = Operation(JIRA, "note", file.name, None, as_text(comment_body(file.name, file.side)))
    size = f"{file.name} ({file.size:,} bytes)"
    if file.side is FileSide.SALESFORCE:
        return [Operation(JIRA, "attachment", file.name, None, size), told]
    copied = Operation(SALESFORCE, "attachment", file.name, None, size)
    if note_place(run.resolved.sobject) is None:
        return [copied, told]
    text = note_body(file.id, file.name, pair.link.issue_key)
    return [copied, Operation(SALESFORCE, "note", file.name, None, text), told]
