"""What changed between two versions of an item, in words."""

from collections.abc import Iterator
from typing import Any

from connector.document.dump import dump_item
from connector.document.model import Item, Mapping

Json = dict[str, Any]

MAPPINGS = "mappings"
NOTHING = "nothing"


def differences(old: Item | None, new: Item) -> list[str]:
    """Return a sentence for every difference, in the order of the document.

    Without an old version everything is new, and one sentence says so.
    """
    if old is None:
        return [f"{new.name} is new."]
    before, after = _flat(dump_item(old)), _flat(dump_item(new))
    sentences: list[str] = []
    for key in dict.fromkeys([*after, *before]):
        if before.get(key) != after.get(key):
            sentences += _changed(_label(key), before.get(key), after.get(key))
    return sentences + list(_mapping_differences(old.mappings, new.mappings))


def _flat(item: Json) -> Json:
    """Bring `status.field` and the like to the top; mappings are compared by themselves."""
    flat: Json = {}
    for key, value in item.items():
        if isinstance(value, dict):
            flat.update((f"{key}.{inner}", each) for inner, each in value.items())
        elif key != MAPPINGS:
            flat[key] = value
    return flat


def _label(key: str) -> str:
    """`status.to_jira` is spoken of as `Status, to Jira`."""
    words = key.replace("_", " ").replace(".", ", ").replace("jira", "Jira")
    words = words.replace("salesforce", "Salesforce")
    return words[:1].upper() + words[1:]


def _changed(label: str, before: Any, after: Any) -> Iterator[str]:
    if isinstance(before or after, dict):
        yield from _table_differences(label, before or {}, after or {})
    elif isinstance(before or after, list):
        yield from _list_differences(label, before or [], after or [])
    else:
        yield f"{label} changed from {_shown(before)} to {_shown(after)}."


def _table_differences(label: str, before: Json, after: Json) -> Iterator[str]:
    for key in dict.fromkeys([*before, *after]):
        if key not in after:
            yield f"{label}: {key} → {before[key]} removed."
        elif key not in before:
            yield f"{label}: {key} → {after[key]} added."
        elif before[key] != after[key]:
            yield f"{label}: {key} changed from {before[key]} to {after[key]}."


def _list_differences(label: str, before: list[Any], after: list[Any]) -> Iterator[str]:
    for entry in before:
        if entry not in after:
            yield f"{label}: {_shown(entry)} removed."
    for entry in after:
        if entry not in before:
            yield f"{label}: {_shown(entry)} added."
    if before != after and sorted(map(repr, before)) == sorted(map(repr, after)):
        yield f"{label}: order changed."


def _mapping_differences(before: tuple[Mapping, ...], after: tuple[Mapping, ...]) -> Iterator[str]:
    old = {mapping.key: mapping for mapping in before}
    new = {mapping.key: mapping for mapping in after}
    for key, mapping in old.items():
        if key not in new:
            yield f"{_name(mapping)} removed."
    for key, mapping in new.items():
        if key not in old:
            yield f"{_name(mapping)} added."
        else:
            yield from _within(old[key], mapping)
    if list(old) != list(new) and set(old) == set(new):
        yield "Mappings: order changed."


def _within(before: Mapping, after: Mapping) -> Iterator[str]:
    for key, was in vars(before).items():
        now = getattr(after, key)
        # repr tells 1 from true, which are equal in Python and differ in a document.
        if repr(was) == repr(now):
            continue
        if isinstance(was, tuple) and isinstance(now, tuple):
            yield from _list_differences(f"{_name(after)}: {_part(key)}", list(was), list(now))
        else:
            yield f"{_name(after)}: {_part(key)} changed from {_shown(was)} to {_shown(now)}."


def _part(key: str) -> str:
    return key.replace("_", " ")


def _name(mapping: Mapping) -> str:
    return f"Mapping {mapping.salesforce or 'template'} → {mapping.jira or 'template'}"


def _shown(value: Any) -> str:
    if value is None or value == "" or value == () or value == []:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return " → ".join(map(str, value))
    return str(value)
