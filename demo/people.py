"""The two systems as people's own programs use them: plain REST, apart from the connector."""

from base64 import b64encode
from typing import Any
from urllib.parse import quote

import requests

SECONDS = 10.0
SALESFORCE_VERSION = "v67.0"


class SalesforceUser:
    """Grace Miller, who works in Salesforce and logs in with a user name and a password."""

    def __init__(self, url: str) -> None:
        self._session = _session()
        self._url = url
        answer = self._session.post(
            f"{url}/services/oauth2/token",
            data={
                "grant_type": "password",
                "client_id": "sandbox-client-id",
                "client_secret": "sandbox-client-secret",
                "username": "grace.miller@acme.example",
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

    def upload(self, record_id: str, name: str, content: bytes) -> None:
        """Put a file on a record."""
        values = {
            "PathOnClient": name,
            "VersionData": b64encode(content).decode(),
            "FirstPublishLocationId": record_id,
        }
        self.create("ContentVersion", values)

    def files(self, record_id: str) -> dict[str, bytes]:
        """Return the content of a record's files, by name."""
        links = self.query(
            "SELECT ContentDocument.LatestPublishedVersionId FROM ContentDocumentLink "
            f"WHERE LinkedEntityId = '{record_id}'"
        )
        ids = [link["ContentDocument"]["LatestPublishedVersionId"] for link in links]
        return {
            str(self.get("ContentVersion", found)["PathOnClient"]): self._content(found)
            for found in ids
        }

    def page(self, sobject: str, record_id: str) -> str:
        """Return the address at which a person sees the record."""
        return f"{self._url}/lightning/r/{sobject}/{record_id}/view"

    def _content(self, version_id: str) -> bytes:
        answer = self._send("GET", f"sobjects/ContentVersion/{version_id}/VersionData")
        answer.raise_for_status()
        return answer.content

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        url = f"{self._url}/services/data/{SALESFORCE_VERSION}/{path}"
        return self._session.request(method, url, timeout=SECONDS, **options)


class JiraUser:
    """Jane Wolf, who works in Jira."""

    def __init__(self, url: str) -> None:
        self._session = _session()
        self._session.auth = ("jane@acme.example", "sandbox-person-token")
        self._url = url

    def issue(self, key: str) -> dict[str, Any]:
        """Return the fields of an issue."""
        return dict(_body(self._send("GET", f"issue/{quote(key)}"))["fields"])

    def property(self, key: str, name: str) -> dict[str, Any]:
        """Return the value of an entity property of an issue."""
        path = f"issue/{quote(key)}/properties/{name}"
        return dict(_body(self._send("GET", path))["value"])

    def edit(self, key: str, fields: dict[str, Any]) -> None:
        answer = self._send("PUT", f"issue/{quote(key)}", json={"fields": fields})
        answer.raise_for_status()

    def move(self, key: str, status: str) -> None:
        """Take the transition that leads to this status; LookupError if none is offered."""
        path = f"issue/{quote(key)}/transitions"
        for offered in _body(self._send("GET", path))["transitions"]:
            if offered["to"]["name"] == status:
                taken = {"transition": {"id": offered["id"]}}
                self._send("POST", path, json=taken).raise_for_status()
                return
        raise LookupError(f"{key} has no transition to {status}")

    def comment(self, key: str, body: str) -> None:
        answer = self._send("POST", f"issue/{quote(key)}/comment", json={"body": body})
        answer.raise_for_status()

    def attach(self, key: str, name: str, content: bytes) -> None:
        """Put a file on an issue."""
        answer = self._send(
            "POST",
            f"issue/{quote(key)}/attachments",
            files={"file": (name, content)},
            headers={"X-Atlassian-Token": "no-check"},
        )
        answer.raise_for_status()

    def files(self, key: str) -> dict[str, bytes]:
        """Return the content of an issue's files, by name."""
        return {
            file["filename"]: self._content(file["id"]) for file in self.issue(key)["attachment"]
        }

    def page(self, key: str) -> str:
        """Return the address at which a person sees the issue."""
        return f"{self._url}/browse/{quote(key)}"

    def _content(self, attachment_id: str) -> bytes:
        answer = self._send("GET", f"attachment/content/{attachment_id}")
        answer.raise_for_status()
        return answer.content

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        url = f"{self._url}/rest/api/2/{path}"
        return self._session.request(method, url, timeout=SECONDS, **options)


def _session() -> requests.Session:
    session = requests.Session()
    # Neither a proxy nor a password file of this machine has a say here.
    session.trust_env = False
    return session


def _body(answer: requests.Response) -> Any:
    answer.raise_for_status()
    return answer.json()
