"""Kinds of fields whose values are chosen from what the site knows."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sandbox.jira.entities import Component, IssueType, Json, Named, Option, Project, User, Version
from sandbox.jira.errors import Invalid
from sandbox.jira.kinds import Field, Kind, Writing, as_list, found
from sandbox.jira.view import View

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState


class Choice(Kind):
    """One choice of a custom field: a select list or radio buttons."""

    type = "option"

    def parse(self, writing: Writing, raw: Json) -> Option:
        option: Option = found(writing.field.options_in(writing.project), raw, "Option", "value")
        return option

    def show(self, value: Option | None, view: View) -> Json:
        return None if value is None else _option(value, view)

    def ref(self, value: Option | None) -> str | None:
        return value.id if value else None

    def text(self, value: Option | None) -> str | None:
        return value.value if value else None

    def terms(self, value: Option | None) -> Iterable[str]:
        return (value.id, value.value.lower()) if value else ()

    def allowed(self, target: Project, field: Field, site: "SiteState") -> list[Any]:
        return field.options_in(target)


def _option(option: Option, view: View) -> Json:
    return {
        "self": view.link(f"customFieldOption/{option.id}"),
        "value": option.value,
        "id": option.id,
    }


class Cascade(Choice):
    """A choice and, within it, another; kept as a pair."""

    type = "option-with-child"

    def parse(self, writing: Writing, raw: Json) -> Any:
        parent: Option = found(writing.field.options, raw, "Parent Option", "value")
        child = raw.get("child")
        if child is None:
            return parent, None
        return parent, found(parent.children, child, "Option", "value")

    def show(self, value: Any, view: View) -> Json:
        if value is None:
            return None
        parent, child = value
        shown = _option(parent, view)
        return shown | {"child": _option(child, view)} if child else shown

    def ref(self, value: Any) -> str | None:
        return None if value is None else (value[1] or value[0]).id

    def text(self, value: Any) -> str | None:
        return None if value is None else " - ".join(part.value for part in value if part)

    def terms(self, value: Any) -> Iterable[str]:
        parts = [part for part in value or () if part]
        return [part.id for part in parts] + [part.value.lower() for part in parts]


class Many(Kind):
    """A list of what another kind holds one of."""

    type = "array"
    operations = ("add", "set", "remove")

    def __init__(self, one: Kind) -> None:
        self.one = one
        self.items = one.type

    def parse(self, writing: Writing, raw: Json) -> list[Any]:
        values = [self.one.parse(writing, part) for part in as_list(raw)]
        return list(dict.fromkeys(values))

    def show(self, value: list[Any] | None, view: View) -> Json:
        if not value:
            return None if isinstance(self.one, Choice | Person) else []
        return [self.one.show(part, view) for part in value]

    def ref(self, value: list[Any] | None) -> str | None:
        return ",".join(self.one.ref(part) or "" for part in value) if value else None

    def text(self, value: list[Any] | None) -> str | None:
        return ",".join(self.one.text(part) or "" for part in value) if value else None

    def terms(self, value: list[Any] | None) -> Iterable[str]:
        return [term for part in value or () for term in self.one.terms(part)]

    def allowed(self, target: Project, field: Field, site: "SiteState") -> list[Any] | None:
        return self.one.allowed(target, field, site)


class NamedChoice(Kind):
    """Something with an id and a name: a priority, a component, a version."""

    path = ""

    def parse(self, writing: Writing, raw: Json) -> Any:
        choices = self.allowed(writing.project, writing.field, writing.site) or []
        return found(choices, raw, self.type.capitalize())

    def show(self, value: Any, view: View) -> Json:
        if value is None:
            return None
        return {
            "self": view.link(f"{self.path or self.type}/{value.id}"),
            "id": value.id,
            "name": value.name,
        }

    def ref(self, value: Any) -> str | None:
        return value.id if value else None

    def text(self, value: Any) -> str | None:
        return value.name if value else None

    def terms(self, value: Any) -> Iterable[str]:
        return (value.id, value.name.lower()) if value else ()


class PriorityKind(NamedChoice):
    type = "priority"
    search = "ordered"

    def allowed(self, target: Project, field: Field, site: "SiteState") -> list[Named]:
        return site.priorities

    def show(self, value: Named | None, view: View) -> Json:
        shown = super().show(value, view)
        return shown and shown | {"iconUrl": f"{view.root}/images/icons/priorities/generic.svg"}

    def order(self, value: Named | None) -> Any:
        return -int(value.id) if value else None


class ResolutionKind(NamedChoice):
    type = "resolution"

    def allowed(self, target: Project, field: Field, site: "SiteState") -> list[Named]:
        return site.resolutions

    def show(self, value: Named | None, view: View) -> Json:
        shown = super().show(value, view)
        return shown and shown | {"description": ""}


class ComponentKind(NamedChoice):
    type = "component"

    def allowed(self, target: Project, field: Field, site: "SiteState") -> list[Component]:
        return target.components


class VersionKind(NamedChoice):
    type = "version"

    def allowed(self, target: Project, field: Field, site: "SiteState") -> list[Version]:
        return target.versions

    def show(self, value: Version | None, view: View) -> Json:
        shown = super().show(value, view)
        return shown and shown | {"archived": False, "released": value and value.released}


class IssueTypeKind(NamedChoice):
    type = "issuetype"

    def allowed(self, target: Project, field: Field, site: "SiteState") -> list[IssueType]:
        return target.issue_types

    def show(self, value: IssueType | None, view: View) -> Json:
        return value and show_issue_type(value, view)


def show_issue_type(value: IssueType, view: View) -> Json:
    """Return an issue type as the API shows it."""
    shown = {
        "self": view.link(f"issuetype/{value.id}"),
        "id": value.id,
        "description": "",
        "iconUrl": f"{view.root}/images/icons/issuetypes/generic.svg",
        "name": value.name,
        "subtask": value.subtask,
    }
    return shown | {"hierarchyLevel": -1 if value.subtask else 0} if view.cloud else shown


class ProjectKind(Kind):
    type = "project"

    def show(self, value: Project | None, view: View) -> Json:
        return value and show_project(value, view)

    def ref(self, value: Project | None) -> str | None:
        return value.id if value else None

    def text(self, value: Project | None) -> str | None:
        return value.name if value else None

    def terms(self, value: Project | None) -> Iterable[str]:
        return (value.id, value.key.lower(), value.name.lower()) if value else ()


def show_project(value: Project, view: View) -> Json:
    """Return a project in the short form that issues and lists have."""
    return {
        "self": view.link(f"project/{value.id}"),
        "id": value.id,
        "key": value.key,
        "name": value.name,
        "projectTypeKey": value.type_key,
        "avatarUrls": {"48x48": f"{view.root}/secure/projectavatar?pid={value.id}"},
    } | ({"simplified": False} if view.cloud else {})


class Person(Kind):
    """Somebody: {"accountId": …} on Cloud, {"name": …} on Data Center."""

    type = "user"

    def parse(self, writing: Writing, raw: Json) -> User | None:
        if not isinstance(raw, dict):
            raise Invalid("expected Object" if not writing.site.cloud else "data was not an object")
        return self._known(writing, raw)

    def _known(self, writing: Writing, raw: dict[str, Json]) -> User | None:
        key = "accountId" if writing.site.cloud else "name"
        if key not in raw:
            raise Invalid(f"{key} must be provided" if writing.site.cloud else "user not specified")
        if raw[key] is None:
            return None
        user = writing.site.user(str(raw[key]))
        if user is None:
            raise Invalid(f"User '{raw[key]}' does not exist.")
        return user

    def show(self, value: User | None, view: View) -> Json:
        return view.user(value)

    def ref(self, value: User | None) -> str | None:
        return value.account_id if value else None

    def text(self, value: User | None) -> str | None:
        return value.display_name if value else None

    def terms(self, value: User | None) -> Iterable[str]:
        if value is None:
            return ()
        return value.account_id.lower(), value.name.lower(), value.email.lower()


class Assignee(Person):
    """A person who may be given issues of the project; "-1" means the project's default."""

    def _known(self, writing: Writing, raw: dict[str, Json]) -> User | None:
        if raw.get("accountId" if writing.site.cloud else "name") == "-1":
            return None
        user = super()._known(writing, raw)
        if user and not writing.site.assignable(user, writing.project):
            raise Invalid(f"User '{user.display_name}' cannot be assigned issues.")
        return user
