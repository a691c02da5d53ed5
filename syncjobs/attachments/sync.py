"""Brings the files of linked pairs in step."""

from collections.abc import Sequence

from django.conf import settings

from connector.catalog.profiles import profile_for
from connector.errors import RemoteError
from syncjobs.attachments.copy import complete, copy_file
from syncjobs.attachments.marks import write_marks
from syncjobs.attachments.plan import Copy, FilePlan, plan_files, too_large
from syncjobs.attachments.read import PairFiles, digest_for, our_users, read_pairs
from syncjobs.attachments.values import File, Side
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair, stops_connection
from syncjobs.plan import Note

SWITCHED_OFF = "Jira takes no files: an admin has switched attachments off."


def sync_attachments(run: ItemRun, pairs: Sequence[Pair]) -> None:
    """Copy what is new on either side of these pairs to the other, and tell both of it.

    A failure of one pair becomes its `error`. What concerns a whole connection is raised; it is
    the error of the pairs that could not be finished, too.
    """
    unfinished = list(pairs)
    try:
        planned = plan_attachments(run, pairs)
        for files, plan in planned:
            _remember(files, plan)
            run.counts.attachments += len(plan.found)
        unfinished = [files.pair for files, plan in planned if _has_work(files, plan)]
        for files, plan in planned:
            files.pair.notes += plan.notes
            for copy in plan.copies:
                _copy(run, files, copy)
        write_marks(run, [files for files, _ in planned])
    except RemoteError as error:
        for pair in unfinished:
            pair.error = pair.error or error
        if stops_connection(error):
            raise


def plan_attachments(run: ItemRun, pairs: Sequence[Pair]) -> list[tuple[PairFiles, FilePlan]]:
    """Read the files of these pairs and decide what has to be copied; writes nothing to the two
    systems. Raises RemoteError."""
    loaded = read_pairs(run, pairs)
    me, digest = our_users(run, loaded), digest_for(run)
    most = settings.ATTACHMENT_MAX_BYTES
    return [(each, plan_files(each.both, each.known, me, most, digest)) for each in loaded]


def _has_work(files: PairFiles, plan: FilePlan) -> bool:
    return bool(plan.copies) or any(row.note_due or row.comment_due for row in files.own_rows)


def _remember(files: PairFiles, plan: FilePlan) -> None:
    """Store what reading alone has shown."""
    for key, twin in plan.found:
        row = files.rows[key]
        row.content_digest = row.content_digest or twin.content
        complete(files, row, twin.id)
    for key, file in plan.same:
        files.rows[key].content_version_id = file.id
        files.rows[key].save(update_fields=["content_version_id"])
    for key in plan.dropped:
        files.rows.pop(key).delete()
    for file in files.both.salesforce:
        _learn_document(files, file)


def _learn_document(files: PairFiles, file: File) -> None:
    """An upload tells the version only; the document comes with the next reading."""
    for row in files.rows.values():
        if row.content_version_id == file.id and not row.content_document_id:
            row.content_document_id = file.document
            row.save(update_fields=["content_document_id"])


def _copy(run: ItemRun, files: PairFiles, copy: Copy) -> None:
    try:
        takes_not = _jira_takes_not if copy.file.side is Side.SALESFORCE else _salesforce_takes_not
        if note := takes_not(run, copy.file):
            files.pair.notes.append(note)
        else:
            copy_file(run, files, copy)
    except RemoteError as error:
        files.fail(error)


def _jira_takes_not(run: ItemRun, file: File) -> Note | None:
    limit = run.site.catalog.attachment_limit()
    if limit == 0:
        return Note(file.name, SWITCHED_OFF)
    return None if limit is None else too_large(file, limit, "Jira allows")


def _salesforce_takes_not(run: ItemRun, file: File) -> Note | None:
    sobject = run.resolved.sobject
    if profile_for(sobject).files:
        return None
    return Note(file.name, f"The file was not copied: {sobject.label} records take no files.")
