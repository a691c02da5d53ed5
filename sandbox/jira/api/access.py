"""Who is asking: tokens on the site host, scoped tokens on the gateway, people's cookies."""

import base64
import binascii
import hmac
from dataclasses import dataclass

from werkzeug.wrappers import Request

from sandbox.jira.entities import User
from sandbox.jira.errors import JiraError
from sandbox.jira.state import SiteState, Token

GATEWAY = "/ex/jira/"


@dataclass(frozen=True, slots=True)
class Address:
    """A request's path, with what was in front of it. `root` is what links begin with."""

    path: str
    root: str
    gateway: bool


def address(site: SiteState, request: Request) -> Address | None:
    """Return the path below the context path or the gateway's prefix; None if there is none."""
    origin = f"{request.scheme}://{request.host}"
    path = request.path
    if site.cloud and path.startswith(GATEWAY):
        prefix = f"{GATEWAY}{site.cloud_id}"
        if not path.startswith(f"{prefix}/"):
            return None
        return Address(path[len(prefix) :], origin + prefix, gateway=True)
    if site.context_path and not path.startswith(f"{site.context_path}/"):
        return None
    return Address(path[len(site.context_path) :], origin + site.context_path, gateway=False)


def who(site: SiteState, request: Request, *, gateway: bool) -> User | None:
    """Return who is asking; None for nobody. Raise 401 where a wrong token isn't let in at all.

    Cloud takes a wrong token on the site host for nobody; a scoped one is refused there, and the
    gateway and Data Center refuse every wrong one.
    """
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    token = _token(site, header)
    if site.cloud and token and token.scoped is not gateway:
        raise JiraError(401, "Client must be authenticated to access this resource.")
    if token and token.user.active:
        return token.user
    if gateway or not site.cloud:
        raise JiraError(401, "Client must be authenticated to access this resource.")
    return None


def _token(site: SiteState, header: str) -> Token | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer" and not site.cloud:
        return _known(site, value.strip(), None)
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return _known(site, secret, name)


def _known(site: SiteState, secret: str, name: str | None) -> Token | None:
    for token in site.tokens:
        if hmac.compare_digest(token.secret.encode(), secret.encode()):
            owner = token.user.email if site.cloud else token.user.name
            return token if name is None or name.lower() == owner.lower() else None
    return None
