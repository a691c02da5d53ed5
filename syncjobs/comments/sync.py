"""Brings the comments of linked pairs in step.

    read both sides  →  plan (pure)  →  changes, then new copies

A change that isn't allowed on the other side becomes a further copy that says it is an edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.errors import Refused, RemoteError
from syncjobs.comments import write_salesforce
from syncjobs.comments.plan import CommentPlan, Copy, Rules, further_copy, plan_comments
from syncjobs.comments.read import PairComments, post_field, read_pairs, rules_for
from syncjobs.comments.rows import Write, intend, settle
from syncjobs.comments.values import Side
from syncjobs.comments.write_jira import write_comments
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair, stops_connection
from syncjobs.plan import Note

Wanted = list[tuple[PairComments, Copy]]


@dataclass(frozen=True)
class Planned:
    """What is to be done about some pairs' comments, and by which rules."""

    rules: Rules
    pairs: Sequence[tuple[PairComments, CommentPlan]]


def sync_comments(run: ItemRun, pairs: Sequence[Pair]) -> None:
    """Carry what people have written on either side of these pairs to the other.

    A failure of one pair becomes its `error`; what concerns a whole connection is raised.
    """
    pairs = [pair for pair in pairs if pair.error is None]
    if not pairs or not run.resolved.config.comments.enabled:
        return
    try:
        planned = plan_pairs(run, pairs)
    except RemoteError as error:
        _unreadable(pairs, error)
        return
    for comments, plan in planned.pairs:
        settle(comments, plan)
        if plan.homeless:
            comments.pair.notes.append(_no_place(run))
    copies = [(comments, copy) for comments, plan in planned.pairs for copy in plan.copies]
    copies += _change(run, planned)
    _make(run, copies, planned.rules)


def plan_pairs(run: ItemRun, pairs: Sequence[Pair]) -> Planned:
    """Read the comments of these pairs and decide what is to be done; writes nothing.

    Raises RemoteError.
    """
    loaded = read_pairs(run, pairs)
    rules = rules_for(run, loaded)
    return Planned(
        rules,
        [(each, plan_comments(each.messages, each.known, rules, each.foreign)) for each in loaded],
    )


def _change(run: ItemRun, planned: Planned) -> Wanted:
    """Change copies; return what has to be written anew instead."""
    writes = [
        Write(run, comments, comments.rows[edit.copy.key], edit.copy, edit.twin)
        for comments, plan in planned.pairs
        for edit in plan.edits
        if edit.copy.key is not None
    ]
    to_jira, to_salesforce = _by_side(writes)
    refused = write_salesforce.change(to_salesforce, planned.rules)
    refused += write_comments(to_jira)
    first = {(w.row.link_id, w.side, w.copy.message.id): w for w in reversed(refused)}
    return [
        (write.comments, copy)
        for write in first.values()
        for copy in further_copy(write.copy.message, write.copy.edit + 1, planned.rules)
    ]


def _make(run: ItemRun, wanted: Wanted, rules: Rules) -> None:
    to_jira, to_salesforce = _by_side(intend(run, wanted, rules))
    if to_salesforce:
        visibility = False
        if not rules.places[Side.SALESFORCE].case_comment:
            visibility = post_field(run, "Visibility") is not None
        write_salesforce.make(to_salesforce, rules, visibility=visibility)
    write_comments(to_jira)


def _by_side(writes: Sequence[Write]) -> tuple[list[Write], list[Write]]:
    """The writes to Jira and those to Salesforce, without the pairs that have failed already."""
    going = [write for write in writes if write.comments.pair.error is None]
    to_jira = [write for write in going if write.side is Side.JIRA]
    return to_jira, [write for write in going if write.side is Side.SALESFORCE]


def _unreadable(pairs: Sequence[Pair], error: RemoteError) -> None:
    """A refusal may last until an admin acts, and the fields shall not wait for that."""
    if stops_connection(error):
        raise error
    for pair in pairs:
        if isinstance(error, Refused):
            pair.notes.append(Note("comments", f"Comments could not be read: {error.message}"))
        else:
            pair.error = error


def _no_place(run: ItemRun) -> Note:
    label = run.resolved.sobject.label
    return Note(
        "comments",
        f"Comments of the issue aren't copied: {label} records have neither comments nor a feed "
        "in this org. Switch feed tracking on for them in Salesforce's setup.",
    )
