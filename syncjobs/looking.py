"""An item opened to be looked at: nothing about the connections is remembered but metadata.

A pull pauses connections, ends their pauses and keeps their usage; a look does none of that.
"""

from connector.access import is_paused, salesforce_client
from connector.checks import check_salesforce
from connector.document.store import published
from connector.metadata import SalesforceCatalog
from connector.models import Connection, SalesforceConnection, SmartConnectedItem
from syncjobs.opened import ItemRun, Org, Site
from syncjobs.resolve import resolve_item


class Unusable(Exception):
    """What was asked for can't be done with this item; the message says why."""


def synchronized_item(name: str) -> SmartConnectedItem:
    """Return a published item that synchronizes. Raises Unusable."""
    row = (
        SmartConnectedItem.objects.filter(name=name)
        .select_related("published", "salesforce", "jira")
        .first()
    )
    if row is None:
        raise Unusable(f"There is no item named {name}.")
    if row.published is None:
        raise Unusable(f"The item {name} has never been published. Publish it first.")
    if not published(row).synchronizes:
        raise Unusable(f"The item {name} only displays records: nothing of it is synchronized.")
    return row


def look(item: SmartConnectedItem) -> ItemRun:
    """Open both systems for a published item.

    Raises Unusable while a connection is paused, RemoteError when a system can't be reached.
    """
    _not_paused(item.salesforce)
    _not_paused(item.jira)
    config = published(item)
    org, site = _org(item.salesforce), Site.open(item.jira)
    side = site.side(config.project, config.issue_type)
    return ItemRun(item, resolve_item(config, org.catalog.describe, side), org, site, run=None)


def _org(connection: SalesforceConnection) -> Org:
    if not connection.org_id:
        check_salesforce(connection)
    client = salesforce_client(connection)
    return Org(connection, client, SalesforceCatalog(connection, client))


def _not_paused(connection: Connection) -> None:
    if is_paused(connection):
        raise Unusable(
            f"The connection {connection.name} is paused until "
            f"{connection.paused_until:%Y-%m-%d %H:%M:%S} UTC. {connection.last_error}".strip()
            + " checkconnections tries it at once, and ends the pause if it answers."
        )
