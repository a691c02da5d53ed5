"""What happens to issues, whoever does it: people on the pages, tests, or the API."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.jira import comments, links
from sandbox.jira.changes import Changes, Reader, read_properties, section
from sandbox.jira.choices import Many, NamedChoice
from sandbox.jira.entities import (
    Change,
    History,
    Issue,
    IssueType,
    Json,
    Project,
    Screen,
    Transition,
    User,
)
from sandbox.jira.errors import JiraError
from sandbox.jira.kinds import Field

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

LOG_NAMES = {
    "components": "Component",
    "fixVersions": "Fix Version",
    "versions": "Version",
    "parent": "Parent",
}


def create(site: "SiteState", actor: User, body: Json, *, adf: bool = False) -> Issue:
    """Create an issue from a request body; raise JiraError."""
    fields = section(body, "fields")
    project = _project(site, actor, fields)
    issue_type = _issue_type(site, project, fields)
    screen = site.screen("create", project, issue_type)
    default = {"priority": site.priorities[len(site.priorities) // 2], "reporter": actor}
    rest = {name: value for name, value in fields.items() if name not in ("project", "issuetype")}
    reader = Reader(site, project, actor, screen, dict(default), adf)
    changes = reader.read({"fields": rest, "update": body.get("update")}, complete=True)
    if "reporter" in rest and not site.may(actor, "MODIFY_REPORTER", project):
        raise JiraError(400, errors={"reporter": "You do not have permission to set the reporter."})
    properties = read_properties(body)
    issue = _new(site, actor, project, issue_type)
    with site.changing(issue):
        issue.values = {k: v for k, v in (default | changes.values).items() if v not in (None, [])}
        issue.properties = dict(properties)
        site.issues[issue.id] = site.keys[issue.key] = issue
        links.adopt(issue)
    site.events.issue("jira:issue_created", "issue_created", actor, issue)
    add_parts(site, actor, issue, changes, adf=adf)
    return issue


def _project(site: "SiteState", actor: User, fields: dict[str, Json]) -> Project:
    raw = fields.get("project")
    wanted = str(raw.get("id") or raw.get("key") or "") if isinstance(raw, dict) else ""
    project = site.project(wanted)
    if project is None or not site.may(actor, "BROWSE_PROJECTS", project):
        sentence = (
            "Specify a valid project ID or key" if site.cloud else "valid project is required"
        )
        raise JiraError(400, errors={"project": sentence})
    if not site.may(actor, "CREATE_ISSUES", project):
        raise JiraError(403, "You do not have permission to create issues in this project.")
    return project


def _issue_type(site: "SiteState", project: Project, fields: dict[str, Json]) -> IssueType:
    raw = fields.get("issuetype")
    if isinstance(raw, dict):
        for issue_type in project.issue_types:
            if str(raw.get("id") or "") == issue_type.id or raw.get("name") == issue_type.name:
                return issue_type
    sentence = "Specify a valid issue type" if site.cloud else "valid issue type is required"
    raise JiraError(400, errors={"issuetype": sentence})


def _new(site: "SiteState", actor: User, project: Project, issue_type: IssueType) -> Issue:
    project.counter += 1
    now = site.now()
    return Issue(
        id=site.number("issue"),
        key=f"{project.key}-{project.counter}",
        project=project,
        type=issue_type,
        status=project.workflow(issue_type).initial,
        creator=actor,
        created=now,
        updated=now,
        status_changed=now,
    )


def edit_screen(site: "SiteState", issue: Issue) -> Screen:
    """Return what may be edited of an issue, which is nothing in a locked status."""
    return Screen([]) if issue.status.locked else site.screen("edit", issue.project, issue.type)


def edit(site: "SiteState", actor: User, issue: Issue, body: Json, *, adf: bool = False) -> None:
    """Change fields of an issue as a request body says; raise JiraError."""
    screen = edit_screen(site, issue)
    reader = Reader(site, issue.project, actor, screen, issue.values, adf)
    changes = reader.read(body)
    properties = read_properties(body)
    if "assignee" in changes.values and not site.may(actor, "ASSIGN_ISSUES", issue.project):
        raise JiraError(400, errors={"assignee": "You do not have permission to assign issues."})
    items = apply(site, actor, issue, changes.values)
    if properties:
        with site.changing(issue, touch=False):
            issue.properties.update(properties)
    if items:
        kind = "issue_assigned" if [i.field for i in items] == ["assignee"] else "issue_generic"
        site.events.issue("jira:issue_updated", kind, actor, issue, issue.history[-1])
    add_parts(site, actor, issue, changes, adf=adf)


def add_parts(
    site: "SiteState", actor: User, issue: Issue, changes: Changes, *, adf: bool = False
) -> None:
    """Add the comments, links and worklogs that came with a change."""
    for kind, raw in changes.added:
        if kind == "comment":
            comments.add(site, actor, issue, raw, adf=adf)
        elif kind == "issuelinks":
            links.connect_from(site, actor, issue, raw)
        else:
            links.log_work(site, actor, issue, raw, adf=adf)


def apply(site: "SiteState", actor: User, issue: Issue, values: dict[str, Any]) -> list[Change]:
    """Set values and log what really changed; without a change nothing moves."""
    items: list[Change] = []
    for id, value in values.items():
        if (issue.value(id) or None) != (value or None):
            items += differences(site.fields[id], issue.value(id), value)
    if not items:
        return []
    with site.changing(issue):
        for id, value in values.items():
            put(issue, id, value, site.now())
        record(site, actor, issue, items)
    return items


def put(issue: Issue, id: str, value: Any, now: datetime) -> None:
    """Keep a field's value; empty ones are not kept."""
    if value in (None, [], {}):
        issue.values.pop(id, None)
    else:
        issue.values[id] = value
    if id == "resolution":
        issue.resolved = now if value else None


def differences(field: Field, old: Any, new: Any) -> list[Change]:
    """Return the change log's lines: one, or one by entry for components and versions."""
    kind = field.kind
    if isinstance(kind, Many) and isinstance(kind.one, NamedChoice):
        gone = [entry for entry in old or [] if entry not in (new or [])]
        come = [entry for entry in new or [] if entry not in (old or [])]
        pairs = [(kind.one, entry, None) for entry in gone]
        return [
            _line(field, *pair) for pair in [*pairs, *((kind.one, None, entry) for entry in come)]
        ]
    return [_line(field, kind, old, new)]


def _line(field: Field, kind: Any, old: Any, new: Any) -> Change:
    name = field.name if field.custom else LOG_NAMES.get(field.id, field.id)
    return Change(
        name, field.id, field.custom, kind.ref(old), kind.text(old), kind.ref(new), kind.text(new)
    )


def record(site: "SiteState", actor: User, issue: Issue, items: list[Change]) -> History:
    """Write the change log."""
    history = History(site.number("history"), actor, site.now(), tuple(items))
    issue.history.append(history)
    return history


def open_transitions(site: "SiteState", actor: User, issue: Issue) -> list[Transition]:
    """Return the transitions open to the user from where the issue is."""
    if not site.may(actor, "TRANSITION_ISSUES", issue.project):
        return []
    return [
        step
        for step in issue.project.workflow(issue.type).transitions
        if (step.sources is None or issue.status in step.sources)
        and (step.condition is None or step.condition(actor, issue))
    ]


def transition(
    site: "SiteState",
    actor: User,
    issue: Issue,
    step: Transition,
    body: Json,
    *,
    adf: bool = False,
) -> None:
    """Carry out a transition; raise JiraError.

    A comment given to a transition without a screen is lost without a word, as in Jira.
    """
    screen = Screen([site.fields[id] for id in step.screen], set(step.required))
    reader = Reader(site, issue.project, actor, screen, issue.values, adf)
    changes = reader.read(body, complete=True)
    refusal = step.validator(issue, changes.values) if step.validator else None
    if refusal:
        raise JiraError(400, refusal)
    _move(site, actor, issue, step, changes.values)
    resolved = issue.status.category.key == "done"
    kind = "issue_resolved" if resolved else "issue_generic"
    site.events.issue("jira:issue_updated", kind, actor, issue, issue.history[-1])
    if step.screen:
        add_parts(site, actor, issue, changes, adf=adf)


def _move(
    site: "SiteState", actor: User, issue: Issue, step: Transition, values: dict[str, Any]
) -> None:
    if step.resolution is not None and "resolution" not in values:
        found = [one for one in site.resolutions if one.name == step.resolution]
        values = values | {"resolution": found[0] if found else None}
    items = [_line(site.fields["status"], site.fields["status"].kind, issue.status, step.to)]
    for id, value in values.items():
        if (issue.value(id) or None) != (value or None):
            items += differences(site.fields[id], issue.value(id), value)
    with site.changing(issue):
        for id, value in values.items():
            put(issue, id, value, site.now())
        issue.status = step.to
        issue.status_changed = site.now()
        record(site, actor, issue, items)


def delete(site: "SiteState", actor: User, issue: Issue) -> None:
    """Delete an issue and, with it, everything that hangs on it."""
    for link in list(issue.links):
        links.cut(site, link)
    site.events.issue("jira:issue_deleted", "issue_deleted", actor, issue)
    site.index.forget(issue)
    del site.issues[issue.id]
    for key in [issue.key, *issue.old_keys]:
        site.keys.pop(key, None)
    for comment in issue.comments:
        site.comments.pop(comment.id, None)
    for attachment in issue.attachments:
        site.attachments.pop(attachment.id, None)


def move(site: "SiteState", actor: User, issue: Issue, project: Project) -> None:
    """Move an issue to another project: a new key, and the old one goes on working."""
    project.counter += 1
    key = f"{project.key}-{project.counter}"
    items = [
        Change("project", "project", False, issue.project.id, issue.project.name,
               project.id, project.name),
        Change("Key", "issuekey", False, None, issue.key, None, key),
    ]  # fmt: skip
    issue_type = issue.type if issue.type in project.issue_types else project.issue_types[0]
    workflow = project.workflow(issue_type)
    with site.changing(issue):
        issue.old_keys.append(issue.key)
        issue.key, issue.project, issue.type = key, project, issue_type
        if issue.status not in workflow.statuses:
            issue.status = workflow.initial
        site.keys[key] = issue
        history = record(site, actor, issue, items)
    site.events.issue("jira:issue_updated", "issue_moved", actor, issue, history)
