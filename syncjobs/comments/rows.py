"""The rows about copies: intended before a call, completed or taken back after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from connector.errors import Busy, RemoteError
from linking.models import CommentPair
from linking.saving import save_rows
from syncjobs.comments.plan import CommentPlan, Copy, Rules, twin_digest
from syncjobs.comments.read import PairComments
from syncjobs.comments.values import Side, Text
from syncjobs.opened import ItemRun
from syncjobs.plan import Note


@dataclass
class Write:
    """A copy on its way: to be made, or with `twin` to be changed."""

    run: ItemRun
    comments: PairComments
    row: CommentPair
    copy: Copy
    twin: str = ""

    @property
    def side(self) -> Side:
        return self.copy.message.side.other

    def done(self, twin: str) -> None:
        """The copy is there."""
        _complete(self.row, self.side, twin)
        self.row.digest = self.copy.digest
        self.row.save()
        if self.copy.part == 1:
            self.run.counts.comments += 1

    def deleted(self) -> None:
        """Somebody has deleted the copy, and it stays so."""
        self.row.digest = self.copy.digest
        self.row.save(update_fields=["digest"])

    def failed(self, error: RemoteError) -> None:
        """It couldn't be written for now, and the pair has to be tried again."""
        self.comments.pair.error = self.comments.pair.error or error
        if not self.twin and not (isinstance(error, Busy) and error.may_have_happened):
            self.row.asked_at = None
            self.row.save(update_fields=["asked_at"])

    def refused(self, error: RemoteError) -> None:
        """The other side doesn't take it; the next reconcile tries again."""
        if not self.twin:
            self.comments.rows.pop(self.row.pk, None)
            self.row.delete()
        reason = f"The comment could not be copied to {self.side.label}: {error.message}"
        self.comments.pair.notes.append(Note(target_of(self.copy), reason))


def target_of(copy: Copy) -> str:
    """Return how a note names a comment."""
    message = copy.message
    return f"comment {message.id} by {message.author or 'somebody'} ({message.side.label})"


def settle(comments: PairComments, plan: CommentPlan) -> None:
    """Remember the copies that were found, and forget intents whose source is gone."""
    for key, twin in plan.found.items():
        row = comments.rows[key]
        _complete(row, Side(row.origin).other, twin)
        row.save()
    if plan.dropped:
        CommentPair.objects.filter(pk__in=plan.dropped).delete()


def intend(run: ItemRun, wanted: Sequence[tuple[PairComments, Copy]], rules: Rules) -> list[Write]:
    """Commit the intents of copies before any of them is asked for."""
    writes = [Write(run, each, _row(each, copy, rules), copy) for each, copy in wanted]
    CommentPair.objects.bulk_create([write.row for write in writes if write.row.pk is None])
    known = [write.row for write in writes if write.copy.key is not None]
    save_rows(known, "digest", "twin_digest", "public")
    for write in writes:
        write.comments.rows[write.row.pk] = write.row
    return writes


def ask(writes: Sequence[Write]) -> None:
    """Remember that these copies are asked for from now on."""
    now = timezone.now()
    for write in writes:
        write.row.asked_at = now
    save_rows([write.row for write in writes if not write.twin], "asked_at")


def _row(comments: PairComments, copy: Copy, rules: Rules) -> CommentPair:
    row = comments.rows.get(copy.key) if copy.key else None
    row = row or _new_row(comments, copy, rules)
    row.digest, row.public = copy.digest, copy.public
    row.twin_digest = twin_digest(rules.digest, Text(copy.body, {}))
    return row


def _new_row(comments: PairComments, copy: Copy, rules: Rules) -> CommentPair:
    message = copy.message
    row = CommentPair(
        link=comments.pair.link,
        origin=CommentPair.Origin(message.side),
        edit=copy.edit,
        part=copy.part,
    )
    if message.side is Side.SALESFORCE:
        row.salesforce_id, row.kind = message.id, CommentPair.Kind(message.kind)
    else:
        case = rules.places[Side.SALESFORCE].case_comment
        row.jira_id = message.id
        row.kind = CommentPair.Kind.CASE_COMMENT if case else CommentPair.Kind.FEED_ITEM
    return row


def _complete(row: CommentPair, side: Side, twin: str) -> None:
    if side is Side.JIRA:
        row.jira_id = twin
    else:
        row.salesforce_id = twin
    row.state = CommentPair.State.COMPLETE
