"""Registers, at a Jira site, the webhook through which it tells of changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from secrets import token_urlsafe
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from connector.document.versions import published
from connector.errors import Gone, Refused, RemoteError
from connector.jira import jql
from connector.jira.client import JiraClient
from connector.jira.model import Deployment, Webhook
from connector.models import JiraConnection, SmartConnectedItem
from connector.outgoing import HostPolicy, HostRefused
from syncjobs.events import KINDS
from syncjobs.listening import listens, projects_of
from syncjobs.opened import Site

NAME = "Salesforce Connector"
# Where Jira Cloud delivers to (developer.atlassian.com/cloud/jira/platform/webhooks, January 2026).
CLOUD_PORTS = {
    *(443, 4044, 6017, 7990, 8060, 8080, 8085, 8089, 8090, 8443, 8444, 8900, 9420, 9520, 9900),
    *range(1880, 1891),
}


class Outcome(StrEnum):
    CREATED = "created"
    REPAIRED = "repaired"
    UNCHANGED = "unchanged"
    NOT_NEEDED = "not needed"


class Failed(Exception):
    """The webhook could not be registered; the message says why and what to do."""


@dataclass(frozen=True)
class Wanted:
    """A webhook as it should be."""

    url: str
    jql: str

    def fits(self, found: Webhook) -> bool:
        """Whether a registered webhook tells us of all that it should, and of nothing else."""
        same = found.jql.strip() == self.jql and set(found.events) == set(KINDS)
        return same and found.enabled and found.url == self.url


def webhook_url(connection: JiraConnection) -> str:
    """Return the address at which the connection's events are taken."""
    return f"{settings.PUBLIC_URL}{reverse('jira-webhook', args=[connection.uuid])}"


def register(connection: JiraConnection) -> Outcome:
    """Register the connection's webhook, or repair the one that is there.

    Jira never shows a secret, so that the stored one is set at every call. A connection without a
    secret gets one. Raises Failed.
    """
    projects = _projects(connection)
    if not projects:
        return Outcome.NOT_NEEDED
    wanted = Wanted(webhook_url(connection), jql.one_of("project", projects))
    if not connection.webhook_secret:
        # Stored first: a webhook with a secret that nobody knows would be of no use.
        connection.webhook_secret = token_urlsafe(32)
        connection.save(update_fields=["webhook_secret"])
    site = Site.open(connection)
    try:
        return _registered(site.client, wanted, connection.webhook_secret)
    except Refused as refused:
        raise Failed(_explained(connection, wanted, refused)) from None
    except RemoteError as error:
        raise Failed(error.message) from None
    finally:
        site.remember()


def warnings(connection: JiraConnection) -> Iterator[str]:
    """Say what will keep events from arriving although the webhook is registered."""
    if connection.deployment == Deployment.DATA_CENTER:
        yield (
            "Not every version of Jira Data Center keeps the secret that it is sent. If changes "
            "don't arrive within seconds, enter one of your own both in Jira's webhook (System → "
            "WebHooks) and in this connection."
        )
    elif connection.base_url.startswith("https://") and not _is_public(settings.PUBLIC_URL):
        yield (
            f"Jira Cloud can't reach {settings.PUBLIC_URL}: it takes an https address with a "
            "public name and one of the ports that Atlassian allows, 443 for one. Until PUBLIC_URL "
            f"is such an address, the pull every {settings.PULL_INTERVAL_SECONDS} seconds carries "
            "the changes."
        )


def _projects(connection: JiraConnection) -> list[str]:
    """The projects of the published items that listen, or would if they were switched on."""
    rows = SmartConnectedItem.objects.filter(jira=connection).exclude(published=None)
    items = [row for row in rows.select_related("published") if listens(published(row))]
    return sorted(projects_of(items))


def _registered(client: JiraClient, wanted: Wanted, secret: str) -> Outcome:
    ours = [each for each in client.webhooks() if _same_target(each.url, wanted.url)]
    settings_ = {"name": NAME, "url": wanted.url, "jql": wanted.jql, "secret": secret}
    if not ours:
        client.register_webhook(**settings_, events=list(KINDS))
        return Outcome.CREATED
    kept, *extra = ours
    client.update_webhook(kept.id, **settings_, events=list(KINDS))
    _remove(client, extra)
    return Outcome.UNCHANGED if wanted.fits(kept) and not extra else Outcome.REPAIRED


def _remove(client: JiraClient, extra: Sequence[Webhook]) -> None:
    """A second webhook for the same target would bring every event twice."""
    for each in extra:
        try:
            client.delete_webhook(each.id)
        except Gone:
            continue


def _same_target(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


def _explained(connection: JiraConnection, wanted: Wanted, refused: Refused) -> str:
    """What to do about a refusal: of the webhook itself, else for want of a right."""
    if refused.answer.status == 400:
        return (
            f"{refused.message} Jira has to be able to reach {wanted.url}, Cloud only over https: "
            "set PUBLIC_URL to such an address, and run registerwebhooks again."
        )
    return (
        f"{refused.message} Registering a webhook takes the global permission Administer Jira. "
        "Grant it to the connector's account and run registerwebhooks again; or have an admin add "
        f"the webhook in Jira under System → WebHooks: URL {wanted.url}, events "
        f"{', '.join(KINDS)}, JQL {wanted.jql}, and a secret, which has to be the webhook secret "
        f"of the connection {connection.name} here too (enter a new one in both)."
    )


def _is_public(url: str) -> bool:
    """Whether Jira Cloud can reach an address, as far as the address itself tells."""
    try:
        HostPolicy().check_jira(url)
    except HostRefused:
        return False
    return (urlsplit(url).port or 443) in CLOUD_PORTS
