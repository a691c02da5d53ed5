"""Which status of one system is the closest safe one to a status of the other. Pure.

In this order: the admin's table, the same name, a known synonym, then a status of the same stage
(open, in progress, closed). A closed status never stands for an open one or the reverse, unless
both bear the same name or the table says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from connector.catalog.statuses import Meaning
from connector.catalog.statuses import Status as SalesforceStatus
from connector.jira.model import Status as JiraStatus
from syncjobs.status_words import (
    DECISIONS,
    STAGES,
    Group,
    Stage,
    contradict,
    denied,
    group_of,
    place_in_group,
    plain,
)

# Names that share this much of their letters are taken for spellings of one name.
SIMILAR = 0.8

_STAGE_OF_CATEGORY = {
    "new": Stage.OPEN,
    "indeterminate": Stage.IN_PROGRESS,
    "done": Stage.CLOSED,
}
_STAGE_OF_MEANING = {
    Meaning.CLOSED: Stage.CLOSED,
    Meaning.WON: Stage.CLOSED,
    Meaning.CONVERTED: Stage.CLOSED,
    Meaning.ACTIVATED: Stage.IN_PROGRESS,
}
# To win a deal or to activate a contract is more than to finish it.
_DECIDED = (Meaning.WON, Meaning.ACTIVATED)


@dataclass(frozen=True)
class Status:
    """A status of either system.

    `id` is what is written: Salesforce's value, Jira's id (its names are translated and renamed).
    `decision` says that nobody may be brought there by the stage alone.
    """

    id: str
    name: str
    stage: Stage
    decision: bool = False

    @property
    def is_closed(self) -> bool:
        return self.stage is Stage.CLOSED


@dataclass(frozen=True)
class NoMatch:
    """Why nothing is written: a sentence for the admin."""

    reason: str


def from_jira(status: JiraStatus) -> Status:
    """Read a Jira status; its category tells the stage."""
    group = group_of(status.name)
    stage = _STAGE_OF_CATEGORY.get(status.category) or _stage_of(group)
    return Status(status.id, status.name, stage, _is_decision(status.name, group, stage))


def from_salesforce(statuses: Sequence[SalesforceStatus]) -> tuple[Status, ...]:
    """Read an object's statuses, in the org's order.

    A status that converts a lead is left out: Salesforce only sets it by converting. Where
    Salesforce says no more than "not closed", the first one (or the default) is where work
    begins, and what follows is in progress.
    """
    first = next((s.value for s in statuses if s.default), None)
    first = first or next((s.value for s in statuses if not s.terminal), None)
    # LeadStatus only tells converted ones: there a name decides what is closed.
    knows_closed = any(s.meaning in (Meaning.CLOSED, Meaning.WON) for s in statuses)
    return tuple(
        _from_salesforce(status, is_first=status.value == first, knows_closed=knows_closed)
        for status in statuses
        if status.meaning is not Meaning.CONVERTED
    )


def _from_salesforce(status: SalesforceStatus, *, is_first: bool, knows_closed: bool) -> Status:
    group = group_of(status.value) or group_of(status.label)
    stage = _STAGE_OF_MEANING.get(status.meaning) or _named_stage(status.value, group)
    if status.meaning is Meaning.OPEN and stage is Stage.CLOSED and knows_closed:
        stage = Stage.IN_PROGRESS
    if status.meaning is Meaning.OPEN and stage is Stage.UNKNOWN:
        stage = Stage.OPEN if is_first else Stage.IN_PROGRESS
    decision = status.meaning in _DECIDED or _is_decision(status.value, group, stage)
    return Status(status.value, status.label or status.value, stage, decision)


def _is_decision(name: str, group: Group | None, stage: Stage) -> bool:
    """Whether a name says more than its stage does: `On Hold`, `Not Approved`.

    `Closed - Not Converted` is just closed.
    """
    refused = stage is Stage.CLOSED and bool(denied(name)) and not _says_closed(name)
    return group in DECISIONS or refused


def _says_closed(name: str) -> bool:
    return plain(name).startswith("closed")


def _named_stage(name: str, group: Group | None) -> Stage:
    if group is None and _says_closed(name):
        return Stage.CLOSED
    return _stage_of(group)


def _stage_of(group: Group | None) -> Stage:
    return STAGES[group] if group else Stage.UNKNOWN


def unlisted(value: str) -> Status:
    """Return a status that a record still has although the org doesn't offer it any more."""
    group = group_of(value)
    return Status(value, value, _named_stage(value, group))


def find(
    source: Status,
    targets: Sequence[Status],
    table: Mapping[str, str],
    current: Status,
    system: str,
) -> Status | NoMatch:
    """Return the target that stands for `source`.

    `current` is where the other side is now: among equally close ones it stays there. `system` is
    the name of the target's system, for the reason why there is none.
    """
    wanted = _in_table(source, table)
    if wanted is not None:
        named = _same_name(wanted, targets)
        return named or NoMatch(
            f"The item's status table turns “{source.name}” into “{wanted}”, which {system} "
            f"doesn't offer here. {_offered(targets, system)}"
        )
    return closest(source, targets, current) or NoMatch(
        f"No status in {system} is surely the same as “{source.name}”. "
        f"{_offered(targets, system)} Add “{source.name}” to the item's status table."
    )


def closest(source: Status, targets: Sequence[Status], current: Status) -> Status | None:
    """Return the closest safe match without a table, None if there is none."""
    return (
        _same_name(source.name, targets)
        or _same_name(source.id, targets)
        or _synonym(source, targets)
        or _of_stage(source, targets, current)
    )


def _in_table(source: Status, table: Mapping[str, str]) -> str | None:
    by_name = {plain(name): target for name, target in table.items()}
    return by_name.get(plain(source.id), by_name.get(plain(source.name)))


def _same_name(name: str, targets: Sequence[Status]) -> Status | None:
    wanted = plain(name)
    same = (each for each in targets if wanted in (plain(each.id), plain(each.name)))
    return next(same, None)


def _synonym(source: Status, targets: Sequence[Status]) -> Status | None:
    group = group_of(source.name)
    if group is None:
        return None
    same = [t for t in targets if group_of(t.name) is group and _may_stand_for(source, t)]
    return min(same, key=lambda each: place_in_group(each.name), default=None)


def _may_stand_for(source: Status, target: Status) -> bool:
    stages = (source.stage, target.stage)
    return Stage.UNKNOWN in stages or source.is_closed == target.is_closed


def _of_stage(source: Status, targets: Sequence[Status], current: Status) -> Status | None:
    if source.stage is Stage.UNKNOWN:
        return None
    same = [
        each
        for each in targets
        if each.stage is source.stage and not contradict(source.name, each.name)
    ]
    safe = [each for each in same if not each.decision]
    similar = _similar(source, safe)
    if similar or current in same:
        return similar or current
    return next(iter(safe), None) or _other_open(source, targets)


def _other_open(source: Status, targets: Sequence[Status]) -> Status | None:
    """Where one side tells `open` from `in progress` and the other has one for both: that one."""
    if source.is_closed:
        return None
    either = [t for t in targets if t.stage in (Stage.OPEN, Stage.IN_PROGRESS) and not t.decision]
    return either[0] if len(either) == 1 else None


def _similar(source: Status, targets: Sequence[Status]) -> Status | None:
    best = max(targets, key=lambda each: _likeness(source, each), default=None)
    return best if best and _likeness(source, best) >= SIMILAR else None


def _likeness(one: Status, other: Status) -> float:
    if contradict(one.name, other.name):
        return 0.0
    return SequenceMatcher(None, plain(one.name), plain(other.name)).ratio()


def _offered(targets: Sequence[Status], system: str) -> str:
    names = ", ".join(each.name for each in targets)
    return f"{system} has: {names}." if names else f"{system} offers no status here."
