"""One request to Jira and its answer: login header, pace, time limits, broken connections."""

import base64
import json
import threading
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connector.errors import Answer, Busy, ConnectionBroken, RemoteError, Scope
from connector.jira.call import Call
from connector.jira.model import Credentials, Deployment
from connector.jira.pace import Pace
from connector.outgoing import HeaderAuth, PooledSession


class Exchange:
    """Sends single requests and counts them. `host` names the site in messages."""

    def __init__(
        self,
        credentials: Credentials,
        host: str,
        pace: Pace | None = None,
        session: requests.Session | None = None,
    ) -> None:
        self.calls = 0
        self._host = host
        self._auth = HeaderAuth(_authorization(credentials))
        self._pace = pace or Pace()
        self._session = session or PooledSession()
        # The login of each call is its header and nothing else, whoever used the session before.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._lock = threading.Lock()

    def once(self, call: Call, url: str) -> requests.Response:
        """The answer to one request, whatever its status; Busy or ConnectionBroken without one."""
        self._pace.wait(call.method, call.issue if call.changes else "")
        with self._lock:
            self.calls += 1
        options = self._options(call)
        try:
            return self._session.request(call.method, url, allow_redirects=False, **options)
        except (requests.RequestException, ValueError) as error:
            # A ValueError: requests looks where a redirect leads even if it isn't to follow it.
            # The error quotes the whole address with its query, which must not be shown.
            raise self._lost(call, error) from None

    def _options(self, call: Call) -> dict[str, Any]:
        headers = {"Accept": "application/json", **(call.headers or {})}
        data = call.upload
        if data is None:
            # Jira was seen to refuse even a DELETE that has no content type.
            headers.setdefault("Content-Type", "application/json")
            data = None if call.body is None else json.dumps(call.body, allow_nan=False)
        return {
            "params": call.params,
            "data": data,
            "headers": headers,
            "auth": HeaderAuth() if call.anonymous else self._auth,
            "stream": call.stream,
        }

    def _lost(self, call: Call, error: Exception) -> RemoteError:
        answer = Answer(system="Jira", request=str(call))
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return ConnectionBroken(
                f"The certificate of {self._host} isn't trusted. If it comes from an authority of "
                "your own, name its certificate file in the variable REQUESTS_CA_BUNDLE.",
                answer,
            )
        if _never_left(error):
            return Busy(
                f"{self._host} can't be reached ({call}). Check the address, and that this "
                "server may connect to it.",
                answer,
                scope=Scope.CONNECTION,
            )
        return Busy(
            f"The connection to {self._host} broke before it answered ({call}).",
            answer,
            may_have_happened=call.changes,
        )


def _authorization(credentials: Credentials) -> str:
    if credentials.deployment is Deployment.DATA_CENTER:
        return f"Bearer {credentials.api_token}"
    pair = f"{credentials.email}:{credentials.api_token}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def _never_left(error: Exception) -> bool:
    """Whether no connection came about, so that Jira can't have heard of the call."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.InvalidURL):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
