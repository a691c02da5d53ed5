"""Reads JQL into a tree. Meaning (fields, values) is the business of `clauses`."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput

from sandbox.jira.errors import JiraError

_GRAMMAR = r"""
start: [any_of] [ORDER_BY sort ("," sort)*]
any_of: all_of (OR all_of)*
all_of: part (AND part)*
?part: NOT part -> negation
    | "(" any_of ")"
    | clause
clause: field OPERATOR operand -> comparison
    | field IN list -> among
    | field NOT IN list -> not_among
    | field IS EMPTY -> is_empty
    | field IS NOT EMPTY -> is_not_empty
    | field CHANGED period* -> changed
period: (AFTER | BEFORE | FROM | TO) operand
field: PROPERTY | CUSTOM | WORD | STRING
?list: "(" operand ("," operand)* ")" -> values
    | function
?operand: function | value | EMPTY -> empty
function: WORD "(" [value ("," value)*] ")"
value: WORD | STRING
sort: field [ASC | DESC]

AND.3: /(and(?![\w.\[-]))|&&?/i
OR.3: /(or(?![\w.\[-]))|\|\|?/i
NOT.3: /(not(?![\w.\[-]))|!(?![=~])/i
IN.3: /in(?![\w.\[-])/i
IS.3: /is(?![\w.\[-])/i
EMPTY.3: /(empty|null)(?![\w.\[-])/i
CHANGED.3: /changed(?![\w.\[-])/i
AFTER.3: /after(?![\w.\[-])/i
BEFORE.3: /before(?![\w.\[-])/i
FROM.3: /from(?![\w.\[-])/i
TO.3: /to(?![\w.\[-])/i
ORDER_BY.4: /order\s+by(?![\w.\[-])/i
ASC.3: /asc(?![\w.\[-])/i
DESC.3: /desc(?![\w.\[-])/i
OPERATOR: "!=" | "!~" | "<=" | ">=" | "=" | "~" | "<" | ">"
PROPERTY.5: /issue\.property\[[^\]]+\](\.[\w.\-]+)?/i
CUSTOM.5: /cf\[\d+\]/i
ESCAPE: /\\([tnr"'\\ ]|u[0-9a-fA-F]{4})/
// Of the control characters only line ends may stand in a text as they are.
QUOTED: /[^"\\\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/
SINGLE: /[^'\\\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/
STRING: "\"" (ESCAPE | QUOTED)* "\"" | "'" (ESCAPE | SINGLE)* "'"
// Reserved characters take quotes: an address with its @, a date with slashes.
WORD: (ESCAPE | /[^\s"'()=!~<>,\[\]{}|&;+?*\/%^$#@\\\x00-\x1f\x7f-\x9f]/)+
%ignore /\s+/
"""
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_LETTERS = {"t": "\t", "n": "\n", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Call:
    """A function such as currentUser()."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A condition on a change: `word` is after, before, from or to."""

    word: str
    value: "str | Call | None"


# A value is a string, a function, or None for EMPTY.
Operand = str | Call | None


@dataclass(frozen=True, slots=True)
class Clause:
    """One restriction.

    `operator` is =, !=, ~, !~, <, <=, >, >=, in, not in, is, is not, or changed, which alone has
    `periods`.
    """

    field: str
    operator: str
    operands: tuple[Operand, ...]
    periods: tuple["Period", ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    part: Any


@dataclass(frozen=True, slots=True)
class Sort:
    field: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; `where` is None when there is no restriction."""

    where: Any
    order: tuple[Sort, ...]


def _plain(token: Token) -> str:
    text = str(token)
    if token.type == "STRING":
        text = text[1:-1]
    return _ESCAPE.sub(_meant, text)


def _meant(escape: re.Match[str]) -> str:
    code, letter = escape.groups()
    return chr(int(code, 16)) if code else _LETTERS.get(letter, letter)


class _Tree(Transformer[Token, Any]):
    def start(self, parts: list[Any]) -> Query:
        sorts = tuple(part for part in parts if isinstance(part, Sort))
        return Query(parts[0], sorts)

    def any_of(self, parts: list[Any]) -> Any:
        kept = tuple(part for part in parts if not isinstance(part, Token))
        return kept[0] if len(kept) == 1 else AnyOf(kept)

    def all_of(self, parts: list[Any]) -> Any:
        kept = tuple(part for part in parts if not isinstance(part, Token))
        return kept[0] if len(kept) == 1 else All(kept)

    def negation(self, parts: list[Any]) -> Negation:
        return Negation(parts[1])

    def comparison(self, parts: list[Any]) -> Clause:
        return Clause(parts[0], str(parts[1]), (parts[2],))

    def among(self, parts: list[Any]) -> Clause:
        return Clause(parts[0], "in", _several(parts[-1]))

    def not_among(self, parts: list[Any]) -> Clause:
        return Clause(parts[0], "not in", _several(parts[-1]))

    def is_empty(self, parts: list[Any]) -> Clause:
        return Clause(parts[0], "is", (None,))

    def is_not_empty(self, parts: list[Any]) -> Clause:
        return Clause(parts[0], "is not", (None,))

    def changed(self, parts: list[Any]) -> Clause:
        periods = tuple(part for part in parts if isinstance(part, Period))
        return Clause(parts[0], "changed", (), periods)

    def period(self, parts: list[Any]) -> Period:
        return Period(str(parts[0]).lower(), parts[1])

    def field(self, parts: list[Token]) -> str:
        return _plain(parts[0])

    def values(self, parts: list[Operand]) -> tuple[Operand, ...]:
        return tuple(parts)

    def value(self, parts: list[Token]) -> str:
        return _plain(parts[0])

    def empty(self, parts: list[Token]) -> None:
        return None

    def function(self, parts: list[Any]) -> Call:
        return Call(str(parts[0]).lower(), tuple(part for part in parts[1:] if part is not None))

    def sort(self, parts: list[Any]) -> Sort:
        direction = str(parts[1] or "asc") if len(parts) > 1 else "asc"
        return Sort(parts[0], direction.lower() == "desc")


def _several(found: Any) -> tuple[Operand, ...]:
    return found if isinstance(found, tuple) else (found,)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=True)


@lru_cache(maxsize=4096)
def parse(jql: str) -> Query:
    """Return the query's tree; raise a 400 with Jira's sentence."""
    try:
        query: Query = _Tree().transform(_parser().parse(jql))
    except UnexpectedInput as trouble:
        raise JiraError(400, _sentence(jql, trouble)) from None
    return query


def _sentence(jql: str, trouble: UnexpectedInput) -> str:
    token = getattr(trouble, "token", None)
    where = f"(line {trouble.line}, character {trouble.column})"
    if token is not None and token.type == "$END":
        return (
            "Error in the JQL Query: Expecting either a value, list or function before the end"
            " of the query."
        )
    seen = str(token) if token is not None else jql[trouble.pos_in_stream or 0 :][:1]
    return (
        f"Error in the JQL Query: Expecting operator or value but got '{seen}'. The valid operators"
        f" are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'."
        f" {where}"
    )
