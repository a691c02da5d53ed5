"""An org of the sandbox and a caller that speaks its REST API over requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import requests

from sandbox.clock import ManualClock
from sandbox.salesforce import SalesforceApp, SalesforceOrg
from tests.network import InProcessNetwork

ORIGIN = "http://salesforce.test"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LOGIN = {
    "grant_type": "client_credentials",
    "client_id": "sandbox-client-id",
    "client_secret": "sandbox-client-secret",
}


class Caller:
    """Calls as the integration user. `call` returns the response, the others its JSON."""

    def __init__(self, org: SalesforceOrg, app: SalesforceApp, clock: ManualClock) -> None:
        self.org = org
        self.app = app
        self.clock = clock
        self.session = requests.Session()
        self.log_in()

    def log_in(self) -> None:
        answer = self.token(**LOGIN).json()
        self.session.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def token(self, **form: str) -> requests.Response:
        return requests.post(f"{ORIGIN}/services/oauth2/token", data=form, timeout=5)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        version = options.pop("version", "67.0")
        url = path if path.startswith("/services") else f"/services/data/v{version}{path}"
        return self.session.request(method, ORIGIN + url, timeout=5, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.call("GET", path, **options).json()

    def query(self, soql: str, **options: Any) -> Any:
        return self.get("/query/", params={"q": soql}, **options)

    def rows(self, soql: str) -> list[dict[str, Any]]:
        """The records of a query without their attributes. It has to succeed."""
        answer = self.call("GET", "/query/", params={"q": soql})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["records"]
        return [{k: v for k, v in record.items() if k != "attributes"} for record in found]

    def ids(self, soql: str) -> list[str]:
        return [row["Id"] for row in self.rows(soql)]

    def error(self, method: str, path: str, **options: Any) -> tuple[int, str, str]:
        """Status, error code and message of a call that fails."""
        answer = self.call(method, path, **options)
        assert answer.status_code >= 400, answer.text
        body = answer.json()
        return answer.status_code, body[0]["errorCode"], body[0]["message"]

    def query_error(self, soql: str) -> tuple[int, str, str]:
        return self.error("GET", "/query/", params={"q": soql})


@contextmanager
def an_org(**settings: Any) -> Iterator[Caller]:
    """Open an org with the integration user logged in; `settings` go to the org."""
    clock = ManualClock(START)
    org = SalesforceOrg(base_url=ORIGIN, clock=clock, **settings)
    app = SalesforceApp(org)
    with InProcessNetwork() as network:
        network.serve(ORIGIN, app)
        network.serve("https://salesforce.test", app)
        network.serve("https://login.salesforce.com", app)
        yield Caller(org, app, clock)
