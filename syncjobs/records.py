"""Reading mapped values out of a record as Salesforce answers it. Pure."""

from datetime import datetime
from typing import Any

from connector.document.model import Direction
from connector.jira.model import FieldMeta, Schema
from syncjobs.resolve import ResolvedMapping
from syncjobs.templates import render
from syncjobs.values import (
    Canonical,
    Kind,
    Missing,
    apply_table,
    jira_kind,
    read_jira,
    read_salesforce,
    show_jira,
)

Json = dict[str, Any]
PLAIN = Schema("string")


def read_path(record: Json, path: str) -> Any:
    """Return the value at `Account.Owner.Name`; None where a parent is missing."""
    value: Any = record
    for step in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def read_mapping(mapping: ResolvedMapping, record: Json) -> Canonical:
    """Return a mapping's Salesforce value as it is to be written, its value table applied.

    A value that the table has no row for goes on as it is: Jira may know it by the same name.
    """
    value = _read(mapping, record)
    if not mapping.mapping.values:
        return value
    translated = apply_table(value, mapping.mapping.values, Direction.TO_JIRA)
    return value if isinstance(translated, Missing) else translated


def _read(mapping: ResolvedMapping, record: Json) -> Canonical:
    if mapping.mapping.template:
        assert mapping.jira is not None
        in_wiki = jira_kind(mapping.jira.schema) is Kind.RICH_TEXT
        return render(mapping.mapping.template, "record", visible(mapping, record), wiki=in_wiki)
    if mapping.mail_path:
        mail = read_path(record, mapping.mail_path)
        return str(mail).lower() if mail else None
    assert mapping.salesforce is not None
    return read_salesforce(read_path(record, mapping.path), mapping.salesforce)


def read_issue_side(mapping: ResolvedMapping, meta: FieldMeta | None, issue: Json) -> Canonical:
    """Return a mapping's Jira value: the field's, or what a template for Salesforce makes of it."""
    if mapping.mapping.template and mapping.mapping.salesforce:
        assert mapping.salesforce is not None
        values = {name: _issue_value(mapping, name, issue) for name in mapping.mapping.uses}
        text = render(mapping.mapping.template, "issue", values, wiki=mapping.salesforce.html)
        return text or None
    if meta is None:
        return None
    return read_jira(issue["fields"].get(meta.id), meta.schema)


def translated_back(mapping: ResolvedMapping, value: Canonical) -> Canonical:
    """Return a Jira value as Salesforce knows it, by the mapping's value table."""
    if not mapping.mapping.values:
        return value
    translated = apply_table(value, mapping.mapping.values, Direction.TO_SALESFORCE)
    return value if isinstance(translated, Missing) else translated


def _issue_value(mapping: ResolvedMapping, name: str, issue: Json) -> Canonical:
    if name in ("key", "id"):
        return str(issue[name])
    schema = mapping.issue_schemas.get(name, PLAIN)
    return show_jira(issue["fields"].get(name), schema)


def stamp_of_record(record: Json) -> datetime:
    """When a person last changed the record; a platform's own changes don't count."""
    return datetime.fromisoformat(record["LastModifiedDate"])


def stamp_of_issue(issue: Json) -> datetime:
    return datetime.fromisoformat(issue["fields"]["updated"])


def visible(mapping: ResolvedMapping, record: Json) -> Json:
    """Return the part of a record that a mapping's template may see: what it says it uses."""
    seen: Json = {}
    for path, field in zip(mapping.paths, mapping.reads, strict=True):
        child, is_list, rest = path.partition("[].")
        if is_list:
            rows = (record.get(child) or {}).get("records") or []
            kept = seen.setdefault(child, [{} for _ in rows])
            for row, target in zip(rows, kept, strict=True):
                _put(target, rest, read_salesforce(read_path(row, rest), field))
        else:
            _put(seen, path, read_salesforce(read_path(record, path), field))
    return seen


def _put(target: Json, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        target = target.setdefault(parent, {})
    target[last] = value
