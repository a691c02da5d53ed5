"""What all parts of the Salesforce client share: the way to the org and how to send on it."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import requests

from connector.outgoing import HostPolicy
from connector.salesforce.answers import ApiUsage
from connector.salesforce.auth import Credentials, Token
from connector.salesforce.tokens import TokenStore
from connector.salesforce.transport import Call, Reply, Transport

Record = dict[str, Any]


class Rest:
    """A connection to one org's REST API, in one version of it."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        tokens: TokenStore,
        hosts: HostPolicy,
        api_version: str = "67.0",
        expected_org_id: str = "",
        on_usage: Callable[[ApiUsage], None] | None = None,
        session: requests.Session | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = f"/services/data/v{api_version}"
        self._transport = Transport(
            credentials,
            tokens=tokens,
            hosts=hosts,
            expected_org_id=expected_org_id,
            on_usage=on_usage,
            session=session,
            pause=pause,
        )

    @property
    def calls(self) -> int:
        """Calls so far that count against the org's daily limit; a composite call is one."""
        return self._transport.calls

    @property
    def server_time(self) -> datetime | None:
        """Salesforce's clock at its last answer, None before the first."""
        return self._transport.server_time

    @property
    def token(self) -> Token:
        """The session in use; logs in if there is none.

        Raises WrongOrg if it belongs to another org than the one this connection was set up with.
        """
        return self._transport.token

    def _send(self, call: Call) -> Reply:
        return self._transport.send(call)

    def _get(self, path: str) -> Any:
        return self._send(Call("GET", path)).body

    def _post(self, path: str, body: Any, *, writes: bool) -> Any:
        return self._send(Call("POST", self._base + path, body, writes=writes)).body
