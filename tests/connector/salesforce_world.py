"""An org of the sandbox and a client for it, in one process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from connector.outgoing import HostPolicy
from connector.salesforce.auth import Credentials, Flow
from connector.salesforce.client import SalesforceClient
from connector.salesforce.tokens import MemoryTokenStore
from sandbox.clock import ManualClock
from sandbox.salesforce import SalesforceApp, SalesforceOrg
from tests.network import InProcessNetwork

ORIGIN = "http://salesforce.test"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@dataclass
class World:
    """What a test has at hand: the org, its clock, the wire, and the connector's way in."""

    org: SalesforceOrg
    clock: ManualClock
    network: InProcessNetwork

    def client(self, client_secret="sandbox-client-secret", **settings) -> SalesforceClient:
        credentials = Credentials(
            ORIGIN, Flow.CLIENT_CREDENTIALS, "sandbox-client-id", client_secret
        )
        return SalesforceClient(
            credentials,
            tokens=settings.pop("tokens", None) or MemoryTokenStore(),
            hosts=HostPolicy(["salesforce.test"]),
            pause=lambda seconds: None,
            **settings,
        )

    def cases(self, count: int) -> list[str]:
        """Create so many cases as a person of the org and return their Ids."""
        return [self.org.insert("Case", {"Subject": f"Case {number}"}) for number in range(count)]

    def paths(self) -> list[str]:
        """The paths of the calls so far, logins and query strings left out."""
        paths = [str(call.path_url).partition("?")[0] for call in self.network.calls]
        return [path for path in paths if "oauth2" not in path]


@contextmanager
def world(**settings) -> Iterator[World]:
    """Open a world for the time of the block; `settings` go to the org."""
    clock = ManualClock(START)
    org = SalesforceOrg(base_url=ORIGIN, clock=clock, **settings)
    with InProcessNetwork() as network:
        network.serve(ORIGIN, SalesforceApp(org))
        yield World(org, clock, network)
