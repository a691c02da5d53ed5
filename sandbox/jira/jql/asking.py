"""Who asks a query and when, and what all clauses share."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from sandbox.jira.entities import Issue, User
from sandbox.jira.errors import JiraError
from sandbox.jira.jql import moments
from sandbox.jira.jql.syntax import Call, Clause, Operand

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

Test = Callable[[Issue], bool]

COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when, and whether unknown issues are an error."""

    site: "SiteState"
    user: User | None
    now: datetime
    zone: tzinfo
    strict: bool = True


def moment_of(operand: Operand, field: str, asking: Asking) -> datetime:
    """Return the moment an operand of a date field means; raise a 400."""
    if isinstance(operand, Call):
        return moments.call(field, operand, asking.now, asking.zone)
    return moments.moment(field, str(operand), asking.now, asking.zone)


def unsupported(clause: Clause) -> JiraError:
    """Return the error for an operator that the field doesn't know."""
    return JiraError(
        400, f"The operator '{clause.operator}' is not supported by the '{clause.field}' field."
    )


def unknown_value(value: str, field: str) -> JiraError:
    """Return the error for a value that the field doesn't have."""
    return JiraError(400, f"The value '{value}' does not exist for the field '{field}'.")
