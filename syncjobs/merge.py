"""The three-way merge of one mapping: who has moved, and which way the value goes. Pure."""

from enum import Enum

from connector.document.model import Conflict, Direction


class Move(Enum):
    NONE = "none"
    TO_JIRA = "to_jira"
    TO_SALESFORCE = "to_salesforce"
    # Both sides moved. If they moved to the same value there is no conflict after all.
    CONFLICT_TO_JIRA = "conflict_to_jira"
    CONFLICT_TO_SALESFORCE = "conflict_to_salesforce"
    ASK = "ask"


def decide(
    direction: Direction,
    rule: Conflict,
    *,
    first: bool,
    salesforce: bool,
    jira: bool,
    salesforce_is_newer: bool,
) -> Move:
    """Return where the value goes.

    `salesforce` and `jira` say which side moved since the last agreement; `first` that there was
    none: a mapping that goes both ways then takes Salesforce's value.
    """
    if direction is Direction.TO_JIRA:
        return Move.TO_JIRA if salesforce else Move.NONE
    if direction is Direction.TO_SALESFORCE:
        return Move.TO_SALESFORCE if jira else Move.NONE
    if first or (salesforce and not jira):
        return Move.TO_JIRA
    if not jira:
        return Move.NONE
    if not salesforce:
        return Move.TO_SALESFORCE
    return _conflict(rule, salesforce_is_newer)


def _conflict(rule: Conflict, salesforce_is_newer: bool) -> Move:
    if rule is Conflict.ASK:
        return Move.ASK
    latest = rule is Conflict.LATEST
    salesforce_wins = salesforce_is_newer if latest else rule is Conflict.SALESFORCE
    return Move.CONFLICT_TO_JIRA if salesforce_wins else Move.CONFLICT_TO_SALESFORCE
