"""From an event in Jira to the record, and what happens when no event comes."""

from typing import Any

import pytest

from linking.models import Link
from syncjobs import tasks
from syncjobs.models import DuePair
from tests.world import World


@pytest.fixture
def linked(world: World, settings: Any) -> Link:
    """A two-way item with one linked case, and a webhook that waits to be delivered."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    world.configure(world.item(mode="two_way"))
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    return Link.objects.get()


def test_without_an_event_the_next_pull_brings_the_change(world: World, linked: Link) -> None:
    """The safety net: a webhook that never came costs five minutes and nothing else."""
    world.site.edit(linked.issue_key, summary="Edited in Jira")

    world.pull()

    assert world.org.get("Case", linked.record_id)["Subject"] == "Edited in Jira"


def test_with_nothing_updated_a_pull_asks_jira_once(world: World, linked: Link) -> None:
    world.clock.shift(3600)
    world.pull()
    world.jira.calls.clear()
    world.salesforce.calls.clear()

    world.pull()

    assert len(world.jira.calls) == 1
    assert len(world.salesforce.calls) == 1


def test_a_due_pair_is_reconciled_by_a_worker_in_few_calls(world: World, linked: Link) -> None:
    from syncjobs.due import make_due

    world.site.edit(linked.issue_key, summary="Edited in Jira")
    make_due([linked])
    world.network.calls.clear()

    tasks.reconcile_org(linked.item.salesforce_id)

    until_written = [call.method for call in world.network.calls].index("PATCH") + 1
    assert world.org.get("Case", linked.record_id)["Subject"] == "Edited in Jira"
    assert until_written <= 4
    assert not DuePair.objects.exists()
