"""What Jira will answer for a value that was written to it. Pure."""

from typing import Any

from connector.jira.model import FieldMeta, Option
from syncjobs.values import Canonical, read_jira


def as_read(written: Any, meta: FieldMeta) -> Canonical:
    """Return a written value as the canonical one that reading it back will give.

    Options, priorities, components and versions are written by id and read with their names.
    """
    if isinstance(written, list):
        return read_jira([_named(each, meta.allowed) for each in written], meta.schema)
    return read_jira(_named(written, meta.allowed), meta.schema)


def _named(written: Any, options: tuple[Option, ...]) -> Any:
    if not isinstance(written, dict) or "id" not in written:
        return written
    option = next((each for each in options if each.id == written["id"]), None)
    if option is None:
        return written
    named = {"id": option.id, "value": option.value}
    if "child" in written:
        named["child"] = _named(written["child"], option.children)
    return named
