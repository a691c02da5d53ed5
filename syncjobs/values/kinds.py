"""Which kind of value a field holds, on either side."""

from enum import StrEnum

from connector.jira.model import FieldMeta, Schema
from connector.salesforce.describe import Field


class Kind(StrEnum):
    """Kinds of values in both systems."""

    TEXT = "text"
    LONG_TEXT = "long text"
    RICH_TEXT = "rich text"
    NUMBER = "number"
    CURRENCY = "currency"
    PERCENT = "percent"
    DATE = "date"
    DATE_TIME = "date-time"
    CHECKBOX = "checkbox"
    OPTION = "option"
    OPTIONS = "several options"
    CASCADE = "cascading option"
    LABELS = "labels"
    NAMED = "named entry"
    NAMED_LIST = "named entries"
    USER = "user"
    USERS = "several users"
    REFERENCE = "reference"
    EMAIL = "email"
    PHONE = "phone"
    URL = "URL"
    OTHER = "other"


NUMBERS = frozenset({Kind.NUMBER, Kind.CURRENCY, Kind.PERCENT})
TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.RICH_TEXT, Kind.EMAIL, Kind.PHONE, Kind.URL})

_SALESFORCE = {
    "id": Kind.REFERENCE,
    "string": Kind.TEXT,
    "encryptedstring": Kind.TEXT,
    "time": Kind.TEXT,
    "textarea": Kind.LONG_TEXT,
    "boolean": Kind.CHECKBOX,
    "int": Kind.NUMBER,
    "long": Kind.NUMBER,
    "double": Kind.NUMBER,
    "currency": Kind.CURRENCY,
    "percent": Kind.PERCENT,
    "date": Kind.DATE,
    "datetime": Kind.DATE_TIME,
    "picklist": Kind.OPTION,
    "combobox": Kind.OPTION,
    "multipicklist": Kind.OPTIONS,
    "reference": Kind.REFERENCE,
    "email": Kind.EMAIL,
    "phone": Kind.PHONE,
    "url": Kind.URL,
}
_JIRA = {
    "string": Kind.TEXT,
    "number": Kind.NUMBER,
    "date": Kind.DATE,
    "datetime": Kind.DATE_TIME,
    "option": Kind.OPTION,
    "option-with-child": Kind.CASCADE,
    "user": Kind.USER,
    "priority": Kind.NAMED,
    "resolution": Kind.NAMED,
    "version": Kind.NAMED,
    "component": Kind.NAMED,
    "group": Kind.NAMED,
}
_JIRA_LISTS = {
    "string": Kind.LABELS,
    "option": Kind.OPTIONS,
    "user": Kind.USERS,
    "version": Kind.NAMED_LIST,
    "component": Kind.NAMED_LIST,
    "group": Kind.NAMED_LIST,
}
# What Jira sets by itself; the status moves by transitions, never by a field.
_JIRA_OWN = frozenset(
    (
        *("status", "issuekey", "key", "id", "created", "updated", "creator", "project"),
        *("issuetype", "resolutiondate", "votes", "watches", "progress", "lastViewed"),
        *("aggregateprogress", "workratio", "statuscategorychangedate", "statusCategory"),
    )
)


def salesforce_kind(field: Field) -> Kind:
    """The kind of a Salesforce field; OTHER for compound fields, files and the like."""
    if field.type == "textarea" and field.html:
        return Kind.RICH_TEXT
    return _SALESFORCE.get(field.type, Kind.OTHER)


def jira_kind(schema: Schema) -> Kind:
    """The kind of a Jira field. Whether a text is wiki markup is told by the custom type only."""
    if schema.type == "array":
        return _JIRA_LISTS.get(schema.items, Kind.OTHER)
    custom = schema.custom.rpartition(":")[2]
    if schema.type == "string" and (
        custom == "textarea" or schema.system in ("description", "environment")
    ):
        return Kind.RICH_TEXT
    if schema.type == "string" and custom == "url":
        return Kind.URL
    return _JIRA.get(schema.type, Kind.OTHER)


def jira_can_write(target: FieldMeta) -> bool:
    """Whether the field can be given a value at all, as far as its description says."""
    if target.id in _JIRA_OWN or target.schema.system in _JIRA_OWN:
        return False
    if jira_kind(target.schema) is Kind.OTHER:
        return False
    return not target.operations or "set" in target.operations
