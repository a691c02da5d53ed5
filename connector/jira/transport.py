"""The way to one Jira site: where it is, whether we are logged in, trying again, and errors."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any

import requests

from connector.errors import Answer, Busy, ConnectionBroken, Refused, RemoteError
from connector.jira.call import Call, full_path
from connector.jira.exchange import Exchange
from connector.jira.policy import failure, retry_after
from connector.jira.roots import Roots
from connector.outgoing import HostPolicy, HostRefused

MOST_TRIES = 4
MOST_READS = 3
LONGEST_WAIT = 10.0
# How long a login that was proven is believed where answers don't name the account.
PROOF_SECONDS = 300.0
ANONYMOUS = "anonymous"
MYSELF = Call(method="GET", path="/myself")


class Transport:
    """Sends calls to one site as one account. Safe among threads.

    `pause` waits for some seconds.
    """

    def __init__(
        self,
        exchange: Exchange,
        roots: Roots,
        hosts: HostPolicy,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.roots = roots
        self._exchange = exchange
        self._hosts = hosts
        self._pause = pause
        self._date = ""
        self._proven_at = float("-inf")
        self._site_allowed = False
        self._moving = Lock()

    @property
    def calls(self) -> int:
        """How many requests have been sent, repeated ones included."""
        return self._exchange.calls

    @property
    def server_time(self) -> datetime | None:
        """The site's clock at its last answer; None before the first."""
        try:
            return parsedate_to_datetime(self._date)
        except ValueError:
            return None

    def get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        """The JSON answer to a GET."""
        return self.required(Call(method="GET", path=path, params=params))

    def json(self, call: Call) -> Any:
        """Send `call`; its JSON answer, None where Jira answers without a body."""
        response = self.send(call)
        if not response.content.strip():
            return None
        try:
            return json.loads(response.content)
        except ValueError:
            raise self._unreadable(call, response) from None

    def required(self, call: Call) -> Any:
        """As json(), for calls that can't do without an answer."""
        answer = self.json(call)
        if answer is None:
            raise Busy(
                f"{self.roots.host} gave an empty answer ({call}). It may be starting.",
                Answer(system="Jira", request=str(call)),
                may_have_happened=call.changes,
            )
        return answer

    def send(self, call: Call) -> requests.Response:
        """Send `call` until it is answered; raises what policy.py makes of a failure."""
        response = self._persist(call)
        if response.status_code == 401 and not call.anonymous:
            response = self._elsewhere(call, response)
        if not call.anonymous:
            self._doubt_login(call, response)
        if response.status_code >= 300 and response.status_code not in call.accept:
            raise self.failure(call, response)
        return response

    def failure(self, call: Call, response: requests.Response, hint: str = "") -> RemoteError:
        """The error that a failed answer to `call` stands for."""
        host, wrote = self.roots.host, call.changes
        return failure(response, host=host, call=str(call), hint=hint or call.hint, wrote=wrote)

    def check_login(self) -> Any:
        """The account we are logged in as; ConnectionBroken if we aren't."""
        return self.required(MYSELF)

    def find_cloud_id(self) -> str:
        """The id of a Cloud site, empty where it doesn't say."""
        call = Call(method="GET", path="/_edge/tenant_info", anonymous=True)
        self._allow_site()
        response = self._exchange.once(call, self.roots.site + call.path)
        try:
            found = json.loads(response.content)["cloudId"] if response.ok else ""
        except (ValueError, LookupError, TypeError):
            return ""
        return str(found)

    def open_elsewhere(self, call: Call, url: str) -> requests.Response:
        """Go on with `call` at an address that Jira named, without credentials."""
        try:
            self._hosts.check_download(url)
        except HostRefused as refused:
            raise Refused(str(refused), Answer(system="Jira", request=str(call))) from None
        return self._exchange.once(replace(call, anonymous=True), url)

    def _elsewhere(self, call: Call, refused: requests.Response) -> requests.Response:
        """After a 401: is the login wrong, only wrong here, or was it about a permission?"""
        with self._moving:
            if refused.url.startswith(self.roots.current):
                self._move(call, refused)
        if call.upload is not None:
            raise Busy(
                f"The login to {self.roots.host} works at another address. The file will be sent "
                f"there ({call}).",
                Answer(system="Jira", request=str(call)),
            )
        refused.close()
        repeated = self._persist(call)
        if repeated.status_code == 401:
            raise self.failure(call, repeated, hint="logged in")
        return repeated

    def _move(self, call: Call, refused: requests.Response) -> None:
        """Go to the other address if the login works there; else raise what is wrong."""
        mine = refused if call == MYSELF else self._persist(MYSELF)
        if mine.ok:
            raise self.failure(call, refused, hint="logged in")
        if mine.status_code != 401 or not (other := self._other_root()):
            raise self.failure(MYSELF, mine)
        self.roots.current = other

    def _other_root(self) -> str:
        """The other address, if there is one and the login works there.

        An address that can't be reached from here answers nothing: what the first one said counts.
        """
        try:
            other = self.roots.other(self.find_cloud_id)
            works = other != self.roots.current and self._persist(MYSELF, other).ok
        except Busy:
            return ""
        return other if works else ""

    def _doubt_login(self, call: Call, response: requests.Response) -> None:
        """Jira may take a dead token for no login at all and answer as to a stranger.

        Then searches find nothing and issues aren't there. Answers name the account that was
        recognised; where they don't, /myself is asked now and then, and before a 404 is believed.
        """
        name = response.headers.get("X-AAccountId") or response.headers.get("X-AUSERNAME")
        now = time.monotonic()
        if call == MYSELF or (name and name != ANONYMOUS):
            self._proven_at = now if response.ok else self._proven_at
            return
        missing = response.status_code == 404
        believed = name is None and now - self._proven_at < PROOF_SECONDS
        answered = response.status_code < 300 and not call.changes
        if missing or (answered and not believed):
            self.check_login()

    def _persist(self, call: Call, root: str = "") -> requests.Response:
        """Send `call`, and again where that is safe and soon; to `root` if it is given."""
        tries = 0
        while True:
            tries += 1
            outcome = self._try(call, root or self.roots.current)
            wait = _wait(call, outcome, tries)
            if isinstance(outcome, Busy):
                if wait is None:
                    raise outcome
            else:
                self._date = outcome.headers.get("Date", "") or self._date
                if wait is None:
                    return outcome
                outcome.close()
            self._pause(wait)

    def _try(self, call: Call, root: str) -> requests.Response | Busy:
        self._allow_site()
        try:
            return self._exchange.once(call, root + full_path(call.path))
        except Busy as lost:
            return lost

    def _allow_site(self) -> None:
        """Raise ConnectionBroken unless the site may be contacted; the gateway always may."""
        if self._site_allowed:
            return
        try:
            self._hosts.check_jira(self.roots.site)
        except HostRefused as refused:
            raise ConnectionBroken(str(refused), Answer(system="Jira")) from None
        self._site_allowed = True

    def _unreadable(self, call: Call, response: requests.Response) -> RemoteError:
        answer = Answer(system="Jira", request=str(call), status=response.status_code)
        if call.changes:
            return Busy(
                f"{self.roots.host} answered with something that isn't JSON ({call}).",
                answer,
                may_have_happened=True,
            )
        return ConnectionBroken(
            f"{self.roots.host} answered with a web page instead of data ({call}). Check the "
            "address of this connection, and that no login page or proxy stands before Jira.",
            answer,
        )


def _wait(call: Call, outcome: requests.Response | Busy, tries: int) -> float | None:
    """Seconds until the next try, None if there should be none.

    A 429 says that nothing was done, so whatever can be sent again may be.
    """
    asked = None if isinstance(outcome, Busy) else retry_after(outcome)
    status = None if isinstance(outcome, Busy) else outcome.status_code
    if call.upload is not None:
        return None
    if status == 429:
        wait, most = asked or 2.0**tries, MOST_TRIES
    elif not call.changes and (status is None or status >= 500):
        wait, most = asked or 0.25 * 2**tries, MOST_READS
    else:
        return None
    jitter = random.uniform(1.0, 1.3)  # noqa: S311
    return wait * jitter if tries < most and wait <= LONGEST_WAIT else None
