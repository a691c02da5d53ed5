"""Applies a document to the database, all of it or nothing, and writes out what is published."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from connector.document.connections import JIRA_SECRETS, SALESFORCE_SECRETS, Stored
from connector.document.model import Document, Item, JiraSettings, SalesforceSettings, Secret
from connector.document.problems import DocumentRefused
from connector.document.rows import (
    item_columns,
    jira_columns,
    jira_from_row,
    mapping_rows,
    salesforce_columns,
    salesforce_from_row,
)
from connector.document.secrets import with_own_variables
from connector.document.versions import draft, publish, published, runs, same
from connector.models import (
    Connection,
    FieldMapping,
    JiraConnection,
    JiraMetadata,
    JiraUser,
    SalesforceConnection,
    SalesforceDescribe,
    SalesforceSession,
    SmartConnectedItem,
)

__all__ = [
    "Counts",
    "Export",
    "UnknownItem",
    "apply",
    "export",
    "publish",
    "published",
    "stored",
    "write_draft",
]

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


@dataclass(frozen=True)
class Counts:
    """How many connections and items a document created, updated or found as they should be."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Export:
    """What was asked for as a document, and the names of items that were never published."""

    document: Document
    unpublished: tuple[str, ...] = field(default=())


class UnknownItem(LookupError):
    """There is no item of that name; the message names those there are."""


def stored() -> Stored:
    """Return which connections exist, and which of their secrets are set."""
    return Stored(
        salesforce=_stored(SalesforceConnection.objects.all(), SALESFORCE_SECRETS),
        jira=_stored(JiraConnection.objects.all(), JIRA_SECRETS),
    )


def stored_variables() -> dict[str, str]:
    """Return the stored secrets by the names of the variables that an export gives them."""
    orgs = with_own_variables(map(salesforce_from_row, SalesforceConnection.objects.all()))
    sites = with_own_variables(map(jira_from_row, JiraConnection.objects.all()))
    secrets = (value for each in (*orgs, *sites) for value in vars(each).values())
    return {each.env: each.value for each in secrets if isinstance(each, Secret) and each.env}


def _stored(rows: Iterable[Connection], secrets: Iterable[str]) -> dict[str, frozenset[str]]:
    return {row.name: frozenset(key for key in secrets if getattr(row, key)) for row in rows}


def apply(document: Document, *, first_published: Mapping[str, datetime] | None = None) -> Counts:
    """Create or update everything the document names, in one transaction, and publish its items.

    `first_published` holds the time by each Salesforce connection's clock, by its name: items
    published for the first time take up records created from then on. Where it is missing, our
    own clock is used.
    """
    times = first_published or {}
    with transaction.atomic():
        done = Counter(
            [
                *(_apply_salesforce(each) for each in document.salesforce_connections),
                *(_apply_jira(each) for each in document.jira_connections),
                *(_apply_item(each, times.get(each.salesforce)) for each in document.items),
            ]
        )
    return Counts(created=done[CREATED], updated=done[UPDATED], unchanged=done[UNCHANGED])


def _apply_salesforce(settings: SalesforceSettings) -> str:
    rows = SalesforceConnection.objects.select_for_update()
    row = rows.filter(name=settings.name).first()
    columns = salesforce_columns(settings, row)
    if row is None:
        SalesforceConnection.objects.create(**columns)
        return CREATED
    changed = _assign(row, columns)
    if not changed:
        return UNCHANGED
    # Another user or org may answer from now on: what was learnt from the last one is stale.
    SalesforceSession.objects.filter(connection=row).delete()
    SalesforceDescribe.objects.filter(connection=row).delete()
    _resume(row)
    return UPDATED


def _apply_jira(settings: JiraSettings) -> str:
    row = JiraConnection.objects.select_for_update().filter(name=settings.name).first()
    columns = jira_columns(settings, row)
    if row is None:
        row = JiraConnection.objects.create(**columns)
        _apply_users(row, settings.users)
        return CREATED
    moved = _apply_users(row, settings.users)
    if _assign(row, columns):
        row.api_root = row.cloud_id = ""
        JiraMetadata.objects.filter(connection=row).delete()
        _resume(row)
        return UPDATED
    return UPDATED if moved else UNCHANGED


def _assign(row: Connection, columns: Mapping[str, Any]) -> bool:
    """Set what differs, without saving; say whether anything did."""
    changed = [key for key, value in columns.items() if getattr(row, key) != value]
    for key in changed:
        setattr(row, key, columns[key])
    return bool(changed)


def _resume(row: Connection) -> None:
    """Save a connection; what it was paused for may be mended, so it is tried at once."""
    row.paused_until = None
    row.save()


def _apply_users(row: JiraConnection, users: Iterable[tuple[str, str]]) -> bool:
    wanted = dict(users)
    table = row.users.filter(source=JiraUser.Source.TABLE)
    present = dict(table.values_list("mail", "account"))
    if present == wanted:
        return False
    table.exclude(mail__in=wanted).delete()
    for mail, account in wanted.items():
        JiraUser.objects.update_or_create(
            connection=row,
            mail=mail,
            defaults={"account": account, "source": JiraUser.Source.TABLE, "looked_up_at": None},
        )
    return True


def _apply_item(item: Item, first_published: datetime | None) -> str:
    row = SmartConnectedItem.objects.select_for_update().filter(name=item.name).first()
    if row and _is_current(row, item):
        return UNCHANGED
    outcome = UPDATED if row else CREATED
    row = row or SmartConnectedItem(name=item.name)
    write_draft(row, item)
    publish(row, at=first_published)
    return outcome


def _is_current(row: SmartConnectedItem, item: Item) -> bool:
    try:
        return runs(row, item) and same(draft(row), item)
    except DocumentRefused:
        return False


def write_draft(row: SmartConnectedItem, item: Item) -> None:
    """Make an item's draft what `item` says, and save it. Its connections have to exist."""
    row.salesforce = SalesforceConnection.objects.get(name=item.salesforce)
    row.jira = JiraConnection.objects.get(name=item.jira)
    for key, value in item_columns(item).items():
        setattr(row, key, value)
    row.save()
    row.mappings.all().delete()
    FieldMapping.objects.bulk_create(mapping_rows(item, row))


def export(names: Iterable[str] = ()) -> Export:
    """Return published items and the connections they need; without names, everything.

    Raises UnknownItem for a name that no item has.
    """
    rows = _rows(list(names))
    items = [_exported(row) for row in rows if row.published]
    everything = not names
    orgs = SalesforceConnection.objects.all()
    sites = JiraConnection.objects.all()
    if not everything:
        orgs = orgs.filter(name__in={item.salesforce for item in items})
        sites = sites.filter(name__in={item.jira for item in items})
    return Export(
        document=Document(
            salesforce_connections=with_own_variables(map(salesforce_from_row, orgs)),
            jira_connections=with_own_variables(map(jira_from_row, sites)),
            items=tuple(items),
        ),
        unpublished=tuple(row.name for row in rows if not row.published),
    )


def _rows(names: list[str]) -> list[SmartConnectedItem]:
    rows = SmartConnectedItem.objects.select_related("published", "salesforce", "jira")
    if not names:
        return list(rows)
    found = {row.name: row for row in rows}
    missing = [name for name in names if name not in found]
    if missing:
        there_are = ", ".join(found) or "none"
        raise UnknownItem(f"There is no item {', '.join(missing)}. Items: {there_are}.")
    return [found[name] for name in dict.fromkeys(names)]


def _exported(row: SmartConnectedItem) -> Item:
    """A connection may have been renamed since the item was published; its new name counts."""
    item = published(row)
    orgs, sites = SalesforceConnection.objects, JiraConnection.objects
    if not orgs.filter(name=item.salesforce).exists():
        item = replace(item, salesforce=row.salesforce.name)
    if not sites.filter(name=item.jira).exists():
        item = replace(item, jira=row.jira.name)
    return item
