"""The Salesforce token that all workers share, kept in the database.

When it dies, every worker notices at the same moment. One of them logs in; the others wait for
its token, or a revoked session would cause a storm of logins and lock the user out.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from connector.errors import Answer, Busy, Scope
from connector.models import SalesforceConnection, SalesforceSession
from connector.salesforce.auth import Token

# Longer than a login may take, so that a living worker never loses its lease.
LEASE = timedelta(seconds=150)
ASK_AGAIN_SECONDS = 0.25


class DatabaseTokenStore:
    """Implements connector.salesforce.tokens.TokenStore for one connection."""

    def __init__(self, connection: SalesforceConnection) -> None:
        self._connection = connection

    def current(self) -> Token | None:
        """Return the shared token, or None when nobody has logged in yet."""
        row = SalesforceSession.objects.filter(connection=self._connection).first()
        return _token(row) if row else None

    def renew(self, stale: Token | None, log_in: Callable[[], Token]) -> Token:
        """Return a token other than `stale`: somebody else's newer one, or the one of `log_in`.

        Raises what `log_in` raises, and Busy when another worker's login takes too long.
        """
        SalesforceSession.objects.get_or_create(connection=self._connection)
        give_up_at = time.monotonic() + LEASE.total_seconds()
        while True:
            token = self.current()
            if token and (stale is None or token.access_token != stale.access_token):
                return token
            if self._claim():
                return self._log_in(stale, log_in)
            if time.monotonic() > give_up_at:
                raise Busy(
                    "Another worker is still logging in to Salesforce.",
                    Answer(system="Salesforce"),
                    scope=Scope.CONNECTION,
                )
            time.sleep(ASK_AGAIN_SECONDS)

    def forget(self) -> None:
        """Drop the shared token, so that the next call logs in."""
        SalesforceSession.objects.filter(connection=self._connection).delete()

    def _claim(self) -> bool:
        now = timezone.now()
        free = Q(renewing_until=None) | Q(renewing_until__lt=now)
        mine = SalesforceSession.objects.filter(free, connection=self._connection)
        return bool(mine.update(renewing_until=now + LEASE))

    def _log_in(self, stale: Token | None, log_in: Callable[[], Token]) -> Token:
        try:
            # Another worker may have finished between our look and our claim.
            newer = self.current()
            if newer and (stale is None or newer.access_token != stale.access_token):
                return newer
            token = log_in()
            self._keep(token)
            return token
        finally:
            SalesforceSession.objects.filter(connection=self._connection).update(
                renewing_until=None
            )

    def _keep(self, token: Token) -> None:
        SalesforceSession.objects.filter(connection=self._connection).update(
            access_token=token.access_token,
            instance_url=token.instance_url,
            org_id=token.org_id,
            user_id=token.user_id,
            issued_at=token.issued_at,
        )


def _token(row: SalesforceSession) -> Token | None:
    if not row.access_token or row.issued_at is None:
        return None
    return Token(
        access_token=row.access_token,
        instance_url=row.instance_url,
        org_id=row.org_id,
        user_id=row.user_id,
        issued_at=row.issued_at,
    )
