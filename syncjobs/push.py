"""Reconciles pairs that are due, at once: after an event from Jira, a refresh, a retry."""

from connector.errors import RemoteError
from connector.models import SalesforceConnection
from syncjobs.due import due_items
from syncjobs.link_notes import write_link_notes
from syncjobs.polling import take_due
from syncjobs.pull import items_to_pull
from syncjobs.session import Session


def reconcile_org(connection: SalesforceConnection) -> None:
    """Reconcile all due pairs of an org's items.

    What fails is put off, pair by pair; what a connection has to wait for stays due.
    """
    due = due_items()
    items = [i for i in items_to_pull() if i.salesforce_id == connection.pk and i.pk in due]
    if not items:
        return
    try:
        with Session.opened(connection) as session:
            for item in items:
                try:
                    run = session.add(item)
                except RemoteError:
                    continue
                session.each(run, take_due)
                session.each(run, write_link_notes)
    except RemoteError:
        # The connection is paused and says why; its pairs are due until it resumes.
        return
