"""Dates in JQL: minute precision, in the asking user's time zone, or relative to now."""

import re
from datetime import date, datetime, timedelta, tzinfo

from sandbox.jira.errors import JiraError
from sandbox.jira.jql.syntax import Call

_ABSOLUTE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d\d))?")
_RELATIVE = re.compile(r"([+-]?)((?:\d+[wdhm] ?)+)")
_UNITS = {"w": 7 * 24 * 60, "d": 24 * 60, "h": 60, "m": 1}


def moment(field: str, text: str, now: datetime, where: tzinfo) -> datetime:
    """Return the moment meant; raise a 400. Seconds are not understood."""
    absolute = _ABSOLUTE.fullmatch(text.strip())
    if absolute:
        year, month, day, hour, minute = (int(part or 0) for part in absolute.groups())
        try:
            return datetime(year, month, day, hour, minute, tzinfo=where)
        except ValueError:
            raise _wrong(field, text) from None
    return now + _period(field, text)


def _period(field: str, text: str) -> timedelta:
    relative = _RELATIVE.fullmatch(text.strip())
    if not relative:
        raise _wrong(field, text)
    parts = re.findall(r"(\d+)([wdhm])", relative[2])
    minutes = sum(int(count) * _UNITS[unit] for count, unit in parts)
    return timedelta(minutes=-minutes if relative[1] == "-" else minutes)


def _wrong(field: str, text: str) -> JiraError:
    return JiraError(
        400,
        f"Date value '{text}' for field '{field}' is invalid. Valid formats include: "
        "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format "
        "e.g. '-5d', '4w 2d'.",
    )


def call(field: str, function: Call, now: datetime, where: tzinfo) -> datetime:
    """Return what now(), startOfDay("-1d") and their like stand for; raise a 400."""
    if function.name == "now":
        return now
    edge = re.fullmatch(r"(start|end)of(day|week|month|year)", function.name)
    if not edge:
        raise JiraError(400, f"Unable to find JQL function '{function.name}'.")
    local = now.astimezone(where)
    first = _first_day(local.date(), edge[2])
    shift = _period(field, function.arguments[0]) if function.arguments else timedelta()
    if edge[1] == "end":
        first = _first_day(first + timedelta(days=_LONGEST[edge[2]]), edge[2])
    found = datetime(first.year, first.month, first.day, tzinfo=where) + shift
    return found - timedelta(milliseconds=1) if edge[1] == "end" else found


_LONGEST = {"day": 1, "week": 7, "month": 31, "year": 366}


def _first_day(day: date, span: str) -> date:
    if span == "week":
        return day - timedelta(days=day.weekday())
    if span == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if span == "year" else day
