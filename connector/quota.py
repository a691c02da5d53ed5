"""The org's daily API quota: when to warn, and when what can wait has to.

The quota is shared by everything that works with the org, so what is left of it belongs to people
and their other systems as well.
"""

from datetime import timedelta

from connector.models import Connection, SalesforceConnection

WARN_PERCENT = 80
HOLD_PERCENT = 95
# Usage ages by itself, since calls of more than 24 hours ago don't count.
LOOK_AGAIN = timedelta(minutes=30)


def quota_warning(used: int, limit: int) -> str | None:
    """Return what to tell the admin about `used` of `limit` calls in 24 hours; None if all is well.

    A `limit` of 0 isn't known yet.
    """
    if not _reaches(used, limit, WARN_PERCENT):
        return None
    start = f"{used:,} of the org's {limit:,} API calls of the last 24 hours are used."
    if is_nearly_used_up(used, limit):
        return (
            f"{start} Scheduled pulls wait until it is less than {HOLD_PERCENT} %; changes that "
            "Jira reports, refreshes and the pull command go on."
        )
    return (
        f"{start} From {HOLD_PERCENT} % on scheduled pulls wait. Find out what uses them up (the "
        "runs list has the connector's share), pull less often, or buy more calls."
    )


def is_nearly_used_up(used: int, limit: int) -> bool:
    """Whether so much of the quota is used that background work has to wait."""
    return _reaches(used, limit, HOLD_PERCENT)


def limits_of(connection: Connection) -> list[str]:
    """Return what works less well than it could on a connection, a sentence each."""
    warning = None
    if isinstance(connection, SalesforceConnection):
        warning = quota_warning(connection.api_used, connection.api_limit)
    return [*([warning] if warning else []), *connection.degraded]


def _reaches(used: int, limit: int, percent: int) -> bool:
    return limit > 0 and 100 * used >= percent * limit
