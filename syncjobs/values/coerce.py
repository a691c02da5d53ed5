"""From a canonical value to the plain types that fields take.

Each function returns the value or raises Unfit with the reason; the writers turn that into an
Inconvertible that names the field.
"""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from urllib.parse import urlsplit

from connector.jira.markup import Html, Wiki, cut, html_to_wiki, plain_to_wiki
from syncjobs.values.canonical import Canonical, WriteContext, as_text
from syncjobs.values.read import read_time

YES = frozenset(("yes", "true", "1", "on", "checked"))
NO = frozenset(("", "no", "false", "0", "off", "unchecked", "none"))
# Jira takes 32,767 characters of a stored form whose length isn't documented.
LONGEST_WIKI = 30_000
# Salesforce's limit; Jira's numbers lose digits long before.
LONGEST_NUMBER = 18
_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().]+")
_BARE_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[:/?#]\S*)?", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?: [A-Z]{3}| ?%)?")


class Unfit(Exception):
    """A value can't be turned into what the field takes; the message goes on from "because"."""


def one_line(text: str, limit: int = 0) -> str:
    """`text` on one line, cut with `…` to `limit` characters (0: no limit)."""
    line = " ".join(text.split())
    return cut(line, limit, sign="…") if limit else line


def wiki(value: Canonical, context: WriteContext) -> Wiki:
    """`value` as wiki markup that isn't longer than Jira takes for certain."""
    match value:
        case Wiki():
            text: str = value
        case Html():
            text = html_to_wiki(value)
        case _:
            text = plain_to_wiki(shown(value, context))
    if len(text) <= LONGEST_WIKI:
        return Wiki(text)
    return _closed(cut(text, LONGEST_WIKI - 50))


def _closed(text: str) -> Wiki:
    """Ends the macros that a cut left open."""
    for macro in ("noformat", "code", "quote"):
        if len(re.findall(rf"(?<!\\)\{{{macro}(?::[^}}\n]*)?\}}", text)) % 2:
            text += f"\n{{{macro}}}"
    return Wiki(text)


def shown(value: Canonical, context: WriteContext) -> str:
    """`value` as people read it in a text field: moments in the context's zone with its offset."""
    if isinstance(value, datetime):
        if context.all_day:
            return value.astimezone(UTC).date().isoformat()
        return value.astimezone(context.time_zone).isoformat(sep=" ", timespec="minutes")
    return as_text(value, context.user_names)


def number(value: Canonical) -> Decimal:
    """A number, also from a text such as `-12.50`, `12 %` or `12.50 EUR` (never with a comma,
    which means a thousand here and a fraction there)."""
    found = Decimal(value) if isinstance(value, bool | Decimal) else _number(as_text(value).strip())
    if found.adjusted() >= LONGEST_NUMBER:
        raise Unfit(f"a number may have {LONGEST_NUMBER} digits before the point")
    return found


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise Unfit("it is not a number")
    return Decimal(text.rstrip(" %ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def day(value: Canonical, context: WriteContext) -> date:
    """A date. A moment gives its day in the context's zone; a date never passes through a zone."""
    if isinstance(value, datetime):
        zone = UTC if context.all_day else context.time_zone
        return value.astimezone(zone).date()
    if isinstance(value, date):
        return value
    text = as_text(value).strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        return day(moment(value, context), context)


def moment(value: Canonical, context: WriteContext) -> datetime:
    """A moment in UTC. A date gives its midnight in the context's zone."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, date):
        zone = UTC if context.all_day else context.time_zone
        return datetime.combine(value, time(), zone).astimezone(UTC)
    text = as_text(value).strip()
    try:
        if len(text) == len("2026-11-21"):
            return moment(date.fromisoformat(text), context)
        return read_time(text)
    except ValueError as error:
        raise Unfit("it is not a date in the form 2026-11-21") from error


def checked(value: Canonical) -> bool:
    """Whether a box is ticked: a ticked option of any name, or yes, true, 1, on."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return bool(value)
    if isinstance(value, tuple):
        return not all(each.lower() in NO for each in value)
    text = as_text(value).strip().lower()
    if text in YES or text in NO:
        return text in YES
    raise Unfit("it is neither yes nor no")


def several(value: Canonical) -> tuple[str, ...]:
    """The elements of several values; a text gives those between semicolons."""
    if isinstance(value, tuple):
        return value
    parts = (part.strip() for part in as_text(value).split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def mail(value: Canonical) -> str:
    """A mail address."""
    text = as_text(value).strip()
    if not _MAIL.fullmatch(text):
        raise Unfit("it is not a mail address")
    return text


def address(value: Canonical, limit: int = 255) -> str:
    """A web address; https:// is put before a bare host, as Salesforce allows them."""
    text = as_text(value).strip()
    if _BARE_HOST.fullmatch(text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        valid = parts.scheme.lower() in ("http", "https", "ftp") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or any(char.isspace() for char in text):
        raise Unfit("it is not a web address")
    if len(text) > limit:
        raise Unfit(f"a web address may have {limit} characters and this one has {len(text)}")
    return text
