"""Access tokens, and the flows that hand them out.

Rules and error texts: OAuth 2.0 flows of External Client Apps, Salesforce Help.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

from . import seed
from .access import Actor

if TYPE_CHECKING:
    from .org import SalesforceOrg

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
JWT_SECONDS = 300
SHARED_HOSTS = frozenset({"login.salesforce.com", "test.salesforce.com"})
LOGIN_HOST = "https://login.salesforce.com"


class LoginRefused(Exception):
    """A token request that failed; the body is one object, unlike every other error."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


@dataclass
class _Session:
    user_id: str
    last_used: float


class Sessions:
    """The sessions of an org, and its connected app with what an admin may change about it."""

    def __init__(self, org: "SalesforceOrg") -> None:
        self._org = org
        self._sessions: dict[str, _Session] = {}
        self.client_id = "sandbox-client-id"
        self.client_secret = "sandbox-client-secret"  # noqa: S105 - the sandbox's documented value
        self.username = seed.USERNAME
        self.password = "sandbox-password"  # noqa: S105 - the same
        self.security_token = "sandbox-token"  # noqa: S105 - the same
        # The certificate's public key in PEM, for the JWT bearer flow.
        self.public_key = ""
        self.flows = {"client_credentials", "password", JWT_GRANT}
        self.run_as_enabled = True
        self.user_approved = True
        self.scope = "api"
        # A session ends when it hasn't been used for so long.
        self.idle_seconds = 7_200.0
        self.logins = 0

    def log_in(self, form: Mapping[str, str], authorization: str, host: str) -> dict[str, Any]:
        """Answer a token request. Raises LoginRefused."""
        flow = form.get("grant_type", "")
        self.logins += 1
        if flow not in self.flows and flow not in _FLOWS:
            raise LoginRefused("unsupported_grant_type", "grant type not supported")
        if flow == JWT_GRANT:
            self._check_assertion(form.get("assertion", ""))
        else:
            self._check_client(form, authorization, host)
        if flow not in self.flows:
            raise LoginRefused("invalid_grant", f"{_FLOWS[flow]} flow not enabled")
        if flow == "client_credentials":
            self._check_client_credentials(form)
        user_id = self._org.integration_user_id
        if flow == "password":
            user_id = self._password_user(form)
        if not self._org.permissions.api_enabled:
            raise LoginRefused("invalid_grant", "no client credentials user enabled")
        return self._token_answer(user_id)

    def actor(self, token: str) -> Actor | None:
        """Return who holds this token, or None when it is wrong, revoked or has run out."""
        session = self._sessions.get(token)
        now = self._org.clock.now().timestamp()
        if session is None or now - session.last_used > self.idle_seconds:
            return None
        session.last_used = now
        if session.user_id == self._org.integration_user_id:
            return self._org.integration()
        return Actor(session.user_id)

    def identity_url(self, user_id: str) -> str:
        """Return where to ask who a user is.

        It is below login.salesforce.com in a real org, which a served sandbox cannot answer for;
        and clients that follow the address would take the sandbox's token there.
        """
        return f"{self._org.base_url}/id/{self._org.org_id}/{user_id}"

    def revoke(self, token: str) -> None:
        """End the session with this token. Raises LoginRefused if there is none."""
        if self._sessions.pop(token, None) is None:
            raise LoginRefused("invalid_token", "invalid token")

    def revoke_all(self) -> None:
        self._sessions.clear()

    def open(self, user_id: str) -> str:
        """Start a session of this user and return its token."""
        token = f"{self._org.org_id[:15]}!{secrets.token_urlsafe(48)}"
        now = self._org.clock.now().timestamp()
        self._sessions[token] = _Session(user_id, now)
        return token

    def _check_client(self, form: Mapping[str, str], authorization: str, host: str) -> None:
        if host in SHARED_HOSTS and form.get("grant_type") == "client_credentials":
            raise LoginRefused("invalid_grant", "request not supported on this domain")
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        if authorization.lower().startswith("basic "):
            client_id, secret = _basic(authorization)
        if not hmac.compare_digest(client_id.encode(), self.client_id.encode()):
            raise LoginRefused("invalid_client_id", "client identifier invalid")
        if not hmac.compare_digest(secret.encode(), self.client_secret.encode()):
            raise LoginRefused("invalid_client", "invalid client credentials")

    def _check_client_credentials(self, form: Mapping[str, str]) -> None:
        if "scope" in form:
            raise LoginRefused("invalid_request", "scope parameter not supported")
        if not self.run_as_enabled:
            raise LoginRefused("invalid_grant", "no client credentials user enabled")

    def _password_user(self, form: Mapping[str, str]) -> str:
        """The integration user, or the person of the org: both have the same password here."""
        people = {
            self.username: self._org.integration_user_id,
            seed.PERSON: self._org.human_user_id,
        }
        user_id = people.get(form.get("username", ""))
        if user_id is None or form.get("password") != self.password + self.security_token:
            raise LoginRefused("invalid_grant", "authentication failure")
        return user_id

    def _check_assertion(self, assertion: str) -> None:
        try:
            claims = jwt.decode(
                assertion,
                self.public_key,
                algorithms=["RS256"],
                options={"verify_aud": False, "verify_exp": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, ValueError):
            raise LoginRefused("invalid_grant", "invalid assertion") from None
        if claims.get("iss") != self.client_id:
            raise LoginRefused("invalid_client_id", "client identifier invalid")
        hosts = {LOGIN_HOST, "https://test.salesforce.com", self._org.base_url}
        if str(claims.get("aud", "")).rstrip("/") not in hosts:
            raise LoginRefused("invalid_grant", "audience is invalid")
        left = float(claims.get("exp", 0)) - self._org.clock.now().timestamp()
        if not 0 < left <= JWT_SECONDS:
            raise LoginRefused("invalid_grant", "expired authorization code")
        if claims.get("sub") != self.username or not self.user_approved:
            raise LoginRefused("invalid_grant", "user hasn't approved this consumer")

    def _token_answer(self, user_id: str) -> dict[str, Any]:
        org = self._org
        issued = str(int(org.clock.now().timestamp() * 1000))
        identity = self.identity_url(user_id)
        digest = hmac.new(self.client_secret.encode(), (identity + issued).encode(), hashlib.sha256)
        return {
            "access_token": self.open(user_id),
            "signature": base64.b64encode(digest.digest()).decode(),
            "scope": self.scope,
            "instance_url": org.base_url,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued,
        }


_FLOWS = {
    "client_credentials": "client credentials",
    "password": "username-password",
    JWT_GRANT: "JWT bearer",
}


def _basic(authorization: str) -> tuple[str, str]:
    try:
        decoded = base64.b64decode(authorization[6:]).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = decoded.partition(":")
    return client_id, secret
