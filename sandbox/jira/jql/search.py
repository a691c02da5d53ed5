"""Runs queries: finds the candidates, tests what search sees of them, sorts."""

from collections.abc import Iterable
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from sandbox.jira import times
from sandbox.jira.entities import Issue, User
from sandbox.jira.errors import JiraError
from sandbox.jira.jql.asking import Asking, moment_of
from sandbox.jira.jql.clauses import compile_tree, find_fields
from sandbox.jira.jql.keys import NAMES as KEYS
from sandbox.jira.jql.keys import issue_ids
from sandbox.jira.jql.syntax import All, Clause, Query, Sort, parse
from sandbox.jira.show import value_of

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

MOST_SORTS = 7


def search(
    site: "SiteState",
    user: User | None,
    jql: str,
    *,
    bounded: bool = False,
    strict: bool = True,
    fresh: Iterable[int] = (),
) -> list[Issue]:
    """Return what the query finds, in order, as search sees it; raise a 400.

    `bounded` refuses a query without a restriction; `strict` refuses unknown issues in it; the
    issues in `fresh` are judged by what they are and not by what the index knows.
    """
    query = check(site, user, jql, bounded=bounded, strict=strict)
    if user is None:
        return []
    asking = _asking(site, user, strict)
    test = compile_tree(query.where, asking)
    reconciled = set(fresh)
    open_projects = {
        project for project in site.projects.values() if site.may(user, "BROWSE_PROJECTS", project)
    }
    found: list[Issue] = []
    for issue in _candidates(query.where, asking):
        seen = site.index.visible(issue, fresh=issue.id in reconciled)
        if seen and seen.project in open_projects and test(seen):
            found.append(seen)
    return _sorted(found, query.order, site)


def check(
    site: "SiteState", user: User | None, jql: str, *, bounded: bool = False, strict: bool = True
) -> Query:
    """Return the query's tree after looking at its fields and values; raise a 400."""
    query = parse(jql)
    if bounded and query.where is None:
        raise JiraError(
            400,
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your "
            "query.",
        )
    if len(query.order) > MOST_SORTS:
        raise JiraError(400, "The maximum number of fields in ORDER BY is 7.")
    for sort in query.order:
        if sort.field.lower() not in KEYS:
            find_fields(site, sort.field)
    if user is not None:
        compile_tree(query.where, _asking(site, user, strict))
    return query


def matches(site: "SiteState", user: User, jql: str, issue: Issue) -> bool:
    """Return whether the issue, as it is now, is among what the query finds; raise a 400."""
    test = compile_tree(parse(jql).where, _asking(site, user, strict=True))
    return site.may(user, "BROWSE_PROJECTS", issue.project) and test(issue)


def _asking(site: "SiteState", user: User, strict: bool) -> Asking:
    return Asking(site, user, site.now(), times.zone(user.time_zone), strict)


def _candidates(where: Any, asking: Asking) -> Iterable[Issue]:
    """Return the issues that may match: those named, those changed lately, or all."""
    site = asking.site
    for clause in where.parts if isinstance(where, All) else (where,):
        if not isinstance(clause, Clause):
            continue
        name = clause.field.lower()
        if name in KEYS and clause.operator in ("=", "in"):
            return [site.issues[id] for id in issue_ids(clause, asking) if id in site.issues]
        if name == "updated" and clause.operator in (">", ">="):
            since = moment_of(clause.operands[0], name, asking)
            return site.index.changed_since(since)
        if name == "created" and clause.operator in (">", ">="):
            return _created_since(clause, asking)
    return list(site.issues.values())


def _created_since(clause: Clause, asking: Asking) -> list[Issue]:
    since = moment_of(clause.operands[0], "created", asking)
    if not asking.site.index.ordered:
        return list(asking.site.issues.values())
    found: list[Issue] = []
    for issue in reversed(asking.site.issues.values()):
        if issue.created < since:
            break
        found.append(issue)
    return found


def _sorted(found: list[Issue], order: tuple[Sort, ...], site: "SiteState") -> list[Issue]:
    found.sort(key=lambda issue: -issue.id)
    for sort in reversed(order):
        if sort.field.lower() in KEYS:
            by_key = sort.field.lower() != "id"
            found.sort(
                key=lambda issue: (issue.project.key if by_key else "", issue.id),
                reverse=sort.descending,
            )
            continue
        field = find_fields(site, sort.field)[0]
        kind, id = field.kind, field.id
        pairs = [(kind.order(value_of(issue, id)), issue) for issue in found]
        pairs.sort(key=cmp_to_key(_compare), reverse=sort.descending)
        found = [issue for _, issue in pairs]
    return found


def _compare(one: tuple[Any, Issue], other: tuple[Any, Issue]) -> int:
    """Empty values come after the others."""
    if one[0] is None or other[0] is None:
        return (one[0] is None) - (other[0] is None)
    return int(one[0] > other[0]) - int(one[0] < other[0])
