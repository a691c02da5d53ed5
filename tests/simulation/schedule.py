"""One schedule: storms, then quiet, then the look whether everything is as it must be."""

import io
import logging
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from connector import access
from connector.jira.client import JiraClient
from connector.jira.pace import Pace
from connector.models import JiraConnection, SalesforceConnection
from connector.salesforce.client import SalesforceClient
from linking.models import Link
from syncjobs import inbox, tasks
from syncjobs.models import DuePair, JiraEvent, SyncRun
from syncjobs.pull import items_to_pull, pull
from tests.simulation.end_state import problems, writes
from tests.simulation.letters import Letters
from tests.simulation.people import FIELDS, STATUSES, Case, People, issue_of
from tests.simulation.weather import Weather, WorkerDied, stormy
from tests.world import NOW, World

STEPS = 30
# Pauses grow to an hour; forty of them settle everything that can be settled.
QUIET_LOOKS = 40
QUIET_SECONDS = 20 * 60.0


class Wrong(AssertionError):
    """A schedule ended wrong; the message says how to see it again."""


@contextmanager
def _a_world(cloud: bool) -> Iterator[World]:
    """A world whose time stands still but for those who wait in it."""
    access.forget_sessions()
    site = {} if cloud else {"deployment": "data_center", "context_path": "/jira"}
    with (
        override_settings(EXTRA_HOSTS=["salesforce.test"], PUBLIC_URL="https://connector.test"),
        time_machine.travel(NOW, tick=False) as clock,
        _waits_shift(clock),
    ):
        world = World(clock, **site)
        with world.network:
            yield world


@contextmanager
def _waits_shift(clock: time_machine.Traveller) -> Iterator[None]:
    """Whoever waits moves the clock; nobody sleeps."""

    def wait(seconds: float) -> None:
        clock.shift(max(seconds, 0.0))

    clients = (JiraClient.__init__, SalesforceClient.__init__)
    with mock.patch.object(time, "sleep", wait), mock.patch.object(Pace, "wait"):
        patches = [mock.patch.dict(init.__kwdefaults__, pause=wait) for init in clients]
        # Whose thread comes first would be chance that no seed decides.
        with patches[0], patches[1], mock.patch("syncjobs.write.SIDE_BY_SIDE", 1):
            yield


class Schedule:
    """A schedule by its seed. `run` raises Wrong."""

    def __init__(self, seed: int, world: World) -> None:
        self.seed = seed
        self.dice = random.Random(seed)
        self.world = world
        self.people = People(self.dice, world)
        self.weather = Weather(self.dice, world, self.people.act)
        self.letters = Letters(self.dice, world)
        # The pauses of the engine have some chance in them.
        random.seed(seed)

    def run(self) -> None:
        self._configure()
        chance = self.dice.choice((0.0, 0.02, 0.05, 0.1))
        self.world.site.index_lag = self.dice.choice((0, 0, 20, 120))
        self.people.new_record()
        for _ in range(STEPS):
            self._step(chance)
        self.world.site.index_lag = 0
        self._quiet()
        found = problems(self.world, self.people)
        self.world.network.calls.clear()
        self._pull()
        found += [f"written although nothing happened: {call}" for call in writes(self.world)]
        if found:
            again = f"python -m tests.simulation.soak --first {self.seed} --count 1"
            raise Wrong("\n".join([f"Seed {self.seed}; see it again: {again}", *found]))

    def _configure(self) -> None:
        rule = self.dice.choice(("latest", "salesforce", "jira"))
        to_jira, to_salesforce = STATUSES, {jira: sf for sf, jira in STATUSES.items()}
        item = self.world.item(
            mode="two_way",
            conflict=rule,
            mappings=[{"salesforce": a, "jira": b} for a, b in FIELDS.items()],
            status={"field": "Status", "to_jira": to_jira, "to_salesforce": to_salesforce},
        )
        self.world.configure(item)
        call_command("registerwebhooks", verbosity=0, stdout=io.StringIO(), stderr=io.StringIO())

    def _step(self, chance: float) -> None:
        kind = self.dice.random()
        if kind < 0.55:
            self.people.act()
        elif kind < 0.7:
            self._work(chance, self.letters.deliver)
        elif kind < 0.8:
            self._work(chance, self._take_up)
        else:
            self._work(chance, self._pull)
        self.world.clock.shift(self.dice.choice((0.5, 1.0, 7.0, 60.0, 300.0)))

    def _work(self, chance: float, work: Callable[[], object]) -> None:
        """A worker does it, as far as it lives."""
        before = self.weather.troubles
        with connection.execute_wrapper(self.weather.on_query), stormy(self.weather, chance):
            try:
                work()
            except WorkerDied:
                access.forget_sessions()
        self.weather.revive()
        if work == self._pull and self.weather.troubles == before:
            self._note_agreement()

    def _take_up(self) -> None:
        inbox.process_all_events()
        for each in SalesforceConnection.objects.all():
            tasks.reconcile_org(each.pk)

    def _pull(self) -> list[SyncRun]:
        return pull(items_to_pull(), SyncRun.Trigger.COMMAND)

    def _quiet(self) -> None:
        self.letters.deliver()
        for _ in range(QUIET_LOOKS):
            self.world.clock.shift(QUIET_SECONDS)
            self.world.network.calls.clear()
            runs = self._pull()
            busy = DuePair.objects.exists() or JiraEvent.objects.filter(done_at=None).exists()
            if runs and not busy and not writes(self.world) and not any(r.error for r in runs):
                return

    def _note_agreement(self) -> None:
        """After a pull without any trouble, whatever is equal on both sides was agreed on."""
        paused = [
            kind.objects.exclude(paused_until=None).exists()
            for kind in (SalesforceConnection, JiraConnection)
        ]
        if not any(paused):
            for case in self.people.cases:
                self._note_agreement_of(case)

    def _note_agreement_of(self, case: Case) -> None:
        issue_id = issue_of(self.world, case.record)
        if not issue_id or DuePair.objects.filter(record_id=case.record).exists():
            return
        record = self.world.org.get("Case", case.record)
        issue = self.world.issue(Link.objects.get(issue_id=issue_id).issue_key)["fields"]
        for name, jira in FIELDS.items():
            edits = case.edits[name]
            if (record[name] or None) == (issue[jira] or None) and record[name] in edits.possible():
                edits.agreed, edits.since = record[name], []


def run(seed: int) -> None:
    """Run one schedule and leave nothing of it in the database. Raises Wrong."""
    logging.disable(logging.CRITICAL)
    empty = _copy_of_database()
    try:
        with mock.patch("syncjobs.wake.current_app"), _a_world(cloud=seed % 4 != 0) as world:
            Schedule(seed, world).run()
    finally:
        empty.backup(_sqlite())
        empty.close()
        logging.disable(logging.NOTSET)
        access.forget_sessions()


def _copy_of_database() -> sqlite3.Connection:
    """Workers commit for real; copying pages back is the fastest way to undo that."""
    copy = sqlite3.connect(":memory:")
    _sqlite().backup(copy)
    return copy


def _sqlite() -> sqlite3.Connection:
    connection.ensure_connection()
    assert isinstance(connection.connection, sqlite3.Connection)
    return connection.connection
