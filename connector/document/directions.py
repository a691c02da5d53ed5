"""Which way a mapping moves values."""

from connector.document.model import Direction, Mapping, Mode


def direction_of(mapping: Mapping, mode: Mode, *, salesforce_writable: bool) -> Direction:
    """Return the way a mapping of an item of that mode moves values.

    Where the document leaves it open: templates and one-way items move in the only way they can,
    and the mappings of two-way items in both where the Salesforce field can be written. A field
    of a parent record is never written.
    """
    if mapping.direction is not None:
        return mapping.direction
    if mapping.template and not mapping.jira:
        return Direction.TO_SALESFORCE
    one_way = mode is not Mode.TWO_WAY or bool(mapping.template)
    if one_way or "." in mapping.salesforce or not salesforce_writable:
        return Direction.TO_JIRA
    return Direction.BOTH


def writes_salesforce(direction: Direction | None) -> bool:
    return direction in (Direction.TO_SALESFORCE, Direction.BOTH)


def writes_jira(direction: Direction | None) -> bool:
    return direction in (Direction.TO_JIRA, Direction.BOTH)
