"""The client of one Jira site: everything that the connector asks of Jira, on either edition."""

import time
from collections.abc import Callable
from datetime import datetime

import requests

from connector.jira.attachments import Attachments
from connector.jira.comments import Comments
from connector.jira.edition import EDITIONS
from connector.jira.exchange import Exchange
from connector.jira.issues import Issues
from connector.jira.metadata import Metadata
from connector.jira.model import Credentials
from connector.jira.pace import Pace
from connector.jira.roots import Roots
from connector.jira.transport import Transport
from connector.jira.users import Users
from connector.jira.webhooks import Webhooks
from connector.jira.workflow import Workflow
from connector.outgoing import HostPolicy


class JiraClient(Metadata, Issues, Workflow, Comments, Attachments, Users, Webhooks):
    """One site as one account; safe among threads.

    `api_root` is the address that worked the last time, empty if it isn't known; read the
    attribute afterwards and remember it. `gateway_url` is Atlassian's, and trusted with our
    credentials. `pace` should be one for all clients of a connection in a process. `pause` waits
    for some seconds.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        hosts: HostPolicy,
        gateway_url: str = "https://api.atlassian.com",
        api_root: str = "",
        pace: Pace | None = None,
        session: requests.Session | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        deployment = credentials.deployment
        roots = Roots(credentials.base_url, deployment, gateway_url, api_root)
        exchange = Exchange(credentials, roots.host, pace, session)
        self.transport = Transport(exchange, roots, hosts, pause)
        self.edition = EDITIONS[deployment](self.transport)

    @property
    def calls(self) -> int:
        """How many requests have been sent, repeated ones included."""
        return self.transport.calls

    @property
    def server_time(self) -> datetime | None:
        """The site's clock at its last answer; None before the first."""
        return self.transport.server_time

    @property
    def api_root(self) -> str:
        """The address that calls go to now."""
        return self.transport.roots.current

    @property
    def cloud_id(self) -> str:
        """The site's id where calls go through the gateway, else empty."""
        return self.transport.roots.cloud_id
