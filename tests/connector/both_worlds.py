"""An org and a site of the sandbox on one network, and the document that connects them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.clock import ManualClock
from sandbox.jira.site import JiraSite
from sandbox.salesforce.org import SalesforceOrg
from tests.connector.documents import whole
from tests.connector.jira_world import MAIL, TOKENS, JiraWorld
from tests.connector.salesforce_world import ORIGIN
from tests.connector.salesforce_world import world as salesforce_world
from tests.network import InProcessNetwork

# For the setting EXTRA_HOSTS.
HOSTS = ["salesforce.test"]
ENVIRONMENT = {"ACME_SF_SECRET": "sandbox-client-secret", "ACME_JIRA_WEBHOOK_SECRET": "hook-secret"}


@dataclass
class Worlds:
    """`clock` is the org's; `network` leads to both systems."""

    org: SalesforceOrg
    site: JiraSite
    clock: ManualClock
    network: InProcessNetwork

    def document(self, **changes: Any) -> dict[str, Any]:
        """Return a sound document for the two systems, with keys of its item changed."""
        document = whole()
        document["salesforce_connections"][0].update(
            login_url=ORIGIN, client_id="sandbox-client-id"
        )
        site = document["jira_connections"][0]
        site.update(base_url=self.site.base_url, deployment=self.site.deployment)
        site["api_token"] = TOKENS[self.site.deployment]
        if self.site.cloud:
            site["email"] = MAIL
        else:
            del site["email"]
        item = document["items"][0]
        item.update(changes)
        document["items"] = [{key: value for key, value in item.items() if value is not ...}]
        return document


@contextmanager
def both_worlds(deployment: str = "cloud") -> Iterator[Worlds]:
    """Open both for the time of the block."""
    jira = JiraWorld(deployment)
    with salesforce_world() as salesforce:
        for origin, application in jira.network._applications.items():
            salesforce.network._applications[origin] = application
        yield Worlds(salesforce.org, jira.site, salesforce.clock, salesforce.network)
