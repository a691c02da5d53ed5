"""Clauses that name issues: by key, by id, or by a remote link."""

from sandbox.jira.errors import JiraError
from sandbox.jira.jql.asking import COMPARE, Asking, Test, unsupported
from sandbox.jira.jql.syntax import Call, Clause, Operand

NAMES = ("key", "issuekey", "issue", "id")


def compile_clause(clause: Clause, asking: Asking) -> Test:
    """Return the test for key or id; raise a 400."""
    if clause.operator in COMPARE:
        limit = _known_issue(clause.operands[0], clause, asking)
        compare = COMPARE[clause.operator]
        return lambda issue: limit is not None and compare(issue.id, limit)
    wanted = issue_ids(clause, asking)
    if clause.operator in ("=", "in"):
        return lambda issue: issue.id in wanted
    if clause.operator in ("!=", "not in"):
        return lambda issue: issue.id not in wanted
    raise unsupported(clause)


def issue_ids(clause: Clause, asking: Asking) -> set[int]:
    """Return the issues a key clause names; raise a 400 for unknown ones unless lenient."""
    found: set[int] = set()
    for operand in clause.operands:
        if isinstance(operand, Call) and operand.name == "issueswithremotelinksbyglobalid":
            found |= {
                issue.id
                for issue in asking.site.issues.values()
                if any(link.global_id in operand.arguments for link in issue.remote_links)
            }
            continue
        id = _known_issue(operand, clause, asking)
        if id is not None:
            found.add(id)
    return found


def _known_issue(operand: Operand, clause: Clause, asking: Asking) -> int | None:
    name = str(operand)
    issue = asking.site.find(name)
    if issue and asking.site.may(asking.user, "BROWSE_PROJECTS", issue.project):
        return issue.id
    if not asking.strict:
        return None
    if name.isdecimal():
        raise JiraError(
            400, f"A value with ID '{name}' does not exist for the field '{clause.field}'."
        )
    raise JiraError(400, f"An issue with key '{name}' does not exist for field '{clause.field}'.")
