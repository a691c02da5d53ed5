"""Reads the values of a WHERE clause as the field they are compared with demands."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .. import ids, times
from ..faults import Fault
from ..schema import NUMBER_TYPES, Field
from . import tree
from .scope import Scope

_KINDS = {
    "boolean": ("boolean",),
    "date": ("date", "named"),
    "datetime": ("datetime", "named"),
}


@dataclass(frozen=True)
class Span:
    """The half-open range of field values that a date literal such as TODAY stands for."""

    start: str
    end: str


def read(scope: Scope, column: Field | None, literal: tree.Literal) -> Any:
    """Return the value to compare with: None, text (folded), number, boolean, or a Span.

    Raises Fault when the literal is of the wrong kind for the field.
    """
    kind = literal.kind
    if kind == "null" or (kind == "string" and not literal.text):
        return None
    if column is None:
        return _string(scope, "Type", literal).lower()
    if column.type in ("id", "reference"):
        return _id(scope, column, literal)
    if column.type in NUMBER_TYPES:
        if kind != "number":
            raise _wrong_kind(scope, column.name, "double", literal)
        return float(literal.text)
    allowed = _KINDS.get(column.type)
    if allowed is None:
        return _string(scope, column.name, literal).lower()
    if kind not in allowed:
        raise _wrong_kind(scope, column.name, column.type, literal)
    if kind == "named":
        return _span(scope, column, literal)
    if kind == "boolean":
        return literal.text == "true"
    return _moment(scope, literal)


def _moment(scope: Scope, literal: tree.Literal) -> str:
    try:
        if literal.kind == "date":
            return times.normal_date(literal.text)
        return times.normal_datetime(literal.text)
    except ValueError:
        message = f"Invalid date: {literal.text}"
        raise scope.fault(literal.place, message, "INVALID_QUERY_FILTER_OPERATOR") from None


def _string(scope: Scope, name: str, literal: tree.Literal) -> str:
    if literal.kind != "string":
        raise _wrong_kind(scope, name, "string", literal)
    return literal.text


def _id(scope: Scope, column: Field, literal: tree.Literal) -> str:
    text = _string(scope, column.name, literal)
    try:
        return ids.canonical(text)
    except Fault:
        message = f"invalid ID field: {text}"
        raise scope.fault(literal.place, message, "INVALID_QUERY_FILTER_OPERATOR") from None


def _wrong_kind(scope: Scope, name: str, wanted: str, literal: tree.Literal) -> Fault:
    quotes = "should be" if wanted == "string" else "should not be"
    shown = "dateTime" if wanted == "datetime" else wanted
    message = (
        f"value of filter criterion for field '{name}' must be of type {shown} and {quotes} "
        "enclosed in quotes"
    )
    return scope.fault(literal.place, message)


def _span(scope: Scope, column: Field, literal: tree.Literal) -> Span:
    zone = ZoneInfo(scope.org.time_zone)
    today = scope.org.clock.now().astimezone(zone).date()
    days = _days(literal.text, today)
    if days is None:
        raise scope.fault(literal.place, f"unexpected token: '{literal.text}'", "MALFORMED_QUERY")
    first, after = days
    if column.type == "date":
        return Span(first.isoformat(), after.isoformat())
    return Span(_midnight(first, zone), _midnight(after, zone))


def _midnight(day: date, zone: ZoneInfo) -> str:
    return times.stamp(datetime.combine(day, time.min, zone))


def _days(name: str, today: date) -> tuple[date, date] | None:
    """The first day of a date literal and the day after its last."""
    one = timedelta(days=1)
    week = today - timedelta(days=(today.weekday() + 1) % 7)
    month = today.replace(day=1)
    named = {
        "YESTERDAY": (today - one, today),
        "TODAY": (today, today + one),
        "TOMORROW": (today + one, today + 2 * one),
        "LAST_WEEK": (week - 7 * one, week),
        "THIS_WEEK": (week, week + 7 * one),
        "NEXT_WEEK": (week + 7 * one, week + 14 * one),
        "LAST_MONTH": ((month - one).replace(day=1), month),
        "THIS_MONTH": (month, _next_month(month)),
        "NEXT_MONTH": (_next_month(month), _next_month(_next_month(month))),
        "LAST_90_DAYS": (today - 90 * one, today + one),
        "NEXT_90_DAYS": (today + one, today + 91 * one),
        "THIS_YEAR": (date(today.year, 1, 1), date(today.year + 1, 1, 1)),
        "LAST_YEAR": (date(today.year - 1, 1, 1), date(today.year, 1, 1)),
    }
    if name in named:
        return named[name]
    base, _, count = name.partition(":")
    reach = timedelta(days=int(count)) if count else one
    counted = {
        "LAST_N_DAYS": (today - reach, today + one),
        "NEXT_N_DAYS": (today + one, today + one + reach),
        "N_DAYS_AGO": (today - reach, today - reach + one),
        "LAST_N_WEEKS": (week - 7 * reach, week),
    }
    return counted.get(base) if count else None


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
