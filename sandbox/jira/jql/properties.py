"""Entity properties in JQL, which only work where an app on the site declared an index."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.jira.entities import Issue
from sandbox.jira.errors import JiraError
from sandbox.jira.jql.syntax import Clause

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

_NAME = re.compile(r"issue\.property\[([^\]]+)\](?:\.([\w.\-]+))?", re.IGNORECASE)


def compile_clause(clause: Clause, site: "SiteState") -> Callable[[Issue], bool]:
    """Return the test for issue.property[key].path; raise a 400 when it isn't indexed."""
    match = _NAME.fullmatch(clause.field)
    key, path = (match[1].strip("\"' "), match[2] or "") if match else ("", "")
    if (key, path) not in site.indexed_properties:
        raise JiraError(
            400,
            f"Field '{clause.field}' does not exist or you do not have permission to view it.",
        )
    wanted = {str(operand).lower() for operand in clause.operands if operand is not None}
    positive = clause.operator in ("=", "in", "~", "is not")

    def test(issue: Issue) -> bool:
        value = issue.properties.get(key)
        for part in filter(None, path.split(".")):
            value = value.get(part) if isinstance(value, dict) else None
        if not wanted:
            return (value is not None) is positive
        return (value is not None and str(value).lower() in wanted) is positive

    return test
