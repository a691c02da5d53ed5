"""The only place that opens connections to other machines, and decides to which.

Addresses are typed by people and answered by servers, so each is checked before a secret is sent
to it: a wrong one would hand the secret to a stranger or reach into the operator's own network.
"""

import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, quote_plus, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

CONNECT_SECONDS = 10.0
# Issues full of media were seen to take a minute to read.
READ_SECONDS = 120.0
# As many calls may be under way at once on one connection as its pool holds.
POOL_SIZE = 16

SALESFORCE_DOMAINS = (
    "salesforce.com",
    "force.com",
    "salesforce.mil",
    "sfcrmproducts.cn",
    "sfcrmapps.cn",
)
BLOT = "[secret]"
DEFAULT_PORTS = {"https": 443, "http": 80}


class HostRefused(ValueError):
    """An address that may not be contacted; the message says which and why."""


class HostPolicy:
    """Says which hosts may be contacted.

    `extra` holds the operator's additions, each `host` or `host:port` (setting EXTRA_HOSTS);
    they may be contacted over plain http too.
    """

    def __init__(self, extra: Iterable[str] = ()) -> None:
        self._extra = {entry.strip().lower() for entry in extra if entry.strip()}

    def check_salesforce(self, url: str) -> None:
        """Raise HostRefused unless `url` is on one of Salesforce's own domains, over https."""
        parts = _split(url)
        if self._is_extra(parts):
            return
        host = parts.hostname or ""
        on_salesforce = any(host == d or host.endswith(f".{d}") for d in SALESFORCE_DOMAINS)
        if parts.scheme != "https" or not on_salesforce or parts.port not in (None, 443):
            raise HostRefused(
                f"{host} is not a Salesforce address. Use your org's My Domain address, such as "
                "https://acme.my.salesforce.com, or add the host to EXTRA_HOSTS."
            )

    def check_jira(self, url: str) -> None:
        """Raise HostRefused unless `url` is an https address with a public name or address."""
        parts = _split(url)
        if self._is_extra(parts):
            return
        if parts.scheme != "https":
            raise HostRefused(
                f"{parts.hostname} would be contacted over plain http. Use https, or add the host "
                "to EXTRA_HOSTS."
            )
        _refuse_private(parts)

    def check_download(self, url: str) -> None:
        """As check_jira: a redirect of a download may lead to any https host."""
        self.check_jira(url)

    def _is_extra(self, parts: SplitResult) -> bool:
        host = (parts.hostname or "").lower()
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
        shown = f"[{host}]" if ":" in host else host
        return bool({host, shown, f"{shown}:{port}"} & self._extra)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        port_is_number = False
    if not port_is_number or parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise HostRefused("That is not a web address. It has to begin with https://.")
    if parts.username or parts.password:
        raise HostRefused(f"The address of {parts.hostname} must not contain a user or password.")
    return parts


def _refuse_private(parts: SplitResult) -> None:
    host = (parts.hostname or "").lower()
    try:
        private = not ipaddress.ip_address(host).is_global
    except ValueError:
        private = host == "localhost" or host.endswith(".localhost")
    if private:
        raise HostRefused(
            f"{host} is an address inside a private network. Add it to EXTRA_HOSTS if the "
            "connector is meant to contact it."
        )


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return `text`, which another machine sent, with every one of `secrets` blotted out.

    Proxies and firewalls like to quote the request that they refuse, as it was sent: in a form,
    the letters of a secret may be escaped.
    """
    for secret in filter(None, secrets):
        for form in (secret, quote_plus(secret)):
            text = text.replace(form, BLOT)
    return text


class HeaderAuth(AuthBase):
    """Sends the given Authorization header; as an auth object it also keeps .netrc out."""

    def __init__(self, value: str = "") -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._value:
            request.headers["Authorization"] = self._value
        return request


class _TimedAdapter(HTTPAdapter):
    """requests waits for ever unless each call names a time limit."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        if options.get("timeout") is None:
            options["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
        return super().send(request, **options)


class PooledSession(requests.Session):
    """A session with time limits and a pool that never follows a redirect by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.auth = HeaderAuth()
        self.headers["User-Agent"] = "salesforce-connector-for-jira"
        adapter = _TimedAdapter(pool_connections=4, pool_maxsize=POOL_SIZE)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Say that nothing redirects: requests reads the address even if it isn't to follow it,
        and fails on a malformed one."""

    def request(self, *args: Any, **options: Any) -> requests.Response:
        options.setdefault("allow_redirects", False)
        return super().request(*args, **options)
