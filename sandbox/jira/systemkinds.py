"""Kinds of system fields that the site computes, or that are shaped unlike others."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sandbox.jira import times
from sandbox.jira.entities import Issue, Json, Status
from sandbox.jira.errors import Invalid
from sandbox.jira.kinds import Kind, Writing
from sandbox.jira.view import View

_ESTIMATE = re.compile(r"(?:(\d+)w)? ?(?:(\d+)d)? ?(?:(\d+)h)? ?(?:(\d+)m)?")
_SECONDS = (5 * 8 * 3600, 8 * 3600, 3600, 60)


class Computed(Kind):
    """A field nobody sets through its own value; `show` of the issue builds what is seen."""

    def __init__(
        self,
        type: str,
        items: str | None = None,
        search: str = "exact",
        operations: tuple[str, ...] = (),
    ) -> None:
        self.type = type
        self.items = items
        self.search = search
        self.operations = operations

    def parse(self, writing: Writing, raw: Json) -> Any:
        raise Invalid(f"Field '{writing.field.id}' cannot be set directly.")

    def show(self, value: Any, view: View) -> Json:
        return view.time(value) if isinstance(value, datetime) else value

    def text(self, value: Any) -> str | None:
        return times.iso(value) if isinstance(value, datetime) else None

    def terms(self, value: Any) -> Iterable[str]:
        return ("set",) if value else ()

    def order(self, value: Any) -> Any:
        return value


class StatusKind(Computed):
    """The status, which only transitions move."""

    def __init__(self) -> None:
        super().__init__("status")

    def show(self, value: Status, view: View) -> Json:
        return view.status(value)

    def ref(self, value: Status) -> str | None:
        return value.id

    def text(self, value: Status) -> str | None:
        return value.name

    def terms(self, value: Status) -> Iterable[str]:
        return value.id, value.name.lower()


class Parent(Kind):
    """The issue above a sub-task."""

    type = "issuelink"

    def parse(self, writing: Writing, raw: Json) -> Issue:
        if not isinstance(raw, dict):
            raise Invalid("data was not an object")
        parent = writing.site.find(str(raw.get("id") or raw.get("key") or ""))
        if parent is None or parent.project is not writing.project:
            raise Invalid("Could not find issue by id or key.")
        return parent

    def ref(self, value: Issue | None) -> str | None:
        return str(value.id) if value else None

    def text(self, value: Issue | None) -> str | None:
        return value.key if value else None

    def terms(self, value: Issue | None) -> Iterable[str]:
        return (str(value.id), value.key.lower()) if value else ()


class TimeTracking(Kind):
    """Original and remaining estimate; kept as seconds by name."""

    type = "timetracking"
    operations = ("set", "edit")

    def parse(self, writing: Writing, raw: Json) -> dict[str, int]:
        if not isinstance(raw, dict):
            raise Invalid("data was not an object")
        names = [name for name in ("originalEstimate", "remainingEstimate") if raw.get(name)]
        return {name: seconds(str(raw[name])) for name in names}

    def show(self, value: dict[str, int] | None, view: View) -> Json:
        shown: dict[str, Json] = {}
        for name, amount in (value or {}).items():
            shown[name] = estimate(amount)
            shown[f"{name}Seconds"] = amount
        return shown

    def text(self, value: dict[str, int] | None) -> str | None:
        return ", ".join(estimate(amount) for amount in value.values()) if value else None


def seconds(text: str) -> int:
    """Read "1w 2d 3h 4m" (a day has 8 hours, a week 5 days); raise Invalid."""
    match = _ESTIMATE.fullmatch(text.strip())
    if not match or not any(match.groups()):
        raise Invalid(f"'{text}' is not a valid time. Use the format '4w 3d 2h 1m'.")
    return sum(int(part or 0) * size for part, size in zip(match.groups(), _SECONDS, strict=True))


def estimate(amount: int) -> str:
    """Write seconds as Jira does: 1w 2d 3h 4m."""
    parts: list[str] = []
    for size, unit in zip(_SECONDS, "wdhm", strict=True):
        count, amount = divmod(amount, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0m"
