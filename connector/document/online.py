"""Checks a whole document against the systems it names, before anything of it is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.conf import settings as django_settings

from connector.access import hosts
from connector.document.check import check_item_online
from connector.document.facts import LiveJira, LiveSalesforce
from connector.document.model import Document, JiraSettings, SalesforceSettings
from connector.document.problems import Problem, Report
from connector.document.rows import (
    jira_columns,
    jira_from_row,
    salesforce_columns,
    salesforce_from_row,
)
from connector.errors import RemoteError
from connector.jira.client import JiraClient
from connector.jira.model import Credentials as JiraCredentials
from connector.jira.model import Deployment
from connector.models import JiraConnection, SalesforceConnection
from connector.outgoing import HostRefused
from connector.salesforce.auth import Credentials as SalesforceCredentials
from connector.salesforce.auth import Flow, login_address
from connector.salesforce.client import SalesforceClient
from connector.salesforce.tokens import MemoryTokenStore

# Where a connection's address stands, by the list that it is in.
_ADDRESSES = {"salesforce_connections": "login_url", "jira_connections": "base_url"}
Client = TypeVar("Client", SalesforceClient, JiraClient)


@dataclass(frozen=True)
class Outcome:
    """What the two systems say about a document.

    `times` holds the time by the clock of each Salesforce org, by the connection's name.
    """

    problems: tuple[Problem, ...] = ()
    times: Mapping[str, datetime] = field(default_factory=dict)


def check_online(document: Document) -> Outcome:
    """Log in to every connection the document names or uses, and check its items there.

    Connections that are only stored are used as they are stored.
    """
    report = Report()
    orgs = _orgs(document, report)
    sites = _sites(document, report)
    salesforce = {name: LiveSalesforce(client) for name, client in orgs.items() if client}
    jira = {name: LiveJira(client) for name, client in sites.items() if client}
    for index, item in enumerate(document.items):
        org, site = salesforce.get(item.salesforce), jira.get(item.jira)
        if org and site:
            check_item_online(item, f"items[{index}]", org, site, report)
    times = {name: client.server_time for name, client in orgs.items() if client}
    return Outcome(report.problems, {name: time for name, time in times.items() if time})


def _orgs(document: Document, report: Report) -> dict[str, SalesforceClient | None]:
    """Return a client that has logged in for each org, None where that failed."""
    named = {each.name: each for each in document.salesforce_connections}
    places = [(each, f"salesforce_connections[{i}]") for i, each in enumerate(named)]
    places += [(each.salesforce, f"items[{i}].salesforce") for i, each in enumerate(document.items)]
    return _logged_in(lambda name: _open_org(name, named.get(name)), places, report)


def _sites(document: Document, report: Report) -> dict[str, JiraClient | None]:
    """As `_orgs`, for Jira."""
    named = {each.name: each for each in document.jira_connections}
    places = [(each, f"jira_connections[{i}]") for i, each in enumerate(named)]
    places += [(each.jira, f"items[{i}].jira") for i, each in enumerate(document.items)]
    return _logged_in(lambda name: _open_site(name, named.get(name)), places, report)


def _logged_in(
    open_client: Callable[[str], Client], places: list[tuple[str, str]], report: Report
) -> dict[str, Client | None]:
    opened: dict[str, Client | None] = {}
    for name, place in places:
        if name not in opened:
            try:
                opened[name] = open_client(name)
            except HostRefused as refused:
                opened[name] = None
                report.add(f"{place}.{_ADDRESSES[place.partition('[')[0]]}", str(refused))
            except RemoteError as error:
                opened[name] = None
                report.add(place, error.message)
    return opened


def _open_org(name: str, settings: SalesforceSettings | None) -> SalesforceClient:
    """The tokens stay here: the connection may not be in the database yet, or change."""
    stored = SalesforceConnection.objects.filter(name=name).first()
    if settings is not None:
        hosts().check_salesforce(login_address(settings.login_url))
    else:
        settings = salesforce_from_row(SalesforceConnection.objects.get(name=name))
    columns = salesforce_columns(settings, stored)
    flow = Flow(columns.pop("auth"))
    del columns["name"], columns["variables"]
    client = SalesforceClient(
        SalesforceCredentials(flow=flow, **columns),
        tokens=MemoryTokenStore(),
        hosts=hosts(),
        api_version=django_settings.SALESFORCE_API_VERSION,
        expected_org_id=stored.org_id if stored else "",
    )
    client.organization()
    return client


def _open_site(name: str, settings: JiraSettings | None) -> JiraClient:
    stored = JiraConnection.objects.filter(name=name).first()
    if settings is not None:
        hosts().check_jira(settings.base_url)
    else:
        settings = jira_from_row(JiraConnection.objects.get(name=name))
    columns = jira_columns(settings, stored)
    client = JiraClient(
        JiraCredentials(
            base_url=columns["base_url"],
            deployment=Deployment(columns["deployment"]),
            email=columns["email"],
            api_token=columns["api_token"],
        ),
        hosts=hosts(),
        gateway_url=django_settings.ATLASSIAN_API_URL,
    )
    client.connect()
    return client
