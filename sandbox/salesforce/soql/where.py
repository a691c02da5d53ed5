"""Turns a WHERE clause into a test of one row, and into bounds an index can use."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .. import times
from ..faults import bad_query
from ..schema import Field
from . import literals, tree
from .literals import Span
from .scope import Reader, Scope

Test = Callable[[Mapping[str, Any]], bool]
SubSelect = Callable[[tree.Query], frozenset[Any]]
MAX_SEMI_JOINS = 2
STRING_LITERAL_LENGTH = 4_000
_ORDERED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def compile_where(scope: Scope, condition: tree.Condition, subselect: SubSelect) -> Test:
    """Return what tells whether a row satisfies the condition. Raises Fault."""
    if sum(1 for _ in _semi_joins(condition)) > MAX_SEMI_JOINS:
        raise bad_query("Maximum 2 semi join sub-selects are allowed.")
    return _compile(scope, condition, subselect)


def _semi_joins(condition: tree.Condition) -> Any:
    if isinstance(condition, tree.InQuery):
        yield condition
    elif isinstance(condition, tree.Not):
        yield from _semi_joins(condition.term)
    elif isinstance(condition, tree.All | tree.Either):
        for term in condition.terms:
            yield from _semi_joins(term)


def _compile(scope: Scope, condition: tree.Condition, subselect: SubSelect) -> Test:
    if isinstance(condition, tree.All):
        tests = [_compile(scope, term, subselect) for term in condition.terms]
        return lambda row: all(test(row) for test in tests)
    if isinstance(condition, tree.Either):
        if any(isinstance(term, tree.InQuery) for term in condition.terms):
            raise bad_query("Semi join sub-selects are not allowed with the 'OR' operator")
        choices = [_compile(scope, term, subselect) for term in condition.terms]
        return lambda row: any(test(row) for test in choices)
    if isinstance(condition, tree.Not):
        inner = _compile(scope, condition.term, subselect)
        return lambda row: not inner(row)
    column, read = scope.resolve(condition.path)
    _check_filterable(scope, column, condition.path)
    if isinstance(condition, tree.InQuery):
        return _member(read, subselect(condition.query), condition.negated)
    if isinstance(condition, tree.In):
        return _in(scope, column, read, condition)
    if isinstance(condition, tree.Includes):
        return _includes(scope, column, read, condition)
    return _compare(scope, column, read, condition)


def _check_filterable(scope: Scope, column: Field | None, path: tree.Path) -> None:
    if column is not None and not column.filterable:
        message = f"field '{column.name}' can not be filtered in a query call"
        raise scope.fault(path.place, message)


def folded(column: Field | None, read: Reader) -> Reader:
    """Read text in lower case, for SOQL compares without regard to case; Ids stay as they are."""
    if column is not None and column.type in ("id", "reference", "date", "datetime", "boolean"):
        return read

    def fold(row: Mapping[str, Any]) -> Any:
        value = read(row)
        return value.lower() if isinstance(value, str) else value

    return fold


def _member(read: Reader, wanted: frozenset[Any], negated: bool) -> Test:
    if negated:
        return lambda row: read(row) not in wanted
    return lambda row: read(row) in wanted


def _in(scope: Scope, column: Field | None, read: Reader, condition: tree.In) -> Test:
    values = [literals.read(scope, column, literal) for literal in condition.values]
    read = folded(column, read)
    spans = [value for value in values if isinstance(value, Span)]
    if spans:
        within = [_in_span(read, span) for span in spans]
        return lambda row: any(test(row) for test in within) != condition.negated
    return _member(read, frozenset(values), condition.negated)


def _in_span(read: Reader, span: Span) -> Test:
    def test(row: Mapping[str, Any]) -> bool:
        value = read(row)
        return value is not None and span.start <= value < span.end

    return test


def _includes(scope: Scope, column: Field | None, read: Reader, condition: tree.Includes) -> Test:
    if column is None or column.type != "multipicklist":
        message = "includes/excludes operator only valid on multipicklist field"
        raise scope.fault(condition.path.place, message, "INVALID_QUERY_FILTER_OPERATOR")
    wanted = [
        frozenset(literals.read(scope, column, literal).split(";")) for literal in condition.values
    ]
    read = folded(column, read)

    def test(row: Mapping[str, Any]) -> bool:
        chosen = set((read(row) or "").split(";"))
        return any(group <= chosen for group in wanted) != condition.negated

    return test


def _compare(scope: Scope, column: Field | None, read: Reader, condition: tree.Compare) -> Test:
    if len(condition.value.text) > STRING_LITERAL_LENGTH:
        raise bad_query("The string literal is longer than 4,000 characters")
    sign = condition.operator
    if sign == "LIKE":
        return _like(scope, column, read, condition)
    value = literals.read(scope, column, condition.value)
    _check_operator(scope, column, condition)
    read = folded(column, read)
    if isinstance(value, Span):
        return _compare_span(read, sign, value)
    if sign == "=":
        return lambda row: read(row) == value
    if sign == "!=":
        return lambda row: read(row) != value
    compare = _ORDERED[sign]
    if value is None:
        return lambda row: False

    def test(row: Mapping[str, Any]) -> bool:
        found = read(row)
        return found is not None and compare(found, value)

    return test


def _check_operator(scope: Scope, column: Field | None, condition: tree.Compare) -> None:
    kind = column.type if column else "string"
    if condition.operator in _ORDERED and kind in ("boolean", "multipicklist"):
        message = f"invalid operator on {kind} field"
        raise scope.fault(condition.path.place, message, "INVALID_QUERY_FILTER_OPERATOR")


def _compare_span(read: Reader, sign: str, span: Span) -> Test:
    inside = _in_span(read, span)
    if sign == "=":
        return inside
    if sign == "!=":
        return lambda row: not inside(row)
    bound = span.end if sign in ("<=", ">") else span.start
    compare = operator.lt if sign.startswith("<") else operator.ge

    def test(row: Mapping[str, Any]) -> bool:
        found = read(row)
        return found is not None and compare(found, bound)

    return test


def _like(scope: Scope, column: Field | None, read: Reader, condition: tree.Compare) -> Test:
    kind = column.type if column else "string"
    if kind in ("id", "reference", "boolean", "date", "datetime", "double", "int", "currency"):
        message = f"invalid operator on {kind} field"
        raise scope.fault(condition.path.place, message, "INVALID_QUERY_FILTER_OPERATOR")
    if condition.value.kind != "string":
        raise scope.fault(condition.value.place, "LIKE takes a string", "MALFORMED_QUERY")
    pattern = _pattern(condition.value.text)

    def test(row: Mapping[str, Any]) -> bool:
        value = read(row)
        return value is not None and pattern.fullmatch(value) is not None

    return test


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    wild = {"%": ".*", "_": "."}
    parts = re.findall(r"\\[%_\\]|.", text, re.DOTALL)
    expression = "".join(
        re.escape(part[1]) if len(part) == 2 else wild.get(part, re.escape(part)) for part in parts
    )
    return re.compile(expression, re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Bounds:
    """The least and the greatest time that rows satisfying a condition can have, as stamps."""

    low: str | None = None
    high: str | None = None


def bounds(condition: tree.Condition | None, field: str) -> Bounds:
    """Return what the condition says about a time field of the object itself."""
    if isinstance(condition, tree.All):
        parts = [bounds(term, field) for term in condition.terms]
        lows = [part.low for part in parts if part.low]
        highs = [part.high for part in parts if part.high]
        return Bounds(max(lows, default=None), min(highs, default=None))
    if isinstance(condition, tree.Either):
        parts = [bounds(term, field) for term in condition.terms]
        low = None if any(part.low is None for part in parts) else min(p.low or "" for p in parts)
        high = (
            None if any(part.high is None for part in parts) else max(p.high or "" for p in parts)
        )
        return Bounds(low, high)
    if isinstance(condition, tree.Compare) and condition.value.kind == "datetime":
        return _bound(condition, field)
    return Bounds()


def _bound(condition: tree.Compare, field: str) -> Bounds:
    if len(condition.path.steps) != 1 or condition.path.name.lower() != field.lower():
        return Bounds()
    try:
        moment = times.normal_datetime(condition.value.text)
    except ValueError:
        return Bounds()
    low = moment if condition.operator in (">", ">=", "=") else None
    high = moment if condition.operator in ("<", "<=", "=") else None
    return Bounds(low, high)


def fixed_values(condition: tree.Condition | None) -> dict[str, list[str]]:
    """The fields that have to have one of a few strings, by lower-case name, with the strings."""
    terms = condition.terms if isinstance(condition, tree.All) else (condition,)
    fixed: dict[str, list[str]] = {}
    for term in terms:
        if isinstance(term, tree.In) and not term.negated:
            chosen = list(term.values)
        elif isinstance(term, tree.Compare) and term.operator == "=":
            chosen = [term.value]
        else:
            continue
        if len(term.path.steps) == 1 and all(value.kind == "string" for value in chosen):
            fixed[term.path.name.lower()] = [value.text for value in chosen]
    return fixed
