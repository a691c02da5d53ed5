"""Calls the sandbox's Jira as a client would, with `requests` and without sockets."""

from datetime import UTC, datetime
from typing import Any

import requests

from sandbox.clock import ManualClock
from sandbox.jira import JiraApp, JiraSite
from tests.network import InProcessNetwork

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ORIGIN = "https://jira.test"
MEDIA = "https://media.jira.test"
MAIL = "connector@acme.example"


class Caller:
    """A site with a clock that stands still, and the integration user calling it.

    The methods take a path below /rest/api/2 and return the answer.
    """

    def __init__(self, deployment: str = "cloud", **options: Any) -> None:
        self.clock = ManualClock(NOW)
        self.site = JiraSite(ORIGIN, self.clock, deployment, **options)
        self.app = JiraApp(self.site)
        self.network = InProcessNetwork()
        self.network.serve(ORIGIN, self.app)
        self.network.serve(MEDIA, self.app)
        self.session = requests.Session()
        self.session.trust_env = False
        if self.site.cloud:
            self.session.auth = (MAIL, "sandbox-api-token")
        else:
            self.session.headers["Authorization"] = "Bearer sandbox-pat"
        self.root = f"{self.site.base_url}/rest/api/2"

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        url = path if path.startswith("http") else self.root + path
        options.setdefault("allow_redirects", False)
        with self.network:
            answer = self.session.request(method, url, **options)
            _ = answer.content
        return answer

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.send("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        return self.send("POST", path, json=json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        return self.send("PUT", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.send("DELETE", path, **options)

    def create(self, **fields: Any) -> requests.Response:
        """Create a task in SUP over the API; `fields` add to or replace the usual ones."""
        usual = {"project": {"key": "SUP"}, "issuetype": {"id": "10001"}, "summary": "Broken"}
        return self.post("/issue", {"fields": usual | fields})

    def search(self, jql: str, **more: Any) -> list[str]:
        """Return the keys that a search finds, in order."""
        path = "/search/jql" if self.site.cloud else "/search"
        answer = self.post(path, {"jql": jql, "fields": ["summary"], **more})
        assert answer.status_code == 200, answer.text
        return [issue["key"] for issue in answer.json()["issues"]]

    def upload(self, key: str, name: str, content: bytes, **options: Any) -> requests.Response:
        headers = {"X-Atlassian-Token": "no-check"}
        files = {"file": (name, content)}
        return self.send(
            "POST", f"/issue/{key}/attachments", files=files, headers=headers, **options
        )
