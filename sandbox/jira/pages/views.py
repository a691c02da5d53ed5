"""The pages' addresses. Whoever looks at them is the site's human user."""

import os
import re
from collections.abc import Callable
from html import escape

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from sandbox.jira import attachments, comments, files, issues
from sandbox.jira.entities import Issue, Json, Project
from sandbox.jira.errors import JiraError
from sandbox.jira.pages import forms, issue
from sandbox.jira.state import SiteState
from sandbox.web import html_page

PAGE = 100
ACCENT = "#0c66e4"

# What a form does to an issue; the rest of the path follows as text.
Action = Callable[[SiteState, Issue, Request, str], None]


def serve(site: SiteState, request: Request, path: str, root: str) -> Response | None:
    """Return a page, or None if there is no such page."""
    with site.lock:
        if path == "/":
            return _page(site, "Projects", _projects(site, root))
        project = re.fullmatch(r"/projects/([A-Z0-9_]+)", path)
        found = site.project(project[1]) if project else None
        if found:
            return _project(site, request, found, root)
        named = re.match(r"/browse/([A-Z0-9_]+-\d+)(/.*)?$", path)
        known = site.find(named[1]) if named else None
        if named is None or known is None:
            return None
        return _issue(site, request, known, (named[2] or "").strip("/"), root)


def _page(site: SiteState, title: str, body: str, status: int = 200) -> Response:
    html = html_page(site.title, title, body, ACCENT)
    return Response(html, status, content_type="text/html;charset=UTF-8")


def _projects(site: SiteState, root: str) -> str:
    lines = [
        f'<tr><td><a href="{root}/projects/{project.key}">{escape(project.key)}</a>'
        f"<td>{escape(project.name)}<td>{sum(i.project is project for i in site.issues.values())}"
        for project in sorted(site.projects.values(), key=lambda project: project.key)
    ]
    head = "<tr><th>Key<th>Project<th>Issues"
    return f'<div class="wide"><table>{head}{"".join(lines)}</table></div>'


def _project(site: SiteState, request: Request, project: Project, root: str) -> Response:
    error = ""
    if request.method == "POST":
        try:
            made = _create(site, request, project)
            return redirect(f"{root}/browse/{made.key}", 303)
        except JiraError as refusal:
            error = _sentence(refusal)
    start = request.args.get("start", default=0, type=int)
    found = [issue for issue in reversed(site.issues.values()) if issue.project is project]
    rows = "".join(_row(issue, root) for issue in found[start : start + PAGE])
    more = f'<p><a href="?start={start + PAGE}">Older</a></p>' if found[start + PAGE :] else ""
    table = f'<div class="wide"><table><tr><th>Key<th>Summary<th>Status{rows}</table></div>'
    note = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    return _page(
        site, project.name, note + _create_form(project) + table + more, 400 if error else 200
    )


def _row(issue: Issue, root: str) -> str:
    return (
        f'<tr><td><a href="{root}/browse/{issue.key}">{escape(issue.key)}</a>'
        f"<td>{escape(issue.value('summary') or '')}<td>{escape(issue.status.name)}"
    )


def _create_form(project: Project) -> str:
    types = "".join(
        f'<option value="{kind.id}">{escape(kind.name)}'
        for kind in project.issue_types
        if not kind.subtask
    )
    return (
        '<form method="post"><div class="fields"><div><label for="issuetype">Type</label>'
        f'<select id="issuetype" name="issuetype">{types}</select></div><div>'
        '<label for="summary">Summary</label><input id="summary" name="summary" required></div>'
        "</div><button>Create issue</button></form>"
    )


def _create(site: SiteState, request: Request, project: Project) -> Issue:
    fields = {
        "project": {"id": project.id},
        "issuetype": {"id": request.form.get("issuetype", "")},
        "summary": request.form.get("summary", ""),
    }
    return issues.create(site, site.human, {"fields": fields})


def _issue(site: SiteState, request: Request, known: Issue, rest: str, root: str) -> Response:
    action, _, detail = rest.partition("/")
    if request.method != "POST":
        if action == "file":
            return _file(site, request, known, detail)
        return _shown(site, known, root)
    try:
        _ACTIONS[action](site, known, request, detail)
    except KeyError:
        return _shown(site, known, root, "There is no such thing to do.", 404)
    except JiraError as refusal:
        return _shown(site, known, root, _sentence(refusal), 400)
    return redirect(f"{root}/browse/{known.key}", 303)


def _shown(
    site: SiteState, known: Issue, root: str, error: str = "", status: int = 200
) -> Response:
    title = f"{known.key} {known.value('summary') or ''}"
    return _page(site, title, issue.body(site, known, root, error), status)


def _sentence(refusal: JiraError) -> str:
    named = [f"{name}: {text}" for name, text in refusal.errors.items()]
    return " ".join([*refusal.messages, *named])


def _file(site: SiteState, request: Request, known: Issue, detail: str) -> Response:
    number = detail.partition("/")[0]
    for attachment in known.attachments:
        if str(attachment.id) == number:
            return files.download(site, attachment, request)
    return _page(site, "No such file", "<p>The file has been deleted.</p>", 404)


def _edit(site: SiteState, known: Issue, request: Request, detail: str) -> None:
    fields = site.screen("edit", known.project, known.type).fields
    given = forms.read(site, filter(forms.editable, fields), request.form)
    issues.edit(site, site.human, known, {"fields": given})


def _transition(site: SiteState, known: Issue, request: Request, detail: str) -> None:
    steps = {step.id: step for step in issues.open_transitions(site, site.human, known)}
    step = steps[detail]
    shown = [site.fields[id] for id in step.screen]
    given = forms.read(site, filter(forms.editable, shown), request.form)
    issues.transition(site, site.human, known, step, {"fields": given})


def _comment(site: SiteState, known: Issue, request: Request, detail: str) -> None:
    raw: dict[str, Json] = {"body": request.form.get("body", "").replace("\r\n", "\n")}
    if "internal" in request.form:
        raw |= {"properties": [{"key": "sd.public.comment", "value": {"internal": True}}]}
    comments.add(site, site.human, known, raw)


def _attach(site: SiteState, known: Issue, request: Request, detail: str) -> None:
    part = request.files.get("file")
    if part is None or not part.filename:
        raise JiraError(400, "Choose a file first.")
    size = part.stream.seek(0, os.SEEK_END)
    if size > site.upload_limit:
        raise JiraError(400, f"{part.filename} is larger than {site.upload_limit:,} bytes.")
    attachments.attach(site, site.human, known, part.filename, part.stream, size, part.mimetype)


_ACTIONS: dict[str, Action] = {
    "": _edit,
    "transition": _transition,
    "comment": _comment,
    "attach": _attach,
}
