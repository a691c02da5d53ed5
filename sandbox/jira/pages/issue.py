"""The page of one issue: its fields, the connector's panel, files, comments, the workflow."""

from html import escape
from urllib.parse import quote, urlsplit

from sandbox.jira import issues, rendered
from sandbox.jira.entities import Attachment, Comment, Issue, RemoteLink, Screen, Transition
from sandbox.jira.pages import forms
from sandbox.jira.state import SiteState

PANEL = "Salesforce panel"
UPLOAD = ' enctype="multipart/form-data"'


def body(site: SiteState, issue: Issue, root: str, error: str = "") -> str:
    """Return the page's content; `root` is what addresses begin with."""
    at = f"{root}/browse/{issue.key}"
    parts = [
        f'<p class="error" role="alert">{escape(error)}</p>' if error else "",
        f"<p>{escape(issue.type.name)} · <strong>{escape(issue.status.name)}</strong> · "
        f'<a href="{root}/projects/{issue.project.key}">{escape(issue.project.name)}</a></p>',
        f"<h2>Move on</h2>{_transitions(site, issue, at)}",
        _panel(site, issue),
        f"<h2>Fields</h2>{_fields(site, issue, at)}",
        f"<h2>Links</h2>{_links(issue)}",
        f"<h2>Files</h2>{_files(issue, at)}",
        f"<h2>Comments</h2>{_comments(site, issue, at)}",
    ]
    return "\n".join(parts)


def _post(address: str, content: str, button: str, extra: str = "") -> str:
    return (
        f'<form method="post" action="{address}"{extra}>{content}<button>{button}</button></form>'
    )


def _transitions(site: SiteState, issue: Issue, at: str) -> str:
    steps = issues.open_transitions(site, site.human, issue)
    return "".join(_step(site, issue, step, at) for step in steps) or "<p>No way from here.</p>"


def _step(site: SiteState, issue: Issue, step: Transition, at: str) -> str:
    screen = Screen([site.fields[id] for id in step.screen], set(step.required))
    controls = _controls(site, issue, screen, f"step-{step.id}")
    same = step.name == step.to.name
    button = escape(step.name if same else f"{step.name} → {step.to.name}")
    style = "" if controls else ' style="display:inline"'
    return _post(f"{at}/transition/{step.id}", controls, button, style)


def _controls(site: SiteState, issue: Issue, screen: Screen, form: str) -> str:
    shown = [field for field in screen.fields if forms.editable(field)]
    controls = [
        forms.control(
            site,
            issue.project,
            field,
            issue.value(field.id),
            needed=field.id in screen.required,
            form=form,
        )
        + f'<input type="hidden" name="{field.id}-shown" value="1">'
        for field in shown
    ]
    return f'<div class="fields">{"".join(controls)}</div>' if controls else ""


def _panel(site: SiteState, issue: Issue) -> str:
    address = site.panel_url(issue.key) if site.panel_url else _linked_panel(issue)
    if not address:
        return ""
    source = escape(address, quote=True)
    return (
        f'<h2>Salesforce</h2><iframe title="Salesforce" src="{source}" '
        'style="width:100%;height:32rem;border:1px solid var(--line);border-radius:6px"></iframe>'
    )


def _linked_panel(issue: Issue) -> str | None:
    for link in issue.remote_links:
        if link.relationship == PANEL:
            return str(link.object["url"])
    return None


def _fields(site: SiteState, issue: Issue, at: str) -> str:
    screen = site.screen("edit", issue.project, issue.type)
    return _post(at, _controls(site, issue, screen, "edit"), "Save")


def _links(issue: Issue) -> str:
    lines = [f"<li>{_remote_link(link)}" for link in issue.remote_links]
    for link in issue.links:
        outward = link.source is issue
        other = link.destination if outward else link.source
        words = link.type.outward if outward else link.type.inward
        lines.append(f'<li>{escape(words)} <a href="{other.key}">{escape(other.key)}</a>')
    return f"<ul>{''.join(lines)}</ul>" if lines else "<p>None.</p>"


def _remote_link(link: RemoteLink) -> str:
    target = link.object
    name = escape(str(target.get("title", "")))
    if urlsplit(str(target["url"])).scheme in ("http", "https"):
        name = f'<a href="{escape(str(target["url"]), quote=True)}">{name}</a>'
    detail = " · ".join(
        escape(str(part)) for part in (link.relationship, target.get("summary")) if part
    )
    return f"{name} <small>{detail}</small>"


def _files(issue: Issue, at: str) -> str:
    lines = "".join(_file(attachment, at) for attachment in issue.attachments)
    picker = (
        '<label for="file">Add a file</label><input id="file" type="file" name="file" required>'
    )
    return f"<ul>{lines}</ul>" + _post(f"{at}/attach", picker, "Upload", UPLOAD)


def _file(attachment: Attachment, at: str) -> str:
    name = escape(attachment.filename)
    address = f"{at}/file/{attachment.id}/{quote(attachment.filename)}"
    return f'<li><a href="{address}">{name}</a> <small>{attachment.size:,} bytes</small>'


def _comments(site: SiteState, issue: Issue, at: str) -> str:
    desk = issue.project.type_key == "service_desk"
    lines = "".join(_comment(comment, desk=desk) for comment in issue.comments)
    box = '<label for="body">Add a comment</label><textarea id="body" name="body" rows=4 required>'
    box += "</textarea>"
    if desk:
        box += '<label><input type="checkbox" name="internal"> Internal note</label>'
    return lines + _post(f"{at}/comment", box, "Comment")


def _comment(comment: Comment, *, desk: bool) -> str:
    note = " · internal" if desk and comment.internal else ""
    moment = f"{comment.created:%Y-%m-%d %H:%M} UTC"
    head = f"<small>{escape(comment.author.display_name)} · {moment}{note}</small>"
    return (
        f'<div class="entry" style="white-space:normal">{head}{rendered.html(comment.body)}</div>'
    )
