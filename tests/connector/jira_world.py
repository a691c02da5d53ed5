"""A client on the sandbox's Jira, in this process."""

from datetime import UTC, datetime

from connector.jira.client import JiraClient
from connector.jira.model import Credentials, Deployment
from connector.jira.pace import Pace
from connector.outgoing import HostPolicy
from sandbox.clock import ManualClock
from sandbox.jira.app import JiraApp
from sandbox.jira.site import JiraSite
from tests.network import InProcessNetwork

GATEWAY = "https://gateway.test"
MAIL = "connector@acme.example"
TOKENS = {"cloud": "sandbox-api-token", "data_center": "sandbox-pat"}


class JiraWorld:
    """`site` is the sandbox, `network` the way to it, `clock` the time of both and the client."""

    def __init__(self, deployment: str = "cloud", **options: object) -> None:
        path = "/jira" if deployment == "data_center" else ""
        self.clock = ManualClock(datetime(2026, 11, 21, 9, 30, tzinfo=UTC))
        self.site = JiraSite(
            "https://jira.test",
            self.clock,
            deployment,
            path,
            **options,
        )
        self.network = InProcessNetwork()
        app = JiraApp(self.site)
        for origin in ("https://jira.test", self.site.media_url, GATEWAY):
            self.network.serve(origin, app)

    @property
    def cloud(self) -> bool:
        return self.site.cloud

    def client(self, token: str = "", **options: object) -> JiraClient:
        """A client whose waiting moves the clock."""
        deployment = Deployment(self.site.deployment)
        mail = MAIL if self.site.cloud else ""
        token = token or TOKENS[self.site.deployment]
        credentials = Credentials(self.site.base_url, deployment, mail, token)
        started = self.clock.now()

        def seconds() -> float:
            return (self.clock.now() - started).total_seconds()

        return JiraClient(
            credentials,
            hosts=HostPolicy(),
            gateway_url=GATEWAY,
            pace=Pace(seconds, self.clock.advance),
            pause=self.clock.advance,
            **options,  # type: ignore[arg-type]
        )
