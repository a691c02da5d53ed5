"""Logging in: from the credentials of a connection to an access token.

Only Salesforce's OAuth token endpoint is used. The older SOAP login is going away, and what
simple-salesforce keeps of a login is too little: the Ids of org and user are needed to notice a
wrong or refreshed org before anything is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import jwt
import requests

from connector.errors import Answer, Busy, ConnectionBroken, RemoteError, Scope
from connector.outgoing import HostPolicy, HostRefused, without_secrets
from connector.salesforce.ids import is_id, to_18
from connector.salesforce.login_errors import sentence_for
from connector.salesforce.unreachable import unreachable

TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
SECRET_PARTS = ("client_secret", "password", "assertion")
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Salesforce accepts assertions that end within five minutes; clocks may differ a little.
JWT_LIFE = timedelta(minutes=3)
# The browser shows these hosts, but the token endpoint is on the org's My Domain host.
UI_SUFFIXES = (".lightning.force.com", ".my.salesforce-setup.com")
MY_DOMAIN = ".my.salesforce.com"
SHARED_HOSTS = ("login.salesforce.com", "test.salesforce.com")


class Flow(StrEnum):
    """How the connector proves to Salesforce who it is."""

    CLIENT_CREDENTIALS = "client_credentials"
    JWT_BEARER = "jwt_bearer"
    PASSWORD = "password"  # noqa: S105 - a name


@dataclass(frozen=True)
class Credentials:
    """What an admin entered for one org. Which fields are used depends on the flow."""

    login_url: str
    flow: Flow
    client_id: str
    client_secret: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Token:
    """A session. It has no end of its own: Salesforce ends it after a time without calls."""

    access_token: str = field(repr=False)
    instance_url: str
    org_id: str
    user_id: str
    issued_at: datetime


def login_address(url: str) -> str:
    """Return the origin that logs in for an address pasted from a browser or a mail.

    Adds https://, drops paths, and turns the addresses of Lightning and Setup into the org's My
    Domain. Raises ValueError with a sentence for the admin.
    """
    text = url.strip()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = (parts.hostname or "").lower()
    if not host or any(letter.isspace() for letter in host):
        raise ValueError(
            "That is not a web address. Enter your org's My Domain address, such as "
            "https://acme.my.salesforce.com (Setup > My Domain shows it)."
        )
    if parts.username or parts.password:
        raise ValueError("The login address must not contain a user or password.")
    for suffix in UI_SUFFIXES:
        if host.endswith(suffix):
            return f"https://{host.removesuffix(suffix)}{MY_DOMAIN}"
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    scheme = "https" if host.endswith(MY_DOMAIN) else parts.scheme.lower()
    return urlunsplit((scheme, netloc, "", "", ""))


def check_flow_host(url: str, flow: Flow) -> None:
    """Raise ValueError if `flow` can't work on the host of `url`, which login_address returned.

    Client credentials are only served by the org's own host, never by the shared login hosts.
    """
    host = urlsplit(url).hostname
    if flow is Flow.CLIENT_CREDENTIALS and host in SHARED_HOSTS:
        raise ValueError(
            f"{host} doesn't serve the client credentials flow. Enter your org's My Domain "
            "address, such as https://acme.my.salesforce.com (Setup > My Domain shows it)."
        )


def log_in(credentials: Credentials, session: requests.Session, hosts: HostPolicy) -> Token:
    """Ask Salesforce for a token.

    Raises ConnectionBroken when an admin has to act (the message says what to do) and Busy when
    Salesforce can't be reached or is in maintenance. No secret is sent to a host that `hosts`
    doesn't allow, and a token for one is not accepted.
    """
    address = _checked_address(credentials, hosts)
    form = _form(credentials, address)
    try:
        response = session.post(
            address + TOKEN_PATH,
            data=form,
            headers={"Accept": "application/json"},
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise unreachable(error, address, _answer()) from error
    if response.status_code != requests.codes.ok:
        raise _login_failure(response, address, [form.get(name, "") for name in SECRET_PARTS])
    return _token(response, address, hosts)


def _answer(status: int | None = None, code: str = "") -> Answer:
    return Answer(system="Salesforce", request=f"POST {TOKEN_PATH}", status=status, code=code)


def _broken(message: str, status: int | None = None, code: str = "") -> ConnectionBroken:
    return ConnectionBroken(message, _answer(status, code))


def _checked_address(credentials: Credentials, hosts: HostPolicy) -> str:
    try:
        address = login_address(credentials.login_url)
        check_flow_host(address, credentials.flow)
        hosts.check_salesforce(address)
    except ValueError as error:
        raise _broken(str(error)) from error
    return address


def _form(credentials: Credentials, address: str) -> dict[str, str]:
    if credentials.flow is Flow.JWT_BEARER:
        return {"grant_type": JWT_GRANT, "assertion": _assertion(credentials, address)}
    app = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    if credentials.flow is Flow.PASSWORD:
        password = credentials.password + credentials.security_token
        user = {"username": credentials.username, "password": password}
        return {"grant_type": "password", **app, **user}
    return {"grant_type": "client_credentials", **app}


def _assertion(credentials: Credentials, address: str) -> str:
    claims = {
        "iss": credentials.client_id,
        "sub": credentials.username,
        "aud": address,
        "exp": datetime.now(UTC) + JWT_LIFE,
    }
    try:
        return jwt.encode(claims, credentials.private_key, algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        # The cause is left out: its text may quote the key.
        raise _broken(
            "The private key can't be read. Paste the whole PEM text, from the BEGIN line to the "
            "END line, of an RSA key without a passphrase."
        ) from None


def _login_failure(
    response: requests.Response, address: str, secrets: Iterable[str]
) -> RemoteError:
    body = _json_object(response)
    status = response.status_code
    host = urlsplit(address).hostname
    if "error" in body:
        words = (str(body["error"]), str(body.get("error_description") or ""))
        error, description = (without_secrets(each, secrets) for each in words)
        return sentence_for(error, description, _answer(status, error))
    if 300 <= status < 400:
        return _broken(
            f"{host} redirected the login. Enter the org's My Domain address, which ends in "
            ".my.salesforce.com, not the address that the browser shows.",
            status,
        )
    if status >= 500 or status in (requests.codes.too_many_requests, 420):
        return Busy(
            f"Salesforce at {host} can't log anybody in at the moment (status {status}), which "
            "is usual during maintenance. The connector tries again.",
            _answer(status),
            scope=Scope.CONNECTION,
        )
    return _broken(
        f"{host} answered the login with status {status} and no explanation. Check the My Domain "
        "address, and that no proxy stands between the connector and Salesforce.",
        status,
    )


def _json_object(response: requests.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _token(response: requests.Response, address: str, hosts: HostPolicy) -> Token:
    body = _json_object(response)
    access_token, instance_url = body.get("access_token"), body.get("instance_url")
    ids = str(body.get("id", "")).rstrip("/").split("/")[-2:]
    if not access_token or not instance_url or len(ids) != 2 or not all(map(is_id, ids)):
        raise _broken(
            f"{urlsplit(address).hostname} answered with something other than a token, probably "
            "a login page. Check the My Domain address, and that no proxy stands in between.",
            response.status_code,
        )
    try:
        hosts.check_salesforce(str(instance_url))
    except HostRefused as error:
        raise _broken(f"Salesforce named a host for its API that isn't allowed: {error}") from error
    org_id, user_id = map(to_18, ids)
    return Token(
        access_token=str(access_token),
        instance_url=str(instance_url).rstrip("/"),
        org_id=org_id,
        user_id=user_id,
        issued_at=_issued_at(body.get("issued_at")),
    )


def _issued_at(milliseconds: object) -> datetime:
    text = str(milliseconds)
    return datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdecimal() else datetime.now(UTC)
