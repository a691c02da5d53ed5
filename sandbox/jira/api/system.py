"""The site itself, who is asking, permissions, and the lists that belong to no project."""

from sandbox.jira import standard, times
from sandbox.jira.api.routing import Answer, Call, route
from sandbox.jira.choices import show_issue_type
from sandbox.jira.entities import IssueType, Json, Named
from sandbox.jira.errors import JiraError
from sandbox.jira.state import PERMISSIONS


@route("GET", "/serverInfo")
def server_info(call: Call) -> Answer:
    site = call.site
    version = (1001, 0, 0) if site.cloud else site.version
    text = ".".join(str(part) for part in version)
    return {
        "baseUrl": site.base_url,
        "displayUrl": site.base_url,
        "version": f"{text}-SNAPSHOT" if site.cloud else text,
        "versionNumbers": list(version),
        "deploymentType": "Cloud" if site.cloud else "Server",
        "buildNumber": 100290 if site.cloud else 1003004,
        "buildDate": "2026-11-01T00:00:00.000+0000",
        "serverTime": times.iso(site.now(), times.zone(site.time_zone)),
        "scmInfo": "0d1a2b3c4d5e6f708192a3b4c5d6e7f809a1b2c3",
        "serverTitle": site.title,
    } | ({"serverTimeZone": site.time_zone} if site.cloud else {})


@route("GET", "/myself")
def myself(call: Call) -> Answer:
    shown: dict[str, Json] = call.view.user(call.actor)
    shown["locale"] = "en_US"
    if "groups" in call.expand:
        shown["groups"] = {"size": 0, "items": []}
    return shown


@route("GET", "/mypermissions")
def my_permissions(call: Call) -> Answer:
    wanted = call.args("permissions")
    if not wanted and call.site.cloud:
        raise JiraError(400, "The 'permissions' query parameter is required.")
    unknown = [name for name in wanted if name not in PERMISSIONS]
    if unknown and call.site.cloud:
        raise JiraError(400, f"Unrecognized permission: {', '.join(unknown)}")
    key, issue = call.arg("projectKey") or call.arg("projectId"), call.arg("issueKey")
    project = call.project(key) if key else call.issue(issue).project if issue else None
    shown: dict[str, Json] = {}
    for number, name in enumerate(PERMISSIONS):
        if not wanted or name in wanted:
            shown[name] = {
                "id": str(number),
                "key": name,
                "name": name.replace("_", " ").capitalize(),
                "type": "GLOBAL" if name == "ADMINISTER" else "PROJECT",
                "description": "",
                "havePermission": call.site.may(call.user, name, project),
            }
    return {"permissions": shown}


@route("GET", "/status")
def statuses(call: Call) -> Answer:
    return [call.view.status(status) for status in call.site.statuses]


@route("GET", "/status/<name>")
def status(call: Call, name: str) -> Answer:
    try:
        return call.view.status(call.site.status(name))
    except KeyError:
        raise JiraError(404, f"The status with id or name '{name}' does not exist.") from None


@route("GET", "/statuscategory")
def status_categories(call: Call) -> Answer:
    return [
        {
            "self": call.view.link(f"statuscategory/{category.id}"),
            "id": category.id,
            "key": category.key,
            "colorName": category.color,
            "name": category.name,
        }
        for category in standard.CATEGORIES
    ]


def _named(call: Call, path: str, entries: list[Named]) -> list[Json]:
    return [
        {
            "self": call.view.link(f"{path}/{entry.id}"),
            "id": entry.id,
            "name": entry.name,
            "description": "",
        }
        for entry in entries
    ]


@route("GET", "/priority")
def priorities(call: Call) -> Answer:
    return _named(call, "priority", call.site.priorities)


@route("GET", "/priority/search", only="cloud")
def priority_search(call: Call) -> Answer:
    page = call.page(call.site.priorities)
    return page.show("values", _named(call, "priority", page.entries))


@route("GET", "/resolution")
def resolutions(call: Call) -> Answer:
    return _named(call, "resolution", call.site.resolutions)


@route("GET", "/issuetype")
def all_issue_types(call: Call) -> Answer:
    return [show_issue_type(one, call.view) for one in call.site.issue_types]


@route("GET", "/issuetype/project", only="cloud")
def issue_types_of_project(call: Call) -> Answer:
    project = call.project(call.arg("projectId"))
    return [show_issue_type(one, call.view) for one in project.issue_types]


@route("GET", "/issuetype/<number>")
def one_issue_type(call: Call, number: str) -> Answer:
    found: list[IssueType] = [one for one in call.site.issue_types if one.id == number]
    if not found:
        raise JiraError(404, "The issue type was not found.")
    return show_issue_type(found[0], call.view)


@route("GET", "/issueLinkType")
def link_types(call: Call) -> Answer:
    return {
        "issueLinkTypes": [
            {
                "self": call.view.link(f"issueLinkType/{kind.id}"),
                "id": kind.id,
                "name": kind.name,
                "inward": kind.inward,
                "outward": kind.outward,
            }
            for kind in call.site.link_types
        ]
    }


@route("GET", "/label", only="cloud")
def labels(call: Call) -> Answer:
    used = {
        label for issue in call.site.issues.values() for label in issue.values.get("labels", ())
    }
    page = call.page(sorted(used), default=1000)
    return page.show("values", page.entries)
