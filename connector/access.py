"""Opens a connection: from its row in the database to a client that can be called.

The HTTP session is pooled per connection and process; the client itself lives for one run, so that
its call counts are that run's.
"""

import threading
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from connector.jira.client import JiraClient
from connector.jira.model import Credentials as JiraCredentials
from connector.jira.model import Deployment
from connector.jira.pace import Pace
from connector.models import Connection, JiraConnection, SalesforceConnection
from connector.outgoing import HostPolicy, PooledSession
from connector.salesforce.auth import Credentials as SalesforceCredentials
from connector.salesforce.auth import Flow
from connector.salesforce.client import ApiUsage, SalesforceClient
from connector.sessions import DatabaseTokenStore

_sessions: dict[tuple[str, int], PooledSession] = {}
_paces: dict[int, Pace] = {}
_lock = threading.Lock()


def hosts() -> HostPolicy:
    """Return the policy of hosts that the environment asks for."""
    return HostPolicy(settings.EXTRA_HOSTS)


def salesforce_client(
    connection: SalesforceConnection, on_usage: Callable[[ApiUsage], None] | None = None
) -> SalesforceClient:
    """Return a client for the org; nothing is called yet."""
    return SalesforceClient(
        salesforce_credentials(connection),
        tokens=DatabaseTokenStore(connection),
        hosts=hosts(),
        api_version=settings.SALESFORCE_API_VERSION,
        expected_org_id=connection.org_id,
        on_usage=on_usage,
        session=_session(connection),
    )


def salesforce_credentials(connection: SalesforceConnection) -> SalesforceCredentials:
    return SalesforceCredentials(
        login_url=connection.login_url,
        flow=Flow(connection.auth),
        client_id=connection.client_id,
        client_secret=connection.client_secret,
        username=connection.username,
        password=connection.password,
        security_token=connection.security_token,
        private_key=connection.private_key,
    )


def jira_client(connection: JiraConnection) -> JiraClient:
    """Return a client for the site; nothing is called yet."""
    return JiraClient(
        JiraCredentials(
            base_url=connection.base_url,
            deployment=Deployment(connection.deployment),
            email=connection.email,
            api_token=connection.api_token,
        ),
        hosts=hosts(),
        gateway_url=settings.ATLASSIAN_API_URL,
        api_root=connection.api_root,
        pace=_pace(connection),
        session=_session(connection),
    )


def remember_usage(connection: SalesforceConnection, usage: ApiUsage | None) -> None:
    """Keep the org's last answer about its daily quota."""
    if usage is None:
        return
    connection.api_used, connection.api_limit = usage.used, usage.limit
    connection.api_seen_at = timezone.now()
    connection.save(update_fields=["api_used", "api_limit", "api_seen_at"])


def pause(connection: Connection, until: datetime, reason: str) -> None:
    """Let the connection's work wait; it resumes by itself.

    A later time that another worker has set meanwhile stays.
    """
    now = timezone.now()
    rows = type(connection)._default_manager.filter(pk=connection.pk)
    rows.update(last_error=reason, last_error_at=now)
    rows.filter(paused_until=None).update(paused_until=until)
    rows.filter(paused_until__lt=until).update(paused_until=until)
    connection.refresh_from_db(fields=["paused_until", "last_error", "last_error_at"])


def note_success(connection: Connection) -> None:
    """The connection answered: it is neither paused nor in error any more."""
    rows = type(connection)._default_manager.filter(pk=connection.pk)
    rows.update(paused_until=None, last_error="", last_ok_at=timezone.now())


def is_paused(connection: Connection) -> bool:
    return connection.paused_until is not None and connection.paused_until > timezone.now()


def forget_sessions() -> None:
    """Close the pooled connections of this process, as after a fork or between tests."""
    with _lock:
        for session in _sessions.values():
            session.close()
        _sessions.clear()
        _paces.clear()


def _session(connection: Connection) -> PooledSession:
    key = (type(connection).__name__, connection.pk)
    with _lock:
        return _sessions.setdefault(key, PooledSession())


def _pace(connection: JiraConnection) -> Pace:
    with _lock:
        return _paces.setdefault(connection.pk, Pace())
