"""How a connection is doing, in a word and in a sentence."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from connector.models import Connection, SalesforceConnection
from connector.quota import limits_of

# unfold's colours for labels.
LABELS = {
    "ok": "success",
    "paused": "warning",
    "degraded": "info",
    "error": "danger",
    "unchecked": "default",
}


def state(connection: Connection) -> tuple[str, str]:
    """Return a key of LABELS and the words for it."""
    if connection.paused_until and connection.paused_until > timezone.now():
        return "paused", f"Paused until {clock(connection.paused_until)}"
    if connection.last_error:
        return "error", "Error"
    if connection.last_ok_at is None:
        return "unchecked", "Not checked yet"
    if limits_of(connection):
        return "degraded", "OK, with limits"
    return "ok", "OK"


def clock(moment: datetime) -> str:
    """Return a moment with its time zone, as short as it can be."""
    local = timezone.localtime(moment)
    shape = "H:i e" if local.date() == timezone.localdate() else "Y-m-d H:i e"
    return date_format(local, shape)


def limits(connection: Connection) -> SafeString | str:
    """Return what the connector's user may not do and what runs short, a sentence a line."""
    return paragraphs(limits_of(connection))


def paragraphs(lines: list[str]) -> SafeString | str:
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines)) or "–"


def quota(org: SalesforceConnection) -> str:
    """Return how much of the org's daily API quota is used."""
    if not org.api_limit:
        return "–"
    share = 100 * org.api_used / org.api_limit
    return f"{org.api_used:,} of {org.api_limit:,} ({share:.0f} %)"
