"""Issues: create, read, edit, delete, move through the workflow, and their change log."""

from sandbox.jira import issues, show, times
from sandbox.jira.api.routing import Answer, Call, route
from sandbox.jira.changes import Reader
from sandbox.jira.entities import Issue, Json, Transition
from sandbox.jira.errors import JiraError
from sandbox.jira.meta import screen_meta

EDIT_REFUSED = "You do not have permission to edit issues in this project."


@route("POST", "/issue")
def create(call: Call) -> Answer:
    issue = issues.create(call.site, call.actor, call.body, adf=call.adf)
    answer = _reference(call, issue)
    wanted = call.body.get("transition")
    if isinstance(wanted, dict) and wanted.get("id"):
        for step in issues.open_transitions(call.site, call.actor, issue):
            if step.id == str(wanted["id"]):
                issues.transition(call.site, call.actor, issue, step, {})
                answer["transition"] = {"status": 200, "errorCollection": {}}
    return 201, answer


def _reference(call: Call, issue: Issue) -> dict[str, Json]:
    return {"id": str(issue.id), "key": issue.key, "self": call.view.link(f"issue/{issue.id}")}


@route("POST", "/issue/bulk")
def create_many(call: Call) -> Answer:
    updates = call.body.get("issueUpdates")
    if not isinstance(updates, list) or not updates:
        raise JiraError(400, "The 'issueUpdates' list must not be empty.")
    if len(updates) > call.site.bulk_limit:
        raise JiraError(400, f"The number of issues to create exceeds {call.site.bulk_limit}.")
    made: list[Json] = []
    errors: list[Json] = []
    for number, update in enumerate(updates):
        try:
            issue = issues.create(call.site, call.actor, update, adf=call.adf)
            made.append(_reference(call, issue))
        except JiraError as refusal:
            errors.append(
                {
                    "status": refusal.status,
                    "elementErrors": refusal.body() | {"status": refusal.status},
                    "failedElementNumber": number,
                }
            )
    return (201 if made else 400), {"issues": made, "errors": errors}


@route("GET", "/issue/<key>")
def read(call: Call, key: str) -> Answer:
    issue = call.issue(key)
    fields = show.chosen_fields(call.site, call.args("fields") or ["*all"])
    expand = call.expand
    shown = show.show_issue(call.site, issue, call.view, fields, call.args("properties"), expand)
    if "transitions" in expand:
        shown["transitions"] = [
            _show_step(call, issue, step, detailed=False)
            for step in issues.open_transitions(call.site, call.actor, issue)
        ]
    if "editmeta" in expand:
        shown["editmeta"] = _edit_meta(call, issue)
    return shown


@route("PUT", "/issue/<key>")
def edit(call: Call, key: str) -> Answer:
    issue = call.writable(key, "EDIT_ISSUES", EDIT_REFUSED)
    silent = call.arg("notifyUsers").lower() == "false"
    if silent and not call.site.cloud and not call.site.may(call.actor, "ADMINISTER"):
        raise JiraError(
            403,
            "To discard the user notification either admin or project admin "
            "permissions are required.",
        )
    issues.edit(call.site, call.actor, issue, call.body, adf=call.adf)
    if call.site.cloud and call.arg("returnIssue").lower() == "true":
        fields = show.chosen_fields(call.site, ["*all"])
        return show.show_issue(call.site, issue, call.view, fields)
    return 204, None


@route("DELETE", "/issue/<key>")
def delete(call: Call, key: str) -> Answer:
    issue = call.writable(key, "DELETE_ISSUES")
    if issue.children and call.arg("deleteSubtasks").lower() != "true":
        raise JiraError(
            400,
            f"The issue '{issue.key}' has subtasks. You must specify the "
            "'deleteSubtasks' parameter to delete this issue and all its subtasks.",
        )
    for child in list(issue.children):
        issues.delete(call.site, call.actor, child)
    issues.delete(call.site, call.actor, issue)
    return 204, None


@route("PUT", "/issue/<key>/assignee")
def assign(call: Call, key: str) -> Answer:
    issue = call.writable(key, "ASSIGN_ISSUES", "You do not have permission to assign issues.")
    screen = call.site.screen("edit", issue.project, issue.type)
    reader = Reader(call.site, issue.project, call.actor, screen, issue.values)
    changes = reader.read({"fields": {"assignee": call.body}})
    if issues.apply(call.site, call.actor, issue, changes.values):
        call.site.events.issue(
            "jira:issue_updated", "issue_assigned", call.actor, issue, issue.history[-1]
        )
    return 204, None


def _edit_meta(call: Call, issue: Issue) -> Json:
    if issue.status.locked or not call.site.may(call.user, "EDIT_ISSUES", issue.project):
        return {"fields": {}}
    screen = issues.edit_screen(call.site, issue)
    comment = call.site.fields["comment"]
    fields = [*screen.fields, comment]
    return {
        "fields": screen_meta(
            call.site, issue.project, issue.type, fields, screen.required, call.view
        )
    }


@route("GET", "/issue/<key>/editmeta")
def edit_meta(call: Call, key: str) -> Answer:
    return _edit_meta(call, call.issue(key))


def _show_step(
    call: Call, issue: Issue, step: Transition, *, detailed: bool, available: bool = True
) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "id": step.id,
        "name": step.name,
        "to": call.view.status(step.to),
    }
    if call.site.cloud:
        shown |= {
            "hasScreen": bool(step.screen),
            "isGlobal": step.sources is None,
            "isInitial": False,
            "isAvailable": available,
            "isConditional": step.condition is not None,
            "isLooped": False,
        }
    else:
        shown |= {"description": "", "opsbarSequence": 10}
    if detailed:
        fields = [call.site.fields[id] for id in step.screen]
        shown["fields"] = screen_meta(
            call.site, issue.project, issue.type, fields, step.required, call.view
        )
    return shown


@route("GET", "/issue/<key>/transitions")
def transitions(call: Call, key: str) -> Answer:
    issue = call.issue(key)
    detailed = "transitions.fields" in call.expand
    open_steps = issues.open_transitions(call.site, call.actor, issue)
    steps = [(step, True) for step in open_steps]
    if call.site.cloud and call.arg("includeUnavailableTransitions").lower() == "true":
        every = issue.project.workflow(issue.type).transitions
        steps += [(step, False) for step in every if step not in open_steps]
    wanted = call.arg("transitionId")
    return {
        "expand": "transitions",
        "transitions": [
            _show_step(call, issue, step, detailed=detailed, available=available)
            for step, available in steps
            if wanted in ("", step.id)
        ],
    }


@route("POST", "/issue/<key>/transitions")
def transition(call: Call, key: str) -> Answer:
    issue = call.issue(key)
    call.site.limits.count_write(issue.id)
    wanted = call.body.get("transition")
    number = wanted.get("id") if isinstance(wanted, dict) else None
    if not isinstance(number, str) or not number:
        raise JiraError(400, "Missing 'transition' identifier")
    for step in issues.open_transitions(call.site, call.actor, issue):
        if step.id == number:
            issues.transition(call.site, call.actor, issue, step, call.body, adf=call.adf)
            return 204, None
    if not call.site.cloud and not number.isdecimal():
        raise JiraError(500, "Internal server error")
    raise JiraError(
        400,
        f"It seems that you have tried to perform an illegal workflow operation, "
        f"or the transition id '{number}' is not valid for this issue.",
    )


@route("GET", "/issue/<key>/changelog", only="cloud")
def change_log(call: Call, key: str) -> Answer:
    issue = call.issue(key)
    page = call.page(issue.history, default=100, most=100)
    return page.show("values", [show.show_history(entry, call.view) for entry in page.entries])


@route("POST", "/changelog/bulkfetch", only="cloud")
def change_logs(call: Call) -> Answer:
    names = call.body.get("issueIdsOrKeys")
    if not isinstance(names, list) or not 0 < len(names) <= 1000:
        raise JiraError(400, "Between 1 and 1000 issues have to be named.")
    wanted = call.body.get("fieldIds") or []
    if len(wanted) > 10:
        raise JiraError(400, "At most 10 fields may be named.")
    found = {issue.id: issue for issue in map(call.site.find, map(str, names)) if issue}
    histories: dict[int, list[Json]] = {}
    for id, issue in sorted(found.items()):
        if not call.site.may(call.user, "BROWSE_PROJECTS", issue.project):
            continue
        for entry in issue.history:
            items = [i for i in entry.items if not wanted or i.field_id in wanted]
            if items:
                shown = show.show_history(entry, call.view) | {
                    "created": times.epoch(entry.created),
                    "items": [show.show_change(item, cloud=True) for item in items],
                }
                histories.setdefault(id, []).append(shown)
    return {
        "issueChangeLogs": [
            {"issueId": str(id), "changeHistories": entries} for id, entries in histories.items()
        ]
    }


@route("POST", "/issue/bulkfetch", only="cloud")
def read_many(call: Call) -> Answer:
    names = call.body.get("issueIdsOrKeys")
    if not isinstance(names, list) or not 0 < len(names) <= 100:
        raise JiraError(400, "Between 1 and 100 issues have to be named.")
    properties = call.body.get("properties") or []
    if len(properties) > 5:
        raise JiraError(400, "At most 5 properties may be named.")
    fields = show.chosen_fields(call.site, call.body.get("fields") or ["*navigable"])
    expand = frozenset(call.body.get("expand") or ())
    found = {issue.id: issue for issue in map(call.site.find, map(str, names)) if issue}
    return {
        "issues": [
            show.show_issue(call.site, issue, call.view, fields, properties, expand)
            for _, issue in sorted(found.items())
            if call.site.may(call.user, "BROWSE_PROJECTS", issue.project)
        ],
        "issueErrors": [],
    }
