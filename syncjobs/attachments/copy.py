"""Copies one file to the other side, as a stream, and never twice.

1. The intent is committed before the call.
2. A refusal means that nothing was made: the intent is taken back.
3. A lost answer leaves the intent; the next reconcile looks for the copy first.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils import timezone

from connector.errors import Busy, Gone, RemoteError, Scope
from connector.streams import Fetched
from linking.models import AttachmentPair
from syncjobs.attachments.plan import Copy, twin_digest
from syncjobs.attachments.read import PairFiles, digest_for
from syncjobs.attachments.values import File, Side
from syncjobs.opened import ItemRun

TRIES = 2


def copy_file(run: ItemRun, files: PairFiles, copy: Copy) -> None:
    """Copy a file, unless it has been deleted meanwhile. Raises RemoteError."""
    row = _intent(run, files, copy)
    if row is None:
        return
    try:
        _copied(run, row, files, copy.file)
    except Busy as busy:
        if not busy.may_have_happened:
            _take_back(row)
        raise
    except RemoteError as error:
        _take_back(row)
        if isinstance(error, Gone) and error.answer.system == copy.file.side.label:
            return
        raise
    run.counts.attachments += 1


def complete(files: PairFiles, row: AttachmentPair, twin_id: str) -> None:
    """Remember that the copy was made; both sides are to be told of it."""
    # An intent may stem from a link that has ended.
    row.link = files.pair.link
    if row.origin == AttachmentPair.Origin.SALESFORCE:
        row.jira_id = twin_id
    else:
        row.content_version_id = twin_id
    row.state = AttachmentPair.State.COMPLETE
    row.note_due = row.origin == AttachmentPair.Origin.JIRA
    row.comment_due = True
    row.save()


def _intent(run: ItemRun, files: PairFiles, copy: Copy) -> AttachmentPair | None:
    """Commit the intent; None where somebody else is copying the file at this moment."""
    file = copy.file
    row = files.rows[copy.key] if copy.key else AttachmentPair(link=files.pair.link)
    row.origin = AttachmentPair.Origin(file.side)
    if file.side is Side.JIRA:
        row.jira_id = file.id
    else:
        row.content_version_id, row.content_document_id = file.id, file.document
    row.content_digest = file.content
    row.twin_digest = twin_digest(digest_for(run), file.name, file.size)
    row.asked_at = timezone.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return None
    files.rows[row.pk] = row
    return row


def _take_back(row: AttachmentPair) -> None:
    """Nothing was made."""
    row.asked_at = None
    row.save(update_fields=["asked_at"])


def _copied(run: ItemRun, row: AttachmentPair, files: PairFiles, file: File) -> None:
    for left in reversed(range(TRIES)):
        try:
            with _opened(run, file) as stream:
                twin_id = _sent(run, files, file, stream)
        except Busy as busy:
            if not left or not _worth_another_try(busy):
                raise
            continue
        row.content_digest = digest_for(run)(stream.md5)
        complete(files, row, twin_id)
        return


def _worth_another_try(busy: Busy) -> bool:
    """Whether nothing was made and nobody asked to wait, as after a session that had ended: the
    stream is used up, but it can be opened anew."""
    return not busy.may_have_happened and busy.scope is Scope.CALL and busy.retry_after is None


@contextmanager
def _opened(run: ItemRun, file: File) -> Iterator[Fetched]:
    if file.side is Side.JIRA:
        with run.site.client.download(file.id, file.url) as from_jira:
            yield Fetched(from_jira.chunks(), system=file.side.label, size=file.size)
    else:
        with run.org.client.download_file(file.id) as from_salesforce:
            yield Fetched(
                from_salesforce.chunks(),
                system=file.side.label,
                size=file.size,
                expected=file.md5,
            )


def _sent(run: ItemRun, files: PairFiles, file: File, stream: Fetched) -> str:
    """Send the stream to the other side; the id of what came of it."""
    link = files.pair.link
    if file.side is Side.JIRA:
        reason = f"Jira issue {link.issue_key}, attachment {file.id}"
        return run.org.client.upload_file(stream, file.size, file.name, link.record_id, reason)
    made = run.site.client.add_attachment(str(link.issue_id), file.name, stream, file.size)
    return str(made["id"])
