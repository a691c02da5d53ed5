"""Which transition to take next towards a status. Pure.

Jira only tells the ways out of an issue's present status, so a way of several steps is found step
by step: straight on where that is offered, else to the status that looks nearer, never back, and
never through a closed status when the target is open.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.jira.model import FieldMeta, Transition
from syncjobs.status_words import Stage
from syncjobs.statuses import Status, from_jira

MOST_STEPS = 5
RESOLUTION = "resolution"
# What a closed issue is resolved as unless its status says more, the first that Jira offers.
RESOLUTIONS = ("done", "fixed")
_ORDER = {Stage.OPEN: 0, Stage.UNKNOWN: 1, Stage.IN_PROGRESS: 1, Stage.CLOSED: 2}


@dataclass(frozen=True)
class Step:
    """A transition to be done with the fields of its screen."""

    transition: Transition
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def to(self) -> Status:
        return from_jira(self.transition.to)


@dataclass(frozen=True)
class NoStep:
    """Why the issue can't come nearer: a sentence for the admin."""

    reason: str


def next_step(
    offered: Sequence[Transition], target: Status, visited: Collection[str], *, direct: bool
) -> Step | NoStep:
    """Return the next transition towards `target`.

    `visited` are the ids of the statuses where the issue has been, its present one included;
    `direct` allows no detour.
    """
    to_target = [each for each in offered if each.to.id == target.id]
    offered = [each for each in offered if each.available]
    straight = [each for each in to_target if each.available]
    possible = [each for each in straight if not missing(each)]
    if possible:
        return _step(min(possible, key=lambda each: len(_required(each))))
    if straight:
        return NoStep(_needs(straight[0]))
    # A way round what a condition forbids would leave the issue somewhere it doesn't belong.
    direct = direct or bool(to_target)
    around = [] if direct else [each for each in offered if _may_pass(each, target, visited)]
    if not around:
        return NoStep(_nothing(offered, target, hidden=[each.name for each in to_target]))
    return _step(min(around, key=lambda each: _distance(from_jira(each.to), target)))


def missing(transition: Transition) -> list[FieldMeta]:
    """Return the fields that the transition's screen requires and that we can't fill."""
    return [each for each in _required(transition) if each.id != RESOLUTION or not each.allowed]


def _required(transition: Transition) -> list[FieldMeta]:
    return [each for each in transition.fields if each.required and not each.has_default]


def _may_pass(transition: Transition, target: Status, visited: Collection[str]) -> bool:
    to = from_jira(transition.to)
    if to.id in visited or missing(transition):
        return False
    return target.is_closed or not to.is_closed


def _distance(status: Status, target: Status) -> tuple[bool, int, bool]:
    """Decisions (on hold, rejected) last; then by the stage; plain names before others."""
    apart = abs(_ORDER[status.stage] - _ORDER[target.stage])
    if status.is_closed and target.is_closed:
        # One closed status mostly leads back only: work goes on through those in progress.
        apart = 2
    return status.decision, apart, status.stage is Stage.UNKNOWN


def _step(transition: Transition) -> Step:
    chosen = _resolution(transition)
    return Step(transition, {RESOLUTION: {"id": chosen}} if chosen else {})


def _resolution(transition: Transition) -> str:
    """Return the id of the resolution to send; "" if the screen doesn't ask for one.

    A closed issue without a resolution counts as unresolved in Jira's reports.
    """
    listed = next((each for each in transition.fields if each.id == RESOLUTION), None)
    if listed is None or not listed.allowed or listed.has_default:
        return ""
    if not (listed.required or from_jira(transition.to).is_closed):
        return ""
    by_name = {option.value.casefold(): option.id for option in listed.allowed}
    wanted = (transition.to.name.casefold(), *RESOLUTIONS)
    return next((by_name[name] for name in wanted if name in by_name), listed.allowed[0].id)


def _needs(transition: Transition) -> str:
    names = ", ".join(each.name or each.id for each in missing(transition))
    return (
        f"Jira's transition “{transition.name}” to “{transition.to.name}” needs {names}, which "
        "the connector can't fill. Fill it in Jira, or give the field a default."
    )


def _nothing(offered: Sequence[Transition], target: Status, hidden: Sequence[str]) -> str:
    why = ""
    if hidden:
        why = f" A condition of the workflow hides “{hidden[0]}” from it."
    ways = ", ".join(f"{each.name} (to {each.to.name})" for each in offered)
    rest = f"It offers: {ways}." if ways else "It offers none: may the user transition issues?"
    return (
        f"Jira offers the connector's user no transition to “{target.name}” from here.{why} {rest}"
    )
