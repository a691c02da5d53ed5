"""The two systems as people's own programs use them: plain REST, apart from the connector."""

from typing import Any
from urllib.parse import quote

import requests

SECONDS = 10.0
SALESFORCE_VERSION = "v67.0"


class SalesforceUser:
    """Somebody who works in Salesforce and logs in with a user name and a password."""

    def __init__(self, url: str) -> None:
        self._session = _session()
        self._url = url
        answer = self._session.post(
            f"{url}/services/oauth2/token",
            data={
                "grant_type": "password",
                "client_id": "sandbox-client-id",
                "client_secret": "sandbox-client-secret",
                "username": "integration@acme.example",
                "password": "sandbox-passwordsandbox-token",
            },
            timeout=SECONDS,
        )
        token = _body(answer)["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def create(self, sobject: str, values: dict[str, Any]) -> str:
        """Return the Id of the new record."""
        return str(_body(self._send("POST", f"sobjects/{sobject}", json=values))["id"])

    def update(self, sobject: str, record_id: str, values: dict[str, Any]) -> None:
        self._send("PATCH", f"sobjects/{sobject}/{record_id}", json=values).raise_for_status()

    def get(self, sobject: str, record_id: str) -> dict[str, Any]:
        return dict(_body(self._send("GET", f"sobjects/{sobject}/{record_id}")))

    def query(self, soql: str) -> list[dict[str, Any]]:
        return list(_body(self._send("GET", "query", params={"q": soql}))["records"])

    def page(self, sobject: str, record_id: str) -> str:
        """Return the address at which a person sees the record."""
        return f"{self._url}/lightning/r/{sobject}/{record_id}/view"

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        url = f"{self._url}/services/data/{SALESFORCE_VERSION}/{path}"
        return self._session.request(method, url, timeout=SECONDS, **options)


class JiraUser:
    """Somebody who looks at Jira."""

    def __init__(self, url: str) -> None:
        self._session = _session()
        self._session.auth = ("connector@acme.example", "sandbox-api-token")
        self._url = url

    def issue(self, key: str) -> dict[str, Any]:
        """Return the fields of an issue."""
        return dict(self._get(f"issue/{quote(key)}")["fields"])

    def property(self, key: str, name: str) -> dict[str, Any]:
        """Return the value of an entity property of an issue."""
        return dict(self._get(f"issue/{quote(key)}/properties/{name}")["value"])

    def page(self, key: str) -> str:
        """Return the address at which a person sees the issue."""
        return f"{self._url}/browse/{quote(key)}"

    def _get(self, path: str) -> Any:
        return _body(self._session.get(f"{self._url}/rest/api/2/{path}", timeout=SECONDS))


def _session() -> requests.Session:
    session = requests.Session()
    # Neither a proxy nor a password file of this machine has a say here.
    session.trust_env = False
    return session


def _body(answer: requests.Response) -> Any:
    answer.raise_for_status()
    return answer.json()
