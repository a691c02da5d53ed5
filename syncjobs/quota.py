"""Lets scheduled pulls wait while an org's daily API quota is nearly used up.

What people wait for (events from Jira, refreshes, the `pull` command) goes on.
"""

from django.utils import timezone

from connector.access import is_paused, remember_usage, salesforce_client
from connector.errors import RemoteError
from connector.models import SalesforceConnection
from connector.quota import HOLD_PERCENT, LOOK_AGAIN, is_nearly_used_up
from connector.salesforce.client import ApiUsage
from connector.salesforce.soql import select


def reason_to_wait(connection: SalesforceConnection) -> str | None:
    """Return why a scheduled pull of this org has to wait; None if it may go on.

    What is known of the usage is used for half an hour, then one call asks for it again.
    """
    if not is_nearly_used_up(connection.api_used, connection.api_limit):
        return None
    seen_at = connection.api_seen_at
    if seen_at is None or seen_at + LOOK_AGAIN <= timezone.now():
        if is_paused(connection) or not _look_again(connection):
            # Whatever is wrong with the connection, the pull finds it out and says so.
            return None
        return reason_to_wait(connection)
    return (
        f"{connection.api_used:,} of the {connection.api_limit:,} API calls that "
        f"{connection.name} has in 24 hours are used. Scheduled pulls wait until it is less than "
        f"{HOLD_PERCENT} %; that is looked at again at {seen_at + LOOK_AGAIN:%Y-%m-%d %H:%M} UTC. "
        "Changes that Jira reports and the pull command go on."
    )


def _look_again(connection: SalesforceConnection) -> bool:
    """Ask for the usage by a cheap call, as every answer tells it; say whether it is known now."""
    usage: list[ApiUsage] = []
    client = salesforce_client(connection, on_usage=usage.append)
    try:
        client.query(select(["Id"], "Organization", limit=1))
    except RemoteError:
        return False
    remember_usage(connection, usage[-1] if usage else None)
    return bool(usage)
