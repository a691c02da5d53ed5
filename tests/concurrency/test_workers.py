"""Four workers on PostgreSQL and Redis, two of which are killed: nothing is lost or doubled."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from config.celery import app as product
from connector.models import JiraConnection, SalesforceConnection
from linking.models import CommentPair, Link
from syncjobs.models import DuePair, JiraEvent, SyncRun
from tests import postgresql
from tests.concurrency.crew import Crew, Worker, a_crew, until
from tests.concurrency.served import OF_JIRA, OF_SALESFORCE, People, Served, both_systems

pytestmark = [pytest.mark.postgresql, pytest.mark.redis]
# As many as keep the test within a minute on two cores.
CASES = 240
WORKERS = 4
# What waits for the clock is tried again by the test; so often is more than enough.
QUIET_LOOKS = 15


class Scene:
    """Everything together: both systems, their people, the database and the workers."""

    def __init__(self, served: Served, crew: Crew) -> None:
        self.served = served
        self.crew = crew
        self.people = People(served)
        self.org = SalesforceConnection.objects.get().pk
        self.site = JiraConnection.objects.get().pk

    def bustle(self) -> None:
        """People edit, Jira tells of it, and tasks are sent, more than the workers can take."""
        self.people.work()
        self.served.carry_letters()
        if self.crew.waiting() < 2 * WORKERS:
            for task in ("pull_org", "reconcile_org", "reconcile_org"):
                self.crew.send(task, self.org)
            self.crew.send("process_events", self.site)

    def bustle_until_at(self, *tasks: str) -> Worker:
        """Go on until a worker is in the middle of one of these tasks, and return it."""
        found: list[Worker] = []

        def one_is() -> bool:
            self.bustle()
            found[:] = [each for each in self.crew.workers if each.task in tasks]
            return bool(found)

        until(one_is, f"a worker is at {tasks}")
        return found[0]

    def kill(self, victim: Worker) -> None:
        """Kill it, and have the time pass after which a dead worker's run is given up.

        A run of a worker that lives isn't touched: there is only one run of an item.
        """
        self.crew.kill(victim)
        task = victim.task
        if task == "pull_org" and not any(w.task == task for w in self.crew.workers):
            _long_ago(SyncRun.objects.filter(state="running"))

    def calm_down(self) -> None:
        """Have the workers look until nothing is left to do, time passing in between.

        The pauses and leases are the product's own. Instead of waiting for minutes, the rows
        that wait are moved into the past, while no worker is at anything.
        """
        for _ in range(QUIET_LOOKS):
            self.crew.rest()
            self.served.carry_letters()
            _long_ago(SyncRun.objects.filter(state="running"))
            _long_ago(Link.objects.exclude(leased_until=None))
            DuePair.objects.update(next_try_at=timezone.now())
            self.crew.send("pull_org", self.org)
            self.crew.rest()
            if not self.served.site.outbox and not left_to_do():
                return


def _long_ago(rows: object) -> None:
    rows.update(leased_until=timezone.now() - timedelta(minutes=5))  # type: ignore[attr-defined]


def left_to_do() -> dict[str, int]:
    """Return what waits in the database, by its name."""
    counts = {
        "due pairs": DuePair.objects.count(),
        "events": JiraEvent.objects.filter(done_at=None).count(),
        "links being created": Link.objects.filter(state="creating").count(),
        "link notes": CommentPair.objects.filter(state="intended").count(),
    }
    return {name: count for name, count in counts.items() if count}


def problems(scene: Scene) -> list[str]:
    """Return everything that is wrong with the pairs, in sentences."""
    issues = scene.served.issues_by_record()
    rows = scene.served.org.all("CaseComment")
    notes = Counter(row["ParentId"] for row in rows if "Linked to Jira" in row["CommentBody"])
    links = Counter(Link.objects.filter(state="active").values_list("record_id", flat=True))
    wrong = []
    for case, subject in scene.people.subjects.items():
        counts = {"issues": len(issues[case]), "notes": notes[case], "links": links[case]}
        wrong += [f"{case} has {count} {name}" for name, count in counts.items() if count != 1]
        record = scene.served.org.get("Case", case)
        expected = {OF_SALESFORCE: subject, OF_JIRA: scene.people.numbers.get(case)}
        for (salesforce, jira), value in expected.items():
            values = [record[salesforce], *(issue.value(jira) for issue in issues[case])]
            if any((each or None) != value for each in values):
                wrong.append(f"{salesforce} of {case} should be {value}: {values}")
    return wrong


def _bustle_until_linked(scene: Scene) -> bool:
    scene.bustle()
    return Link.objects.filter(state="active").count() > CASES * 3 // 4


def unexpected(worker: Worker) -> list[str]:
    """What a worker said of tasks that failed in a way nobody foresaw."""
    lines = worker.said.splitlines()
    return [line for line in lines if "raised unexpected" in line or "Traceback" in line]


@contextmanager
def _view_wakes(broker_url: str) -> Iterator[None]:
    """Have the webhook's view, which runs in this process, start its tasks at that broker."""
    office = Celery("web", broker=broker_url)
    office.conf.task_ignore_result = True
    office.set_current()
    try:
        yield
    finally:
        product.set_current()


@pytest.fixture
def database_url(migrated_postgresql: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The URL of a migrated database that is this process's `default` too."""
    with (
        postgresql.new_database(template=migrated_postgresql) as url,
        django_db_blocker.unblock(),
        postgresql.as_default(url),
    ):
        yield url


@pytest.fixture
def scene(
    database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    # Celery prefers the environment's broker to the one that it is given.
    monkeypatch.setenv("CELERY_BROKER_URL", redis_url)
    with both_systems() as served:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url,
            "CELERY_BROKER_URL": redis_url,
            "EXTRA_HOSTS": ",".join(served.hosts),
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }
        with a_crew(environment, tmp_path, redis_url) as crew, _view_wakes(redis_url):
            served.configure()
            yield Scene(served, crew)


def test_two_of_four_workers_die_and_nothing_is_lost_or_doubled(scene: Scene) -> None:
    scene.crew.hire(WORKERS)
    scene.crew.ready()
    scene.people.open_cases(CASES)

    scene.crew.send("pull_org", scene.org)
    until(lambda: Link.objects.filter(state="active").count() > CASES // 4, "issues are made")
    scene.kill(scene.bustle_until_at("pull_org"))
    until(lambda: _bustle_until_linked(scene), "most cases have issues")
    scene.kill(scene.bustle_until_at("reconcile_org"))
    scene.crew.ready()
    for _ in range(20):
        scene.bustle()
    scene.calm_down()

    assert left_to_do() == {}
    assert problems(scene) == []
    assert [line for each in scene.crew.all for line in unexpected(each)] == []
    scene.served.forget_calls()
    scene.crew.send("pull_org", scene.org)
    scene.crew.rest()
    assert scene.served.writes() == []
