"""Events from Jira on PostgreSQL, where calls and workers really meet."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from connector.models import JiraConnection, SmartConnectedItem
from linking.models import Link
from syncjobs.inbox import process_events
from syncjobs.models import DuePair, JiraEvent
from tests.syncjobs.jira_calls import event, post
from tests.world import World, a_world

pytestmark = pytest.mark.postgresql
CALLERS = 8


@pytest.fixture
def links(on_postgresql: None) -> Iterator[list[Link]]:
    """Ten pairs of an item that listens."""
    with a_world() as world:
        yield make_links(world)


def make_links(world: World) -> list[Link]:
    world.configure(world.item(mode="two_way"))
    item = SmartConnectedItem.objects.get()
    rows = [
        Link(item=item, record_id=f"500000000000{n:03}AAA", issue_id=str(n), state="active")
        for n in range(10)
    ]
    return Link.objects.bulk_create(rows)


def at_once(work: Callable[[int], Any], count: int) -> list[Any]:
    """Do the work for every number below `count`, several at a time."""

    def closed(number: int) -> Any:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(closed, range(count)))


def test_an_event_that_arrives_many_times_at_once_is_stored_once(links: list[Link]) -> None:
    answers = at_once(lambda number: post(event(issue="1")).status_code, 40)

    assert set(answers) == {202}
    assert JiraEvent.objects.count() == 1


def test_workers_and_calls_at_the_same_time_leave_nothing_behind(links: list[Link]) -> None:
    """Several workers take up events of the same pairs while more arrive."""
    site = JiraConnection.objects.get().pk

    def call_or_work(number: int) -> None:
        if number % 4 == 0:
            process_events(site)
        else:
            post(event(issue=number % 10, timestamp=number))

    at_once(call_or_work, 200)
    process_events(site)

    assert JiraEvent.objects.count() == 150
    assert not JiraEvent.objects.filter(done_at=None).exists()
    assert set(DuePair.objects.values_list("link", flat=True)) == {link.pk for link in links}


def test_what_no_issue_number_can_be_does_not_reach_the_database(links: list[Link]) -> None:
    """PostgreSQL refuses texts with a zero character."""
    assert post(event("\u0000", issue="1\u0000", key="\u0000")).status_code == 202
