"""Statuses of linked pairs, both ways, with the two systems standing by."""

import json
from collections.abc import Callable

import pytest
import requests

from sandbox.salesforce.schema import RecordType
from tests.syncjobs.status_calls import (
    STATUS,
    clear,
    configured,
    issue_status,
    linked,
    notes,
    record_status,
    sync,
    writes,
)
from tests.world import World


def test_the_first_link_takes_salesforces_status(world: World) -> None:
    link = linked(world, {"Status": "Closed"})
    assert issue_status(world, link) == "Done"


def test_a_status_set_in_jira_reaches_the_record(world: World) -> None:
    link = linked(world)
    world.site.transition(link.issue_key, "Done")

    _, counts = sync(world)

    assert record_status(world, link) == "Closed"
    assert world.org.get("Case", link.record_id)["IsClosed"] is True
    assert counts.statuses == 1


def test_a_status_set_in_salesforce_reaches_the_issue(world: World) -> None:
    link = linked(world)
    world.org.update("Case", link.record_id, {"Status": "Working"})

    _, counts = sync(world)

    assert issue_status(world, link) == "In Progress"
    assert counts.statuses == 1


def test_a_reopened_case_reopens_its_issue(world: World) -> None:
    link = linked(world, {"Status": "Closed"})
    world.org.update("Case", link.record_id, {"Status": "New"})
    sync(world)
    assert issue_status(world, link) == "To Do"


def test_a_reopened_issue_reopens_its_case(world: World) -> None:
    link = linked(world, {"Status": "Closed"})
    world.site.transition(link.issue_key, "In Progress")
    sync(world)
    assert record_status(world, link) == "Working"


@pytest.mark.parametrize("to", ["In Progress", "Done"])
def test_one_change_in_jira_is_one_write_and_then_none(world: World, to: str) -> None:
    """jira trap "own writes come back": the echo plans nothing."""
    link = linked(world)
    world.site.transition(link.issue_key, to)
    clear(world)
    sync(world)
    first = writes(world)
    clear(world)
    for _ in range(3):
        sync(world)
    assert (first, writes(world)) == (1, 0)


@pytest.mark.parametrize("to", ["Working", "Escalated", "Closed"])
def test_one_change_in_salesforce_is_one_write_and_then_none(world: World, to: str) -> None:
    """salesforce trap 5: our own change comes back and plans nothing."""
    link = linked(world)
    world.org.update("Case", link.record_id, {"Status": to})
    clear(world)
    sync(world)
    first = writes(world)
    clear(world)
    for _ in range(3):
        sync(world)
    assert (first, writes(world)) == (1, 0)


def test_the_table_goes_before_all_else(world: World) -> None:
    status = {**STATUS, "to_jira": {"Escalated": "Done"}, "to_salesforce": {"To Do": "Escalated"}}
    link = linked(world, status=status)
    world.org.update("Case", link.record_id, {"Status": "Escalated"})
    sync(world)
    assert issue_status(world, link) == "Done"
    world.clock.shift(60)
    world.site.transition(link.issue_key, "To Do")
    sync(world)
    assert issue_status(world, link) == "To Do"
    assert record_status(world, link) == "Escalated"


def test_of_two_changes_the_later_one_in_jira_wins(world: World) -> None:
    link = linked(world)
    world.org.update("Case", link.record_id, {"Status": "Working"})
    world.clock.shift(60)
    world.site.transition(link.issue_key, "Done")
    sync(world)
    assert record_status(world, link) == "Closed"
    assert issue_status(world, link) == "Done"


def test_of_two_changes_the_later_one_in_salesforce_wins(world: World) -> None:
    link = linked(world)
    world.site.transition(link.issue_key, "Done")
    world.clock.shift(60)
    world.org.update("Case", link.record_id, {"Status": "Working"})
    sync(world)
    assert record_status(world, link) == "Working"
    assert issue_status(world, link) == "In Progress"


def test_the_time_of_the_status_counts_and_not_that_of_the_record(world: World) -> None:
    link = linked(world)
    world.org.update("Case", link.record_id, {"Status": "Working"})
    world.clock.shift(60)
    world.site.transition(link.issue_key, "Done")
    world.clock.shift(60)
    world.org.update("Case", link.record_id, {"Subject": "Only the subject"})
    sync(world)
    assert record_status(world, link) == "Closed"


def test_the_time_of_the_status_counts_and_not_that_of_the_issue(world: World) -> None:
    link = linked(world)
    world.site.transition(link.issue_key, "Done")
    world.clock.shift(60)
    world.org.update("Case", link.record_id, {"Status": "Working"})
    world.clock.shift(60)
    world.site.edit(link.issue_key, summary="Only the summary")
    sync(world)
    assert issue_status(world, link) == "In Progress"


def test_the_same_change_on_both_sides_needs_no_write(world: World) -> None:
    link = linked(world)
    world.site.transition(link.issue_key, "Done")
    world.org.update("Case", link.record_id, {"Status": "Closed"})
    clear(world)
    sync(world)
    assert writes(world) == 0


def test_in_a_one_way_item_a_status_goes_to_jira_only(world: World) -> None:
    link = linked(world, mode="one_way")
    world.site.transition(link.issue_key, "Done")
    sync(world)
    assert record_status(world, link) == "New"
    world.org.update("Case", link.record_id, {"Status": "Working"})
    sync(world)
    assert issue_status(world, link) == "In Progress"


def test_a_validation_rule_is_shown_word_for_word(world: World) -> None:
    link = linked(world)
    world.org.add_validation_rule(
        "Case", lambda new, old: "Say why first." if new["Status"] == "Closed" else None
    )
    world.site.transition(link.issue_key, "Done")
    first, _ = sync(world)
    clear(world)
    second, _ = sync(world)
    assert "Say why first." in notes(first)
    assert "Say why first." in notes(second)
    assert writes(world) == 0
    assert issue_status(world, link) == "Done"


def test_an_unmatched_status_is_noted_with_what_there_is(world: World) -> None:
    link = linked(
        world,
        object="Opportunity",
        record=OPPORTUNITY,
        status={"field": "StageName"},
        mappings=[{"salesforce": "Name", "jira": "summary"}],
    )
    world.site.transition(link.issue_key, "Done")
    pairs, counts = sync(world)
    assert "“Done”" in notes(pairs)
    assert "Closed Won" in notes(pairs)
    assert counts.statuses == 0
    assert world.org.get("Opportunity", link.record_id)["StageName"] == "Prospecting"


OPPORTUNITY = {"Name": "Roof", "StageName": "Prospecting", "CloseDate": "2026-12-24"}


def test_many_records_are_written_in_one_call(world: World) -> None:
    configured(world)
    for number in range(5):
        world.org.insert("Case", {"Subject": f"Case {number}"})
    world.pull()
    sync(world)
    world.clock.shift(60)
    for issue in world.issues():
        world.site.transition(issue["key"], "Done")
    clear(world)
    _, counts = sync(world)
    assert (writes(world), counts.statuses) == (1, 5)


def test_one_pair_that_fails_leaves_the_others_alone(world: World) -> None:
    configured(world)
    for number in range(2):
        world.org.insert("Case", {"Subject": f"Case {number}"})
    world.pull()
    sync(world)
    world.org.add_validation_rule(
        "Case", lambda new, old: "No." if new["Subject"] == "Case 0" else None
    )
    world.clock.shift(60)
    for issue in world.issues():
        world.site.transition(issue["key"], "Done")
    pairs, counts = sync(world)
    assert counts.statuses == 1
    assert [bool(pair.notes) for pair in pairs] == [True, False]


def test_an_idle_pair_costs_no_call_but_reading(world: World) -> None:
    linked(world)
    sync(world)
    clear(world)
    sync(world)
    assert {call.method for call in world.jira.calls} <= {"GET", "POST"}
    assert not [call for call in world.jira.calls if "/transitions" in call.path]
    assert not [call for call in world.jira.calls if "changelog" in call.path]
    assert not [call for call in world.salesforce.calls if "History" in str(call)]


def _typed(world: World) -> None:
    """Give cases two record types, of which one can't be worked on."""
    plain = RecordType("012000000000001AAA", "Plain", "Plain", default=True)
    short = RecordType(
        "012000000000002AAA", "Short", "Short", picklists={"Status": ("New", "Escalated", "Closed")}
    )
    world.org.set_record_types("Case", [plain, short])


def test_salesforce_trap_23_only_values_of_the_records_type_are_written(world: World) -> None:
    """salesforce trap 23: a describe lists the values of all record types together."""
    _typed(world)
    link = linked(world, {"RecordTypeId": "012000000000002AAA", "Status": "Closed"})
    world.site.transition(link.issue_key, "In Progress")

    sync(world)

    assert record_status(world, link) == "New"


def test_salesforce_trap_23_a_table_entry_that_the_type_lacks_is_noted(world: World) -> None:
    _typed(world)
    link = linked(
        world,
        {"RecordTypeId": "012000000000002AAA"},
        status={**STATUS, "to_salesforce": {"In Progress": "Working"}},
    )
    world.site.transition(link.issue_key, "In Progress")

    pairs, _ = sync(world)

    assert record_status(world, link) == "New"
    assert "New, Escalated, Closed" in notes(pairs)


def test_what_a_record_type_offers_is_asked_once(world: World) -> None:
    _typed(world)
    link = linked(world)
    for status in ("In Progress", "Done", "To Do"):
        world.site.transition(link.issue_key, status)
        sync(world)
        world.clock.shift(60)
    asked = [call for call in world.salesforce.calls if "picklist-values" in call.path]
    assert len(asked) == 1


def test_without_history_the_records_own_time_stamp_decides(world: World) -> None:
    """Field history may be switched off, or hidden from the integration user."""
    link = linked(world, object="Task", record={"Subject": "Call back"}, mode="two_way")
    world.site.transition(link.issue_key, "Done")
    world.clock.shift(60)
    world.org.update("Task", link.record_id, {"Status": "In Progress"})

    sync(world)

    assert issue_status(world, link) == "In Progress"


def test_of_two_changes_in_data_center_the_later_one_wins(data_center: World) -> None:
    world = data_center
    link = linked(world)
    world.org.update("Case", link.record_id, {"Status": "Working"})
    world.clock.shift(60)
    world.site.transition(link.issue_key, "Done")
    sync(world)
    assert record_status(world, link) == "Closed"


def test_an_order_is_activated_by_its_status_alone(world: World) -> None:
    """An activation with another field beside it is refused as a whole."""
    account = world.org.insert("Account", {"Name": "Acme"})
    order = {"AccountId": account, "EffectiveDate": "2026-11-21", "Status": "Draft"}
    link = linked(
        world,
        order,
        object="Order",
        status={**STATUS, "to_salesforce": {"Done": "Activated"}},
        mappings=[{"salesforce": "OrderNumber", "jira": "summary"}],
    )
    world.site.transition(link.issue_key, "Done")
    clear(world)
    pairs, _ = sync(world)
    (call,) = [call for call in world.network.calls if call.method == "PATCH"]
    (row,) = json.loads(call.body or "")["records"]
    assert row.keys() == {"attributes", "id", "Status"}
    assert notes(pairs) == ""
    assert world.org.get("Order", link.record_id)["Status"] == "Activated"


def test_a_first_link_of_a_lead_that_was_converted_changes_nothing_in_it(world: World) -> None:
    link = linked(
        world,
        {"LastName": "Miller", "Company": "Acme"},
        object="Lead",
        mappings=[{"salesforce": "Name", "jira": "summary"}],
    )
    world.site.transition(link.issue_key, "Done")
    sync(world)
    lead = world.org.get("Lead", link.record_id)
    assert (lead["Status"], lead["IsConverted"]) == ("Closed - Not Converted", False)


def break_calls(world: World, *, method: str, path: str) -> Callable[[], None]:
    """Let calls end without an answer until the returned function is called."""

    def fail(request: requests.PreparedRequest) -> None:
        if request.method == method and path in str(request.url):
            raise requests.ConnectionError("the connection broke")

    world.network.faults.append(fail)
    return lambda: world.network.faults.remove(fail)


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/composite/sobjects"), ("GET", "/changelog")]
)
def test_what_a_broken_call_left_undone_is_done_later(world: World, method: str, path: str) -> None:
    link = linked(world)
    world.org.update("Case", link.record_id, {"Status": "Working"})
    world.clock.shift(60)
    world.site.transition(link.issue_key, "Done")
    repair = break_calls(world, method=method, path=path)

    (pair,), _ = sync(world)
    repair()
    sync(world)

    assert pair.error is not None
    assert record_status(world, link) == "Closed"


def test_after_a_lost_answer_of_salesforce_nothing_is_written_again(world: World) -> None:
    link = linked(world)
    world.site.transition(link.issue_key, "Done")

    def lose(request: requests.PreparedRequest, answer: requests.Response) -> None:
        if request.method == "PATCH":
            raise requests.ConnectionError("the connection broke")

    world.network.losses.append(lose)
    sync(world)
    world.network.losses.clear()
    clear(world)

    sync(world)

    assert (writes(world), record_status(world, link)) == (0, "Closed")
