"""From JSON to a Document, or to every mistake in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from connector.document.connections import Stored, read_jira, read_salesforce
from connector.document.items import read_item
from connector.document.model import FORMAT, Document, Item
from connector.document.problems import Report, did_you_mean, shown
from connector.document.reading import ObjectReader
from connector.document.text import read_json

__all__ = ["Stored", "parse", "parse_item", "parse_value"]


def parse(text: str, *, environment: Mapping[str, str], stored: Stored | None = None) -> Document:
    """Return the document that `text` holds.

    Secrets given as `{"env": "NAME"}` are taken from `environment`. `stored` names what exists
    already: items may refer to it, and its secrets may be left out. Raises DocumentRefused with
    every mistake and its place.
    """
    return parse_value(read_json(text), environment=environment, stored=stored)


def parse_value(
    raw: Any, *, environment: Mapping[str, str], stored: Stored | None = None
) -> Document:
    """As `parse`, for JSON that was read already."""
    stored = stored or Stored()
    report = Report()
    reader = ObjectReader(raw, "", report)
    _check_format(reader)
    orgs = reader.objects("salesforce_connections")
    sites = reader.objects("jira_connections")
    items = reader.objects("items")
    reader.close()
    document = Document(
        salesforce_connections=tuple(read_salesforce(r, environment, stored) for r in orgs),
        jira_connections=tuple(read_jira(r, environment, stored) for r in sites),
        items=tuple(map(read_item, items)),
    )
    for part in ("salesforce_connections", "jira_connections", "items"):
        _check_names(part, [each.name for each in getattr(document, part)], report)
    _check_references(document, stored, report)
    report.refuse()
    return document


def parse_item(raw: Any) -> Item:
    """Return the item of a published version. Raises DocumentRefused if it can't be read."""
    report = Report()
    item = read_item(ObjectReader(raw, "item", report))
    report.refuse()
    return item


def _check_format(reader: ObjectReader) -> None:
    found = reader.text("format", required=True)
    if found != FORMAT:
        reader.add("format", f"is {shown(found)}; this connector reads {shown(FORMAT)}")


def _check_names(part: str, names: Iterable[str], report: Report) -> None:
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        first = seen.setdefault(name, index)
        if name and first != index:
            report.add(
                f"{part}[{index}].name", f"{shown(name)} is the name of {part}[{first}] already"
            )


def _check_references(document: Document, stored: Stored, report: Report) -> None:
    known = {
        "salesforce": [*(c.name for c in document.salesforce_connections), *stored.salesforce],
        "jira": [*(c.name for c in document.jira_connections), *stored.jira],
    }
    for index, item in enumerate(document.items):
        for key, names in known.items():
            name = getattr(item, key)
            if name and name not in names:
                hint = did_you_mean(name, names)
                report.add(
                    f"items[{index}].{key}",
                    f"there is no connection {shown(name)}, neither in this document under "
                    f"{key}_connections nor stored{hint}",
                )
