"""A site that answers as told: for failures that no working Jira would produce."""

import json
from collections.abc import Iterable
from typing import Any

from connector.jira.client import JiraClient
from connector.jira.model import Credentials, Deployment
from connector.jira.pace import Pace
from connector.outgoing import HostPolicy

SITE = "https://jira.test"
GATEWAY = "https://gateway.test"
NAMED = {"X-AAccountId": "5b10"}


class ScriptedSite:
    """Answers each path with the next of its answers; the last one is repeated.

    An answer is (status, body, headers): the body is bytes, or sent as JSON. `seen` holds
    (method, path, body, headers) of each request.
    """

    def __init__(self) -> None:
        self._answers: dict[str, list[tuple[int, Any, dict[str, str]]]] = {}
        self.seen: list[tuple[str, str, bytes, dict[str, str]]] = []

    def on(self, path: str, *answers: tuple[int, Any] | tuple[int, Any, dict[str, str]]) -> None:
        self._answers[path] = [
            (each[0], each[1], each[2] if len(each) > 2 else NAMED) for each in answers
        ]

    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.seen]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        headers = {
            name[5:].lower().replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        headers["content-type"] = environ.get("CONTENT_TYPE", "")
        self.seen.append((environ["REQUEST_METHOD"], path, environ["wsgi.input"].read(), headers))
        answers = self._answers.get(path) or [(404, {"errorMessages": ["none"]}, NAMED)]
        status, body, extra = answers.pop(0) if len(answers) > 1 else answers[0]
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        start_response(f"{status} X", [*{"Content-Type": "application/json", **extra}.items()])
        return [content]


def client_of(
    site: str = SITE, deployment: Deployment = Deployment.CLOUD, **options: Any
) -> JiraClient:
    """A client that never really waits; `waits` can be given to see how long it would have."""
    waits = options.pop("waits", [])
    token = options.pop("token", "s3cret-token")
    hosts = options.pop("hosts", HostPolicy())
    email = "connector@acme.example" if deployment is Deployment.CLOUD else ""
    return JiraClient(
        Credentials(site, deployment, email, token),
        hosts=hosts,
        gateway_url=GATEWAY,
        pace=options.pop("pace", None) or Pace(pause=lambda seconds: None),
        pause=waits.append,
        **options,
    )
