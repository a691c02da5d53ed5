"""Which comments have to be copied or edited, and which were. Pure: no ORM, no HTTP, no clock.

A comment is new when its id is in no pair; neither author nor text decide that. What is gone on
one side is not looked at, so that deletions neither travel nor are undone. Copies are ours: what
somebody changes in one stays there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from connector.document.model import Visibility
from syncjobs.comments.texts import (
    Place,
    bodies,
    is_own_note,
    shorter,
)
from syncjobs.comments.values import Digest, Known, Message, Side, Text, looks_like_copy
from syncjobs.comments.visibility import arrives_public

# Clocks may differ; a copy is looked for from a little before it was asked for.
CLOCK_MARGIN = timedelta(minutes=5)
PROPERTY = "salesforce-connector-comment"


@dataclass(frozen=True)
class Rules:
    """What the plans of an item's pairs have in common.

    `places` says where copies go; a side that can't hold any is absent. `me` is our user by side.
    """

    visibility: Visibility
    places: Mapping[Side, Place]
    me: Mapping[Side, str]
    digest: Digest


@dataclass(frozen=True)
class Copy:
    """A comment, or one part of it, to be written; `key` is the row that intends it already."""

    message: Message
    body: str
    digest: str
    edit: int
    part: int
    public: bool
    key: int | None = None

    @property
    def mark(self) -> dict[str, str | int]:
        """The property by which a copy in Jira says what it is a copy of."""
        return {"comment": self.message.id, "edit": self.edit, "part": self.part}


@dataclass(frozen=True)
class Edit:
    """A copy to be changed into `copy`, whose `key` is its row; `twin` is its id."""

    copy: Copy
    twin: str


@dataclass(frozen=True)
class CommentPlan:
    """`found` are copies that had been made although no answer came: row → id. `dropped` are
    intents without a source. `homeless`: a comment can't be copied for want of a place."""

    copies: tuple[Copy, ...] = ()
    edits: tuple[Edit, ...] = ()
    found: Mapping[int, str] = field(default_factory=dict)
    dropped: tuple[int, ...] = ()
    homeless: bool = False


def plan_comments(
    messages: Sequence[Message],
    known: Sequence[Known],
    rules: Rules,
    foreign: Collection[tuple[Side, str]] = (),
) -> CommentPlan:
    """Decide about the comments of one pair, on both sides.

    `foreign` are copies that other links have made on this issue or record.
    """
    found = _found(messages, known, rules)
    copies_there = {(each.origin.other, each.twin) for each in known if each.twin}
    copies_there |= {*foreign, *((m.side, m.id) for m in found.values())}
    rows = _by_source(known)
    carried = [
        _carried(message, rows[message.side, message.id], found, rules)
        for message in sorted(messages, key=lambda m: (m.created_at, m.id))
        if (message.side, message.id) in rows
        or ((message.side, message.id) not in copies_there and is_source(message, rules.me))
    ]
    there = {(message.side, message.id) for message in messages}
    return CommentPlan(
        copies=tuple(copy for each in carried for copy in each.copies),
        edits=tuple(edit for each in carried for edit in each.edits),
        found={key: message.id for key, message in found.items()},
        dropped=tuple(
            row.key
            for row in _open(known)
            if row.key not in found and (row.origin, row.source) not in there
        ),
        homeless=any(each.homeless for each in carried),
    )


def is_source(message: Message, me: Mapping[Side, str]) -> bool:
    """Whether a comment that is in no pair may be copied.

    It may not if it is a note of our own, or one of our copies whose row was lost: ours both by
    its author and by its first line.
    """
    plain = message.text.plain
    if not plain.strip() or is_own_note(plain):
        return False
    return not (message.author_id == me.get(message.side) and looks_like_copy(plain))


def further_copy(message: Message, edit: int, rules: Rules) -> tuple[Copy, ...]:
    """Return a comment's copy in all its parts; `edit` counts the copies made of it before."""
    public = arrives_public(rules.visibility, message.audience)
    digest = rules.digest(message.text.body)
    place = rules.places[message.side.other]
    parts = bodies(message, place, edited=edit > 0)
    return tuple(
        Copy(message, body, digest, edit, part, public) for part, body in enumerate(parts, 1)
    )


def in_doubt(known: Iterable[Known], target: Side) -> bool:
    """Whether a copy may exist on that side of which nobody has told us."""
    return any(row.asked_at and row.origin.other is target for row in _open(known))


def needs_our_user(messages: Iterable[Message], known: Sequence[Known], side: Side) -> bool:
    """Whether it matters who we are on that side: a copy, or the row about one, may be lost."""
    ids = {row.twin for row in known if row.origin.other is side}
    ids |= {row.source for row in known if row.origin is side}
    return in_doubt(known, side) or any(
        looks_like_copy(message.text.plain)
        for message in messages
        if message.side is side and message.id not in ids
    )


def _by_source(known: Iterable[Known]) -> defaultdict[tuple[Side, str], list[Known]]:
    rows: defaultdict[tuple[Side, str], list[Known]] = defaultdict(list)
    for each in known:
        rows[each.origin, each.source].append(each)
    return rows


def _open(known: Iterable[Known]) -> list[Known]:
    return [row for row in known if row.own and not row.complete]


def _carried(
    message: Message, rows: Sequence[Known], found: Mapping[int, Message], rules: Rules
) -> CommentPlan:
    """What the present text of one comment asks for."""
    if any(not row.own for row in rows):
        return CommentPlan()
    if message.side.other not in rules.places:
        return CommentPlan(homeless=not rows)
    edit = max((row.edit for row in rows), default=0)
    current = {row.part: row for row in rows if row.edit == edit}
    digest = rules.digest(message.text.body)
    done = [row for row in current.values() if row.complete or row.key in found]
    stale = [row for row in done if row.digest != digest]
    if current and len(done) == len(current) and not stale:
        return CommentPlan()
    if any(row.public for row in stale) and not arrives_public(rules.visibility, message.audience):
        # It has become internal since: its new text must not be read in the old place.
        return CommentPlan(copies=further_copy(message, edit + 1, rules))
    return _parts(further_copy(message, edit, rules), current, stale, found, rules)


def _parts(
    wanted: Sequence[Copy],
    current: Mapping[int, Known],
    stale: Sequence[Known],
    found: Mapping[int, Message],
    rules: Rules,
) -> CommentPlan:
    """Compare a copy as it should be, part by part, with what there is of it."""
    message, first = wanted[0].message, wanted[0]
    copies: list[Copy] = []
    by_part = {copy.part: copy for copy in wanted}
    for copy in wanted:
        row = current.get(copy.part)
        if row is None:
            copies.append(copy)
        elif not row.complete and row.key not in found:
            copies.append(replace(copy, key=row.key))
    needless = shorter(message, rules.places[message.side.other])
    edits: list[Edit] = []
    for row in stale:
        copy = by_part.get(row.part) or replace(first, part=row.part, body=needless)
        edits.append(Edit(replace(copy, key=row.key), row.twin or found[row.key].id))
    return CommentPlan(copies=tuple(copies), edits=tuple(edits))


def _found(messages: Sequence[Message], known: Sequence[Known], rules: Rules) -> dict[int, Message]:
    """Join intents with what our user has written since: marked so, or with the same words."""
    taken = {(each.origin.other, each.twin) for each in known if each.twin}
    found: dict[int, Message] = {}
    for row in _open(known):
        if row.asked_at is None:
            continue
        for message in messages:
            if (message.side, message.id) not in taken and _is_copy(message, row, rules):
                taken.add((message.side, message.id))
                found[row.key] = message
                break
    return found


def _is_copy(message: Message, row: Known, rules: Rules) -> bool:
    if message.side is not row.origin.other:
        return False
    marks = [each["value"] for each in message.properties if each.get("key") == PROPERTY]
    if marks:
        return marks == [{"comment": row.source, "edit": row.edit, "part": row.part}]
    since = (row.asked_at or message.created_at) - CLOCK_MARGIN
    ours = message.author_id == rules.me.get(message.side) and message.created_at >= since
    return ours and twin_digest(rules.digest, message.text) == row.twin_digest


def twin_digest(digest: Digest, text: Text) -> str:
    """Return what is remembered of a copy's words while its making is uncertain.

    Jira and Salesforce may give a marked-up text back in another form.
    """
    return digest(" ".join(text.plain.split()))
