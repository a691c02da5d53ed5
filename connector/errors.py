"""What a failed call to Salesforce or Jira means for us.

Both clients turn every failure into one of the four classes below, so that whoever calls them
decides by class and never by status code:

    RemoteError
    ├── Busy              wait, then do the same again
    ├── NotLoggedIn       log in again (the clients do it themselves, once)
    ├── Refused           give up on this record or issue; the others go on
    │   └── Gone          it isn't there, or this user may not see it (the two look the same)
    └── ConnectionBroken  give up on this connection until an admin has acted
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What has to wait when a system asks us to wait."""

    CALL = "call"
    ISSUE = "issue"
    CONNECTION = "connection"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The failed exchange, as far as it may be shown: no headers, no bodies, no query strings."""

    system: str
    request: str = ""
    status: int | None = None
    code: str = ""


class RemoteError(Exception):
    """A call to one of the two systems failed. The message is a sentence for the admin."""

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.message = message
        self.answer = answer


class Busy(RemoteError):
    """The system can't do it now.

    `retry_after` is in seconds, None where the system named no time. `may_have_happened` is True
    when a write was sent and no answer came back: it must be looked for before it is repeated.
    """

    def __init__(
        self,
        message: str,
        answer: Answer,
        *,
        retry_after: float | None = None,
        scope: Scope = Scope.CALL,
        may_have_happened: bool = False,
    ) -> None:
        super().__init__(message, answer)
        self.retry_after = retry_after
        self.scope = scope
        self.may_have_happened = may_have_happened


class NotLoggedIn(RemoteError):
    """The session or token is not (or no longer) accepted."""


class Refused(RemoteError):
    """The system understood and said no. `fields` maps field names to what is wrong with them."""

    def __init__(
        self, message: str, answer: Answer, *, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, answer)
        self.fields = dict(fields or {})


class Gone(Refused):
    """Not there, deleted, or hidden from this user."""


class ConnectionBroken(RemoteError):
    """Nothing on this connection can work until an admin has acted."""
