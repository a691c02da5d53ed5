"""Which kinds of Salesforce field and Jira field can be joined.

Only what can never work is refused here, before anything runs; a single value that can't be
converted is noted on its pair later.
"""

from collections.abc import Mapping
from enum import StrEnum

from connector.jira.model import Schema
from connector.salesforce.describe import Field


class JiraKind(StrEnum):
    """Kinds of Jira fields that differ in what they take; the values name them for people."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATE_TIME = "date and time"
    CHOICE = "choice"
    CHOICES = "list of choices"
    LABELS = "list of labels"
    USER = "user"


class SalesforceKind(StrEnum):
    """Kinds of Salesforce fields, as above."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATE_TIME = "date and time"
    TIME = "time"
    CHECKBOX = "checkbox"
    PICKLIST = "picklist"
    MULTI_PICKLIST = "multi-select picklist"
    REFERENCE = "reference"
    ADDRESS = "address"


_JIRA_TYPES: Mapping[str, JiraKind] = {
    "string": JiraKind.TEXT,
    "number": JiraKind.NUMBER,
    "date": JiraKind.DATE,
    "datetime": JiraKind.DATE_TIME,
    "option": JiraKind.CHOICE,
    "option-with-child": JiraKind.CHOICE,
    "priority": JiraKind.CHOICE,
    "resolution": JiraKind.CHOICE,
    "securitylevel": JiraKind.CHOICE,
    "status": JiraKind.CHOICE,
    "issuetype": JiraKind.CHOICE,
    "project": JiraKind.CHOICE,
    "version": JiraKind.CHOICE,
    "group": JiraKind.CHOICE,
    "user": JiraKind.USER,
}
_JIRA_LISTS: Mapping[str, JiraKind] = {
    "string": JiraKind.LABELS,
    "option": JiraKind.CHOICES,
    "version": JiraKind.CHOICES,
    "component": JiraKind.CHOICES,
    "group": JiraKind.CHOICES,
    "user": JiraKind.USER,
}
_TEXT_TYPES = "string textarea combobox email phone url encryptedstring id anyType"
_SALESFORCE_TYPES: Mapping[str, SalesforceKind] = {
    **dict.fromkeys(_TEXT_TYPES.split(), SalesforceKind.TEXT),
    **dict.fromkeys(["int", "double", "long", "currency", "percent"], SalesforceKind.NUMBER),
    "date": SalesforceKind.DATE,
    "datetime": SalesforceKind.DATE_TIME,
    "time": SalesforceKind.TIME,
    "boolean": SalesforceKind.CHECKBOX,
    "picklist": SalesforceKind.PICKLIST,
    "multipicklist": SalesforceKind.MULTI_PICKLIST,
    "reference": SalesforceKind.REFERENCE,
    # Objects of several parts: they can be read as text, and only their parts be written.
    **dict.fromkeys(["address", "location"], SalesforceKind.ADDRESS),
}

S, J = SalesforceKind, JiraKind
# What a Jira field of a kind can take; text takes everything.
_INTO_JIRA: Mapping[JiraKind, frozenset[SalesforceKind]] = {
    J.TEXT: frozenset(S),
    J.LABELS: frozenset(S) - {S.REFERENCE, S.ADDRESS},
    J.NUMBER: frozenset((S.NUMBER, S.TEXT, S.PICKLIST, S.CHECKBOX)),
    J.DATE: frozenset((S.DATE, S.DATE_TIME, S.TEXT)),
    J.DATE_TIME: frozenset((S.DATE, S.DATE_TIME, S.TEXT)),
    J.CHOICE: frozenset((S.PICKLIST, S.TEXT, S.MULTI_PICKLIST, S.CHECKBOX, S.NUMBER)),
    J.CHOICES: frozenset((S.PICKLIST, S.TEXT, S.MULTI_PICKLIST, S.CHECKBOX, S.NUMBER)),
    J.USER: frozenset((S.REFERENCE, S.TEXT)),
}
_INTO_SALESFORCE: Mapping[SalesforceKind, frozenset[JiraKind]] = {
    S.TEXT: frozenset(J),
    S.NUMBER: frozenset((J.NUMBER, J.TEXT, J.CHOICE)),
    S.DATE: frozenset((J.DATE, J.DATE_TIME, J.TEXT)),
    S.DATE_TIME: frozenset((J.DATE, J.DATE_TIME, J.TEXT)),
    S.TIME: frozenset((J.TEXT,)),
    S.CHECKBOX: frozenset((J.CHOICE, J.CHOICES, J.LABELS, J.TEXT, J.NUMBER)),
    S.PICKLIST: frozenset((J.CHOICE, J.CHOICES, J.LABELS, J.TEXT, J.NUMBER, J.USER)),
    S.MULTI_PICKLIST: frozenset((J.CHOICE, J.CHOICES, J.LABELS, J.TEXT)),
    S.REFERENCE: frozenset((J.USER, J.TEXT)),
    S.ADDRESS: frozenset(),
}


def jira_kind(schema: Schema) -> JiraKind | None:
    """Return the kind of a Jira field, None for those whose values can't be moved.

    Such are links, comments and time tracking, and fields of other apps.
    """
    if schema.type == "array":
        return _JIRA_LISTS.get(schema.items)
    return _JIRA_TYPES.get(schema.type)


def salesforce_kind(field: Field) -> SalesforceKind | None:
    """Return the kind of a Salesforce field, None for binary data and the like."""
    return _SALESFORCE_TYPES.get(field.type)


def mismatch_to_jira(source: SalesforceKind, target: JiraKind) -> str:
    """Say why a Salesforce field can't fill a Jira field; empty when it can."""
    if source in _INTO_JIRA[target]:
        return ""
    if target in (J.CHOICE, J.CHOICES, J.LABELS) and source is S.REFERENCE:
        return "a reference holds a record's Id; map a field of that record, such as Account.Name"
    return f"a {source} field of Salesforce can't fill a {target} field of Jira"


def mismatch_to_salesforce(source: JiraKind, target: SalesforceKind) -> str:
    """Say why a Jira field can't fill a Salesforce field; empty when it can."""
    if source in _INTO_SALESFORCE[target]:
        return ""
    return f"a {source} field of Jira can't fill a {target} field of Salesforce"
