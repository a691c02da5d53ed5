"""Events from Jira: what they say, how they collapse, and that none is lost."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from queue import Empty
from typing import Any

import pytest
from celery import Celery
from django.test import TestCase
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.celery import app as celery_app
from connector.models import SmartConnectedItem
from linking.models import Link
from syncjobs.events import Meaning, read_event
from syncjobs.inbox import process_all_events, process_events
from syncjobs.models import DuePair, JiraEvent
from syncjobs.tasks import sweep_events
from syncjobs.wake import PROCESS_EVENTS, RECONCILE_ORG
from tests.syncjobs.jira_calls import deliver, deliver_all, due, event, linked, post, register
from tests.world import SECRETS, World, a_world


@pytest.fixture(params=["cloud", "data_center"])
def either(request: pytest.FixtureRequest, db: None) -> Iterator[World]:
    """A world of each edition."""
    cloud = request.param == "cloud"
    options = {} if cloud else {"deployment": "data_center", "context_path": "/jira"}
    with a_world(**options) as world:
        yield world


class Broker:
    """The broker of the tests, which keeps what it is given in memory."""

    def started(self) -> list[tuple[str, Any]]:
        """Take out the tasks that it was given: their names, each with its argument."""
        found = []
        with celery_app.connection_for_read() as connection:
            queue = connection.SimpleQueue("celery")
            with suppress(Empty):
                while message := queue.get_nowait():
                    message.ack()
                    found.append((message.headers["task"], message.payload[0][0]))
            queue.close()
        return found


@pytest.fixture
def broker() -> Broker:
    broker = Broker()
    broker.started()
    return broker


@pytest.fixture
def no_broker() -> Iterator[None]:
    """Nobody answers at the broker's address."""
    nobody = Celery("nobody-there", set_as_current=True)
    nobody.conf.update(broker_write_url="redis://127.0.0.1:1/0")
    yield
    celery_app.set_current()


@pytest.fixture
def tasks_run_at_once() -> Iterator[None]:
    """Whatever is handed to the broker is done on the spot."""
    celery_app.conf.task_always_eager = True
    yield
    celery_app.conf.task_always_eager = False


# What events say


@pytest.mark.parametrize("issue", ["10042", 10042])
def test_the_issues_id_is_read_as_text_or_number(issue: object) -> None:
    assert read_event(event(issue=issue)).issue_id == "10042"


@pytest.mark.parametrize(
    "kind",
    [
        "jira:issue_created",
        "jira:issue_updated",
        "jira:issue_deleted",
        "comment_created",
        "comment_updated",
        "comment_deleted",
    ],
)
def test_what_happens_to_an_issue_or_its_comments_is_to_be_reconciled(kind: str) -> None:
    assert read_event(event(kind)).meaning is Meaning.RECONCILE


@pytest.mark.parametrize(
    "kind", ["attachment_created", "issue_property_set", "worklog_created", "a_kind_of_tomorrow"]
)
def test_other_kinds_mean_nothing(kind: str) -> None:
    assert read_event(event(kind)).meaning is Meaning.NOTHING


def test_a_comment_without_its_issue_names_it_in_its_address() -> None:
    """Older Data Centers send a comment alone."""
    address = "https://jira.test/jira/rest/api/2/issue/10042/comment/10300"
    body = json.dumps({"webhookEvent": "comment_created", "comment": {"self": address}}).encode()

    assert read_event(body).issue_id == "10042"


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"webhookEvent": ["jira:issue_updated"], "issue": "SUP-1"},
        {"webhookEvent": "jira:issue_updated", "issue": {"id": "1 OR 1=1", "key": "x\u0000-1"}},
        {"webhookEvent": "\ud800", "issue": {"id": True, "key": 7}},
        {"webhookEvent": "x" * 5_000, "issue": {"id": "9" * 100}},
    ],
)
def test_what_jira_never_writes_is_left_out(payload: Any) -> None:
    found = read_event(json.dumps(payload).encode())

    assert (found.issue_id, found.project_key, found.meaning) == ("", "", Meaning.NOTHING)


def test_without_an_identifier_the_same_body_is_the_same_event() -> None:
    assert read_event(event()).event_id == read_event(event()).event_id
    assert read_event(event()).event_id != read_event(event(timestamp=2)).event_id


def test_an_identifier_of_any_length_tells_events_apart() -> None:
    one, other = (read_event(event(), "x" * 1_000 + end).event_id for end in "ab")
    assert one != other
    assert len(one) <= 200


# From Jira to the due pairs


def test_an_edit_in_jira_makes_its_pair_due(either: World) -> None:
    link = linked(either)
    register()
    either.site.edit(link.issue_key, summary="Edited in Jira")

    assert deliver_all(either) == [202]

    assert due() == [link.record_id]
    assert DuePair.objects.get().link == link
    assert DuePair.objects.get().next_try_at <= timezone.now()


def test_a_comment_in_jira_makes_its_pair_due(either: World) -> None:
    link = linked(either)
    register()
    either.site.comment(link.issue_key, "It is out again")

    assert set(deliver_all(either)) == {202}

    assert due() == [link.record_id]


def test_a_file_in_jira_makes_its_pair_due(either: World) -> None:
    """Jira doesn't say which issue a file was added to; that the issue was updated, it does."""
    link = linked(either)
    register()
    either.site.attach(link.issue_key, "log.txt", b"It burns.")

    kinds = {letter.event for letter in either.site.outbox}
    deliver_all(either)

    assert kinds == {"attachment_created", "jira:issue_updated"}
    assert due() == [link.record_id]


def test_a_deleted_issue_makes_its_pair_due(either: World) -> None:
    link = linked(either)
    register()
    either.site.delete_issue(link.issue_key)

    deliver_all(either)

    assert due() == [link.record_id]


def test_jira_trap_an_event_an_hour_late_brings_what_the_issue_is_by_then(
    world: World, tasks_run_at_once: None
) -> None:
    """Jira trap "a payload that is an hour late is applied over newer data"."""
    link = linked(world)
    register()
    world.site.edit(link.issue_key, summary="First thought")
    late = list(world.site.outbox)
    world.clock.shift(3_600)
    world.site.edit(link.issue_key, summary="Second thought")

    deliver(late)

    assert world.org.get("Case", link.record_id)["Subject"] == "Second thought"


def test_an_edit_in_jira_reaches_the_record_by_push_alone(
    either: World, tasks_run_at_once: None
) -> None:
    link = linked(either)
    register()
    either.site.edit(link.issue_key, summary="Edited in Jira")

    deliver(either.site.outbox)

    assert either.org.get("Case", link.record_id)["Subject"] == "Edited in Jira"
    assert due() == []


def test_many_events_of_one_issue_are_one_due_pair_and_one_task(
    world: World, broker: Broker
) -> None:
    link = linked(world)
    register()
    for number in range(20):
        world.site.edit(link.issue_key, summary=f"Edited {number} times")

    deliver(world.site.outbox)
    assert broker.started() == [(PROCESS_EVENTS, link.item.jira_id)]

    process_events(link.item.jira_id)
    assert due() == [link.record_id]
    assert not JiraEvent.objects.filter(done_at=None).exists()


def test_the_order_of_events_does_not_matter(world: World, tasks_run_at_once: None) -> None:
    link = linked(world)
    register()
    for summary in ("One", "Two", "Three"):
        world.site.edit(link.issue_key, summary=summary)

    deliver(reversed(world.site.outbox))

    assert world.org.get("Case", link.record_id)["Subject"] == "Three"


def test_the_same_event_twice_is_taken_once(either: World) -> None:
    """Cloud sends it again with the same identifier, Data Center may deliver the same body."""
    link = linked(either)
    register()
    either.site.edit(link.issue_key, summary="Edited in Jira")
    twice = list(either.site.outbox) * 2
    deliver_all(either)
    DuePair.objects.all().delete()

    assert deliver(twice) == [202, 202]
    process_all_events()

    assert JiraEvent.objects.count() == 1
    assert due() == []


def test_events_of_kinds_that_mean_nothing_are_counted_and_start_nothing(
    world: World, broker: Broker
) -> None:
    linked(world)
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = post(event("a_kind_of_tomorrow"))

    assert answer.status_code == 202
    assert JiraEvent.objects.get().done_at is not None
    assert broker.started() == []


def test_an_issue_that_nothing_is_linked_to_is_dealt_with(world: World) -> None:
    linked(world)
    register()
    world.site.create_issue("SUP")

    deliver_all(world)

    assert due() == []
    assert not JiraEvent.objects.filter(done_at=None).exists()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mode": "one_way"}, 1),
        ({"mode": "one_way", "comments": {"enabled": False}}, 1),
        (
            {
                "mode": "one_way",
                "comments": {"enabled": False},
                "attachments": {"enabled": False},
            },
            0,
        ),
        ({"comments": {"enabled": False}, "attachments": {"enabled": False}}, 1),
    ],
)
def test_items_that_take_nothing_over_from_jira_are_left_alone(
    world: World, changes: dict[str, Any], expected: int
) -> None:
    link = linked(world, **changes)
    post(event(issue=link.issue_id))

    process_all_events()

    assert len(due()) == expected


def test_an_ended_link_is_not_made_due(world: World) -> None:
    link = linked(world)
    Link.objects.update(state=Link.State.ENDED)
    post(event(issue=link.issue_id))

    process_all_events()

    assert due() == []


def test_the_same_issue_number_at_another_site_is_another_issue(world: World) -> None:
    link = linked(world)
    post(event(issue=link.issue_id))
    other = SmartConnectedItem.objects.get().jira
    other.pk, other.name, other.uuid = None, "other", "7d1f6c1e-0000-4000-8000-000000000000"
    other.save()
    JiraEvent.objects.update(connection=other)

    process_all_events()

    assert due() == []


def test_a_pair_that_is_being_retried_keeps_its_attempts(world: World) -> None:
    link = linked(world)
    later = timezone.now() + timedelta(hours=3)
    DuePair.objects.create(
        item=link.item, record_id=link.record_id, link=link, next_try_at=later, attempts=4
    )
    post(event(issue=link.issue_id))

    process_all_events()

    pair = DuePair.objects.get()
    assert pair.next_try_at <= timezone.now()
    assert pair.attempts == 4


def test_the_pairs_of_many_events_cost_the_same_few_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    link = linked(world)
    for number in range(100):
        post(event(issue=link.issue_id, timestamp=number))

    # Two rounds with a savepoint each; the second finds nothing.
    with django_assert_max_num_queries(12):
        assert process_events(link.item.jira_id) == 100


# Nothing is lost


def test_a_broker_that_is_down_loses_no_event(world: World, no_broker: None) -> None:
    link = linked(world)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert post(event(issue=link.issue_id)).status_code == 202
    assert due() == []

    celery_app.set_current()
    sweep_events()

    assert due() == [link.record_id]


def test_a_broker_that_is_down_is_not_asked_for_every_event(
    world: World, no_broker: None, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever finds an event waiting leaves it to the task, or the sweep, that takes up that."""
    link = linked(world)
    with TestCase.captureOnCommitCallbacks(execute=True):
        for number in range(20):
            post(event(issue=link.issue_id, timestamp=number))

    assert caplog.text.count("The broker can't be reached") == 1


def test_a_task_that_got_lost_is_missed_before_long(world: World, broker: Broker) -> None:
    link = linked(world)
    for number in range(2):
        with TestCase.captureOnCommitCallbacks(execute=True):
            post(event(issue=link.issue_id, timestamp=number))
        world.clock.shift(11)

    assert [name for name, _ in broker.started()] == [PROCESS_EVENTS, PROCESS_EVENTS]


def test_due_pairs_are_handed_to_a_worker(world: World, broker: Broker) -> None:
    link = linked(world)
    post(event(issue=link.issue_id))

    with TestCase.captureOnCommitCallbacks(execute=True):
        process_all_events()

    assert broker.started() == [(RECONCILE_ORG, link.item.salesforce_id)]


def test_a_pull_takes_events_up_without_calling_for_a_worker(world: World, broker: Broker) -> None:
    """It reconciles what is due itself, and two would be in each other's way."""
    link = linked(world)
    post(event(issue=link.issue_id))

    with TestCase.captureOnCommitCallbacks(execute=True):
        process_all_events(wake_workers=False)

    assert due() == [link.record_id]
    assert broker.started() == []


def test_events_are_forgotten_a_week_after_they_were_done(world: World) -> None:
    link = linked(world)
    post(event(issue=link.issue_id))
    sweep_events()
    world.clock.shift(timedelta(days=6))
    post(event(issue=link.issue_id, timestamp=2))
    sweep_events()
    assert JiraEvent.objects.count() == 2

    world.clock.shift(timedelta(days=2))
    sweep_events()

    assert JiraEvent.objects.count() == 1


def test_no_secret_shows_in_what_is_stored(world: World) -> None:
    linked(world)
    post(event())
    stored = json.dumps(JiraEvent.objects.values().get(), default=str)
    assert not [secret for secret in SECRETS.values() if secret in stored]
