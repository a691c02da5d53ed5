"""Reads the connections of a document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from connector.document.model import JiraSettings, SalesforceSettings, Secret
from connector.document.problems import shown
from connector.document.reading import ObjectReader
from connector.document.secrets import read_secret
from connector.jira.model import Deployment
from connector.salesforce.auth import Flow, check_flow_host, login_address

NAME_LENGTH = 100

# Which keys a way of logging in needs, and which it may have besides.
NEEDED = {
    Flow.CLIENT_CREDENTIALS: ("client_id", "client_secret"),
    Flow.JWT_BEARER: ("client_id", "username", "private_key"),
    Flow.PASSWORD: ("client_id", "client_secret", "username", "password"),
}
OPTIONAL = {Flow.JWT_BEARER: ("client_secret",), Flow.PASSWORD: ("security_token",)}
SALESFORCE_SECRETS = ("client_secret", "password", "security_token", "private_key")
JIRA_SECRETS = ("api_token", "webhook_secret")


@dataclass(frozen=True)
class Stored:
    """The connections that exist already: by name, the keys of the secrets that are stored."""

    salesforce: Mapping[str, frozenset[str]] = field(default_factory=dict)
    jira: Mapping[str, frozenset[str]] = field(default_factory=dict)


def read_name(reader: ObjectReader) -> str:
    """Return the `name` of a connection or item, under which it is found again."""
    name = reader.text("name", required=True, limit=NAME_LENGTH)
    if not name.isprintable():
        reader.add("name", "must be one line without control characters")
    return name


def read_salesforce(
    reader: ObjectReader, environment: Mapping[str, str], stored: Stored
) -> SalesforceSettings:
    """Return one of `salesforce_connections`; what is wrong is noted in the reader's report."""
    name = read_name(reader)
    login_url = reader.text("login_url", required=True)
    auth = reader.choice("auth", Flow) or Flow.CLIENT_CREDENTIALS
    client_id, username = reader.text("client_id"), reader.text("username")
    secrets = {key: read_secret(reader, key, environment) for key in SALESFORCE_SECRETS}
    reader.close()
    if login_url:
        _check_login_url(reader, login_url, auth)
    if not reader.report.has(reader.at("auth")):
        given: dict[str, str | Secret] = {"client_id": client_id, "username": username, **secrets}
        _check_flow_keys(reader, auth, given, stored.salesforce.get(name, frozenset()))
    return SalesforceSettings(
        name=name,
        login_url=login_url,
        auth=auth.value,
        client_id=client_id,
        username=username,
        **secrets,
    )


def _check_login_url(reader: ObjectReader, url: str, auth: Flow) -> None:
    try:
        address = login_address(url)
        if urlsplit(address).scheme not in ("https", "http"):
            raise ValueError("That is not a web address. It has to begin with https://.")
        check_flow_host(address, auth)
    except ValueError as error:
        reader.add("login_url", str(error))


def _check_flow_keys(
    reader: ObjectReader, auth: Flow, given: Mapping[str, str | Secret], stored: frozenset[str]
) -> None:
    for key in NEEDED[auth]:
        if given[key] in ("", Secret()) and key not in stored:
            reader.add(key, f'is missing; "auth": "{auth}" needs it')
    allowed = {*NEEDED[auth], *OPTIONAL.get(auth, ())}
    for key in ("client_id", "username", *SALESFORCE_SECRETS):
        if reader.has(key) and key not in allowed:
            flows = [flow.value for flow in Flow if key in (*NEEDED[flow], *OPTIONAL.get(flow, ()))]
            reader.add(key, f'"auth": "{auth}" doesn\'t use it; only {" and ".join(flows)} does')


def read_jira(reader: ObjectReader, environment: Mapping[str, str], stored: Stored) -> JiraSettings:
    """Return one of `jira_connections`; what is wrong is noted in the reader's report."""
    name = read_name(reader)
    base_url = reader.text("base_url", required=True).rstrip("/")
    deployment = reader.choice("deployment", Deployment) or Deployment.CLOUD
    email = reader.text("email")
    secrets = {key: read_secret(reader, key, environment) for key in JIRA_SECRETS}
    users = _users(reader)
    reader.close()
    if base_url:
        _check_base_url(reader, base_url)
    if "api_token" not in stored.jira.get(name, ()) and secrets["api_token"] == Secret():
        reader.add("api_token", "is missing")
    if not reader.report.has(reader.at("deployment")):
        _check_email(reader, deployment, email)
    return JiraSettings(
        name=name,
        base_url=base_url,
        deployment=deployment.value,
        email=email,
        users=users,
        **secrets,
    )


def _check_base_url(reader: ObjectReader, url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = bool(parts.scheme in ("https", "http") and parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or re.search(r"\s", url):
        reader.add(
            "base_url",
            f"{shown(url)} is no web address; it has to look like https://acme.atlassian.net",
        )
    elif parts.query or parts.fragment or parts.username or parts.password:
        reader.add("base_url", "has to be the site's address alone, without user, ? and #")


def _check_email(reader: ObjectReader, deployment: Deployment, email: str) -> None:
    if deployment is Deployment.CLOUD and not email:
        reader.add(
            "email", "is missing; Jira Cloud needs the mail of the account that owns the API token"
        )
    if deployment is Deployment.DATA_CENTER and email:
        reader.add("email", "Data Center takes a personal access token and no mail; leave it out")


def _users(reader: ObjectReader) -> tuple[tuple[str, str], ...]:
    """Mails are compared without regard to case, so they are kept in lower case, sorted."""
    users = [(mail.lower(), account) for mail, account in reader.pairs("users")]
    seen: set[str] = set()
    for index, (mail, _) in enumerate(users):
        if mail in seen:
            reader.report.add(
                f"{reader.at('users')}[{index}][0]", f"{shown(mail)} stands in an earlier row"
            )
        seen.add(mail)
    return tuple(sorted(users))
