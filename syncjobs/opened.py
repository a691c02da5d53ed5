"""What one pull works with: the org, the sites and the items, opened and resolved."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from connector.jira.client import JiraClient
from connector.salesforce.client import SalesforceClient

from connector.access import jira_client, salesforce_client
from connector.metadata import JiraCatalog, SalesforceCatalog
from connector.models import JiraConnection, SalesforceConnection, SmartConnectedItem
from syncjobs.models import SyncRun
from syncjobs.resolve import JiraSide, ResolvedItem
from syncjobs.runs import Counts


@dataclass
class Org:
    """A Salesforce connection in use."""

    connection: SalesforceConnection
    client: SalesforceClient
    catalog: SalesforceCatalog

    @classmethod
    def open(cls, connection: SalesforceConnection) -> "Org":
        client = salesforce_client(connection)
        return cls(connection, client, SalesforceCatalog(connection, client))

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone in which the org's users read their dates."""
        return ZoneInfo(self.connection.time_zone or "UTC")


@dataclass
class Site:
    """A Jira connection in use."""

    connection: JiraConnection
    client: JiraClient
    catalog: JiraCatalog

    @classmethod
    def open(cls, connection: JiraConnection) -> "Site":
        client = jira_client(connection)
        return cls(connection, client, JiraCatalog(connection, client))

    def side(self, project_key: str, issue_type: str) -> JiraSide:
        """What the site says about a project and issue type. Raises RemoteError."""
        project = self.catalog.project(project_key)
        kind = self.catalog.issue_type(project_key, issue_type)
        return JiraSide(
            project=project,
            issue_type=kind,
            create_fields=self.catalog.create_fields(project_key, kind.id),
            fields=self.catalog.fields(),
        )


@dataclass
class ItemRun:
    """One item in one pull."""

    item: SmartConnectedItem
    resolved: ResolvedItem
    org: Org
    site: Site
    run: SyncRun
    counts: Counts = field(default_factory=Counts)
    error: str = ""

    @property
    def digest_key(self) -> bytes:
        return bytes.fromhex(self.item.digest_key)

    @property
    def takes_up_from(self) -> datetime | None:
        """Records created before this moment aren't taken up; None: all are."""
        return None if self.resolved.config.backfill else self.item.first_published_at
