"""Entity properties of issues. Setting one moves no time stamp."""

from sandbox.jira.api.routing import Answer, Call, route
from sandbox.jira.changes import check_property
from sandbox.jira.errors import JiraError

EDIT_REFUSED = "You do not have permission to edit issues in this project."


@route("GET", "/issue/<key>/properties")
def listing(call: Call, key: str) -> Answer:
    issue = call.issue(key)
    path = f"issue/{key}/properties"
    return {"keys": [{"self": call.view.link(f"{path}/{name}"), "key": name}
                     for name in issue.properties]}  # fmt: skip


@route("GET", "/issue/<key>/properties/<path:name>")
def read(call: Call, key: str, name: str) -> Answer:
    issue = call.issue(key)
    if name not in issue.properties:
        raise JiraError(404, f"The property with key '{name}' does not exist.")
    return {"key": name, "value": issue.properties[name]}


@route("PUT", "/issue/<key>/properties/<path:name>")
def write(call: Call, key: str, name: str) -> Answer:
    issue = call.writable(key, "EDIT_ISSUES", EDIT_REFUSED)
    value = call.json
    check_property(name, value)
    fresh = name not in issue.properties
    with call.site.changing(issue, touch=False):
        issue.properties[name] = value
    call.site.events.issue_property("issue_property_set", issue, name, value)
    return (201 if fresh else 200), None


@route("DELETE", "/issue/<key>/properties/<path:name>")
def delete(call: Call, key: str, name: str) -> Answer:
    issue = call.writable(key, "EDIT_ISSUES", EDIT_REFUSED)
    if name not in issue.properties:
        raise JiraError(404, f"The property with key '{name}' does not exist.")
    with call.site.changing(issue, touch=False):
        value = issue.properties.pop(name)
    call.site.events.issue_property("issue_property_deleted", issue, name, value)
    return 204, None
