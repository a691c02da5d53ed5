"""Projects with their issue types and statuses; fields; what create and edit accept."""

from sandbox.jira.api.routing import Answer, Call, route
from sandbox.jira.choices import show_issue_type, show_project
from sandbox.jira.entities import IssueType, Json, Project, Screen
from sandbox.jira.errors import JiraError
from sandbox.jira.kinds import Field
from sandbox.jira.meta import field_meta, show_field

ACTIONS = {"view": "BROWSE_PROJECTS", "browse": "BROWSE_PROJECTS", "edit": "ADMINISTER_PROJECTS",
           "create": "CREATE_ISSUES"}  # fmt: skip


def _open(call: Call, permission: str = "BROWSE_PROJECTS") -> list[Project]:
    return [p for p in call.site.projects.values() if call.site.may(call.user, permission, p)]


@route("GET", "/project")
def projects(call: Call) -> Answer:
    return [show_project(project, call.view) for project in _open(call)]


@route("GET", "/project/search", only="cloud")
def project_search(call: Call) -> Answer:
    action = call.arg("action", "view")
    if action not in ACTIONS:
        raise JiraError(400, f"The action '{action}' is not valid.")
    found = _open(call, ACTIONS[action])
    query = call.arg("query").lower()
    found = [p for p in found if query in p.key.lower() or query in p.name.lower()]
    for name, attribute in (("keys", "key"), ("id", "id")):
        if call.args(name):
            found = [p for p in found if getattr(p, attribute) in call.args(name)]
    order = call.arg("orderBy", "key")
    found.sort(key=lambda p: p.name if order.endswith("name") else p.key)
    if order.startswith("-"):
        found.reverse()
    page = call.page(found, most=100)
    return page.show("values", [show_project(project, call.view) for project in page.entries])


@route("GET", "/project/<key>")
def project(call: Call, key: str) -> Answer:
    found = call.project(key)
    return show_project(found, call.view) | {
        "description": "",
        "lead": call.view.user(found.lead),
        "issueTypes": [show_issue_type(one, call.view) for one in found.issue_types],
        "components": _parts(call, found, "component"),
        "versions": _parts(call, found, "version"),
        "assigneeType": "UNASSIGNED",
        "roles": {},
    }


def _parts(call: Call, found: Project, kind: str) -> list[Json]:
    entries = found.components if kind == "component" else found.versions
    return [
        {
            "self": call.view.link(f"{kind}/{entry.id}"),
            "id": entry.id,
            "name": entry.name,
            "projectId": int(found.id),
        }
        | ({"released": False, "archived": False} if kind == "version" else {})
        for entry in entries
    ]


@route("GET", "/project/<key>/components")
def components(call: Call, key: str) -> Answer:
    return _parts(call, call.project(key), "component")


@route("GET", "/project/<key>/versions")
def versions(call: Call, key: str) -> Answer:
    return _parts(call, call.project(key), "version")


@route("GET", "/project/<key>/statuses")
def project_statuses(call: Call, key: str) -> Answer:
    found = call.project(key)
    return [
        {
            "self": call.view.link(f"issuetype/{one.id}"),
            "id": one.id,
            "name": one.name,
            "subtask": one.subtask,
            "statuses": [call.view.status(status) for status in found.workflow(one).statuses],
        }
        for one in found.issue_types
    ]


def _fields(call: Call) -> list[Field]:
    return [f for f in call.site.fields.values() if f.scope is None or f.scope in _open(call)]


@route("GET", "/field")
def fields(call: Call) -> Answer:
    return [show_field(field, call.view) for field in _fields(call)]


@route("GET", "/field/search", only="cloud")
def field_search(call: Call) -> Answer:
    query = call.arg("query").lower()
    kinds = call.args("type")
    found = [
        field
        for field in _fields(call)
        if query in field.name.lower()
        and (not kinds or ("custom" if field.custom else "system") in kinds)
        and field.scope is None
    ]
    page = call.page(found)
    return page.show("values", [_short(field) for field in page.entries])


def _short(field: Field) -> Json:
    return {"id": field.id, "key": field.id, "name": field.name, "schema": field.schema()}


@route("GET", "/issue/createmeta")
def removed_createmeta(call: Call) -> Answer:
    raise JiraError(
        404,
        "This endpoint has been removed. Use /issue/createmeta/{projectIdOrKey}/"
        "issuetypes instead.",
    )


def _creatable(call: Call, key: str) -> Project:
    found = call.site.project(key)
    if found is None or not call.site.may(call.user, "CREATE_ISSUES", found):
        if not call.site.cloud:
            raise JiraError(
                400,
                f"Project with key or ID '{key}' could not be found, or you do not"
                " have permission to create issues in it.",
            )
        raise JiraError(404, f"No project could be found with key or id '{key}'.")
    return found


@route("GET", "/issue/createmeta/<key>/issuetypes")
def create_types(call: Call, key: str) -> Answer:
    page = call.page(_creatable(call, key).issue_types)
    shown = [show_issue_type(one, call.view) for one in page.entries]
    return page.show("issueTypes" if call.site.cloud else "values", shown)


@route("GET", "/issue/createmeta/<key>/issuetypes/<number>")
def create_fields(call: Call, key: str, number: str) -> Answer:
    found = _creatable(call, key)
    kinds: list[IssueType] = [one for one in found.issue_types if one.id == number]
    if not kinds:
        raise JiraError(404 if call.site.cloud else 400, f"Issue type '{number}' was not found.")
    screen: Screen = call.site.screen("create", found, kinds[0])
    named = [call.site.fields["project"], *screen.fields]
    page = call.page(named)
    shown = [
        field_meta(call.site, found, kinds[0], field, call.view, create=True)
        | {"fieldId": field.id, "required": field.id in screen.required or field.id == "project"}
        for field in page.entries
    ]
    return page.show("fields" if call.site.cloud else "values", shown)
