"""Fields described for clients: the site's list, and what a screen accepts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.jira.choices import (
    Cascade,
    Choice,
    IssueTypeKind,
    Many,
    NamedChoice,
    ProjectKind,
    show_project,
)
from sandbox.jira.entities import IssueType, Json, Project
from sandbox.jira.kinds import Field
from sandbox.jira.view import View

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

TYPE_NAMES = {
    "textfield": "Short text",
    "textarea": "Paragraph",
    "float": "Number",
    "datepicker": "Date",
    "datetime": "Time stamp",
    "select": "Dropdown",
    "labels": "Labels",
    "url": "URL Field",
    "userpicker": "User Picker (single user)",
}


def show_field(field: Field, view: View) -> Json:
    """Return a field as the list of the site's fields shows it."""
    names = [field.id]
    if field.custom:
        kind = TYPE_NAMES.get(field.type_key, "Select")
        names = [f"cf[{field.id[12:]}]", field.name, f"{field.name}[{kind}]"]
    shown: dict[str, Json] = {
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": field.custom,
        "orderable": bool(field.kind.operations),
        "navigable": field.navigable,
        "searchable": True,
        "clauseNames": names,
        "schema": field.schema(),
    }
    if not view.cloud:
        del shown["key"]
    if field.scope:
        shown["scope"] = {"type": "PROJECT", "project": {"id": field.scope.id}}
    return shown


def field_meta(
    site: "SiteState",
    project: Project,
    issue_type: IssueType,
    field: Field,
    view: View,
    *,
    create: bool = False,
) -> dict[str, Json]:
    """Return what a screen tells of a field, without whether it is required.

    Defaults exist on creation only: the priority in the middle, and the reporter.
    """
    operations = ["set"] if field.id in ("project", "issuetype") else list(field.kind.operations)
    shown: dict[str, Json] = {
        "key": field.id,
        "name": field.name,
        "hasDefaultValue": create and field.id in ("priority", "reporter"),
        "operations": operations,
        "schema": field.schema(),
    }
    if view.cloud or not create:
        shown.setdefault("key", field.id)
    if create and field.id == "priority":
        middle = site.priorities[len(site.priorities) // 2]
        shown["defaultValue"] = field.kind.show(middle, view)
    if field.kind.type == "user":
        shown["autoCompleteUrl"] = view.link("user/assignable/search?query=")
    choices = _choices(site, project, issue_type, field, view)
    if choices is not None:
        shown["allowedValues"] = choices
    return shown


def _choices(
    site: "SiteState", project: Project, issue_type: IssueType, field: Field, view: View
) -> list[Json] | None:
    kind = field.kind.one if isinstance(field.kind, Many) else field.kind
    if isinstance(kind, ProjectKind):
        return [show_project(project, view)]
    if isinstance(kind, IssueTypeKind):
        return [kind.show(issue_type, view)]
    allowed = field.kind.allowed(project, field, site)
    if allowed is None:
        return None
    if isinstance(kind, Cascade):
        return [_with_children(kind, option, view) for option in allowed]
    if isinstance(kind, Choice | NamedChoice):
        return [kind.show(option, view) for option in allowed]
    return None


def _with_children(kind: Cascade, option: Json, view: View) -> Json:
    children = [kind.show((child, None), view) for child in option.children]
    return kind.show((option, None), view) | {"children": children}


def screen_meta(
    site: "SiteState",
    project: Project,
    issue_type: IssueType,
    fields: Iterable[Field],
    required: Iterable[str],
    view: View,
) -> dict[str, Json]:
    """Return the fields of an edit or transition screen, by id."""
    needed = set(required)
    return {
        field.id: field_meta(site, project, issue_type, field, view)
        | {"required": field.id in needed}
        for field in fields
    }
