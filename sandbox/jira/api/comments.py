"""Comments and their properties, and a service desk's own way to comment."""

from typing import Any

from sandbox.jira import comments
from sandbox.jira.api.routing import Answer, Call, route
from sandbox.jira.changes import check_property
from sandbox.jira.entities import Comment, Issue, Json
from sandbox.jira.errors import MISSING_ISSUE, JiraError

REFUSED = "You do not have permission to comment on this issue."


@route("GET", "/issue/<key>/comment")
def listing(call: Call, key: str) -> Answer:
    issue = call.issue(key)
    found = sorted(issue.comments, key=lambda comment: (comment.created, comment.id))
    if call.arg("orderBy").startswith("-"):
        found.reverse()
    default = 100 if call.site.cloud else 50
    page = call.page(found, default=default, most=5000)
    return page.show("comments", [_show(call, issue, comment) for comment in page.entries])


def _show(call: Call, issue: Issue, comment: Comment) -> Json:
    return comments.show(comment, issue, call.view, call.expand)


@route("POST", "/issue/<key>/comment")
def add(call: Call, key: str) -> Answer:
    issue = call.writable(key, "ADD_COMMENTS", REFUSED)
    comment = comments.add(call.site, call.actor, issue, call.body, adf=call.adf)
    return 201, _show(call, issue, comment)


@route("GET", "/issue/<key>/comment/<number>")
def read(call: Call, key: str, number: str) -> Answer:
    issue = call.issue(key)
    return _show(call, issue, call.comment(issue, number))


@route("PUT", "/issue/<key>/comment/<number>")
def change(call: Call, key: str, number: str) -> Answer:
    issue, comment = _own(call, key, number, "EDIT")
    comments.change(call.site, call.actor, issue, comment, call.body, adf=call.adf)
    return _show(call, issue, comment)


@route("DELETE", "/issue/<key>/comment/<number>")
def remove(call: Call, key: str, number: str) -> Answer:
    issue, comment = _own(call, key, number, "DELETE")
    comments.remove(call.site, call.actor, issue, comment)
    return 204, None


def _own(call: Call, key: str, number: str, verb: str) -> tuple[Issue, Comment]:
    """Return a comment the caller may change: an own one, or any with the wider right."""
    issue = call.issue(key)
    comment = call.comment(issue, number)
    whose = "OWN" if comment.author is call.actor else "ALL"
    call.writable(
        key, f"{verb}_{whose}_COMMENTS", "You do not have the permission to change this comment."
    )
    return issue, comment


@route("POST", "/comment/list", only="cloud")
def by_ids(call: Call) -> Answer:
    ids = call.body.get("ids")
    if not isinstance(ids, list) or len(ids) > 1000:
        raise JiraError(400, "At most 1000 ids may be named.")
    found = [call.site.comments[id] for id in ids if id in call.site.comments]
    seen = [pair for pair in found if call.site.may(call.user, "BROWSE_PROJECTS", pair[0].project)]
    page = call.page(seen, default=1000)
    return page.show("values", [_show(call, *pair) for pair in page.entries])


def _comment(call: Call, number: str) -> tuple[Issue, Comment]:
    pair = call.site.comments.get(int(number)) if number.isdecimal() else None
    if pair is None or not call.site.may(call.user, "BROWSE_PROJECTS", pair[0].project):
        raise JiraError(404, f"The comment with the id {number} does not exist.")
    return pair


@route("GET", "/comment/<number>/properties")
def property_keys(call: Call, number: str) -> Answer:
    _, comment = _comment(call, number)
    link = f"comment/{number}/properties"
    return {"keys": [{"self": call.view.link(f"{link}/{key}"), "key": key}
                     for key in comment.properties]}  # fmt: skip


@route("GET", "/comment/<number>/properties/<path:key>")
def get_property(call: Call, number: str, key: str) -> Answer:
    _, comment = _comment(call, number)
    if key not in comment.properties:
        raise JiraError(404, f"Property with key '{key}' not found.")
    return {"key": key, "value": comment.properties[key]}


@route("PUT", "/comment/<number>/properties/<path:key>")
def set_property(call: Call, number: str, key: str) -> Answer:
    issue, comment = _comment(call, number)
    call.writable(str(issue.id), "ADD_COMMENTS", REFUSED)
    check_property(key, call.json)
    fresh = key not in comment.properties
    comment.properties[key] = call.json
    return (201 if fresh else 200), None


@route("DELETE", "/comment/<number>/properties/<path:key>")
def delete_property(call: Call, number: str, key: str) -> Answer:
    issue, comment = _comment(call, number)
    call.writable(str(issue.id), "ADD_COMMENTS", REFUSED)
    if comment.properties.pop(key, None) is None:
        raise JiraError(404, f"Property with key '{key}' not found.")
    return 204, None


def _request(call: Call, key: str) -> Issue:
    issue = call.issue(key)
    if issue.project.type_key != "service_desk":
        raise JiraError(404, MISSING_ISSUE)
    return issue


def _desk_comment(call: Call, issue: Issue, comment: Comment) -> dict[str, Any]:
    return {
        "id": str(comment.id),
        "body": comment.body,
        "public": not comment.internal,
        "author": call.view.user(comment.author),
        "created": {"iso8601": call.view.time(comment.created)},
    }


@route("POST", "/request/<key>/comment", base="/servicedeskapi")
def add_desk_comment(call: Call, key: str) -> Answer:
    issue = _request(call, key)
    call.writable(key, "ADD_COMMENTS", REFUSED)
    internal = {
        "key": "sd.public.comment",
        "value": {"internal": not call.body.get("public", True)},
    }
    raw = {"body": call.body.get("body"), "properties": [internal]}
    comment = comments.add(call.site, call.actor, issue, raw)
    return 201, _desk_comment(call, issue, comment)


@route("GET", "/request/<key>/comment", base="/servicedeskapi")
def desk_comments(call: Call, key: str) -> Answer:
    issue = _request(call, key)
    found = [_desk_comment(call, issue, comment) for comment in issue.comments]
    start, size = call.number("start", 0), call.number("limit", 50)
    page = found[start : start + size]
    return {"size": len(page), "start": start, "limit": size,
            "isLastPage": start + len(page) >= len(found), "values": page}  # fmt: skip
