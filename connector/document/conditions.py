"""Whether a filter stays a filter when it is put into a larger query.

Filters are joined with conditions of our own, in parentheses. Brackets and quotes that don't
match would let one reach beyond its parentheses and take up records nobody meant.
"""

import re
from collections.abc import Iterator

_LEADING_WHERE = re.compile(r"where\b", re.IGNORECASE)
_ORDER_BY = re.compile(r"\border\s+by\b", re.IGNORECASE)


def soql_mistake(condition: str) -> str:
    """Say what is wrong with the form of a SOQL condition; empty when nothing is."""
    return _mistake(condition, quotes="'")


def jql_mistake(condition: str) -> str:
    """Say what is wrong with the form of a JQL condition; empty when nothing is."""
    return _mistake(condition, quotes="\"'")


def _mistake(condition: str, quotes: str) -> str:
    if _LEADING_WHERE.match(condition):
        return "has to be the condition alone, without WHERE"
    outside = list(_outside_quotes(condition, quotes))
    if outside and outside[-1] == "":
        return "has a quote that is not closed"
    plain = "".join(outside)
    if not _balanced(plain):
        return "has parentheses that don't match"
    if _ORDER_BY.search(plain):
        return "has to be the condition alone, without ORDER BY"
    return ""


def _outside_quotes(text: str, quotes: str) -> Iterator[str]:
    """Yield what stands outside quotes, letter by letter; last "" when a quote stays open."""
    opened = ""
    escaped = False
    for letter in text:
        if escaped:
            escaped = False
        elif opened and letter == "\\":
            escaped = True
        elif opened:
            opened = "" if letter == opened else opened
        elif letter in quotes:
            opened = letter
            yield " "
        else:
            yield letter
    if opened:
        yield ""


def _balanced(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return False
    return depth == 0
