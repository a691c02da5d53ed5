"""Whose status moved, and which side it goes to. Pure.

A link remembers a digest of either status at the last agreement, like those of a mapping.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from connector.catalog.profiles import status_candidates
from connector.document.model import StatusSync
from connector.jira.model import StatusChange
from connector.salesforce.describe import SObject
from syncjobs.digests import Digester

# Keys among a link's digests that no mapping can have (theirs hold a `>`).
KEY = "status"
RECORD_TYPE = "RecordTypeId"
UNDER_WAY = "status.under_way"
STUCK = "status.stuck"


class Move(StrEnum):
    """What to do about a pair's statuses."""

    NONE = "none"
    TO_JIRA = "to jira"
    TO_SALESFORCE = "to salesforce"
    LATER_WINS = "later wins"


@dataclass(frozen=True)
class Memory:
    """What a link remembers of its statuses.

    `under_way` is set from before the first transition until all are done: an issue found on its
    way was moved by us. `stuck` is the side that couldn't follow, with a digest of what it was
    refused for; an empty digest if trying again costs no write.
    """

    known: tuple[str, str] | None = None
    under_way: bool = False
    stuck: tuple[Move, str] | None = None

    @classmethod
    def of(cls, digests: Mapping[str, Any]) -> Self:
        known, stuck = digests.get(KEY), digests.get(STUCK)
        return cls(
            (known[0], known[1]) if known else None,
            UNDER_WAY in digests,
            (Move(stuck[0]), stuck[1]) if stuck else None,
        )

    def kept_in(self, digests: Mapping[str, Any]) -> dict[str, Any]:
        """Return a link's digests with this memory in them."""
        rest = {k: v for k, v in digests.items() if k not in (KEY, UNDER_WAY, STUCK)}
        if self.known:
            rest[KEY] = list(self.known)
        if self.under_way:
            rest[UNDER_WAY] = ["", ""]
        if self.stuck:
            rest[STUCK] = list(self.stuck)
        return rest

    def going(self) -> Self:
        return replace(self, under_way=True)


@dataclass(frozen=True)
class Facts:
    """A pair's statuses now: Salesforce's value and Jira's status id.

    `circumstances` change when trying again may have another outcome.
    """

    value: str
    status_id: str
    circumstances: str

    def agreed(self, digester: Digester) -> Memory:
        """What to remember once these two are in step."""
        return Memory((digester.exact(self.value), digester.exact(self.status_id)))

    def stuck(self, digester: Digester, side: Move, *, refused: bool) -> Memory:
        """What to remember when `side` couldn't follow; a refusal isn't asked for twice."""
        digest = digester.exact(self.circumstances) if refused else ""
        return replace(self.agreed(digester), stuck=(side, digest))


def move_of(facts: Facts, memory: Memory, digester: Digester, *, two_way: bool) -> Move:
    """Return which way the status goes. The first link takes Salesforce's."""
    if memory.known is None:
        return Move.TO_JIRA
    salesforce = not digester.is_same(facts.value, memory.known, 0)
    jira = not digester.is_same(facts.status_id, memory.known, 1)
    if jira and two_way:
        return Move.LATER_WINS if salesforce or memory.under_way else Move.TO_SALESFORCE
    return Move.TO_JIRA if salesforce else Move.NONE


def is_open(value: str, memory: Memory, digester: Digester) -> bool:
    """Whether a record's status has to be looked at: it moved, or it couldn't be carried over."""
    waits = memory.under_way or memory.stuck is not None
    return waits or not digester.is_same(value, memory.known, 0)


def is_tried_again(facts: Facts, memory: Memory, digester: Digester) -> bool:
    """Whether a side that couldn't follow is to be tried once more."""
    if memory.stuck is None:
        return False
    digest = memory.stuck[1]
    return not digest or digest != digester.exact(facts.circumstances)


def later_move(
    changes: Sequence[StatusChange], salesforce_at: datetime, memory: Memory, account: str
) -> Move:
    """Return which way the status goes when both sides moved: to where it is older.

    Salesforce's times have whole seconds; in the same second Salesforce wins, as on the first link.
    `account` is the connector's own: on a way of several steps that was broken off, the issue
    stands where we left it.
    """
    if not changes:
        return Move.TO_JIRA
    last = changes[-1]
    if memory.under_way and last.author == account:
        return Move.TO_JIRA
    jira_at = last.at.replace(microsecond=0)
    return Move.TO_JIRA if salesforce_at >= jira_at else Move.TO_SALESFORCE


def status_problem(config: StatusSync | None, sobject: SObject) -> str | None:
    """Return why statuses can't be kept in step with this object; None if they can."""
    if config is None:
        return None
    field = sobject.field(config.field)
    if field is not None and field.type == "picklist":
        return None
    if field is None:
        what = f"{sobject.label} has no field {config.field}, or the integration user can't see it"
    else:
        what = f"{field.label} is no picklist, so it holds no status"
    names = ", ".join(each.name for each in status_candidates(sobject))
    rest = f"Fields that could: {names}." if names else "No other field could hold one either."
    return f"The status isn't kept in step: {what}. {rest}"


def status_fields(config: StatusSync | None, sobject: SObject) -> tuple[str, ...]:
    """Return the record's fields that tell its status, the status itself first."""
    if config is None or status_problem(config, sobject):
        return ()
    described = (sobject.field(name) for name in (config.field, RECORD_TYPE))
    return tuple(each.name for each in described if each)
