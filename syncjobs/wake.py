"""Hands tasks to the broker for those who can't wait for it."""

import logging
from collections.abc import Iterable

from celery import current_app
from kombu.exceptions import KombuError

log = logging.getLogger(__name__)

# Without a policy of its own a call waits for seconds when nobody answers at the broker's address.
ONCE_MORE_AT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}

PROCESS_EVENTS = "syncjobs.tasks.process_events"
RECONCILE_ORG = "syncjobs.tasks.reconcile_org"


def wake(task: str, argument: int) -> bool:
    """Start a task by its name; return whether the broker took it.

    What the task would do is stored before, and is done later where the broker is down: by a
    sweep, or by the next pull.
    """
    signature = current_app.signature(task, args=(argument,))
    try:
        signature.apply_async(retry=True, retry_policy=ONCE_MORE_AT_ONCE)
    except (KombuError, OSError) as error:
        log.warning("The broker can't be reached (%s): %s waits.", type(error).__name__, task)
        return False
    return True


def wake_orgs(salesforce_connection_ids: Iterable[int]) -> None:
    """Have the due pairs of these orgs reconciled; stops at the first that the broker refuses."""
    for connection_id in sorted(set(salesforce_connection_ids)):
        if not wake(RECONCILE_ORG, connection_id):
            return
