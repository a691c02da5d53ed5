"""Fields that would be written twice: whichever value came last would win, and change sides."""

from collections.abc import Sequence

from connector.document.directions import writes_jira, writes_salesforce
from connector.document.model import Direction, Item
from connector.document.problems import Report


def check_targets(
    item: Item, directions: Sequence[Direction | None], place: str, report: Report
) -> None:
    """Note in `report` what more than one part of an item writes.

    `directions` has one entry for each mapping: None where the document leaves it open and
    Salesforce was not asked, and then only Jira's side is sure to be written.
    """
    joined: dict[str, int] = {}
    written: dict[tuple[str, str], str] = {}
    if item.status and item.status.to_salesforce:
        written["salesforce", item.status.field.lower()] = "`status`"
    for index, (mapping, direction) in enumerate(zip(item.mappings, directions, strict=True)):
        here = f"{place}.mappings[{index}]"
        if mapping.salesforce and mapping.jira:
            first = joined.setdefault(mapping.key.lower(), index)
            if first != index:
                report.add(here, f"joins the same two fields as mappings[{first}]")
                continue
        for side, field, writes in (
            ("salesforce", mapping.salesforce, writes_salesforce(direction)),
            ("jira", mapping.jira, direction is None or writes_jira(direction)),
        ):
            if field and writes:
                writer = written.setdefault((side, field.lower()), f"mappings[{index}]")
                if writer != f"mappings[{index}]":
                    report.add(f"{here}.{side}", _written_twice(field, writer, direction))


def _written_twice(field: str, writer: str, direction: Direction | None) -> str:
    hint = '; give one of them another "direction"' if direction is Direction.BOTH else ""
    return f"{field} is written by {writer} already{hint}"
