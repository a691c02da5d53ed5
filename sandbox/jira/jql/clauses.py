"""What the clauses of JQL mean: each becomes a test of an issue."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.jira.entities import Issue
from sandbox.jira.errors import JiraError
from sandbox.jira.jql import history, keys, properties, text
from sandbox.jira.jql.asking import (
    COMPARE,
    Asking,
    Test,
    moment_of,
    unknown_value,
    unsupported,
)
from sandbox.jira.jql.syntax import All, AnyOf, Call, Clause, Negation, Operand
from sandbox.jira.kinds import Date, Field, Number
from sandbox.jira.show import value_of

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

ALIASES = {
    "type": "issuetype",
    "component": "components",
    "fixversion": "fixVersions",
    "affectedversion": "versions",
    "createddate": "created",
    "updateddate": "updated",
    "resolved": "resolutiondate",
    "due": "duedate",
    "label": "labels",
}
TEXTS = ("text", "comment")
# Whose values JQL knows beforehand, so that an unknown one is an error.
CHECKED = {"project", "issuetype", "status", "priority", "resolution", "option", "user",
           "component", "version", "option-with-child"}  # fmt: skip


def compile_tree(tree: Any, asking: Asking) -> Test:
    """Return the test for a query's restrictions; raise a 400."""
    if tree is None:
        return lambda issue: True
    if isinstance(tree, All):
        tests = [compile_tree(part, asking) for part in tree.parts]
        return lambda issue: all(test(issue) for test in tests)
    if isinstance(tree, AnyOf):
        tests = [compile_tree(part, asking) for part in tree.parts]
        return lambda issue: any(test(issue) for test in tests)
    if isinstance(tree, Negation):
        inner = compile_tree(tree.part, asking)
        return lambda issue: not inner(issue)
    return _clause(tree, asking)


def _clause(clause: Clause, asking: Asking) -> Test:
    name = clause.field.lower()
    if name in keys.NAMES:
        return keys.compile_clause(clause, asking)
    if clause.operator == "changed":
        return history.compile_clause(clause, asking)
    if name in TEXTS:
        return _all_texts(clause, name)
    if name == "statuscategory":
        return _category(clause)
    if name.startswith("issue.property["):
        return properties.compile_clause(clause, asking.site)
    tests = [_field(clause, field, asking) for field in find_fields(asking.site, clause.field)]
    return tests[0] if len(tests) == 1 else lambda issue: any(test(issue) for test in tests)


def find_fields(site: "SiteState", name: str) -> list[Field]:
    """Return the fields a clause may mean by this name; raise a 400 when there is none."""
    custom = re.fullmatch(r"cf\[(\d+)\]", name, re.IGNORECASE)
    wanted = f"customfield_{custom[1]}" if custom else ALIASES.get(name.lower(), name)
    found = site.field_named(wanted) or site.field_named(re.sub(r"\[[^\]]*\]$", "", wanted))
    if not found:
        raise JiraError(
            400, f"Field '{name}' does not exist or you do not have permission to view it."
        )
    return found


def _field(clause: Clause, field: Field, asking: Asking) -> Test:
    search = field.kind.search
    if field.id == "resolution":
        clause = replace(clause, operands=tuple(map(_resolved, clause.operands)))
    if clause.operator in ("is", "is not") or clause.operands == (None,):
        return _emptiness(clause, field.id)
    if clause.operator in ("~", "!~"):
        if search != "text":
            raise unsupported(clause)
        return _words(clause, lambda issue: (field.kind.text(value_of(issue, field.id)),))
    if search == "text":
        raise unsupported(clause)
    if isinstance(field.kind, Number) or field.kind.type in ("date", "datetime"):
        return _ordered(clause, field, asking)
    if clause.operator in COMPARE:
        if search != "ordered":
            raise unsupported(clause)
        return _ranked(clause, field, asking)
    return _exact(clause, field, asking)


def _resolved(operand: Operand) -> Operand:
    """Read "Unresolved", which is JQL's word for no resolution, as none."""
    return None if str(operand).lower() == "unresolved" else operand


def _emptiness(clause: Clause, field_id: str) -> Test:
    if clause.operator in ("is", "="):
        return lambda issue: value_of(issue, field_id) in (None, [], {})
    if clause.operator in ("is not", "!="):
        return lambda issue: value_of(issue, field_id) not in (None, [], {})
    raise unsupported(clause)


def _words(clause: Clause, texts: Callable[[Issue], Iterable[str | None]]) -> Test:
    wanted = text.matcher(str(clause.operands[0]))
    if clause.operator == "~":
        return lambda issue: any(wanted(found) for found in texts(issue) if found)
    return lambda issue: not any(wanted(found) for found in texts(issue) if found)


def _all_texts(clause: Clause, name: str) -> Test:
    if clause.operator not in ("~", "!~"):
        raise unsupported(clause)

    def texts(issue: Issue) -> list[str | None]:
        said: list[str | None] = [comment.body for comment in issue.comments]
        if name == "text":
            said += [value for value in issue.values.values() if isinstance(value, str)]
        return said

    return _words(clause, texts)


def _category(clause: Clause) -> Test:
    wanted = {str(value).lower() for value in clause.operands}
    positive = clause.operator in ("=", "in")
    if not positive and clause.operator not in ("!=", "not in"):
        raise unsupported(clause)

    def test(issue: Issue) -> bool:
        category = issue.status.category
        names = {category.name.lower(), category.key, str(category.id)}
        return bool(names & wanted) is positive

    return test


def _ordered(clause: Clause, field: Field, asking: Asking) -> Test:
    wanted = [_comparable(operand, field, clause, asking) for operand in clause.operands]
    kind, id = field.kind, field.id
    compare = COMPARE.get(clause.operator)
    if compare:
        limit = wanted[0]

        def test(issue: Issue) -> bool:
            value = kind.order(value_of(issue, id))
            return value is not None and compare(value, limit)

        return test
    positive = clause.operator in ("=", "in")

    def equal(issue: Issue) -> bool:
        value = kind.order(value_of(issue, id))
        return value is not None and (value in wanted) is positive

    return equal


def _comparable(operand: Operand, field: Field, clause: Clause, asking: Asking) -> Any:
    if isinstance(field.kind, Number):
        try:
            return float(str(operand))
        except ValueError:
            raise JiraError(
                400, f"Value '{operand}' is invalid for the '{field.name}' field."
            ) from None
    found = moment_of(operand, clause.field, asking)
    return found.astimezone(asking.zone).date() if isinstance(field.kind, Date) else found


def _ranked(clause: Clause, field: Field, asking: Asking) -> Test:
    choices = field.kind.allowed(next(iter(asking.site.projects.values())), field, asking.site)
    wanted = str(clause.operands[0]).lower()
    for choice in choices or ():
        if wanted in field.kind.terms(choice):
            limit, compare = field.kind.order(choice), COMPARE[clause.operator]
            break
    else:
        raise unknown_value(wanted, clause.field)
    kind, id = field.kind, field.id

    def test(issue: Issue) -> bool:
        value = value_of(issue, id)
        return value is not None and compare(kind.order(value), limit)

    return test


def _exact(clause: Clause, field: Field, asking: Asking) -> Test:
    wanted = frozenset(
        term for operand in clause.operands for term in _terms(operand, field, clause, asking)
    )
    terms, id = field.kind.terms, field.id
    if clause.operator in ("=", "in"):
        empty = None in clause.operands

        def test(issue: Issue) -> bool:
            value = value_of(issue, id)
            return (empty and not value) or any(term in wanted for term in terms(value))

        return test

    def other(issue: Issue) -> bool:
        value = value_of(issue, id)
        # As in Jira, "not" leaves out the issues in which the field is empty.
        return bool(value) and not any(term in wanted for term in terms(value))

    return other


def _terms(operand: Operand, field: Field, clause: Clause, asking: Asking) -> list[str]:
    if isinstance(operand, Call):
        if operand.name != "currentuser":
            raise JiraError(400, f"Unable to find JQL function '{operand.name}()'.")
        return [asking.user.account_id.lower()] if asking.user else []
    if operand is None:
        return []
    term = operand.lower()
    schema = field.kind.items or field.kind.type
    if schema in CHECKED and term not in _known(field, asking):
        raise unknown_value(operand, clause.field)
    return [term]


def _known(field: Field, asking: Asking) -> set[str]:
    site, kind = asking.site, field.kind
    one = getattr(kind, "one", kind)
    seen = [p for p in site.projects.values() if site.may(asking.user, "BROWSE_PROJECTS", p)]
    if field.id == "project":
        choices: Iterable[Any] = seen
    elif field.id == "status":
        choices = site.statuses
    elif one.type == "user":
        choices = site.users
    else:
        choices = [c for p in site.projects.values() for c in one.allowed(p, field, site) or ()]
        if one.type == "option-with-child":
            choices = [(c, child) for c in choices for child in (None, *c.children)]
    return {term for choice in choices for term in one.terms(choice)}
