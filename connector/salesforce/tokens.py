"""Where the access token of a connection lives, so that a lost session costs one login, not many.

Sessions end for all workers at the same moment. If each of them logged in, an org with many pairs
due would see a storm of logins and lock the user out.
"""

from collections.abc import Callable
from threading import Lock
from typing import Protocol

from connector.salesforce.auth import Token


class TokenStore(Protocol):
    """The token that all users of one connection share."""

    def current(self) -> Token | None:
        """Return the stored token, None before the first login."""

    def renew(self, stale: Token | None, log_in: Callable[[], Token]) -> Token:
        """Replace `stale`: one caller logs in, the others wait for its token.

        If the stored token is no longer `stale`, somebody else has renewed it and it is returned
        without a login. What `log_in` raises is passed on, and nothing is stored.
        """


class MemoryTokenStore:
    """A store for one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._token: Token | None = None

    def current(self) -> Token | None:
        return self._token

    def renew(self, stale: Token | None, log_in: Callable[[], Token]) -> Token:
        with self._lock:
            if self._token is None or self._token == stale:
                self._token = log_in()
            return self._token
