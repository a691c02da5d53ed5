"""The two-column value table of a mapping."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from connector.document.model import Direction
from syncjobs.values.canonical import Canonical, as_text


@dataclass(frozen=True)
class Missing:
    """Values that the table has no row for."""

    values: tuple[str, ...]


Pairs = Sequence[Sequence[str]]


def apply_table(value: Canonical, pairs: Pairs, direction: Direction) -> Canonical | Missing:
    """`value` as the table translates it: rows are (Salesforce's text, Jira's text), exact.

    `direction` is one of the two, never both. Where several rows match on the way back, the first
    wins. Several values are translated one by one. An empty text on one side of a row stands for
    no value; without such a row no value stays no value.
    """
    table = _table(tuple((row[0], row[1]) for row in pairs), direction)
    if not isinstance(value, tuple):
        text = as_text(value)
        if text not in table:
            return None if value is None else Missing((text,))
        return table[text] or None
    missing = tuple(each for each in value if each not in table)
    if missing:
        return Missing(missing)
    return tuple(dict.fromkeys(table[each] for each in value if table[each])) or None


@lru_cache(maxsize=512)
def _table(rows: tuple[tuple[str, str], ...], direction: Direction) -> Mapping[str, str]:
    table: dict[str, str] = {}
    for salesforce, jira in rows:
        if direction is Direction.TO_JIRA:
            table.setdefault(salesforce, jira)
        else:
            table.setdefault(jira, salesforce)
    return table
