"""Reads what the two APIs return into canonical values. Whatever they return, nothing is raised:
what can't be read as its field's type is read as text."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.jira.markup import Html, Wiki, clean
from connector.jira.model import Schema
from connector.salesforce.describe import Field
from syncjobs.values.canonical import CASCADE, Canonical
from syncjobs.values.kinds import NUMBERS, Kind, jira_kind, salesforce_kind


def read_salesforce(raw: object, field: Field) -> Canonical:
    """The value of a Salesforce field as REST returned it.

    References give the Id. Picklists give the API value, not the label. A percentage of 50 is 50.
    """
    if raw is None or raw == "":
        return None
    if field.type in ("address", "location"):
        return _compound(raw)
    kind = salesforce_kind(field)
    if kind is Kind.OPTIONS:
        return _texts(str(raw).split(";"))
    return _scalar(raw, kind, Html if kind is Kind.RICH_TEXT else str)


def read_jira(raw: object, schema: Schema) -> Canonical:
    """The value of a Jira field as REST v2 returned it.

    Options, priorities, components and versions give their names, users their account id (Data
    Center: user name), a cascading option both parts with ` > ` between them.
    """
    if raw is None or raw in ("", []):
        return None
    kind = jira_kind(schema)
    if isinstance(raw, list):
        return _texts([_named(each) for each in raw])
    if isinstance(raw, dict):
        return clean(_named(raw)) or None
    return _scalar(raw, kind, Wiki if kind is Kind.RICH_TEXT else str)


def show_jira(raw: object, schema: Schema) -> Canonical:
    """As `read_jira`, but people by the name under which they are known: for templates."""
    if isinstance(raw, dict):
        return clean(str(raw.get("displayName") or "")) or read_jira(raw, schema)
    if isinstance(raw, list):
        return _texts([_shown(each) for each in raw])
    return read_jira(raw, schema)


def _scalar(raw: object, kind: Kind, text: Callable[[str], str]) -> Canonical:
    try:
        if kind in NUMBERS:
            return _number(raw)
        if kind is Kind.CHECKBOX:
            return raw if isinstance(raw, bool) else str(raw).lower() == "true"
        if kind is Kind.DATE:
            return date.fromisoformat(str(raw)[:10])
        if kind is Kind.DATE_TIME:
            return read_time(str(raw))
    except ValueError:
        pass
    if isinstance(raw, bool | int | float | Decimal) and kind is Kind.OTHER:
        return raw if isinstance(raw, bool) else Decimal(str(raw))
    return text(clean(str(raw))) or None


def _number(raw: object) -> Decimal:
    try:
        number = Decimal(str(raw))
    except InvalidOperation as error:
        raise ValueError(raw) from error
    if not number.is_finite():
        raise ValueError(raw)
    return number


def read_time(raw: str) -> datetime:
    """A date-time as either system writes it, in UTC. ValueError for anything else."""
    moment = datetime.fromisoformat(raw)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _texts(values: list[str]) -> tuple[str, ...] | None:
    return tuple(text for value in values if (text := clean(value).strip())) or None


def _named(raw: Any) -> str:
    """The one text that stands for an object in Jira's answers."""
    if not isinstance(raw, dict):
        return "" if raw is None else str(raw)
    child = raw.get("child")
    if isinstance(child, dict):
        return f"{_named({**raw, 'child': None})}{CASCADE}{_named(child)}"
    if "accountId" in raw:
        return str(raw["accountId"])
    if "displayName" in raw:  # a Data Center user
        return str(raw.get("name") or raw.get("key") or "")
    keys = ("value", "name", "key", "id")
    return str(next((raw[key] for key in keys if raw.get(key) is not None), ""))


def _shown(raw: Any) -> str:
    if isinstance(raw, dict) and raw.get("displayName"):
        return str(raw["displayName"])
    return _named(raw)


def _compound(raw: object) -> str | None:
    """An address or a location as text; the API gives them as objects and never takes them."""
    if not isinstance(raw, dict):
        return clean(str(raw)) or None
    if "latitude" in raw and "street" not in raw:
        return ", ".join(str(raw[key]) for key in ("latitude", "longitude") if raw.get(key))
    town = " ".join(str(raw[key]) for key in ("postalCode", "city") if raw.get(key))
    parts = (raw.get("street"), town, raw.get("state"), raw.get("country"))
    return clean("\n".join(str(part) for part in parts if part)) or None
