"""The safety net: what Jira changed without an event is found by one search."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
from django.utils import timezone

from connector.errors import RemoteError
from connector.models import JiraConnection
from linking.models import Link
from syncjobs.models import DuePair
from syncjobs.opened import Site
from syncjobs.safety_net import note_updates
from tests.syncjobs.jira_calls import due, linked
from tests.world import World, a_world


@pytest.fixture(params=["cloud", "data_center"])
def either(request: pytest.FixtureRequest, db: None) -> Iterator[World]:
    """A world of each edition."""
    cloud = request.param == "cloud"
    options = {} if cloud else {"deployment": "data_center", "context_path": "/jira"}
    with a_world(**options) as world:
        yield world


def look(world: World) -> int:
    """Look through the site as a pull does, some time after what was done last."""
    world.clock.shift(60)
    return note_updates(Site.open(JiraConnection.objects.get(name="acme-jira")))


def settled(world: World, **changes: Any) -> Link:
    """A linked pair that was looked at, with nothing due."""
    link = linked(world, **changes)
    look(world)
    DuePair.objects.all().delete()
    Link.objects.update(synced_at=link.synced_at)
    world.clock.shift(600)
    world.jira.calls.clear()
    return link


def set_jiras_clock(world: World, ahead: int) -> None:
    """Let all that Jira says of time be so many seconds ahead of ours."""
    right = world.site.now

    def wrong() -> datetime:
        return right() + timedelta(seconds=ahead)

    def say_so(request: requests.PreparedRequest, answer: requests.Response) -> None:
        if "jira.test" in str(request.url):
            answer.headers["Date"] = format_datetime(wrong().astimezone(UTC), usegmt=True)

    world.site.now = wrong  # type: ignore[method-assign]
    world.network.losses.append(say_so)


def test_an_edit_whose_event_never_came_makes_its_pair_due(either: World) -> None:
    link = settled(either)
    either.site.edit(link.issue_key, summary="Edited in Jira")

    assert look(either) == 1
    assert due() == [link.record_id]


def test_a_comment_and_a_file_update_their_issue(either: World) -> None:
    link = settled(either)
    either.site.comment(link.issue_key, "It is out again")
    assert look(either) == 1

    Link.objects.update(synced_at=link.synced_at)
    either.site.attach(link.issue_key, "log.txt", b"It burns.")
    assert look(either) == 1


def test_a_look_at_which_nothing_happened_is_one_call(either: World) -> None:
    settled(either)

    assert look(either) == 0

    assert len(either.jira.calls) == 1
    assert due() == []


def test_without_links_jira_is_not_asked(world: World) -> None:
    world.configure(world.item(mode="two_way"))
    world.jira.calls.clear()

    assert look(world) == 0

    assert len(world.jira.calls) == 0


def test_items_that_take_nothing_over_are_not_looked_after(world: World) -> None:
    link = linked(
        world, mode="one_way", comments={"enabled": False}, attachments={"enabled": False}
    )
    world.site.edit(link.issue_key, summary="Edited in Jira")
    world.jira.calls.clear()

    assert look(world) == 0
    assert len(world.jira.calls) == 0


def test_what_was_brought_in_step_since_is_not_due_again(either: World) -> None:
    """The overlap of the looks shows an edit twice; an event may have come before as well."""
    link = settled(either)
    either.site.edit(link.issue_key, summary="Edited in Jira")
    look(either)
    either.pull()
    assert due() == []

    assert look(either) == 0


def test_the_first_look_goes_back_to_the_first_link(world: World) -> None:
    """After an upgrade, for one, nobody has looked yet."""
    link = linked(world)
    JiraConnection.objects.update(events_seen_until=None)
    world.site.edit(link.issue_key, summary="Edited in Jira")
    world.clock.shift(timedelta(days=3))

    assert look(world) == 1


def test_a_look_after_a_long_time_off_goes_back_to_the_last_one(world: World) -> None:
    link = settled(world)
    world.site.edit(link.issue_key, summary="Edited in Jira")
    world.clock.shift(timedelta(days=3))

    assert look(world) == 1


def test_jira_trap_a_search_index_that_lags_behind_hides_nothing(world: World) -> None:
    """Jira trap "search right after create": Cloud's index shows what happened minutes late."""
    link = settled(world)
    world.site.index_lag = 180
    world.site.edit(link.issue_key, summary="Edited in Jira")
    assert look(world) == 0

    world.clock.shift(180)

    assert look(world) == 1


@pytest.mark.parametrize("ahead", [-400, 0, 400])
def test_a_clock_of_jiras_that_goes_wrong_hides_nothing(world: World, ahead: int) -> None:
    link = settled(world)
    set_jiras_clock(world, ahead)
    Link.objects.update(synced_at=timezone.now())
    world.clock.shift(5)
    world.site.edit(link.issue_key, summary="Edited in Jira")

    assert look(world) == 1


@pytest.mark.parametrize("ahead", [-400, 0, 400])
def test_a_clock_of_jiras_that_goes_wrong_makes_nothing_due_for_ever(
    world: World, ahead: int
) -> None:
    link = settled(world)
    set_jiras_clock(world, ahead)
    world.site.edit(link.issue_key, summary="Edited in Jira")
    world.clock.shift(5)
    Link.objects.update(synced_at=timezone.now())

    assert look(world) == 0


def test_a_look_that_failed_is_made_up_for(either: World) -> None:
    link = settled(either)
    either.site.edit(link.issue_key, summary="Edited in Jira")

    def unreachable(request: requests.PreparedRequest) -> None:
        raise requests.ConnectionError("no route")

    either.network.faults.append(unreachable)
    with pytest.raises(RemoteError):
        look(either)
    either.network.faults.clear()
    either.clock.shift(3_600)

    assert look(either) == 1


def test_jira_trap_an_issue_that_was_moved_is_still_looked_after(world: World) -> None:
    """Jira trap "issue moved": its key and project are others, its link is the same."""
    link = settled(world)
    moved = world.site.move_issue(link.issue_key, "OPS")
    Link.objects.update(issue_key=moved.key)
    world.clock.shift(600)
    world.site.edit(moved.key, summary="Edited in its new project")

    assert look(world) == 1


def test_a_project_that_is_gone_does_not_hide_the_others(either: World) -> None:
    link = settled(either)
    other = either.item(mode="two_way", name="Ops", jira_projects=["OPS"])
    either.configure(either.item(mode="two_way"), other)
    either.site.projects.pop(next(k for k, p in either.site.projects.items() if p.key == "OPS"))
    either.site.edit(link.issue_key, summary="Edited in Jira")

    assert look(either) == 1


def test_issues_that_nothing_is_linked_to_are_passed_over(either: World) -> None:
    settled(either)
    either.site.create_issue("SUP")
    assert look(either) == 0


def test_more_updates_than_a_page_are_all_found(world: World) -> None:
    world.configure(world.item(mode="two_way"))
    for number in range(120):
        world.org.insert("Case", {"Subject": f"Case {number}"})
    world.pull()
    look(world)
    DuePair.objects.all().delete()
    world.clock.shift(600)
    for link in Link.objects.all():
        world.site.edit(link.issue_key, summary="Edited in Jira")

    assert look(world) == 120


def test_a_pull_carries_over_what_no_event_told_of(either: World) -> None:
    link = settled(either)
    either.site.edit(link.issue_key, summary="Edited in Jira")
    either.clock.shift(60)

    either.pull()

    assert either.org.get("Case", link.record_id)["Subject"] == "Edited in Jira"
    assert due() == []
