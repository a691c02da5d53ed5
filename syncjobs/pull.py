"""The pull: what is new or changed in Salesforce reaches Jira, and all that is due is reconciled.

One poll serves all items of an org: items that share an object share its query, and queries travel
five to a call.
"""

from collections.abc import Sequence

from connector.document.store import published
from connector.errors import RemoteError
from connector.models import SalesforceConnection, SmartConnectedItem
from syncjobs.models import SyncRun
from syncjobs.opened import ItemRun, count_shared_calls
from syncjobs.polling import Poll
from syncjobs.quota import reason_to_wait
from syncjobs.runs import Counts, finish_run, leases_kept, start_run
from syncjobs.session import Session

Started = Sequence[tuple[SmartConnectedItem, SyncRun]]


def items_to_pull() -> list[SmartConnectedItem]:
    """Return the items that a pull serves: published, enabled and synchronizing."""
    rows = SmartConnectedItem.objects.exclude(published=None)
    rows = rows.select_related("published", "salesforce", "jira").order_by("pk")
    return [item for item in rows if (c := published(item)).enabled and c.synchronizes]


def pull(items: Sequence[SmartConnectedItem], trigger: SyncRun.Trigger) -> list[SyncRun]:
    """Pull these items and return their runs, finished, in the order of `items`.

    An item that another process is pulling at this moment has no run.
    """
    by_org: dict[int, list[SmartConnectedItem]] = {}
    for item in items:
        by_org.setdefault(item.salesforce_id, []).append(item)
    runs = {run.item_id: run for group in by_org.values() for run in _pull_org(group, trigger)}
    return [runs[item.pk] for item in items if item.pk in runs]


def _pull_org(items: Sequence[SmartConnectedItem], trigger: SyncRun.Trigger) -> list[SyncRun]:
    started = [(item, run) for item in items if (run := start_run(item, trigger))]
    with leases_kept([run for _, run in started]):
        _pull_started(items[0].salesforce, started, trigger)
    return [run for _, run in started]


def _pull_started(
    connection: SalesforceConnection, started: Started, trigger: SyncRun.Trigger
) -> None:
    """Pull the items and finish their runs, whatever happens."""
    errors: dict[int, str] = {}
    runs: list[ItemRun] = []
    try:
        if trigger is SyncRun.Trigger.SCHEDULE and (reason := reason_to_wait(connection)):
            errors = {run.pk: reason for _, run in started}
            return
        with Session.opened(connection) as session:
            runs = session.runs
            for item, run in started:
                try:
                    session.add(item, run)
                except RemoteError as error:
                    errors[run.pk] = error.message
            Poll(session).go()
    except RemoteError as error:
        errors = {run.pk: errors.get(run.pk) or error.message for _, run in started}
    except BaseException as error:
        sentence = f"Unexpected {type(error).__name__}; the log of this process has more."
        errors = {run.pk: errors.get(run.pk) or sentence for _, run in started}
        raise
    finally:
        _finish(started, runs, errors)


def _finish(started: Started, runs: Sequence[ItemRun], errors: dict[int, str]) -> None:
    count_shared_calls(runs)
    by_run = {each.run.pk: each for each in runs if each.run}
    for _, run in started:
        each = by_run.get(run.pk)
        counts = each.counts if each else Counts()
        problems = "\n".join(each.resolved.problems) if each else ""
        error = errors.get(run.pk) or (each.error if each else "")
        finish_run(run, counts, error=error, problems=problems)
