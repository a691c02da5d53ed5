"""What has to fit together within one item, beyond the form of its parts."""

from collections.abc import Iterable

from connector.document.conditions import jql_mistake, soql_mistake
from connector.document.directions import writes_salesforce
from connector.document.model import Direction, Item, Mapping, Mode
from connector.document.names import (
    jira_mistake,
    object_mistake,
    path_mistake,
    record_use_mistake,
)
from connector.document.problems import Report, shown
from connector.document.targets import check_targets
from connector.document.templates import template_mistakes


def check_item(item: Item, place: str, report: Report, *, mode_is_known: bool) -> None:
    """Note in `report` what contradicts itself in the item at `place`."""
    if report.has(place):
        return
    if item.object and (mistake := object_mistake(item.object)):
        report.add(f"{place}.object", mistake)
    _check_paths(item.preview_fields, f"{place}.preview_fields", report)
    _check_projects(item, place, report)
    for key, mistake in (
        ("record_filter", soql_mistake(item.record_filter)),
        ("issue_filter", jql_mistake(item.issue_filter)),
    ):
        if mistake:
            report.add(f"{place}.{key}", mistake)
    if mode_is_known and item.synchronizes:
        _check_synchronized(item, place, report)
    elif mode_is_known:
        _check_display_only(item, place, report)
    for index, mapping in enumerate(item.mappings):
        check_mapping(mapping, item.mode, f"{place}.mappings[{index}]", report)
    if item.status and (mistake := path_mistake(item.status.field) or _dotted(item.status.field)):
        report.add(f"{place}.status.field", mistake)
    directions = [mapping.direction or _only_direction(mapping) for mapping in item.mappings]
    check_targets(item, directions, place, report)


def _check_paths(paths: Iterable[str], place: str, report: Report) -> None:
    for index, path in enumerate(paths):
        if path and (mistake := path_mistake(path)):
            report.add(f"{place}[{index}]", mistake)


def _check_projects(item: Item, place: str, report: Report) -> None:
    if not item.jira_projects:
        report.add(f"{place}.jira_projects", "has to name at least one project")
    for index, project in enumerate(item.jira_projects):
        if project in item.jira_projects[:index]:
            report.add(f"{place}.jira_projects[{index}]", f"{shown(project)} stands there twice")


def _check_synchronized(item: Item, place: str, report: Report) -> None:
    if len(item.jira_projects) > 1:
        report.add(
            f"{place}.jira_projects",
            f'has to be exactly one project with "mode": "{item.mode}"; '
            'only "display_only" takes several',
        )
    if not item.issue_type:
        report.add(f"{place}.issue_type", f'is missing; "mode": "{item.mode}" needs one')
    if item.auto_create_records and item.mode is Mode.ONE_WAY:
        report.add(
            f"{place}.auto_create_records",
            '"mode": "one_way" never writes to Salesforce; use "two_way" to create records',
        )


def _check_display_only(item: Item, place: str, report: Report) -> None:
    """Keys whose default asks for nothing may stand there; what would do nothing may not."""
    for key in ("issue_type", "mappings", "status", "record_filter", "issue_filter", "backfill"):
        if getattr(item, key):
            report.add(f"{place}.{key}", _NOT_SHOWN)
    if item.auto_create_records:
        report.add(f"{place}.auto_create_records", _NOT_SHOWN)


_NOT_SHOWN = (
    'can\'t be used with "mode": "display_only", which only shows `preview_fields`; '
    'use "one_way" or "two_way" to synchronize'
)


def check_mapping(mapping: Mapping, mode: Mode, place: str, report: Report) -> None:
    """Note what contradicts itself within one mapping."""
    if report.has(place):
        return
    if mapping.salesforce and (mistake := path_mistake(mapping.salesforce)):
        report.add(f"{place}.salesforce", mistake)
    if mapping.jira and (mistake := jira_mistake(mapping.jira)):
        report.add(f"{place}.jira", mistake)
    if mapping.template:
        _check_computed(mapping, place, report)
    else:
        _check_joined(mapping, place, report)
    _check_direction(mapping, mode, place, report)
    seen: set[str] = set()
    for index, (left, _) in enumerate(mapping.values):
        if left in seen:
            report.add(
                f"{place}.values[{index}][0]", f"{shown(left)} stands in an earlier row already"
            )
        seen.add(left)


def _check_joined(mapping: Mapping, place: str, report: Report) -> None:
    for key in ("salesforce", "jira"):
        if not getattr(mapping, key):
            report.add(
                f"{place}.{key}",
                "is missing; a mapping joins `salesforce` with `jira`, or has a `template`",
            )
    if mapping.uses:
        report.add(f"{place}.uses", "only belongs to a `template`")


def _check_computed(mapping: Mapping, place: str, report: Report) -> None:
    if bool(mapping.salesforce) == bool(mapping.jira):
        report.add(
            f"{place}.template",
            "computes one side: name either `jira` or `salesforce` as its target, not both",
        )
        return
    if mapping.values:
        report.add(f"{place}.values", "can't be used with a `template`; use {% if %} in it")
    root, use_mistake = ("record", record_use_mistake) if mapping.jira else ("issue", jira_mistake)
    for index, use in enumerate(mapping.uses):
        if mistake := use_mistake(use):
            report.add(f"{place}.uses[{index}]", mistake)
    mistakes = template_mistakes(mapping.template, mapping.uses, root)
    if mistakes:
        report.add(f"{place}.template", "; ".join(mistakes))


def _check_direction(mapping: Mapping, mode: Mode, place: str, report: Report) -> None:
    direction = mapping.direction
    only = _only_direction(mapping)
    if direction and only and direction is not only:
        report.add(
            f"{place}.direction",
            f'can only be "{only}": this `template` computes the other side',
        )
    if mode is Mode.ONE_WAY and writes_salesforce(direction or only):
        report.add(
            f"{place}.direction" if direction else f"{place}.salesforce",
            '"mode": "one_way" never writes to Salesforce; use "two_way" for that',
        )
    elif writes_salesforce(direction or only) and "." in mapping.salesforce:
        report.add(
            f"{place}.salesforce",
            f"{mapping.salesforce} belongs to a parent record, which is never written; "
            'use "direction": "to_jira"',
        )


def _only_direction(mapping: Mapping) -> Direction | None:
    if not mapping.template:
        return None
    return Direction.TO_JIRA if mapping.jira else Direction.TO_SALESFORCE


def _dotted(field: str) -> str:
    return "has to be a field of the object itself" if "." in field else ""
