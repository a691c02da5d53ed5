"""Which fields may be joined by a mapping. Used where mappings are checked and offered."""

from collections.abc import Mapping

from connector.document.model import Direction
from connector.jira.model import FieldMeta
from connector.salesforce.describe import Field
from syncjobs.values.kinds import NUMBERS, TEXTS, Kind, jira_can_write, jira_kind, salesforce_kind

_DATES = frozenset({Kind.DATE, Kind.DATE_TIME})
_CHOICES = frozenset({Kind.OPTION, Kind.OPTIONS, Kind.CASCADE, Kind.NAMED, Kind.NAMED_LIST})
_PEOPLE = frozenset({Kind.USER, Kind.USERS})
_LISTS = frozenset({Kind.OPTIONS, Kind.LABELS, Kind.NAMED_LIST})
_SHORT = frozenset({Kind.TEXT, Kind.LONG_TEXT})
_ANYTHING = frozenset(Kind) - {Kind.OTHER}

# What each kind of target can be given. Texts of any content may turn out not to fit; that is a
# note on the one value, while a pair of kinds that is not listed here could never work.
_TAKES: Mapping[Kind, frozenset[Kind]] = {
    Kind.TEXT: _ANYTHING,
    Kind.LONG_TEXT: _ANYTHING,
    Kind.RICH_TEXT: _ANYTHING,
    Kind.LABELS: _ANYTHING - {Kind.RICH_TEXT},
    Kind.PHONE: _SHORT | {Kind.PHONE, Kind.NUMBER},
    Kind.EMAIL: _SHORT | {Kind.EMAIL, Kind.USER},
    Kind.URL: _SHORT | {Kind.URL},
    Kind.DATE: _DATES | _SHORT,
    Kind.DATE_TIME: _DATES | _SHORT,
    Kind.CHECKBOX: _CHOICES | _SHORT | {Kind.CHECKBOX, Kind.NUMBER, Kind.LABELS},
    Kind.OPTION: _ANYTHING - _DATES - {Kind.RICH_TEXT, Kind.REFERENCE},
    Kind.OPTIONS: _ANYTHING - _DATES - {Kind.RICH_TEXT, Kind.REFERENCE},
    Kind.CASCADE: _CHOICES | _SHORT,
    Kind.NAMED: _ANYTHING - _DATES - {Kind.RICH_TEXT, Kind.REFERENCE},
    Kind.NAMED_LIST: _ANYTHING - _DATES - {Kind.RICH_TEXT, Kind.REFERENCE},
    Kind.USER: _PEOPLE | _SHORT | {Kind.EMAIL, Kind.REFERENCE},
    Kind.USERS: _PEOPLE | _SHORT | {Kind.EMAIL, Kind.REFERENCE},
    Kind.REFERENCE: _SHORT | {Kind.REFERENCE, Kind.USER},
    **{kind: NUMBERS | _SHORT | {Kind.OPTION, Kind.CHECKBOX} for kind in NUMBERS},
}


def compatible(
    salesforce: Field, jira: FieldMeta, direction: Direction, *, table: bool = False
) -> str | None:
    """Why a mapping from one field to the other in `direction` can never work, else None.

    With a value table in between (`table`) the kinds needn't fit: its own texts arrive.
    """
    reason = None
    if direction is not Direction.TO_SALESFORCE:
        reason = _to_jira(salesforce, jira, table=table)
    if reason is None and direction is not Direction.TO_JIRA:
        reason = _to_salesforce(salesforce, jira, table=table)
    return reason


def _to_jira(source: Field, target: FieldMeta, *, table: bool) -> str | None:
    given = salesforce_kind(source)
    if given is Kind.OTHER and source.type not in ("address", "location"):
        return f"{_label(source)} ({source.type}) has no value that can be copied."
    if not jira_can_write(target):
        return f"{target.name or target.id} can't be set in Jira."
    if given is Kind.REFERENCE and "User" not in source.reference_to:
        return _reference_to_jira(source, target)
    given = Kind.LONG_TEXT if given is Kind.OTHER else given
    return _fits(given, jira_kind(target.schema), _label(source), target.name, table=table)


def _reference_to_jira(source: Field, target: FieldMeta) -> str | None:
    if jira_kind(target.schema) in TEXTS:
        return None
    name = source.relationship_name or source.name
    return f"{_label(source)} holds only an Id; use a field behind it, such as {name}.Name."


def _to_salesforce(target: Field, source: FieldMeta, *, table: bool) -> str | None:
    given = jira_kind(source.schema)
    # What has no kind of its own (status, key, project …) still has a name.
    given = Kind.TEXT if given is Kind.OTHER else given
    wanted = salesforce_kind(target)
    if target.calculated or target.auto_number:
        return f"{_label(target)} is computed by Salesforce."
    if wanted is Kind.OTHER or target.type == "id" or not (target.createable or target.updateable):
        return f"{_label(target)} can't be written in Salesforce."
    if wanted is Kind.REFERENCE and given is Kind.USER and "User" not in target.reference_to:
        return f"{_label(target)} doesn't refer to users."
    return _fits(given, wanted, source.name or source.id, _label(target), table=table)


def _fits(given: Kind, wanted: Kind, source: str, target: str, *, table: bool) -> str | None:
    if table:
        given = Kind.OPTIONS if given in _LISTS else Kind.TEXT
    if given in _TAKES.get(wanted, frozenset()):
        return None
    return f"{source} ({given}) can't be turned into {target} ({wanted})."


def _label(field: Field) -> str:
    return field.label or field.name
