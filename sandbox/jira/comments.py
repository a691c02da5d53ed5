"""Comments: who may see, write and change them, and what is sent out about them."""

from typing import TYPE_CHECKING

from sandbox.jira.changes import check_property
from sandbox.jira.entities import Comment, Issue, Json, User
from sandbox.jira.errors import Invalid, JiraError
from sandbox.jira.kinds import parse_rich_text
from sandbox.jira.rendered import html
from sandbox.jira.view import View

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

LIMIT = 5000


def add(site: "SiteState", actor: User, issue: Issue, raw: Json, *, adf: bool = False) -> Comment:
    """Add a comment from a request body; raise JiraError."""
    if not isinstance(raw, dict):
        raise JiraError(400, "Comment body can not be empty!")
    if site.cloud and len(issue.comments) >= LIMIT:
        raise JiraError(413, "The issue has reached the limit of 5000 comments.")
    now = site.now()
    comment = Comment(
        id=site.number("comment"),
        author=actor,
        update_author=actor,
        body=_body(site, raw, adf),
        created=now,
        updated=now,
        visibility=_visibility(raw),
        parent_id=_parent(raw),
        properties=_properties(raw),
    )
    with site.changing(issue):
        issue.comments.append(comment)
        site.comments[comment.id] = (issue, comment)
    _announce(site, "comment_created", "issue_commented", actor, issue, comment)
    return comment


def change(
    site: "SiteState", actor: User, issue: Issue, comment: Comment, raw: Json, *, adf: bool = False
) -> None:
    """Replace a comment's text; its properties stay unless others are given."""
    body = _body(site, raw if isinstance(raw, dict) else {}, adf)
    with site.changing(issue):
        comment.body = body
        comment.visibility = _visibility(raw) if "visibility" in raw else comment.visibility
        comment.properties.update(_properties(raw))
        comment.update_author = actor
        comment.updated = site.now()
    _announce(site, "comment_updated", "issue_comment_edited", actor, issue, comment)


def remove(site: "SiteState", actor: User, issue: Issue, comment: Comment) -> None:
    """Delete a comment."""
    with site.changing(issue):
        issue.comments.remove(comment)
        site.comments.pop(comment.id)
    _announce(site, "comment_deleted", "issue_comment_deleted", actor, issue, comment)


def _announce(
    site: "SiteState", event: str, kind: str, actor: User, issue: Issue, comment: Comment
) -> None:
    """Tell of it twice, as Jira does: as a comment and as a change of the issue."""
    site.events.comment(event, issue, comment)
    site.events.issue("jira:issue_updated", kind, actor, issue)


def _body(site: "SiteState", raw: dict[str, Json], adf: bool) -> str:
    text = raw.get("body")
    if text is None or text == "":
        raise JiraError(400, "Comment body can not be empty!")
    try:
        body = parse_rich_text(text, cloud=site.cloud, adf=adf)
    except Invalid as refusal:
        raise JiraError(400, errors={"comment": str(refusal)}) from None
    if not body.strip():
        raise JiraError(400, "Comment body can not be empty!")
    return body


def _visibility(raw: dict[str, Json]) -> dict[str, str] | None:
    visibility = raw.get("visibility")
    if not visibility:
        return None
    if not isinstance(visibility, dict) or visibility.get("type") not in ("group", "role"):
        raise JiraError(400, errors={"commentLevel": "The visibility type is not valid."})
    value = str(visibility.get("value") or visibility.get("identifier") or "")
    return {"type": visibility["type"], "value": value, "identifier": value}


def _parent(raw: dict[str, Json]) -> int | None:
    parent = str(raw.get("parentId") or "")
    if parent and not parent.isdecimal():
        raise JiraError(400, errors={"parentId": "The parent comment does not exist."})
    return int(parent) if parent else None


def _properties(raw: dict[str, Json]) -> dict[str, Json]:
    properties = raw.get("properties") or []
    if not isinstance(properties, list) or not all(isinstance(one, dict) for one in properties):
        raise JiraError(400, "Properties must be an array of objects.")
    for one in properties:
        check_property(str(one.get("key") or ""), one.get("value"))
    return {one["key"]: one.get("value") for one in properties}


def show(comment: Comment, issue: Issue, view: View, expand: frozenset[str]) -> Json:
    """Return a comment as the API shows it; properties come only when asked for."""
    shown: dict[str, Json] = {
        "self": view.link(f"issue/{issue.id}/comment/{comment.id}"),
        "id": str(comment.id),
        "author": view.user(comment.author),
        "body": view.text(comment.body),
        "updateAuthor": view.user(comment.update_author),
        "created": view.time(comment.created),
        "updated": view.time(comment.updated),
    }
    if view.cloud or issue.project.type_key == "service_desk":
        desk = issue.project.type_key == "service_desk"
        shown["jsdPublic"] = not (desk and comment.internal)
    if comment.visibility:
        shown["visibility"] = comment.visibility
    if comment.parent_id:
        shown["parentId"] = comment.parent_id
    if "renderedBody" in expand:
        shown["renderedBody"] = html(comment.body)
    if "properties" in expand:
        shown["properties"] = [{"key": k, "value": v} for k, v in comment.properties.items()]
    return shown
