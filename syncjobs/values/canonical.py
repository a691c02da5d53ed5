"""Values as they are compared: the same type for the same thing, whichever system it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from connector.jira.markup import Html, Wiki, html_to_plain, wiki_to_plain
from connector.jira.model import Deployment

# Texts are plain, or marked as Html or Wiki. Date-times are aware and in UTC. A tuple is a set of
# values (labels, a multi-picklist): its order means nothing. No value and an empty text are None.
Canonical = None | str | Decimal | bool | date | datetime | tuple[str, ...]

# Between the parts of a cascading option in one text.
CASCADE = " > "
# Between the elements of several values in one text.
SEVERAL = "; "


@dataclass(frozen=True)
class Inconvertible:
    """A value that the target can't take. `reason` is a sentence for the admin, with field and
    value in it."""

    reason: str


@dataclass(frozen=True)
class WriteContext:
    """What a conversion depends on besides value and field.

    `time_zone`: the Salesforce user's, in which dates become date-times and the other way round.
    `users`: Salesforce user to Jira account, by mail (lower case) and by record Id.
    `user_ids`, `user_mails`: Jira account to Salesforce user Id, and to mail.
    `user_names`: Jira account to name, to show mentions as people know them.
    `currency`: the record's ISO code, empty where the org has one currency only.
    `all_day`: the record is an all-day event, whose date-times stand for dates at midnight UTC.
    """

    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    users: Mapping[str, str] = field(default_factory=dict)
    user_ids: Mapping[str, str] = field(default_factory=dict)
    user_mails: Mapping[str, str] = field(default_factory=dict)
    user_names: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    deployment: Deployment = Deployment.CLOUD
    all_day: bool = False


def as_text(value: Canonical, names: Mapping[str, str] | None = None) -> str:
    """`value` as plain text: ISO dates, numbers without grouping, `true` and `false`."""
    match value:
        case None:
            return ""
        case Html():
            return html_to_plain(value)
        case Wiki():
            return wiki_to_plain(value, names)
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain_number(value)
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
        case tuple():
            return SEVERAL.join(value)


def plain_number(number: Decimal) -> str:
    """Digits with a point, no exponent, no zeros that say nothing."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def json_number(number: Decimal) -> int | float:
    """`number` for a JSON body, as an integer where it is one."""
    whole = int(number)
    return whole if whole == number else float(number)
