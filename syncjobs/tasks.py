"""Celery tasks: thin, started with ids, safe to run twice."""

from celery import shared_task

from connector.models import SalesforceConnection
from syncjobs import inbox, push
from syncjobs.models import SyncRun
from syncjobs.pull import items_to_pull, pull


@shared_task
def pull_all() -> None:
    """Start a pull of every org, each in its own task: a slow one doesn't hold up the others."""
    orgs = {item.salesforce_id for item in items_to_pull()}
    for org_id in sorted(orgs):
        pull_org.delay(org_id)


@shared_task
def pull_org(salesforce_connection_id: int) -> None:
    """Pull all items of one org."""
    items = [item for item in items_to_pull() if item.salesforce_id == salesforce_connection_id]
    pull(items, SyncRun.Trigger.SCHEDULE)


@shared_task
def reconcile_org(salesforce_connection_id: int) -> None:
    """Reconcile the pairs of one org that are due at this moment."""
    connection = SalesforceConnection.objects.filter(pk=salesforce_connection_id).first()
    if connection:
        push.reconcile_org(connection)


@shared_task
def process_events(jira_connection_id: int) -> None:
    """Make the pairs due that a site's stored events are about."""
    inbox.process_events(jira_connection_id)


@shared_task
def sweep_events() -> None:
    """Take up stored events whose task got lost, and forget those of long ago."""
    inbox.process_all_events()
    inbox.forget_old_events()
