"""Dates and times in the form the API writes them.

Rows keep times in this form too. It is always UTC and of one length, so comparing the texts
compares the times.
"""

import re
from datetime import UTC, date, datetime

_DATETIME = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)", re.IGNORECASE
)


def stamp(moment: datetime) -> str:
    """Return the API's form of a moment: whole seconds, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def read_stamp(text: str) -> datetime:
    """Return the moment of a text in the API's own form."""
    return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)


def normal_datetime(text: str) -> str:
    """Return an ISO 8601 date and time with its zone in the API's form, else raise ValueError."""
    match = _DATETIME.fullmatch(text)
    if match is None:
        raise ValueError(text)
    day, minutes, seconds, zone = match.groups()
    if zone.upper() == "Z":
        zone = "+00:00"
    elif ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return stamp(datetime.fromisoformat(f"{day}T{minutes}:{seconds or '00'}{zone}"))


def normal_date(text: str) -> str:
    """Return a date as yyyy-mm-dd. Raises ValueError for other texts."""
    return date.fromisoformat(text[:10] if "T" in text else text).isoformat()
