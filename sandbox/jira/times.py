"""Dates and times as Jira writes and reads them."""

import re
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?([+-]\d\d:?\d\d|Z)")


@lru_cache
def zone(name: str) -> tzinfo:
    """Return the time zone of that name."""
    return ZoneInfo(name)


def to_milliseconds(moment: datetime) -> datetime:
    """Jira keeps milliseconds and no more."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def iso(moment: datetime, where: tzinfo = UTC) -> str:
    """Return 2026-11-21T09:30:00.000+0000: milliseconds, and an offset without a colon."""
    local = moment.astimezone(where)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"


def epoch(moment: datetime) -> int:
    """Return milliseconds since 1970, as webhooks and the bulk change log have them."""
    return int(moment.timestamp() * 1000)


def parse_moment(text: str) -> datetime:
    """Read a date-time with an offset; ValueError for anything else."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def parse_date(text: str) -> date:
    """Read yyyy-mm-dd; ValueError for anything else."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(text)
    return date.fromisoformat(text)
