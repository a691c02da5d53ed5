"""No answer, or no worker any more: nothing is made twice and nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from linking.models import CommentPair, Link
from syncjobs.models import DuePair, SyncRun
from syncjobs.pull import items_to_pull, pull
from tests.world import World


def lose_answers(world: World, path: str, times: int = 1) -> None:
    """Let calls to `path` do their work and break before their answer arrives."""
    left = [times]

    def lose(request: requests.PreparedRequest, answer: requests.Response) -> None:
        if path in str(request.url) and request.method == "POST" and left[0]:
            left[0] -= 1
            raise requests.ConnectionError("the connection broke")

    world.network.losses.append(lose)


class WorkerDied(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


def die_at(world: World, path: str, *, after: bool) -> Callable[[], None]:
    """Let the process end at a call to `path`: before it is made, or after."""

    def die(request: requests.PreparedRequest, *answer: Any) -> None:
        if path in str(request.url) and request.method == "POST":
            raise WorkerDied

    hooks: list[Any] = world.network.losses if after else world.network.faults
    hooks.append(die)
    return lambda: hooks.remove(die)


def test_after_a_lost_answer_the_issue_is_found_and_not_made_again(world: World) -> None:
    """jira trap: an empty or lost answer after a successful write, a blind retry, a duplicate."""
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    lose_answers(world, "/issue/bulk")
    (first,) = world.pull()
    world.clock.shift(30)

    world.pull()

    assert first["failed"] == 1
    assert len(world.issues()) == 1
    assert Link.objects.get().issue_key == world.issues()[0]["key"]
    assert CommentPair.objects.get().state == CommentPair.State.COMPLETE


def test_the_search_index_may_lag_behind_for_minutes(world: World) -> None:
    """jira trap: search right after create finds nothing, and a second issue is made."""
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.site.index_lag = 120
    lose_answers(world, "/issue/bulk")
    for _ in range(12):
        world.pull()
        world.clock.shift(20)
    world.clock.shift(600)

    world.pull()

    assert len(world.issues()) == 1
    assert Link.objects.get().state == Link.State.ACTIVE


def test_an_issue_that_was_never_made_is_made_in_the_end(world: World) -> None:
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})

    def refuse(request: requests.PreparedRequest) -> None:
        if "/issue/bulk" in str(request.url):
            raise requests.ReadTimeout("no answer")

    world.network.faults.append(refuse)
    world.pull()
    world.network.faults.clear()
    for _ in range(5):
        world.clock.shift(300)
        world.pull()

    assert len(world.issues()) == 1
    assert Link.objects.get().state == Link.State.ACTIVE
    assert not DuePair.objects.exists()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("path", ["/issue/bulk", "/composite/sobjects"])
def test_a_worker_that_dies_leaves_nothing_twice(world: World, path: str, after: bool) -> None:
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    revive = die_at(world, path, after=after)
    with pytest.raises(WorkerDied):
        pull(items_to_pull(), SyncRun.Trigger.COMMAND)
    revive()
    for _ in range(6):
        world.clock.shift(300)
        world.pull()

    notes = [c for c in world.org.all("CaseComment") if "Linked to Jira" in c["CommentBody"]]
    assert len(world.issues()) == 1
    assert len(notes) == 1
    assert CommentPair.objects.get().state == CommentPair.State.COMPLETE


def test_a_lost_answer_of_a_note_leaves_one_note(world: World) -> None:
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    lose_answers(world, "/composite/sobjects")
    world.pull()
    for _ in range(2):
        world.clock.shift(300)
        world.pull()

    notes = [c for c in world.org.all("CaseComment") if "Linked to Jira" in c["CommentBody"]]
    assert len(notes) == 1
    assert CommentPair.objects.get().state == CommentPair.State.COMPLETE


def test_a_lost_answer_on_data_center_is_found_there_too(data_center: World) -> None:
    data_center.configure()
    data_center.org.insert("Case", {"Subject": "Printer on fire"})
    lose_answers(data_center, "/issue/bulk")
    data_center.pull()
    data_center.clock.shift(60)

    data_center.pull()

    assert len(data_center.issues()) == 1
    assert Link.objects.get().state == Link.State.ACTIVE


def test_an_edit_made_after_a_worker_died_is_not_lost_to_that_workers_own_write(
    world: World,
) -> None:
    """jira trap "own writes come back": what was written unanswered is nobody's edit."""
    world.configure(world.item(mode="two_way", conflict="jira"))
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.org.update("Case", case, {"Subject": "First edit"})
    revive = die_at_edit(world)
    with pytest.raises(WorkerDied):
        pull(items_to_pull(), SyncRun.Trigger.COMMAND)
    revive()
    world.org.update("Case", case, {"Subject": "Second edit"})
    for _ in range(3):
        world.clock.shift(300)
        world.pull()

    assert world.issues()[0]["fields"]["summary"] == "Second edit"
    assert world.org.get("Case", case)["Subject"] == "Second edit"


def die_at_edit(world: World) -> Callable[[], None]:
    """Let the process end after an issue was edited."""

    def die(request: requests.PreparedRequest, answer: requests.Response) -> None:
        if request.method == "PUT":
            raise WorkerDied

    world.network.losses.append(die)
    return lambda: world.network.losses.remove(die)


def test_edits_on_both_sides_arrive_although_one_write_failed_at_first(world: World) -> None:
    serial = {"salesforce": "Serial_Number__c", "jira": "customfield_10050"}
    subject = {"salesforce": "Subject", "jira": "summary"}
    world.configure(world.item(mode="two_way", conflict="jira", mappings=[subject, serial]))
    case = world.org.insert("Case", {"Subject": "Printer on fire", "Serial_Number__c": "A"})
    world.pull()
    world.clock.shift(60)
    world.org.update("Case", case, {"Subject": "Edited in Salesforce"})
    world.site.edit(Link.objects.get().issue_key, customfield_10050="B")

    def refuse(request: requests.PreparedRequest) -> None:
        if request.method == "PUT":
            raise requests.ConnectTimeout("no connection")

    world.network.faults.append(refuse)
    world.pull()
    world.network.faults.clear()
    for _ in range(3):
        world.clock.shift(1800)
        world.pull()

    assert world.issues()[0]["fields"]["summary"] == "Edited in Salesforce"
    assert world.org.get("Case", case)["Serial_Number__c"] == "B"
