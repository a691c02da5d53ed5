"""The same on PostgreSQL, where several workers really write at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections
from django.utils import timezone

from linking.models import Link
from syncjobs.models import SyncRun
from syncjobs.runs import start_run
from tests.world import World, a_world

pytestmark = pytest.mark.postgresql
WORKERS = 8


@pytest.fixture
def world(on_postgresql: None) -> Iterator[World]:
    with a_world() as world:
        yield world


def test_a_case_becomes_an_issue_and_follows_its_record(world: World) -> None:
    world.configure()
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.org.update("Case", case, {"Subject": "Printer put out"})

    world.pull()

    assert connection.vendor == "postgresql"
    assert world.issues()[0]["fields"]["summary"] == "Printer put out"


def test_of_many_workers_one_runs_an_item(world: World) -> None:
    world.configure()
    item = world.only_item

    def start(number: int) -> SyncRun | None:
        try:
            return start_run(item, SyncRun.Trigger.SCHEDULE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        runs = [run for run in pool.map(start, range(WORKERS)) if run]

    assert len(runs) == 1


def test_of_many_workers_one_takes_over_from_a_dead_one(world: World) -> None:
    world.configure()
    item = world.only_item
    long_ago = timezone.now() - timedelta(minutes=5)
    SyncRun.objects.create(item=item, trigger="schedule", leased_until=long_ago)

    def start(number: int) -> SyncRun | None:
        try:
            return start_run(item, SyncRun.Trigger.SCHEDULE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        runs = [run for run in pool.map(start, range(WORKERS)) if run]

    assert len(runs) == 1
    assert SyncRun.objects.filter(state="failed").count() == 1


def test_the_database_refuses_a_second_link_of_a_record(world: World) -> None:
    world.configure()
    Link.objects.create(item=world.only_item, record_id="500xx0000000001AAA")

    with pytest.raises(IntegrityError, match="one_link_a_record_and_item"):
        Link.objects.create(item=world.only_item, record_id="500xx0000000001AAA")
