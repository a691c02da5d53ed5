"""Checks items against what the two systems really have."""

from collections.abc import Iterable, Mapping

from connector.document.check_mappings import check_mappings
from connector.document.facts import JiraFacts, SalesforceFacts
from connector.document.model import Item, StatusSync
from connector.document.names import nearest
from connector.document.problems import Report, shown
from connector.document.screens import Screens
from connector.errors import Refused, RemoteError
from connector.jira.jql import both, quote
from connector.jira.model import IssueType
from connector.salesforce.describe import SObject
from connector.salesforce.paths import PathError, resolve_path


def check_item_online(
    item: Item, place: str, salesforce: SalesforceFacts, jira: JiraFacts, report: Report
) -> None:
    """Note in `report` what of the item at `place` the two systems don't have or don't allow.

    A system that can't answer is a problem as well: nothing is known to be right then.
    """
    sobject = screens = None
    try:
        sobject = _check_object(item, place, salesforce, report)
    except RemoteError as error:
        report.add(f"{place}.salesforce", f"couldn't be checked: {error.message}")
    try:
        screens = _check_project(item, place, jira, report)
    except RemoteError as error:
        report.add(f"{place}.jira", f"couldn't be checked: {error.message}")
    if sobject and screens:
        _check_together(item, place, sobject, salesforce, screens, report)


def _check_object(
    item: Item, place: str, salesforce: SalesforceFacts, report: Report
) -> SObject | None:
    try:
        sobject = salesforce.describe(item.object)
    except Refused:
        report.add(
            f"{place}.object",
            f"Salesforce has no object {item.object}, or the integration user may not see it",
        )
        return None
    if sobject.name != item.object:
        report.add(f"{place}.object", f"is spelled {sobject.name}")
    if not sobject.queryable:
        report.add(f"{place}.object", f"records of {item.object} can't be queried")
        return None
    for index, path in enumerate(item.preview_fields):
        try:
            resolve_path(sobject, path, salesforce.describe)
        except PathError as error:
            report.add(f"{place}.preview_fields[{index}]", str(error))
    if item.record_filter:
        complaint = salesforce.condition_error(sobject.name, item.record_filter)
        if complaint:
            report.add(f"{place}.record_filter", f"Salesforce refuses it: {complaint}")
    return sobject


def _check_project(item: Item, place: str, jira: JiraFacts, report: Report) -> Screens | None:
    found = []
    for index, key in enumerate(item.jira_projects):
        here = f"{place}.jira_projects[{index}]"
        try:
            found.append(jira.project(key))
        except Refused:
            report.add(
                here, f"Jira has no project {key}, or the connector's account may not see it"
            )
            continue
        if found[-1].key != key:
            # Ids, and keys from before a renaming, lead to the project as well.
            report.add(here, f"the key of that project is {found[-1].key}")
    if len(found) != 1 or not item.synchronizes:
        return None
    project = found[0]
    issue_type = _issue_type(project.issue_types, item.issue_type)
    if issue_type is None:
        offered = ", ".join(each.name for each in project.issue_types)
        report.add(
            f"{place}.issue_type",
            f"project {project.key} has no issue type {shown(item.issue_type)}; it has {offered}",
        )
    if item.issue_filter:
        condition = both(f"project = {quote(project.key)}", item.issue_filter)
        if error := jira.condition_error(condition):
            report.add(f"{place}.issue_filter", f"Jira refuses it: {error}")
    return Screens(jira, project, issue_type) if issue_type else None


def _issue_type(types: Iterable[IssueType], wanted: str) -> IssueType | None:
    """Names are compared exactly first: a site may have `Task` and `task`."""
    types = list(types)
    for matches in (
        [each for each in types if wanted in (each.name, each.id)],
        [each for each in types if wanted.lower() == each.name.lower()],
    ):
        if matches:
            return matches[0]
    return None


def _check_together(
    item: Item,
    place: str,
    sobject: SObject,
    salesforce: SalesforceFacts,
    screens: Screens,
    report: Report,
) -> None:
    try:
        check_mappings(item, place, sobject, salesforce, screens, report)
        if item.status:
            _check_status(item.status, f"{place}.status", sobject, screens, report)
    except RemoteError as error:
        system = "jira" if error.answer.system == "Jira" else "salesforce"
        report.add(f"{place}.{system}", f"couldn't be checked: {error.message}")


def _check_status(
    status: StatusSync, place: str, sobject: SObject, screens: Screens, report: Report
) -> None:
    field = sobject.field(status.field)
    if field is None:
        names = [each.name for each in sobject.fields if each.type == "picklist"]
        report.add(
            f"{place}.field",
            f"{sobject.name} has no field {status.field}, or the integration user may not see it."
            + nearest(status.field, names),
        )
        return
    if field.type != "picklist":
        report.add(f"{place}.field", f"{field.name} is no picklist, so it holds no status")
        return
    if status.to_salesforce and not field.updateable:
        report.add(f"{place}.field", f"{field.name} can't be written by the integration user")
    values = [entry.value for entry in field.picklist_values]
    statuses = [each.name for each in screens.statuses()]
    for table, rows, left, right in (
        ("to_jira", status.to_jira, ("Salesforce", values), ("Jira", statuses)),
        ("to_salesforce", status.to_salesforce, ("Jira", statuses), ("Salesforce", values)),
    ):
        _check_table(dict(rows), f"{place}.{table}", left, right, report)


def _check_table(
    rows: Mapping[str, str],
    place: str,
    left: tuple[str, list[str]],
    right: tuple[str, list[str]],
    report: Report,
) -> None:
    for source, target in rows.items():
        for name, (system, known) in ((source, left), (target, right)):
            if name.lower() not in {each.lower() for each in known}:
                report.add(
                    f"{place}.{source}",
                    f"{system} has no status {shown(name)} here; it has {', '.join(known)}",
                )
