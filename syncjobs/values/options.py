"""Finds the option that a text means among those a field offers."""

import re
from collections.abc import Iterable, Sequence

from connector.jira.model import Option
from connector.salesforce.describe import Field
from syncjobs.values.coerce import Unfit

# Written with ` > ` by us; these are how people write two levels into one Salesforce value.
_LEVELS = re.compile(r" > |::| - ")


def find(options: Sequence[Option], text: str) -> Option | None:
    """The option of exactly that name, else the one that differs in case or outer spaces only."""
    wanted = text.strip().casefold()
    exact = next((option for option in options if option.value == text), None)
    return exact or next((o for o in options if o.value.strip().casefold() == wanted), None)


def need(options: Sequence[Option], text: str) -> Option:
    """As `find`; Unfit with what there is to choose from where there is no such option."""
    found = find(options, text)
    if found is None:
        raise Unfit(f"there is no such option ({_offer(option.value for option in options)})")
    return found


def need_path(options: Sequence[Option], text: str) -> tuple[Option, Option | None]:
    """The option and, where `text` names two levels, its child. A name that itself looks like two
    levels is taken as a name."""
    whole = find(options, text)
    if whole:
        return whole, None
    for level in _LEVELS.finditer(text):
        parent = find(options, text[: level.start()])
        if parent:
            return parent, need(parent.children, text[level.end() :])
    return need(options, text), None


def picklist_value(field: Field, text: str) -> str:
    """The active picklist value that `text` means: by value, then by label, then by either without
    regard to case, then with another sign between two levels. Unfit where there is none."""
    active = [value for value in field.picklist_values if value.active]
    if not active:
        return text
    for read in (str, str.casefold, _levels):
        for entry in active:
            if read(text) in (read(entry.value), read(entry.label or entry.value)):
                return entry.value
    raise Unfit(f"there is no such active picklist value ({_offer(v.value for v in active)})")


def _levels(text: str) -> str:
    return _LEVELS.sub("\n", text.strip()).casefold()


def _offer(names: Iterable[str]) -> str:
    known = list(names)
    if not known:
        return "there are none"
    return "there are: " + ", ".join(known[:10]) + (", …" if len(known) > 10 else "")
