"""Why a host couldn't be reached, in words.

`requests` wraps the causes differently from release to release, so the chain of causes is searched.
"""

from collections.abc import Iterator
from dataclasses import replace
from ssl import SSLCertVerificationError
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from connector.errors import Answer, Busy, Scope

# The code of an answer that broke off half-way, which may be worth another try at once.
BROKEN_OFF = "BROKEN_OFF"
# Failures before a byte of the request was sent. Refused connections and unknown names count as
# ConnectTimeoutError to urllib3; other TLS failures may come after sending.
NOT_SENT = (
    ConnectTimeoutError,
    requests.ConnectTimeout,
    requests.exceptions.ProxyError,
    SSLCertVerificationError,
)


def unreachable(
    error: requests.RequestException, url: str, answer: Answer, *, writes: bool = False
) -> Busy:
    """Return what to raise for a call that got no answer.

    `writes` tells that the call would have changed something: it may have, unless the connection
    never came about.
    """
    host = urlsplit(url).hostname or "The host"
    causes = list(_causes(error))
    sent = not any(isinstance(cause, NOT_SENT) for cause in causes)
    timed_out = any(isinstance(cause, requests.Timeout) for cause in causes)
    return Busy(
        f"{_sentence(causes, host)} The connector tries again.",
        replace(answer, code=BROKEN_OFF) if sent and not timed_out else answer,
        scope=Scope.CONNECTION,
        may_have_happened=writes and sent,
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what caused it, through `requests`' and urllib3's ways of wrapping."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
        waiting += [inner for inner in cause.args if isinstance(inner, BaseException)]


def _sentence(causes: list[BaseException], host: str) -> str:
    def caused_by(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if caused_by(NameResolutionError):
        return f"{host} can't be found: its name doesn't resolve. Check the address and the DNS."
    if caused_by(SSLCertVerificationError):
        return (
            f"No secure connection to {host}: its certificate wasn't accepted. A proxy that "
            "inspects traffic needs its certificate installed on this server."
        )
    if caused_by(requests.exceptions.SSLError):
        return f"The secure connection to {host} failed. Check proxies and firewalls on the way."
    if caused_by(requests.exceptions.ProxyError):
        return f"The proxy on the way to {host} refused the connection. Check the proxy settings."
    if caused_by(NewConnectionError, ConnectionRefusedError):
        return f"{host} refused the connection. Check the address, port and firewalls on the way."
    if caused_by(ConnectTimeoutError, requests.ConnectTimeout):
        return f"{host} didn't accept a connection in time. Check firewalls on the way."
    if caused_by(requests.Timeout):
        return f"{host} didn't answer in time."
    return f"The connection to {host} broke off before the answer was complete."
