"""One connection's way to Salesforce: sessions, counting, repeats, and errors by policy."""

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests

from connector.errors import Answer, Busy, ConnectionBroken, NotLoggedIn
from connector.outgoing import HeaderAuth, HostPolicy, PooledSession, without_secrets
from connector.salesforce.answers import ApiUsage, api_usage, failures_in, http_date
from connector.salesforce.auth import Credentials, Token, log_in
from connector.salesforce.errors import SYSTEM, WrongOrg, remote_error
from connector.salesforce.ids import to_18
from connector.salesforce.policy import Failure
from connector.salesforce.tokens import TokenStore
from connector.salesforce.unreachable import BROKEN_OFF, unreachable

logger = logging.getLogger(__name__)

HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",  # Salesforce compresses only on request
    "Content-Type": "application/json; charset=UTF-8",
    "Sforce-Call-Options": "client=salesforce-connector-for-jira",
}
# Seconds between the tries of a call that only reads; each is varied by half.
READ_PAUSES = (0.4, 1.5)
PASSING_STATUSES = (420, 500, 502, 503, 504)


@dataclass(frozen=True)
class Call:
    """A call to the API. `path` begins with a slash; `writes` says that it changes something.

    An `upload` is sent as it is in place of a JSON body, and can be sent only once. With `streams`
    the answer's body is the open response.
    """

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False
    upload: Any = None
    streams: bool = False

    @property
    def shown(self) -> str:
        """The call as it may be logged: without the query string, which holds data."""
        return f"{self.method} {urlsplit(self.path).path}"


@dataclass(frozen=True)
class Reply:
    """A successful answer, or 304. Numbers with a fraction are Decimals."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Transport:
    """Sends calls with the connection's shared token. Safe to use from several threads."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        tokens: TokenStore,
        hosts: HostPolicy,
        expected_org_id: str,
        on_usage: Callable[[ApiUsage], None] | None,
        session: requests.Session | None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._credentials = credentials
        self._tokens = tokens
        self._hosts = hosts
        self._expected_org_id = to_18(expected_org_id) if expected_org_id else ""
        self._on_usage = on_usage
        self._session = session or PooledSession()
        self._pause = pause
        self._lock = Lock()
        self.calls = 0
        self.server_time: datetime | None = None

    @property
    def token(self) -> Token:
        """The shared token, after a login if there is none. Raises WrongOrg for another org's."""
        current = self._tokens.current()
        return self._of_this_org(current) if current else self._renewed(None)

    def send(self, call: Call) -> Reply:
        """Carry out a call; raises one of `connector.errors`.

        A call that only reads by GET is tried up to three times when Salesforce stumbles; nothing
        else is ever repeated here.
        """
        pauses = READ_PAUSES if call.method == "GET" else ()
        for pause in pauses:
            try:
                return self._with_session(call)
            except Busy as busy:
                if not _passing(busy):
                    raise
            self._pause(pause * random.uniform(0.5, 1.5))  # noqa: S311 - not a secret
        return self._with_session(call)

    def _with_session(self, call: Call) -> Reply:
        token = self.token
        try:
            return self._once(call, token)
        except NotLoggedIn as ended:
            token = self._renewed(token)
            if call.upload is not None:
                raise Busy(
                    "Salesforce had ended the session. With a new one the file will be sent again.",
                    ended.answer,
                ) from None
        try:
            return self._once(call, token)
        except NotLoggedIn as error:
            raise ConnectionBroken(
                "Salesforce ended the session right after a new login. Check the app's session "
                "policies and the integration user's permission API Enabled.",
                error.answer,
            ) from error

    def _renewed(self, stale: Token | None) -> Token:
        return self._of_this_org(self._tokens.renew(stale, self._log_in))

    def _log_in(self) -> Token:
        return self._of_this_org(log_in(self._credentials, self._session, self._hosts))

    def _of_this_org(self, token: Token) -> Token:
        if self._expected_org_id in ("", token.org_id):
            return token
        raise WrongOrg(
            f"The login leads to the org {token.org_id}, but this connection was set up with "
            f"{self._expected_org_id}. A refreshed sandbox is a new org. Nothing was written; make "
            "a new connection for it or correct the login address.",
            Answer(system=SYSTEM),
        )

    def _once(self, call: Call, token: Token) -> Reply:
        with self._lock:
            self.calls += 1
        try:
            response = self._session.request(
                call.method,
                token.instance_url + call.path,
                data=_payload(call),
                headers={**HEADERS, **call.headers},
                auth=HeaderAuth(f"Bearer {token.access_token}"),
                allow_redirects=False,
                stream=call.streams,
            )
        except requests.RequestException as error:
            raise unreachable(
                error,
                token.instance_url,
                Answer(system=SYSTEM, request=call.shown),
                writes=call.writes,
            ) from error
        self._note(call, response)
        return _reply(call, response)

    def _note(self, call: Call, response: requests.Response) -> None:
        logger.debug("%s: %s", call.shown, response.status_code)
        at = http_date(response.headers.get("Date", ""))
        if at is not None:
            self.server_time = at
        usage = api_usage(response.headers.get("Sforce-Limit-Info", ""))
        if usage is not None and self._on_usage is not None:
            self._on_usage(usage)


def _reply(call: Call, response: requests.Response) -> Reply:
    status = response.status_code
    if status == requests.codes.not_modified:
        return Reply(status, response.headers, None)
    if call.streams and status == requests.codes.ok:
        return Reply(status, response.headers, response)
    is_json, body = _decoded(response)
    if is_json and 200 <= status < 300:
        return Reply(status, response.headers, body)
    session = response.request.headers.get("Authorization", "").split()[1:]
    failures = [
        replace(failure, message=without_secrets(failure.message, session))
        for failure in (failures_in(body, status) if is_json else [])
    ]
    raise remote_error(
        _with_times(failures or [Failure(status)], response), call.shown, writes=call.writes
    )


def _decoded(response: requests.Response) -> tuple[bool, Any]:
    """Return whether the answer is JSON (or properly empty), and what it says."""
    if not response.content:
        return response.status_code == requests.codes.no_content, None
    try:
        return True, json.loads(response.content, parse_float=Decimal)
    except ValueError:
        return False, None


def _with_times(failures: list[Failure], response: requests.Response) -> list[Failure]:
    seconds = response.headers.get("Retry-After", "")
    retry_after = float(seconds) if seconds.isdigit() else None
    at = http_date(response.headers.get("Date", ""))
    return [replace(failure, retry_after=retry_after, at=at) for failure in failures]


def _passing(busy: Busy) -> bool:
    """Whether trying again at once may help: not after a time-out, nor against a quota."""
    if busy.retry_after is not None:
        return False
    return busy.answer.status in PASSING_STATUSES or busy.answer.code == BROKEN_OFF


def _payload(call: Call) -> Any:
    if call.upload is not None:
        return call.upload
    return None if call.body is None else _encoded(call.body)


def _encoded(body: Any) -> bytes:
    text = json.dumps(body, default=_number, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _number(value: object) -> int | float:
    """Write a Decimal as a number; Salesforce computes with doubles itself."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} can't be sent to Salesforce as JSON.")
    return int(value) if value == value.to_integral_value() else float(value)
