"""Remote links, links between issues, and worklogs."""

from sandbox.jira import links
from sandbox.jira.api.routing import Answer, Call, route
from sandbox.jira.entities import Issue, IssueLink, RemoteLink
from sandbox.jira.errors import JiraError

REFUSED = "You do not have permission to link issues in this project."


@route("GET", "/issue/<key>/remotelink")
def remote_links(call: Call, key: str) -> Answer:
    issue = call.issue(key)
    wanted = call.arg("globalId")
    if wanted:
        return links.show_remote_link(_by_global_id(issue, wanted), issue, call.view)
    return [links.show_remote_link(link, issue, call.view) for link in issue.remote_links]


def _by_global_id(issue: Issue, global_id: str) -> RemoteLink:
    for link in issue.remote_links:
        if link.global_id == global_id:
            return link
    raise JiraError(404, f"The remote link with globalId '{global_id}' does not exist.")


def _by_number(issue: Issue, number: int) -> RemoteLink:
    for link in issue.remote_links:
        if link.id == number:
            return link
    raise JiraError(404, f"The remote link with id '{number}' does not exist.")


@route("POST", "/issue/<key>/remotelink")
def set_remote_link(call: Call, key: str) -> Answer:
    issue = call.writable(key, "LINK_ISSUES", REFUSED)
    link, fresh = links.set_remote_link(call.site, call.actor, issue, call.body)
    self = call.view.link(f"issue/{issue.id}/remotelink/{link.id}")
    return (201 if fresh else 200), {"id": link.id, "self": self}


@route("DELETE", "/issue/<key>/remotelink")
def delete_by_global_id(call: Call, key: str) -> Answer:
    issue = call.writable(key, "LINK_ISSUES", REFUSED)
    if not call.arg("globalId"):
        raise JiraError(400, "The globalId query parameter must be provided.")
    links.drop_remote_link(call.site, issue, _by_global_id(issue, call.arg("globalId")))
    return 204, None


@route("GET", "/issue/<key>/remotelink/<int:number>")
def remote_link(call: Call, key: str, number: int) -> Answer:
    issue = call.issue(key)
    return links.show_remote_link(_by_number(issue, number), issue, call.view)


@route("PUT", "/issue/<key>/remotelink/<int:number>")
def replace_remote_link(call: Call, key: str, number: int) -> Answer:
    issue = call.writable(key, "LINK_ISSUES", REFUSED)
    links.set_remote_link(call.site, call.actor, issue, call.body, _by_number(issue, number))
    return 204, None


@route("DELETE", "/issue/<key>/remotelink/<int:number>")
def delete_remote_link(call: Call, key: str, number: int) -> Answer:
    issue = call.writable(key, "LINK_ISSUES", REFUSED)
    links.drop_remote_link(call.site, issue, _by_number(issue, number))
    return 204, None


@route("POST", "/issueLink")
def connect(call: Call) -> Answer:
    ends: list[Issue] = []
    for name in ("inwardIssue", "outwardIssue"):
        end = call.body.get(name)
        if not isinstance(end, dict):
            raise JiraError(400, f"'{name}' is required.")
        ends.append(call.writable(str(end.get("key") or end.get("id")), "LINK_ISSUES", REFUSED))
    links.connect(call.site, call.actor, call.body.get("type"), *ends)
    return 201, None


def _link(call: Call, number: int) -> IssueLink:
    for issue in call.site.issues.values():
        for link in issue.links:
            if link.id == number:
                call.issue(issue.key)
                return link
    raise JiraError(404, f"No issue link with id '{number}' exists.")


@route("GET", "/issueLink/<int:number>")
def link(call: Call, number: int) -> Answer:
    found = _link(call, number)
    shown = links.show_link(found, found.source, call.view)
    return shown | {"inwardIssue": links.show_link(found, found.destination, call.view)[
        "inwardIssue"]}  # fmt: skip


@route("DELETE", "/issueLink/<int:number>")
def disconnect(call: Call, number: int) -> Answer:
    found = _link(call, number)
    call.writable(found.source.key, "LINK_ISSUES", REFUSED)
    links.cut(call.site, found)
    return 204, None


@route("GET", "/issue/<key>/worklog")
def worklogs(call: Call, key: str) -> Answer:
    issue = call.issue(key)
    page = call.page(issue.worklogs, default=5000, most=5000)
    return page.show("worklogs", [links.show_worklog(w, issue, call.view) for w in page.entries])


@route("POST", "/issue/<key>/worklog")
def log_work(call: Call, key: str) -> Answer:
    issue = call.writable(key, "WORK_ON_ISSUES")
    worklog = links.log_work(call.site, call.actor, issue, call.body, adf=call.adf)
    return 201, links.show_worklog(worklog, issue, call.view)
