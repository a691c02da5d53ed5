"""What kinds of fields there are: how each is written, shown, logged and searched.

The shapes are those of the REST API's field values; a wrong shape is refused with Jira's sentence.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.jira import adf as adf_text
from sandbox.jira import times, wiki
from sandbox.jira.entities import Json, Option, Project, User
from sandbox.jira.errors import Invalid
from sandbox.jira.view import View

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"
LINE_LIMIT = 255
TEXT_LIMIT = 32_767


class Kind:
    """A field's type. `type` and `items` are what its schema says."""

    type = "string"
    items: str | None = None
    operations: tuple[str, ...] = ("set",)
    # What JQL can do with it: "text" (~), "exact" (=, in) or "ordered" (=, in, <, >).
    search = "exact"

    def parse(self, writing: "Writing", raw: Json) -> Any:
        """Return what is to be kept for `raw`, which is not null; raise Invalid."""
        raise NotImplementedError

    def show(self, value: Any, view: View) -> Json:
        """Return the value as the API shows it; `value` may be None."""
        return value

    def ref(self, value: Any) -> str | None:
        """Return the change log's `from` or `to`: an id, or nothing for plain values."""
        return None

    def text(self, value: Any) -> str | None:
        """Return the value in words, as the change log and text search have it."""
        return None if value is None else str(value)

    def terms(self, value: Any) -> Iterable[str]:
        """Return, in lower case, all that JQL's = may be given for this value."""
        return () if value is None else (str(value).lower(),)

    def order(self, value: Any) -> Any:
        """Return what JQL compares and sorts by."""
        return (self.text(value) or "").lower()

    def allowed(self, target: Project, field: "Field", site: "SiteState") -> list[Any] | None:
        """Return the choices there are, or None where anything goes."""
        return None


@dataclass(eq=False, slots=True)
class Field:
    """A field of the site. `options` are its choices, where its kind has some."""

    id: str
    name: str
    kind: Kind
    type_key: str = ""
    options: list[Option] = field(default_factory=list)
    scope: Project | None = None
    navigable: bool = True
    # Where a project has a context of its own: the options' values that it knows, by its id.
    contexts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def options_in(self, project: Project) -> list[Option]:
        """Return the options that the field has in a project."""
        known = self.contexts.get(project.id)
        return [option for option in self.options if known is None or option.value in known]

    @property
    def custom(self) -> bool:
        return self.id.startswith("customfield_")

    def schema(self) -> Json:
        """Return the schema as field lists and create metadata show it."""
        shown: dict[str, Json] = {"type": self.kind.type}
        if self.kind.items:
            shown["items"] = self.kind.items
        if self.custom:
            shown |= {"custom": CUSTOM + self.type_key, "customId": int(self.id[12:])}
        else:
            shown["system"] = self.id
        return shown


@dataclass(frozen=True, slots=True)
class Writing:
    """Where a value is written to. `adf` is true for v3, whose texts are ADF objects."""

    site: "SiteState"
    project: Project
    field: Field
    actor: User
    adf: bool = False


def found(choices: Iterable[Any], raw: Json, what: str, name_key: str = "name") -> Any:
    """Return the choice that {"id": …} or {"name": …} means; raise Invalid."""
    if not isinstance(raw, dict):
        raise Invalid("expected Object")
    for key in ("id", name_key):
        wanted = raw.get(key)
        if wanted is None:
            continue
        for choice in choices:
            if str(getattr(choice, key)) == str(wanted):
                return choice
        raise Invalid(f"{what} {key} '{wanted}' is not valid")
    raise Invalid(f"Could not find valid 'id' or '{name_key}' in the {what} object.")


def as_list(raw: Json) -> list[Json]:
    """Return `raw` if it is an array; raise Invalid."""
    if not isinstance(raw, list):
        raise Invalid("data was not an array")
    return raw


def as_text(raw: Json) -> str:
    """Return `raw` if it is a string; raise Invalid."""
    if not isinstance(raw, str):
        raise Invalid("Operation value must be a string")
    return raw


class Line(Kind):
    """A line of text, at most 255 characters."""

    search = "text"

    def parse(self, writing: Writing, raw: Json) -> str | None:
        text = as_text(raw)
        if len(text) > LINE_LIMIT:
            raise Invalid(
                "The entered text is too long. It exceeds the allowed limit of 255 characters."
            )
        return text or None


class Summary(Line):
    def parse(self, writing: Writing, raw: Json) -> str | None:
        text = as_text(raw)
        if not text.strip():
            raise Invalid("You must specify a summary of the issue.")
        if "\n" in text or "\r" in text:
            raise Invalid("The summary is invalid because it contains newline characters.")
        if len(text) > LINE_LIMIT:
            raise Invalid("Summary can't exceed 255 characters.")
        return text.strip()


class Paragraph(Kind):
    """Text in wiki markup; ADF on v3."""

    search = "text"

    def parse(self, writing: Writing, raw: Json) -> str | None:
        return parse_rich_text(raw, cloud=writing.site.cloud, adf=writing.adf) or None

    def show(self, value: str | None, view: View) -> Json:
        return view.text(value)


def parse_rich_text(raw: Json, *, cloud: bool, adf: bool) -> str:
    """Return the wiki markup to keep; Cloud tidies it, since it keeps ADF underneath.

    Raise Invalid for the wrong shape or more than 32,767 characters.
    """
    if adf:
        if not isinstance(raw, dict) or raw.get("type") != "doc":
            raise Invalid(
                "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
            )
        text = adf_text.to_wiki(raw)
    else:
        text = as_text(raw)
    if len(text) > TEXT_LIMIT:
        raise Invalid(
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
        )
    return wiki.tidy(text) if cloud else text


class Url(Kind):
    def parse(self, writing: Writing, raw: Json) -> str | None:
        text = as_text(raw)
        parts = urlsplit(text)
        if text and (parts.scheme not in ("http", "https", "ftp", "mailto") or " " in text):
            raise Invalid(f"The URL '{text}' is not valid. Enter a valid URL.")
        return text or None


class Number(Kind):
    type = "number"
    search = "ordered"

    def parse(self, writing: Writing, raw: Json) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raise Invalid("Operation value must be a number")
        return float(raw)

    def text(self, value: float | None) -> str | None:
        return None if value is None else f"{value:g}"

    def terms(self, value: float | None) -> Iterable[str]:
        return () if value is None else (f"{value:g}",)

    def order(self, value: float | None) -> Any:
        return value


class Date(Kind):
    type = "date"
    search = "ordered"

    def parse(self, writing: Writing, raw: Json) -> date | None:
        text = as_text(raw)
        try:
            return times.parse_date(text) if text else None
        except ValueError:
            raise Invalid(f"Error parsing date string: {text}") from None

    def show(self, value: date | None, view: View) -> Json:
        return value.isoformat() if value else None

    def order(self, value: date | None) -> Any:
        return value


class DateTime(Kind):
    type = "datetime"
    search = "ordered"

    def parse(self, writing: Writing, raw: Json) -> datetime | None:
        text = as_text(raw)
        try:
            return times.parse_moment(text) if text else None
        except ValueError:
            raise Invalid(
                "The datetime value must be of ISO 8601 format in yyyy-MM-ddTHH:mm:ss.SSSZ format."
            ) from None

    def show(self, value: datetime | None, view: View) -> Json:
        return view.time(value)

    def text(self, value: datetime | None) -> str | None:
        return times.iso(value) if value else None

    def order(self, value: datetime | None) -> Any:
        return value


class Labels(Kind):
    type = "array"
    items = "string"
    operations = ("add", "set", "remove")

    def parse(self, writing: Writing, raw: Json) -> list[str]:
        labels = [as_text(label) for label in as_list(raw)]
        for label in labels:
            if any(mark.isspace() for mark in label):
                raise Invalid(f"The label '{label}' contains spaces which is invalid.")
            if len(label) > LINE_LIMIT:
                raise Invalid(f"The label '{label[:20]}…' exceeds the maximum length allowed.")
        return list(dict.fromkeys(label for label in labels if label))

    def text(self, value: list[str] | None) -> str | None:
        return " ".join(value) if value else None

    def terms(self, value: list[str] | None) -> Iterable[str]:
        return [label.lower() for label in value or ()]
