"""Checks the mappings of an item against the fields of the two systems."""

from collections.abc import Iterable

from connector.catalog.profiles import profile_for
from connector.document.compatibility import (
    JiraKind,
    SalesforceKind,
    mismatch_to_jira,
    mismatch_to_salesforce,
    salesforce_kind,
)
from connector.document.directions import direction_of, writes_jira, writes_salesforce
from connector.document.facts import SalesforceFacts
from connector.document.model import Direction, Item, Mapping
from connector.document.names import CHILD_MARK, nearest
from connector.document.problems import Report, did_you_mean, shown
from connector.document.screens import Screens
from connector.document.targets import check_targets
from connector.errors import Refused
from connector.salesforce.describe import Field, SObject
from connector.salesforce.paths import PathError, resolve_path

PICKLISTS = ("picklist", "multipicklist")


def check_mappings(
    item: Item,
    place: str,
    sobject: SObject,
    salesforce: SalesforceFacts,
    screens: Screens,
    report: Report,
) -> None:
    """Note in `report` what of an item's mappings can't work.

    Raises RemoteError when one of the systems can't be asked.
    """
    check = _Check(item, sobject, salesforce, screens, report)
    directions: list[Direction | None] = [
        check.mapping(mapping, f"{place}.mappings[{index}]")
        for index, mapping in enumerate(item.mappings)
    ]
    check_targets(item, directions, place, report)
    pairs = list(zip(item.mappings, directions, strict=True))
    if item.auto_create_issues:
        filled = {mapping.jira for mapping, way in pairs if writes_jira(way)}
        missing = [f"{f.name} ({f.id})" for f in screens.required() if f.id not in filled]
        _add_missing(report, place, missing, f"Jira requires for a new {screens.issue_type.name}")
    if item.auto_create_records:
        filled = {mapping.salesforce.lower() for mapping, way in pairs if writes_salesforce(way)}
        if item.status and item.status.to_salesforce:
            filled.add(item.status.field.lower())
        required = profile_for(sobject).required_fields
        missing = [name for name in required if name.lower() not in filled]
        _add_missing(report, place, missing, f"Salesforce requires for a new {sobject.label}")


def _add_missing(report: Report, place: str, missing: list[str], why: str) -> None:
    if missing:
        report.add(f"{place}.mappings", f"nothing fills {', '.join(missing)}, which {why}")


class _Check:
    """The mappings of one item against one object and one issue type."""

    def __init__(
        self,
        item: Item,
        sobject: SObject,
        salesforce: SalesforceFacts,
        screens: Screens,
        report: Report,
    ) -> None:
        self._item = item
        self._sobject = sobject
        self._salesforce = salesforce
        self._screens = screens
        self._report = report

    def mapping(self, mapping: Mapping, place: str) -> Direction:
        """Note what is wrong with one mapping; return the way it moves values."""
        field = self._salesforce_field(mapping, place)
        writable = field is not None and _writable(field, mapping)
        way = direction_of(mapping, self._item.mode, salesforce_writable=writable)
        if field and writes_salesforce(way) and not writable:
            self._report.add(f"{place}.salesforce", self._why_not_writable(field))
        kind = self._jira_kind(mapping, place, writes=writes_jira(way))
        if field and kind and mapping.values:
            # The texts of the table arrive, so that the kinds needn't fit.
            self._check_values(mapping, field, place)
        elif field and kind:
            self._check_kinds(field, kind, way, place)
        self._check_uses(mapping, place)
        return way

    def _salesforce_field(self, mapping: Mapping, place: str) -> Field | None:
        if not mapping.salesforce:
            return None
        try:
            field = resolve_path(self._sobject, mapping.salesforce, self._salesforce.describe).field
        except PathError as error:
            self._report.add(f"{place}.salesforce", str(error))
            return None
        if salesforce_kind(field) is None:
            self._report.add(f"{place}.salesforce", f"fields of type {field.type} can't be moved")
            return None
        return field

    def _why_not_writable(self, field: Field) -> str:
        parts = [f.name for f in self._sobject.fields if f.compound == field.name != f.name]
        if parts:
            why = f"only its parts can, such as {parts[0]}"
        elif field.calculated:
            why = "it is a formula or roll-up"
        elif field.auto_number:
            why = "Salesforce numbers it itself"
        elif field.createable:
            why = 'it can only be set on creation; use "create_only": true'
        else:
            why = "it is read-only, or the integration user may not edit it (field-level security)"
        return f'{field.name} can\'t be written: {why}. "direction": "to_jira" reads it only'

    def _jira_kind(self, mapping: Mapping, place: str, *, writes: bool) -> JiraKind | None:
        if not mapping.jira:
            return None
        mistake = self._screens.unknown(mapping.jira)
        if not mistake and writes:
            mistake = self._screens.unwritable(mapping.jira)
        kind = self._screens.kind(mapping.jira)
        if not mistake and kind is None:
            mistake = (
                f"{self._screens.name(mapping.jira)} holds a kind of value that can't be moved"
            )
        if mistake:
            self._report.add(f"{place}.jira", mistake)
            return None
        return kind

    def _check_kinds(self, field: Field, jira: JiraKind, way: Direction, place: str) -> None:
        kind = salesforce_kind(field)
        if kind is None:
            return
        mistake = mismatch_to_jira(kind, jira) if writes_jira(way) else ""
        if not mistake and writes_salesforce(way):
            mistake = mismatch_to_salesforce(jira, kind)
        if not mistake and kind is SalesforceKind.REFERENCE and jira is JiraKind.USER:
            mistake = "" if "User" in field.reference_to else f"{field.name} points at no user"
        if mistake:
            self._report.add(f"{place}.jira", mistake)

    def _check_values(self, mapping: Mapping, field: Field, place: str) -> None:
        lefts = [entry.value for entry in field.picklist_values] if field.type in PICKLISTS else []
        meta = self._screens.settable(mapping.jira)
        nested = meta is not None and any(option.children for option in meta.allowed)
        rights = [option.value for option in meta.allowed] if meta and not nested else []
        for index, (left, right) in enumerate(mapping.values):
            here = f"{place}.values[{index}]"
            self._check_value(left, lefts, f"{here}[0]", f"{field.name} in Salesforce")
            self._check_value(right, rights, f"{here}[1]", f"{self._screens.name(mapping.jira)}")

    def _check_value(self, value: str, known: list[str], place: str, where: str) -> None:
        if known and value.lower() not in {each.lower() for each in known}:
            hint = did_you_mean(value, known) or f"; it has {', '.join(known[:20])}"
            self._report.add(place, f"{where} has no value {shown(value)}{hint}")

    def _check_uses(self, mapping: Mapping, place: str) -> None:
        for index, use in enumerate(mapping.uses):
            mistake = self._record_use(use) if mapping.jira else self._screens.unknown(use)
            if mistake:
                self._report.add(f"{place}.uses[{index}]", mistake)

    def _record_use(self, use: str) -> str:
        sobject, path = self._sobject, use
        try:
            if CHILD_MARK in use:
                relationship, _, path = use.partition(f"{CHILD_MARK}.")
                child = sobject.child(relationship)
                if child is None:
                    return _no_child(sobject, relationship)
                sobject = self._salesforce.describe(child.sobject)
            resolve_path(sobject, path, self._salesforce.describe)
        except PathError as error:
            return str(error)
        except Refused as refused:
            return refused.message
        return ""


def _writable(field: Field, mapping: Mapping) -> bool:
    """A value that is only set when a record is created needs no right to change it."""
    return field.updateable or (mapping.create_only and field.createable)


def _no_child(sobject: SObject, relationship: str) -> str:
    names: Iterable[str] = (child.name for child in sobject.children if child.name)
    return f"{sobject.name} has no child list {relationship}.{nearest(relationship, list(names))}"
