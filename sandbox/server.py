"""Serves both systems over HTTP on this machine."""

import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.jira import JiraApp, JiraSite
from sandbox.jira.sender import WebhookSender
from sandbox.salesforce import SalesforceApp, SalesforceOrg

# Seconds between two looks whether to stop.
LOOK_FOR_STOP = 0.05

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class QuietHandler(WSGIRequestHandler):
    """Answers at once and prints nothing."""

    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class ServedApp:
    """An application on a port of its own, in a thread. Port 0 takes any that is free."""

    def __init__(self, host: str, port: int) -> None:
        self._server: BaseWSGIServer = make_server(
            host, port, _not_ready, threaded=True, request_handler=QuietHandler
        )
        self.port = self._server.port
        self.url = f"http://{host}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(LOOK_FOR_STOP,), daemon=True
        )

    def start(self, application: Application) -> None:
        """Begin to answer."""
        self._server.app = application
        self._thread.start()

    def stop(self) -> None:
        """Answer what is being asked and close the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _not_ready(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [("Content-Length", "0")])
    return []


@dataclass
class Sandbox:
    """Both systems, running. `stop` ends them."""

    org: SalesforceOrg
    site: JiraSite
    salesforce_url: str
    jira_url: str
    _parts: tuple[ServedApp, ServedApp]
    _sender: WebhookSender

    def stop(self) -> None:
        for part in self._parts:
            part.stop()
        self._sender.stop()


def start(
    host: str = "127.0.0.1",
    jira_port: int = 8102,
    salesforce_port: int = 8101,
    deployment: Literal["cloud", "data_center"] = "cloud",
) -> Sandbox:
    """Serve a new org and a new site, both without records; raise OSError for a taken port."""
    salesforce, jira = ServedApp(host, salesforce_port), ServedApp(host, jira_port)
    sender = WebhookSender(attempts=6 if deployment == "cloud" else 1)
    org = SalesforceOrg(base_url=salesforce.url)
    site = JiraSite(
        base_url=jira.url,
        deployment=deployment,
        # Another name for the same machine: a client that sends its token there is found out.
        media_url=f"http://localhost:{jira.port}/media",
        deliver=sender,
    )
    # The connector that is tried out on this machine has no https.
    site.secure_webhooks = False
    salesforce.start(SalesforceApp(org))
    jira.start(JiraApp(site))
    return Sandbox(org, site, salesforce.url, jira.url, (salesforce, jira), sender)
