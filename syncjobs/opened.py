"""What one pull works with: the org, the sites and the items, opened and resolved."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from connector.access import jira_client, remember_usage, salesforce_client
from connector.checks import check_salesforce
from connector.errors import Refused, RemoteError
from connector.jira.client import JiraClient
from connector.metadata import JiraCatalog, SalesforceCatalog
from connector.models import JiraConnection, SalesforceConnection, SmartConnectedItem
from connector.salesforce.auth import Token
from connector.salesforce.client import ApiUsage, SalesforceClient
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
    @contextmanager
    def opened(cls, connection: SalesforceConnection) -> Iterator["Org"]:
        """An org for the time of the block; its API usage is stored afterwards.

        A connection that was never checked is identified first. Raises RemoteError.
        """
        if not connection.org_id:
            check_salesforce(connection)
        usage: list[ApiUsage] = []
        client = salesforce_client(connection, on_usage=usage.append)
        try:
            yield cls(connection, client, SalesforceCatalog(connection, client))
        finally:
            remember_usage(connection, usage[-1] if usage else None)

    @cached_property
    def token(self) -> Token:
        """The login as it was at the beginning: whose org it is, and as whom we act there."""
        return self.client.token

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

    def remember(self) -> None:
        """Keep the address that was found to work."""
        if self.client.api_root != self.connection.api_root:
            self.connection.api_root = self.client.api_root
            self.connection.save(update_fields=["api_root"])

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
    run: SyncRun | None
    counts: Counts = field(default_factory=Counts)
    # Records that have new comments or files, as far as this poll saw.
    active_ids: set[str] = field(default_factory=set)
    error: str = ""

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the calls made in the block as this item's."""
        salesforce, jira = self.org.client.calls, self.site.client.calls
        try:
            yield
        finally:
            self.counts.salesforce_calls += self.org.client.calls - salesforce
            self.counts.jira_calls += self.site.client.calls - jira

    def forget_metadata(self, error: RemoteError) -> None:
        """A refusal may come from metadata that has changed since it was remembered."""
        if isinstance(error, Refused) and error.answer.system == "Salesforce":
            self.org.catalog.forget(self.resolved.sobject.name)
        elif isinstance(error, Refused):
            self.site.catalog.forget()

    @property
    def digest_key(self) -> bytes:
        return bytes.fromhex(self.item.digest_key)

    @property
    def takes_up_from(self) -> datetime | None:
        """Records created before this moment aren't taken up; None: all are."""
        since = self.item.first_published_at
        if self.resolved.config.backfill or since is None:
            return None
        # Salesforce's stamps have no fraction of a second.
        return since.replace(microsecond=0)


def count_shared_calls(runs: Sequence[ItemRun]) -> None:
    """Give the calls that were made for all items to the first one: the poll, the metadata."""
    if not runs:
        return
    counted = sum(run.counts.salesforce_calls for run in runs)
    runs[0].counts.salesforce_calls += runs[0].org.client.calls - counted
    by_site: dict[int, list[ItemRun]] = {}
    for run in runs:
        by_site.setdefault(id(run.site), []).append(run)
    for group in by_site.values():
        counted = sum(run.counts.jira_calls for run in group)
        group[0].counts.jira_calls += group[0].site.client.calls - counted
