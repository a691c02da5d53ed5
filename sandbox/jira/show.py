"""Issues as the API shows them."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sandbox.jira import comments, links, rendered
from sandbox.jira.entities import Attachment, Change, History, Issue, Json
from sandbox.jira.kinds import Field, Paragraph
from sandbox.jira.view import View

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

COMMENTS_WITH_ISSUE = 50
HISTORY_WITH_ISSUE = 100

# Fields whose values are the issue's own attributes.
OWN: dict[str, Callable[[Issue], Any]] = {
    "project": lambda issue: issue.project,
    "issuetype": lambda issue: issue.type,
    "status": lambda issue: issue.status,
    "creator": lambda issue: issue.creator,
    "created": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "resolutiondate": lambda issue: issue.resolved,
    "statuscategorychangedate": lambda issue: issue.status_changed,
}


def value_of(issue: Issue, field_id: str) -> Any:
    """Return what a field of the issue holds."""
    own = OWN.get(field_id)
    return own(issue) if own else issue.values.get(field_id)


def chosen_fields(site: "SiteState", names: Iterable[str]) -> list[Field]:
    """Return the fields meant by names such as summary, *all, *navigable, -comment."""
    chosen: dict[str, Field] = {}
    for name in names:
        if name in ("*all", "*navigable"):
            chosen |= {f.id: f for f in site.fields.values() if f.navigable or name == "*all"}
        elif name.startswith("-"):
            chosen = chosen or dict(site.fields)
            chosen.pop(name[1:], None)
        elif name in site.fields:
            chosen[name] = site.fields[name]
    return list(chosen.values())


def issue_fields(site: "SiteState", issue: Issue, view: View, fields: Iterable[Field]) -> Json:
    """Return the `fields` object. Custom fields of other projects are absent."""
    on_screen = {f.id for f in site.screen("edit", issue.project, issue.type).fields}
    shown: dict[str, Json] = {}
    for field in fields:
        special = _SPECIAL.get(field.id)
        if special:
            shown[field.id] = special(issue, view)
        elif not field.custom or field.id in on_screen or field.id in issue.values:
            shown[field.id] = field.kind.show(value_of(issue, field.id), view)
    if "parent" in shown and shown["parent"] is None:
        del shown["parent"]
    return shown


def _short(issue: Issue | None, view: View) -> Json:
    if issue is None:
        return None
    return {
        "id": str(issue.id),
        "key": issue.key,
        "self": view.link(f"issue/{issue.id}"),
        "fields": {"summary": issue.value("summary"), "status": view.status(issue.status)},
    }


def _comment_page(issue: Issue, view: View) -> Json:
    shown = [
        comments.show(comment, issue, view, frozenset())
        for comment in issue.comments[:COMMENTS_WITH_ISSUE]
    ]
    return {
        "comments": shown,
        "self": view.link(f"issue/{issue.id}/comment"),
        "maxResults": len(shown),
        "total": len(issue.comments),
        "startAt": 0,
    }


def _worklog_page(issue: Issue, view: View) -> Json:
    shown = [links.show_worklog(worklog, issue, view) for worklog in issue.worklogs[:20]]
    return {"startAt": 0, "maxResults": 20, "total": len(issue.worklogs), "worklogs": shown}


_SPECIAL: dict[str, Callable[[Issue, View], Json]] = {
    "labels": lambda issue, view: list(issue.value("labels") or ()),
    "comment": _comment_page,
    "worklog": _worklog_page,
    "attachment": lambda issue, view: [show_attachment(a, view) for a in issue.attachments],
    "issuelinks": lambda issue, view: [links.show_link(k, issue, view) for k in issue.links],
    "subtasks": lambda issue, view: [_short(child, view) for child in issue.children],
    "parent": lambda issue, view: _short(issue.value("parent"), view),
}


def show_attachment(attachment: Attachment, view: View) -> Json:
    """Return a file's metadata. `content` names the site, whatever address was called."""
    if view.cloud:
        content = f"{view.home}/rest/api/{view.version}/attachment/content/{attachment.id}"
    else:
        name = quote(attachment.filename)
        content = f"{view.home}/secure/attachment/{attachment.id}/{name}"
    shown = {
        "self": view.link(f"attachment/{attachment.id}"),
        "id": str(attachment.id),
        "filename": attachment.filename,
        "author": view.user(attachment.author),
        "created": view.time(attachment.created),
        "size": attachment.size,
        "mimeType": attachment.mime_type,
        "content": content,
    }
    if view.cloud and attachment.mime_type.startswith("image/"):
        shown["thumbnail"] = view.link(f"attachment/thumbnail/{attachment.id}")
    return shown


def show_change(change: Change, *, cloud: bool) -> Json:
    """Return a line of the change log; Data Center has no field ids."""
    shown: dict[str, Json] = {"field": change.field}
    shown["fieldtype"] = "custom" if change.custom else "jira"
    if cloud and change.field_id:
        shown["fieldId"] = change.field_id
    return shown | {
        "from": change.old,
        "fromString": change.old_text,
        "to": change.new,
        "toString": change.new_text,
    }


def show_history(history: History, view: View) -> Json:
    return {
        "id": str(history.id),
        "author": view.user(history.author),
        "created": view.time(history.created),
        "items": [show_change(item, cloud=view.cloud) for item in history.items],
    }


def show_issue(
    site: "SiteState",
    issue: Issue,
    view: View,
    fields: list[Field],
    properties: Iterable[str] = (),
    expand: frozenset[str] = frozenset(),
) -> dict[str, Json]:
    """Return an issue with the fields and entity properties that were asked for."""
    shown: dict[str, Json] = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog",
        "id": str(issue.id),
        "self": view.link(f"issue/{issue.id}"),
        "key": issue.key,
    }
    wanted = list(properties)
    if wanted:
        everything = "*all" in wanted
        shown["properties"] = {
            key: value for key, value in issue.properties.items() if everything or key in wanted
        }
    if "names" in expand:
        shown["names"] = {field.id: field.name for field in fields}
    if "schema" in expand:
        shown["schema"] = {field.id: field.schema() for field in fields}
    if "changelog" in expand:
        shown["changelog"] = _recent_changes(issue, view)
    if "renderedFields" in expand:
        shown["renderedFields"] = _rendered(issue, fields)
    shown["fields"] = issue_fields(site, issue, view, fields)
    return shown


def _recent_changes(issue: Issue, view: View) -> Json:
    histories = list(issue.history)
    if view.cloud:
        histories = histories[::-1][:HISTORY_WITH_ISSUE]
    return {
        "startAt": 0,
        "maxResults": len(histories),
        "total": len(issue.history),
        "histories": [show_history(history, view) for history in histories],
    }


def _rendered(issue: Issue, fields: Iterable[Field]) -> Json:
    return {
        field.id: rendered.html(issue.value(field.id) or "")
        for field in fields
        if isinstance(field.kind, Paragraph)
    }
