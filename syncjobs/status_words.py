"""What people call statuses: groups of names that mean the same. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """How far the work is, as both systems can tell."""

    OPEN = "open"
    IN_PROGRESS = "in progress"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Group(StrEnum):
    """Names that mean the same."""

    NEW = "new"
    WORKING = "working"
    WAITING = "waiting"
    REVIEW = "review"
    ESCALATED = "escalated"
    DONE = "done"
    REJECTED = "rejected"
    WON = "won"
    LOST = "lost"


# The most usual name of a group stands first: it is taken where a system has several.
_NAMES: Mapping[Group, tuple[str, ...]] = {
    Group.NEW: (
        "new",
        "open",
        "to do",
        "todo",
        "not started",
        "backlog",
        "created",
        "submitted",
        "draft",
        "reopened",
        "open not contacted",
    ),
    Group.WORKING: (
        "in progress",
        "working",
        "doing",
        "in work",
        "work in progress",
        "started",
        "active",
        "in development",
        "investigating",
        "working contacted",
    ),
    Group.WAITING: (
        "on hold",
        "waiting",
        "pending",
        "blocked",
        "deferred",
        "waiting for customer",
        "waiting on customer",
        "awaiting customer",
        "pending customer",
        "waiting on someone else",
    ),
    Group.REVIEW: ("in review", "review", "under review", "needs review", "in approval process"),
    Group.ESCALATED: ("escalated",),
    Group.DONE: ("done", "closed", "completed", "complete", "resolved", "solved", "finished"),
    Group.REJECTED: (
        "rejected",
        "won t do",
        "wont do",
        "won t fix",
        "declined",
        "denied",
        "cancelled",
        "canceled",
        "duplicate",
    ),
    Group.WON: ("closed won", "won"),
    Group.LOST: ("closed lost", "lost"),
}
_GROUPS = {
    name: (group, place) for group, names in _NAMES.items() for place, name in enumerate(names)
}
STAGES: Mapping[Group, Stage] = {
    Group.NEW: Stage.OPEN,
    Group.WORKING: Stage.IN_PROGRESS,
    Group.WAITING: Stage.IN_PROGRESS,
    Group.REVIEW: Stage.IN_PROGRESS,
    Group.ESCALATED: Stage.IN_PROGRESS,
    Group.DONE: Stage.CLOSED,
    Group.REJECTED: Stage.CLOSED,
    Group.WON: Stage.CLOSED,
    Group.LOST: Stage.CLOSED,
}
# To hold up, escalate, win or reject is somebody's decision: never guessed from the stage alone.
DECISIONS = frozenset({Group.WAITING, Group.ESCALATED, Group.REJECTED, Group.WON, Group.LOST})
_NEGATIONS = frozenset({"not", "no", "non", "never", "without"})


def plain(name: str) -> str:
    """Return a name as it is compared: without case, punctuation and surplus spaces."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold()))


def group_of(name: str) -> Group | None:
    """Return the group that a name belongs to, if it is a known one."""
    found = _GROUPS.get(plain(name))
    return found[0] if found else None


def place_in_group(name: str) -> int:
    """Return how unusual a known name is among those of its group; 0 is the most usual."""
    return _GROUPS[plain(name)][1]


def contradict(one: str, other: str) -> bool:
    """Whether one name says that something is so, the other that it isn't: `Unresolved`."""
    return bool(denied(one) & _words(other) or denied(other) & _words(one))


def denied(name: str) -> set[str]:
    """Return the words that a name says are not so: {approved} of `Not approved`."""
    words = plain(name).split()
    place = next((i for i, word in enumerate(words) if word in _NEGATIONS), len(words))
    undone = {word[2:] for word in words if word.startswith("un") and word[:5] != "under"}
    return undone | set(words[place + 1 :])


def _words(name: str) -> set[str]:
    return set(plain(name).split()) - denied(name)
