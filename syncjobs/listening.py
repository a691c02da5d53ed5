"""Which items want to know of changes in Jira."""

from collections.abc import Sequence

from connector.document.model import Item, Mode
from connector.document.versions import published
from connector.models import JiraConnection, SmartConnectedItem


def listens(item: Item) -> bool:
    """Whether something of an issue's change may reach Salesforce.

    In one-way items only Salesforce moves field values, yet comments, files and the status travel
    both ways.
    """
    if item.mode is Mode.ONE_WAY:
        return item.comments.enabled or item.attachments.enabled or item.status is not None
    return item.mode is Mode.TWO_WAY


def listening_items(connection: JiraConnection | int) -> list[SmartConnectedItem]:
    """Return the site's published and enabled items that listen."""
    rows = SmartConnectedItem.objects.filter(jira=connection).exclude(published=None)
    found = rows.select_related("published").order_by("pk")
    return [row for row in found if (item := published(row)).enabled and listens(item)]


def projects_of(items: Sequence[SmartConnectedItem]) -> list[str]:
    """Return the keys of the items' projects, each once."""
    return list(dict.fromkeys(key for row in items for key in published(row).jira_projects))
