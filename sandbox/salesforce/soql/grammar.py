"""Parses SOQL. Grammar: SOQL and SOSL Reference, chapter "SOQL SELECT Syntax"."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from ..faults import Fault, bad_query
from . import tree

STATEMENT_LENGTH = 100_000
_GRAMMAR = r"""
query: SELECT items FROM PATH [alias] [scope] [where] [group] [order] [limit] [offset] [purpose]
alias: AS? PATH
scope: USING SCOPE PATH
items: item ("," item)*
?item: PATH -> path
    | PATH "(" [PATH] ")" [PATH] -> call
    | "(" query ")" -> child
    | TYPEOF PATH branch+ [otherwise] END -> type_of
branch: WHEN PATH THEN paths
otherwise: ELSE paths
paths: PATH ("," PATH)*
where: WHERE condition
?condition: term
    | term (AND term)+ -> all_of
    | term (OR term)+ -> any_of
?term: "(" condition ")"
    | NOT term -> not_
    | PATH OPERATOR value -> compare
    | PATH LIKE value -> like
    | PATH [NOT] IN "(" values ")" -> in_list
    | PATH [NOT] IN "(" query ")" -> in_query
    | PATH SET_OPERATOR "(" values ")" -> includes
values: value ("," value)*
?value: STRING -> string
    | NUMBER -> number
    | DATETIME -> datetime
    | DATE -> date
    | BOOLEAN -> boolean
    | NULL -> null
    | PATH -> named
    | COUNTED -> named
group: GROUP BY paths
order: ORDER BY ordering ("," ordering)*
ordering: PATH [DIRECTION] [NULLS PLACE]
limit: LIMIT NUMBER
offset: OFFSET NUMBER
purpose: FOR PATH

SELECT.3: /SELECT\b/i
FROM.3: /FROM\b/i
WHERE.3: /WHERE\b/i
AS.3: /AS\b/i
USING.3: /USING\b/i
SCOPE.3: /SCOPE\b/i
TYPEOF.3: /TYPEOF\b/i
WHEN.3: /WHEN\b/i
THEN.3: /THEN\b/i
ELSE.3: /ELSE\b/i
END.3: /END\b/i
AND.3: /AND\b/i
OR.3: /OR\b/i
NOT.3: /NOT\b/i
IN.3: /IN\b/i
LIKE.3: /LIKE\b/i
SET_OPERATOR.3: /(INCLUDES|EXCLUDES)\b/i
GROUP.3: /GROUP\b/i
ORDER.3: /ORDER\b/i
BY.3: /BY\b/i
DIRECTION.3: /(ASC|DESC)\b/i
NULLS.3: /NULLS\b/i
PLACE.3: /(FIRST|LAST)\b/i
LIMIT.3: /LIMIT\b/i
OFFSET.3: /OFFSET\b/i
FOR.3: /FOR\b/i
BOOLEAN.3: /(TRUE|FALSE)\b/i
NULL.3: /NULL\b/i
COUNTED.3: /[A-Za-z_]+:\d+/
PATH: /[A-Za-z]\w*(\s*\.\s*[A-Za-z]\w*)*/
OPERATOR: "!=" | "<>" | "<=" | ">=" | "=" | "<" | ">"
STRING: /'(?:[^'\\]|\\.)*'/s
DATETIME.3: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)/i
DATE.2: /\d{4}-\d\d-\d\d/
NUMBER: /[+-]?\d+(\.\d+)?/
%ignore /\s+/
"""
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}


@lru_cache(maxsize=512)
def parse(text: str) -> tree.Query:
    """Return the statement as a tree. Raises Fault MALFORMED_QUERY."""
    if len(text) > STATEMENT_LENGTH:
        raise Fault(400, "QUERY_TOO_COMPLICATED", "SOQL statement is too long")
    try:
        query: tree.Query = _PARSER.parse(text)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise bad_query(_explain(text, error)) from None
    return replace(query, text=text)


def pointed_at(text: str, place: int, message: str) -> str:
    """The message as Salesforce lays it out: an excerpt, a mark below the place, and the cause."""
    line_start = text.rfind("\n", 0, place) + 1
    row, column = text.count("\n", 0, place) + 1, place - line_start + 1
    start = max(line_start, place - 25)
    excerpt = text[start : place + 25].split("\n")[0]
    return f"\n{excerpt}\n{' ' * (place - start)}^\nERROR at Row:{row}:Column:{column}\n{message}"


def _explain(text: str, error: UnexpectedInput) -> str:
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        return pointed_at(text, len(text), "unexpected token: '<EOF>'")
    place = max(0, error.pos_in_stream or 0)
    found = str(token) if token is not None else text[place : place + 1]
    return pointed_at(text, place, f"unexpected token: '{found}'")


def _path(token: Token) -> tree.Path:
    steps = tuple(step.strip() for step in token.split("."))
    return tree.Path(steps, token.start_pos or 0)


def _unescape(token: Token, in_pattern: bool) -> str:
    """Resolve the escapes of a quoted string; in a LIKE pattern \\% and \\_ stay for later."""
    raw, result, place = token[1:-1], [], 0
    while place < len(raw):
        char = raw[place]
        place += 1
        if char != "\\":
            result.append(char)
            continue
        mark = raw[place]
        place += 1
        if mark == "u" and len(raw) >= place + 4:
            result.append(chr(int(raw[place : place + 4], 16)))
            place += 4
        elif in_pattern and mark in "%_\\":
            result.append("\\" + mark)
        elif mark.lower() in _ESCAPES and mark not in "%_":
            result.append(_ESCAPES[mark.lower()])
        elif mark in "%_":
            result.append(mark)
        else:
            raise bad_query(f"Illegal character sequence '\\{mark}' in string literal")
    return "".join(result)


@v_args(inline=True)
class _Builder(Transformer[Token, tree.Query]):
    def path(self, token: Token) -> tree.Path:
        return _path(token)

    def alias(self, *tokens: Token) -> str:
        return str(tokens[-1])

    def scope(self, *tokens: Token) -> None:
        return None

    def purpose(self, *tokens: Token) -> None:
        return None

    def call(self, name: Token, argument: Token | None, alias: Token | None) -> tree.Call:
        inner = _path(argument) if argument else None
        return tree.Call(name.lower(), inner, str(alias or ""), name.start_pos or 0)

    def child(self, query: tree.Query) -> tree.Query:
        return query

    def type_of(self, _typeof: Token, path: Token, *rest: Any) -> tree.TypeOf:
        branches = tuple(part for part in rest if isinstance(part, tuple) and len(part) == 2)
        last = rest[-2]
        otherwise = last[0] if isinstance(last, tuple) and len(last) == 1 else ()
        return tree.TypeOf(_path(path), branches, otherwise)

    def branch(self, _when: Token, name: Token, _then: Token, paths: Any) -> Any:
        return (str(name), paths)

    def otherwise(self, _else: Token, paths: Any) -> Any:
        return (paths,)

    def paths(self, *tokens: Token) -> tuple[tree.Path, ...]:
        return tuple(_path(token) for token in tokens)

    def items(self, *items: Any) -> tuple[Any, ...]:
        return items

    def where(self, _where: Token, condition: tree.Condition) -> tree.Condition:
        return condition

    def all_of(self, *parts: Any) -> tree.All:
        return tree.All(parts[::2])

    def any_of(self, *parts: Any) -> tree.Either:
        return tree.Either(parts[::2])

    def not_(self, _not: Token, term: tree.Condition) -> tree.Not:
        return tree.Not(term)

    def compare(self, path: Token, operator: Token, value: tree.Literal) -> tree.Compare:
        sign = "!=" if operator == "<>" else str(operator)
        return tree.Compare(_path(path), sign, _plain(value))

    def like(self, path: Token, _like: Token, value: tree.Literal) -> tree.Compare:
        return tree.Compare(_path(path), "LIKE", value)

    def in_list(self, path: Token, negated: Any, _in: Token, values: Any) -> tree.In:
        return tree.In(_path(path), values, negated is not None)

    def in_query(self, path: Token, negated: Any, _in: Token, query: tree.Query) -> tree.InQuery:
        return tree.InQuery(_path(path), query, negated is not None)

    def includes(self, path: Token, operator: Token, values: Any) -> tree.Includes:
        return tree.Includes(_path(path), values, operator.upper() == "EXCLUDES")

    def values(self, *values: tree.Literal) -> tuple[tree.Literal, ...]:
        return tuple(_plain(value) for value in values)

    def string(self, token: Token) -> tree.Literal:
        # Whether \% stays an escape depends on LIKE, so the pattern's form is kept until then.
        return tree.Literal("string", _unescape(token, in_pattern=True), token.start_pos or 0)

    def number(self, token: Token) -> tree.Literal:
        return tree.Literal("number", str(token), token.start_pos or 0)

    def datetime(self, token: Token) -> tree.Literal:
        return tree.Literal("datetime", str(token), token.start_pos or 0)

    def date(self, token: Token) -> tree.Literal:
        return tree.Literal("date", str(token), token.start_pos or 0)

    def boolean(self, token: Token) -> tree.Literal:
        return tree.Literal("boolean", token.lower(), token.start_pos or 0)

    def null(self, token: Token) -> tree.Literal:
        return tree.Literal("null", "", token.start_pos or 0)

    def named(self, token: Token) -> tree.Literal:
        return tree.Literal("named", str(token).upper(), token.start_pos or 0)

    def group(self, _group: Token, _by: Token, paths: Any) -> tuple[tree.Path, ...]:
        return tuple(paths)

    def order(self, _order: Token, _by: Token, *orderings: tree.Order) -> tuple[tree.Order, ...]:
        return orderings

    def ordering(self, path: Token, direction: Any, _nulls: Any, place: Any) -> tree.Order:
        last = bool(place) and place.upper() == "LAST"
        return tree.Order(_path(path), bool(direction) and direction.upper() == "DESC", last)

    def limit(self, _limit: Token, count: Token) -> int:
        return _whole(count)

    def offset(self, _offset: Token, count: Token) -> int:
        return _whole(count)

    def query(
        self, _select: Token, items: Any, _from: Token, source: Token, *rest: Any
    ) -> tree.Query:
        alias, _scope, where, group, order, limit, offset, _purpose = rest
        return tree.Query(
            items, _path(source), alias or "", where, group or (), order or (), limit, offset or 0
        )


def _plain(value: tree.Literal) -> tree.Literal:
    """A string outside of LIKE, where the wildcards' escapes mean the characters themselves."""
    if value.kind != "string" or "\\" not in value.text:
        return value
    text = value.text.replace("\\\\", "\0").replace("\\%", "%").replace("\\_", "_")
    return replace(value, text=text.replace("\0", "\\"))


def _whole(token: Token) -> int:
    if not token.isdigit():
        raise bad_query(f"unexpected token: '{token}'")
    return int(token)


_PARSER = Lark(
    _GRAMMAR, start="query", parser="lalr", transformer=_Builder(), maybe_placeholders=True
)
