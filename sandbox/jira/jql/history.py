"""Clauses about the past: "status changed to Done after -15m"."""

from sandbox.jira.entities import Change, History, Issue
from sandbox.jira.errors import JiraError
from sandbox.jira.jql.asking import Asking, Test, moment_of
from sandbox.jira.jql.syntax import Clause

FIELDS = {"status", "assignee", "priority", "reporter", "resolution", "fixversion"}


def compile_clause(clause: Clause, asking: Asking) -> Test:
    """Return the test for a field that changed; raise a 400."""
    field = clause.field.lower()
    if field not in FIELDS:
        raise JiraError(400, f"History searches do not support the '{clause.field}' field.")
    limits = {part.word: part.value for part in clause.periods}
    moments = {
        word: moment_of(limits[word], clause.field, asking)
        for word in ("after", "before")
        if word in limits
    }

    def fits(entry: History, change: Change) -> bool:
        named = (("from", change.old, change.old_text), ("to", change.new, change.new_text))
        return (
            change.field_id.lower().rstrip("s") == field.rstrip("s")
            and ("after" not in moments or entry.created > moments["after"])
            and ("before" not in moments or entry.created < moments["before"])
            and all(_is(limits[word], id, text) for word, id, text in named if word in limits)
        )

    def test(issue: Issue) -> bool:
        return any(fits(entry, change) for entry in issue.history for change in entry.items)

    return test


def _is(wanted: object, id: str | None, text: str | None) -> bool:
    return str(wanted).lower() in (str(id).lower(), str(text).lower())
