"""Status sync in Jira: several transitions, hidden ones, screens, validators, broken ways."""

from collections.abc import Callable

import pytest
import requests

from connector.errors import Busy
from linking.models import Link
from sandbox.jira.entities import Transition
from tests.syncjobs.status_calls import (
    clear,
    issue_status,
    linked,
    notes,
    record_status,
    sync,
    writes,
)
from tests.syncjobs.test_lost_answers import WorkerDied, die_at, lose_answers
from tests.world import World


def done_of(world: World, link: Link) -> Transition:
    """SUP's transition to Done."""
    return world.site.issue(link.issue_key).project.workflows["10001"].transitions[2]


def conflict(world: World) -> Callable[[], None]:
    """Let Jira answer 409 to every transition, until the returned function is called."""

    def refuse(request: requests.PreparedRequest) -> requests.Response | None:
        if request.method != "POST" or "/transitions" not in str(request.url):
            return None
        answer = requests.Response()
        answer.status_code, answer._content, answer.request = 409, b"{}", request
        return answer

    world.network.faults.append(refuse)
    return lambda: world.network.faults.remove(refuse)


def test_several_transitions_are_done_where_the_workflow_needs_them(world: World) -> None:
    """jira trap "409 on quick successive transitions": each step looks at the issue anew."""
    link = linked(world, {"Status": "Closed"}, jira_projects=["OPS"])
    fields = world.issue(link.issue_key)["fields"]
    assert fields["status"]["name"] == "Closed"
    assert fields["resolution"]["name"] == "Done"


def test_several_transitions_are_no_change_by_somebody_else(world: World) -> None:
    link = linked(world, {"Status": "Closed"}, jira_projects=["OPS"])
    clear(world)
    sync(world)
    assert (writes(world), record_status(world, link)) == (0, "Closed")


def test_a_way_that_broke_off_is_gone_on_with(world: World) -> None:
    """The issue stands half-way, moved by us: no change that Salesforce has to follow."""
    link = linked(world, jira_projects=["OPS"])
    world.clock.shift(60)
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    world.clock.shift(60)
    lose_answers(world, "/transitions")
    (pair,), _ = sync(world)
    half_way = issue_status(world, link)
    world.clock.shift(60)

    sync(world)

    assert isinstance(pair.error, Busy)
    assert half_way == "Selected"
    assert (issue_status(world, link), record_status(world, link)) == ("Closed", "Closed")


def test_somebody_may_move_an_issue_whose_way_broke_off(world: World) -> None:
    link = linked(world, jira_projects=["OPS"])
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    world.clock.shift(60)
    lose_answers(world, "/transitions")
    sync(world)
    world.clock.shift(60)
    world.site.transition(link.issue_key, "In Review")

    sync(world)

    assert (issue_status(world, link), record_status(world, link)) == ("In Review", "Working")


def test_a_lost_answer_is_looked_at_before_anything_is_done_again(world: World) -> None:
    link = linked(world)
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    world.clock.shift(60)
    lose_answers(world, "/transitions")
    sync(world)
    clear(world)

    pairs, _ = sync(world)

    assert (writes(world), notes(pairs)) == (0, "")
    assert (issue_status(world, link), record_status(world, link)) == ("Done", "Closed")


def test_a_worker_that_dies_after_a_transition_is_no_change_in_jira(world: World) -> None:
    link = linked(world, jira_projects=["OPS"])
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    world.clock.shift(60)
    revive = die_at(world, "/transitions", after=True)
    with pytest.raises(WorkerDied):
        sync(world)
    revive()
    world.clock.shift(60)

    sync(world)

    assert (issue_status(world, link), record_status(world, link)) == ("Closed", "Closed")


def test_a_dead_end_is_noted_and_not_walked_to_and_fro(world: World) -> None:
    link = linked(world, jira_projects=["OPS"])
    flow = world.site.issue(link.issue_key).project.workflows["10001"]
    flow.transitions = [each for each in flow.transitions if each.name != "Close"]
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    first, _ = sync(world)
    clear(world)

    second, _ = sync(world)

    assert "no transition to “Closed”" in notes(first)
    assert notes(second) == notes(first)
    assert writes(world) == 0
    assert record_status(world, link) == "Closed"


def test_statuses_are_known_by_id_when_they_are_renamed(world: World) -> None:
    """jira trap "names instead of ids": a new name on either status changes nothing."""
    link = linked(world)
    for status in world.site.statuses:
        status.name = f"{status.name} (renamed)"
    clear(world)

    sync(world)

    assert (writes(world), record_status(world, link)) == (0, "New")


def test_jira_trap_two_changes_at_once_are_put_off(world: World) -> None:
    """jira trap "409 on quick successive transitions": load again, then decide anew."""
    link = linked(world)
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    remove = conflict(world)

    (pair,), _ = sync(world)
    remove()
    sync(world)

    assert isinstance(pair.error, Busy)
    assert issue_status(world, link) == "Done"


def test_jira_trap_a_hidden_transition_is_noted_with_what_there_is(world: World) -> None:
    """jira trap "transition hidden by condition or right": the note says what is available."""
    link = linked(world)
    done_of(world, link).condition = lambda user, issue: user is not world.site.robot
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    pairs, counts = sync(world)
    assert "no transition to “Done”" in notes(pairs)
    assert "In Progress" in notes(pairs)
    assert counts.statuses == 0


def test_a_transition_that_shows_up_again_is_done_at_the_next_look(world: World) -> None:
    link = linked(world)
    done = done_of(world, link)
    done.condition = lambda user, issue: False
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    sync(world)
    done.condition = None
    pairs, _ = sync(world)
    assert issue_status(world, link) == "Done"
    assert notes(pairs) == ""


def test_jira_trap_a_field_that_a_screen_requires_is_noted_and_not_tried(world: World) -> None:
    """jira trap "required field on a transition screen"."""
    link = linked(world)
    done = done_of(world, link)
    done.screen, done.required = ("fixVersions",), ("fixVersions",)
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    clear(world)
    pairs, _ = sync(world)
    assert "fix versions" in notes(pairs).lower()
    assert writes(world) == 0


def test_jira_trap_a_resolution_is_sent_only_where_the_screen_has_it(world: World) -> None:
    """jira trap "resolution sent where it is not on the screen": SUP's has none."""
    link = linked(world)
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    pairs, _ = sync(world)
    assert (issue_status(world, link), notes(pairs)) == ("Done", "")


def test_what_a_validator_says_is_kept_and_not_asked_for_again(world: World) -> None:
    link = linked(world)
    done_of(world, link).validator = lambda issue, values: "Log your work first."
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    first, _ = sync(world)
    clear(world)
    second, _ = sync(world)
    assert "Log your work first." in notes(first)
    assert "Log your work first." in notes(second)
    assert writes(world) == 0


def test_a_refused_transition_is_tried_again_once_the_issue_was_touched(world: World) -> None:
    link = linked(world)
    done = done_of(world, link)
    done.validator = lambda issue, values: "Log your work first."
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    sync(world)
    done.validator = None
    world.clock.shift(60)
    world.site.edit(link.issue_key, summary="Touched")
    sync(world)
    assert issue_status(world, link) == "Done"
