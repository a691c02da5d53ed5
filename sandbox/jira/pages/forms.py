"""Form controls for fields, and what comes back from them as REST v2 values."""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from sandbox.jira.choices import Cascade, Choice, Many, NamedChoice, Person
from sandbox.jira.entities import Json, Project
from sandbox.jira.kinds import Date, DateTime, Field, Kind, Labels, Number, Paragraph
from sandbox.jira.systemkinds import Computed, Parent, TimeTracking
from sandbox.jira.times import iso

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

Selection = list[tuple[str, str]]


def editable(field: Field) -> bool:
    """Return whether a page offers the field."""
    return not isinstance(field.kind, Computed | Parent | TimeTracking) and field.id not in (
        "issuetype",
        "project",
    )


def control(
    site: "SiteState", project: Project, field: Field, value: Any, *, needed: bool, form: str
) -> str:
    """Return a labelled control that shows the value; `form` tells the page's forms apart."""
    kind = field.kind
    own = f"{form}-{field.id}"
    name = f'id="{own}" name="{field.id}"' + (" required" if needed else "")
    label = f'<label for="{own}">{escape(field.name)}{" *" if needed else ""}</label>'
    choices = _selection(site, project, field)
    if choices is not None:
        chosen = _chosen(kind, value)
        many = isinstance(kind, Many)
        shown = ([] if many or needed else [("", "–")]) + choices
        return (
            f"<div>{label}<select {name}{' multiple' if many else ''}>{_options(shown, chosen)}"
            "</select></div>"
        )
    if isinstance(kind, Paragraph):
        text = escape(value or "")
        return f"<div>{label}<textarea {name} rows=5>{text}</textarea></div>"
    text = escape(_text(kind, value), quote=True)
    return f'<div>{label}<input {name} value="{text}"{_hint(kind)}></div>'


def _hint(kind: Kind) -> str:
    hints = {Date: "2026-11-21", DateTime: "2026-11-21T09:30:00.000+0000", Labels: "one two"}
    hint = hints.get(type(kind))
    return f' placeholder="{hint}"' if hint else ""


def _text(kind: Kind, value: Any) -> str:
    if isinstance(kind, DateTime) and value:
        return iso(value)
    return kind.text(value) or ""


def _options(choices: Selection, chosen: set[str]) -> str:
    return "".join(
        f'<option value="{escape(key)}"{" selected" if key in chosen else ""}>{escape(name)}'
        for key, name in choices
    )


def _selection(site: "SiteState", project: Project, field: Field) -> Selection | None:
    """Return what there is to choose from, or None for a free field."""
    one = field.kind.one if isinstance(field.kind, Many) else field.kind
    if isinstance(one, Person):
        return [(_user_id(site, user), user.display_name) for user in site.users if user.active]
    if isinstance(one, Cascade):
        return [
            (parent.id + (f":{child.id}" if child else ""), one.text((parent, child)) or "")
            for parent in field.options
            for child in (None, *parent.children)
        ]
    if isinstance(one, Choice | NamedChoice):
        choices: Iterable[Any] = one.allowed(project, field, site) or ()
        return [(choice.id, one.text(choice) or "") for choice in choices]
    return None


def _user_id(site: "SiteState", user: Any) -> str:
    return str(user.account_id if site.cloud else user.name)


def _chosen(kind: Kind, value: Any) -> set[str]:
    if not value:
        return set()
    if isinstance(kind, Many):
        return {chosen for part in value for chosen in _chosen(kind.one, part)}
    if isinstance(kind, Cascade):
        return {":".join(part.id for part in value if part)}
    if isinstance(kind, Person):
        return {value.account_id, value.name}
    return {value.id}


def read(site: "SiteState", fields: Iterable[Field], form: MultiDict[str, str]) -> dict[str, Json]:
    """Return the form's fields as the API takes them; what the form lacks is left out.

    A list with nothing chosen sends nothing, so each list has a hidden mark beside it.
    """
    return {
        field.id: _value(site, field.kind, form.getlist(field.id))
        for field in fields
        if field.id in form or f"{field.id}-shown" in form
    }


def _value(site: "SiteState", kind: Kind, given: list[str]) -> Json:
    if isinstance(kind, Many):
        return [_value(site, kind.one, [part]) for part in given]
    text = (given[0] if given else "").replace("\r\n", "\n")
    if not text:
        return None
    if isinstance(kind, Person):
        return {"accountId" if site.cloud else "name": text}
    if isinstance(kind, Cascade):
        parent, _, child = text.partition(":")
        return {"id": parent} | ({"child": {"id": child}} if child else {})
    if isinstance(kind, Choice | NamedChoice):
        return {"id": text}
    if isinstance(kind, Labels):
        return text.split()
    return _number(text) if isinstance(kind, Number) else text


def _number(text: str) -> Json:
    try:
        return float(text)
    except ValueError:
        return text
