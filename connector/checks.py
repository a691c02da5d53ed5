"""Checks a connection: logs in, learns where it leads, and what its user may do.

What is learnt is stored with the connection. A success ends its pause; a failure is stored as its
error and raised.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.utils import timezone

from connector.access import jira_client, remember_usage, salesforce_client
from connector.catalog.probe import degraded_features
from connector.document.model import Item
from connector.document.store import published
from connector.errors import Gone, RemoteError
from connector.jira.client import JiraClient
from connector.metadata import SalesforceCatalog
from connector.models import JiraConnection, SalesforceConnection, SmartConnectedItem
from connector.salesforce.client import ApiUsage

C = TypeVar("C", SalesforceConnection, JiraConnection)

# What a synchronized project needs of our account, and what goes missing without it.
JIRA_PERMISSIONS = {
    "BROWSE_PROJECTS": "its issues can't be seen",
    "CREATE_ISSUES": "no issues can be created",
    "EDIT_ISSUES": "field changes can't be written",
    "TRANSITION_ISSUES": "the status can't follow",
    "ADD_COMMENTS": "comments can't be added",
    "CREATE_ATTACHMENTS": "files can't be added",
    "LINK_ISSUES": "issues get no link to their record",
}


def check_salesforce(connection: SalesforceConnection) -> None:
    """Log in to the org; store its name, id, address and what degrades. Raises RemoteError."""
    _stored(connection, _ask_salesforce)


def check_jira(connection: JiraConnection) -> None:
    """Log in to the site; store its title, account and what degrades. Raises RemoteError."""
    _stored(connection, _ask_jira)


def _stored(connection: C, ask: Callable[[C], None]) -> None:
    now = timezone.now()
    try:
        ask(connection)
    except RemoteError as error:
        connection.last_error, connection.last_error_at = error.message, now
        connection.save(update_fields=["last_error", "last_error_at"])
        raise
    connection.paused_until = None
    connection.last_error, connection.last_ok_at = "", now
    connection.save()


def _ask_salesforce(connection: SalesforceConnection) -> None:
    usage: list[ApiUsage] = []
    client = salesforce_client(connection, on_usage=usage.append)
    organization, user = client.organization(), client.user()
    connection.org_id = client.token.org_id
    connection.org_name = organization.name
    connection.instance_url = client.token.instance_url
    connection.time_zone = user.time_zone
    catalog = SalesforceCatalog(connection, client)
    objects = dict.fromkeys(config.object for config in _published(connection))
    connection.degraded = degraded_features(client, [catalog.describe(name) for name in objects])
    remember_usage(connection, usage[-1] if usage else None)


def _ask_jira(connection: JiraConnection) -> None:
    client = jira_client(connection)
    site = client.connect()
    connection.site_title = site.title
    connection.account_id = site.account_id
    connection.time_zone = site.time_zone
    connection.api_root = site.api_root
    connection.cloud_id = site.cloud_id
    projects = dict.fromkeys(p for config in _published(connection) for p in config.jira_projects)
    connection.degraded = [sentence for key in projects for sentence in _missing(client, key)]


def _missing(client: JiraClient, project: str) -> list[str]:
    try:
        granted = client.permissions(project, list(JIRA_PERMISSIONS))
    except Gone:
        return [f"Project {project} isn't there, or the connector's account can't see it."]
    return [
        f"In project {project} {effect}: the connector's account lacks {permission}."
        for permission, effect in JIRA_PERMISSIONS.items()
        if not granted.get(permission)
    ]


def _published(connection: SalesforceConnection | JiraConnection) -> Iterable[Item]:
    items: Iterable[SmartConnectedItem] = connection.items.exclude(published=None)
    return [published(item) for item in items.select_related("published")]  # type: ignore[attr-defined]
