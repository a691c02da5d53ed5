"""What hangs on issues from outside: links between issues, remote links, worklogs, sub-tasks."""

from typing import TYPE_CHECKING

from sandbox.jira import times
from sandbox.jira.entities import Change, History, Issue, IssueLink, Json, RemoteLink, User, Worklog
from sandbox.jira.errors import Invalid, JiraError
from sandbox.jira.kinds import parse_rich_text
from sandbox.jira.systemkinds import estimate, seconds
from sandbox.jira.view import View

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

REMOTE_LIMIT = 2000


def adopt(issue: Issue) -> None:
    """Make a new sub-task known to its parent."""
    parent = issue.value("parent")
    if parent is not None:
        parent.children.append(issue)


def _log(site: "SiteState", actor: User, issue: Issue, line: Change) -> None:
    issue.history.append(History(site.number("history"), actor, site.now(), (line,)))


def connect(site: "SiteState", actor: User, kind: Json, source: Issue, destination: Issue) -> None:
    """Link two issues: `source` is the one the API calls inward."""
    wanted = kind if isinstance(kind, dict) else {}
    for known in site.link_types:
        if str(wanted.get("id") or "") == known.id or wanted.get("name") == known.name:
            break
    else:
        raise JiraError(404, f"No issue link type with name '{wanted.get('name')}' found.")
    link = IssueLink(site.number("issuelink"), known, source, destination)
    for issue, other, words in (
        (source, destination, known.outward),
        (destination, source, known.inward),
    ):
        text = f"This issue {words} {other.key}"
        with site.changing(issue):
            issue.links.append(link)
            _log(site, actor, issue, Change("Link", "", False, None, None, other.key, text))
    site.events.issue_link("issuelink_created", link)


def connect_from(site: "SiteState", actor: User, issue: Issue, raw: Json) -> None:
    """Link from within an edit: {"type": …, "outwardIssue": …} or with "inwardIssue"."""
    raw = raw if isinstance(raw, dict) else {}
    for name in ("outwardIssue", "inwardIssue"):
        end = raw.get(name)
        if isinstance(end, dict):
            other = site.find(str(end.get("key") or end.get("id") or ""))
            if other is None:
                raise JiraError(
                    404, "Issue does not exist or you do not have permission to see it."
                )
            pair = (issue, other) if name == "outwardIssue" else (other, issue)
            connect(site, actor, raw.get("type"), *pair)


def cut(site: "SiteState", link: IssueLink) -> None:
    """Remove a link between issues."""
    for issue in (link.source, link.destination):
        with site.changing(issue):
            issue.links.remove(link)
    site.events.issue_link("issuelink_deleted", link)


def show_link(link: IssueLink, issue: Issue, view: View) -> Json:
    """Return a link as it looks from one of its ends."""
    outward = link.source is issue
    other = link.destination if outward else link.source
    return {
        "id": str(link.id),
        "self": view.link(f"issueLink/{link.id}"),
        "type": {
            "id": link.type.id,
            "name": link.type.name,
            "inward": link.type.inward,
            "outward": link.type.outward,
            "self": view.link(f"issueLinkType/{link.type.id}"),
        },
        "outwardIssue" if outward else "inwardIssue": {
            "id": str(other.id),
            "key": other.key,
            "self": view.link(f"issue/{other.id}"),
            "fields": {"summary": other.value("summary"), "status": view.status(other.status)},
        },
    }


def set_remote_link(
    site: "SiteState", actor: User, issue: Issue, raw: Json, existing: RemoteLink | None = None
) -> tuple[RemoteLink, bool]:
    """Add a remote link, or replace all of the one with the same globalId; tell which it was."""
    _check_remote_link(raw)
    global_id = raw.get("globalId")
    known = (link for link in issue.remote_links if global_id and link.global_id == global_id)
    link = existing or next(known, None)
    fresh = link is None
    if fresh and site.cloud and len(issue.remote_links) >= REMOTE_LIMIT:
        raise JiraError(413, "The issue has reached the limit of 2000 remote links.")
    link = link or RemoteLink(site.number("remotelink"), None, None, None, None)
    with site.changing(issue):
        link.global_id = global_id
        link.application = raw.get("application")
        link.relationship = raw.get("relationship")
        link.object = raw["object"]
        if fresh:
            issue.remote_links.append(link)
            text = f'This issue links to "{link.object["title"]}"'
            line = Change("RemoteIssueLink", "", False, None, None, str(link.id), text)
            _log(site, actor, issue, line)
    if fresh:
        site.events.issue("jira:issue_updated", "issue_updated", actor, issue, issue.history[-1])
    return link, fresh


def _check_remote_link(raw: Json) -> None:
    """Raise a 400 for a body without an address or a title, or with too long a globalId."""
    target = raw.get("object") if isinstance(raw, dict) else None
    for name in ("url", "title"):
        if not isinstance(target, dict) or not target.get(name):
            raise JiraError(400, errors={name: f"'{name}' is required."})
    if len(str(raw.get("globalId") or "")) > 255:
        raise JiraError(400, errors={"globalId": "'globalId' must be 255 characters or fewer."})


def drop_remote_link(site: "SiteState", issue: Issue, link: RemoteLink) -> None:
    with site.changing(issue):
        issue.remote_links.remove(link)


def show_remote_link(link: RemoteLink, issue: Issue, view: View) -> Json:
    shown: dict[str, Json] = {
        "id": link.id,
        "self": view.link(f"issue/{issue.id}/remotelink/{link.id}"),
        "application": link.application or {},
        "object": link.object,
    }
    if link.global_id is not None:
        shown["globalId"] = link.global_id
    if link.relationship is not None:
        shown["relationship"] = link.relationship
    return shown


def log_work(
    site: "SiteState", actor: User, issue: Issue, raw: Json, *, adf: bool = False
) -> Worklog:
    """Add a worklog from a request body; raise JiraError."""
    raw = raw if isinstance(raw, dict) else {}
    try:
        spent = int(raw.get("timeSpentSeconds") or 0) or seconds(str(raw.get("timeSpent") or ""))
        started = times.parse_moment(raw["started"]) if raw.get("started") else site.now()
        text = raw.get("comment")
        comment = parse_rich_text(text, cloud=site.cloud, adf=adf) if text else ""
    except (Invalid, ValueError) as refusal:
        raise JiraError(400, f"Worklog must not be null or wrong: {refusal}") from None
    now = site.now()
    worklog = Worklog(site.number("worklog"), actor, comment, started, spent, now, now)
    with site.changing(issue):
        issue.worklogs.append(worklog)
    site.events.issue("jira:issue_updated", "issue_worklogged", actor, issue)
    return worklog


def show_worklog(worklog: Worklog, issue: Issue, view: View) -> Json:
    return {
        "self": view.link(f"issue/{issue.id}/worklog/{worklog.id}"),
        "id": str(worklog.id),
        "issueId": str(issue.id),
        "author": view.user(worklog.author),
        "updateAuthor": view.user(worklog.author),
        "comment": view.text(worklog.comment),
        "created": view.time(worklog.created),
        "updated": view.time(worklog.updated),
        "started": view.time(worklog.started),
        "timeSpent": estimate(worklog.seconds),
        "timeSpentSeconds": worklog.seconds,
    }
