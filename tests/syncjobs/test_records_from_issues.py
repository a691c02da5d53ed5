"""Records that are made from issues, in items with `auto_create_records`."""

from collections.abc import Mapping
from typing import Any

import pytest
import requests

from linking.models import CommentPair, Link
from syncjobs.models import DuePair
from tests.syncjobs.test_lost_answers import WorkerDied, die_at, lose_answers
from tests.world import Json, World, a_world


def configure(world: World, *mappings: Json, **changes: Any) -> None:
    """A two-way item that makes a case from each issue labelled `salesforce`."""
    item = world.item(
        mode="two_way", auto_create_records=True, issue_filter="labels = salesforce", **changes
    )
    item["mappings"] = [*item["mappings"], *mappings]
    world.configure(item)


def an_issue(world: World, summary: str = "Printer on fire", **fields: Any) -> str:
    """An issue that is wanted, made a little later; returns its key."""
    world.clock.shift(2)
    issue = world.site.create_issue("SUP", "Task", summary, labels=["salesforce"], **fields)
    world.clock.shift(2)
    return str(issue.key)


def cases(world: World) -> list[str]:
    return sorted(case["Subject"] for case in world.org.all("Case"))


@pytest.fixture(autouse=True)
def empty(world: World) -> None:
    for case in world.org.all("Case"):
        world.org.delete("Case", case["Id"])


def test_an_issue_that_the_filter_lets_through_becomes_a_linked_record(world: World) -> None:
    configure(world)
    key = an_issue(world)
    world.site.create_issue("SUP", "Task", "Nobody's business")

    (result,) = world.pull()

    link = Link.objects.get()
    assert (result["created"], result["failed"]) == (1, 0)
    assert cases(world) == ["Printer on fire"]
    assert (link.state, link.issue_key) == ("active", key)
    mark = world.issue(key)["properties"]["salesforce-connector"]
    assert mark["record"] == link.record_id == world.org.all("Case")[0]["Id"]


def test_the_record_gets_the_link_note_and_no_second_issue(world: World) -> None:
    configure(world)
    an_issue(world)
    for _ in range(3):
        world.pull()
        world.clock.shift(120)

    note = CommentPair.objects.get()

    assert (note.kind, note.state) == ("link_note", "complete")
    assert len(world.issues()) == len(world.org.all("Case")) == 1


def test_from_then_on_it_is_a_pair_like_any_other(world: World) -> None:
    configure(world)
    key = an_issue(world)
    world.pull()
    world.clock.shift(120)
    record = Link.objects.get().record_id
    world.org.update("Case", record, {"Subject": "Printer is out"})
    world.pull()
    assert world.issue(key)["fields"]["summary"] == "Printer is out"
    world.clock.shift(120)

    world.site.edit(key, summary="Printer is back")
    world.pull()

    assert world.org.get("Case", record)["Subject"] == "Printer is back"


def test_once_made_nothing_is_written_any_more(world: World) -> None:
    configure(world)
    an_issue(world)
    world.pull()
    for _ in range(2):
        world.clock.shift(60)
        world.pull()
    world.salesforce.calls.clear()
    world.jira.calls.clear()

    world.clock.shift(60)
    world.pull()

    assert not [c for c in world.jira.calls if c.method == "PUT"]
    assert not [c for c in world.salesforce.calls if c.method == "PATCH"]


def test_values_travel_back_by_the_table_and_defaults_fill_the_empty(world: World) -> None:
    priority = {
        "salesforce": "Priority",
        "jira": "priority",
        "values": [["High", "Highest"], ["Low", "Low"]],
    }
    text = {"salesforce": "Description", "jira": "description", "default": "Not described"}
    key = {"template": "{{ issue.key }}", "uses": ["key"], "salesforce": "SuppliedName"}
    configure(world, priority, text, key)
    issue = an_issue(world, priority={"name": "Highest"})

    world.pull()

    (case,) = world.org.all("Case")
    assert case["Priority"] == "High"
    assert case["Description"] == "Not described"
    assert case["SuppliedName"] == issue


def test_issues_from_before_the_publication_are_left_alone(world: World) -> None:
    world.site.create_issue("SUP", "Task", "Old", labels=["salesforce"])
    world.clock.shift(5)
    configure(world)

    world.pull()

    assert cases(world) == []


def test_with_backfill_they_are_taken_up(world: World) -> None:
    world.site.create_issue("SUP", "Task", "Old", labels=["salesforce"])
    world.clock.shift(86_400)
    configure(world, backfill=True)

    world.pull()

    assert cases(world) == ["Old"]


def test_an_issue_is_taken_up_when_it_gets_its_label(world: World) -> None:
    configure(world)
    world.clock.shift(2)
    key = str(world.site.create_issue("SUP", "Task", "Later").key)
    world.pull()
    world.clock.shift(3_600)
    world.pull()
    assert cases(world) == []
    world.site.edit(key, labels=["salesforce"])
    world.clock.shift(60)

    world.pull()

    assert cases(world) == ["Later"]


def test_jira_trap_a_search_index_that_lags_behind_hides_no_issue(world: World) -> None:
    configure(world)
    world.site.index_lag = 120
    an_issue(world)
    for _ in range(4):
        world.pull()
        world.clock.shift(60)

    assert cases(world) == ["Printer on fire"]


def test_an_issue_that_was_made_from_a_record_gets_no_other_one(world: World) -> None:
    configure(world, auto_create_issues=True)
    world.org.insert("Case", {"Subject": "From Salesforce"})
    world.pull()
    key = world.issues()[0]["key"]
    world.site.edit(key, labels=["salesforce"])
    world.clock.shift(60)

    world.pull()

    assert cases(world) == ["From Salesforce"]


def test_a_required_field_that_is_empty_is_named_and_the_issue_tried_again_when_it_changes(
    world: World,
) -> None:
    configure(
        world,
        {"salesforce": "LastName", "jira": "environment", "direction": "to_salesforce"},
        object="Contact",
        mappings=[{"salesforce": "Title", "jira": "summary"}],
    )
    key = an_issue(world)

    (result,) = world.pull()

    assert result["failed"] == 1
    assert "LastName" in DuePair.objects.get().last_error
    assert key in DuePair.objects.get().last_error
    world.clock.shift(20)
    assert world.pull()[0]["failed"] == 0, "it waits for its next try"
    world.clock.shift(5)
    world.site.edit(key, environment="Doe")
    world.clock.shift(5)
    world.pull()
    assert [c["LastName"] for c in world.org.all("Contact") if c["Title"] == "Printer on fire"]
    assert not DuePair.objects.exists()


def test_a_record_that_a_rule_refuses_is_visible_and_is_made_once_the_rule_is_gone(
    world: World,
) -> None:
    configure(world)
    an_issue(world)
    strict = [True]

    def rule(row: Mapping[str, Any], old: Mapping[str, Any] | None) -> str | None:
        return "No printers." if strict[0] and "Printer" in row["Subject"] else None

    world.org.add_validation_rule("Case", rule)
    (result,) = world.pull()
    assert (result["failed"], cases(world)) == (1, [])
    assert "No printers." in DuePair.objects.get().last_error

    strict[0] = False
    world.clock.shift(600)
    world.pull()

    assert cases(world) == ["Printer on fire"]


def test_an_issue_that_lost_its_label_is_not_tried_again(world: World) -> None:
    configure(world)
    key = an_issue(world)
    strict = [True]
    world.org.add_validation_rule("Case", lambda row, old: "No." if strict[0] else None)
    world.pull()
    strict[0] = False
    world.site.edit(key, labels=[])
    world.clock.shift(600)

    (result,) = world.pull()

    assert (result["failed"], cases(world)) == (0, [])
    assert not DuePair.objects.exists()
    assert not Link.objects.exists()


def test_a_value_that_salesforce_refuses_is_left_out_and_noted(world: World) -> None:
    phone = {"salesforce": "SuppliedPhone", "jira": "environment", "direction": "to_salesforce"}
    configure(world, phone)
    an_issue(world, environment="No number")

    def rule(row: Mapping[str, Any], old: Mapping[str, Any] | None) -> str | None:
        return "That is no number." if row["SuppliedPhone"] == "No number" else None

    world.org.add_validation_rule("Case", rule, ("SuppliedPhone",))

    (result,) = world.pull()

    assert result["created"] == 1
    assert cases(world) == ["Printer on fire"]


def test_after_a_lost_answer_the_record_is_found_and_not_made_again(world: World) -> None:
    """salesforce trap: a POST that timed out may have succeeded; there is no idempotency key."""
    configure(world)
    key = an_issue(world)
    lose_answers(world, "/composite/sobjects")
    (first,) = world.pull()
    for _ in range(3):
        world.clock.shift(30)
        world.pull()

    link = Link.objects.get()

    assert first["failed"] == 1
    assert cases(world) == ["Printer on fire"]
    assert [issue["key"] for issue in world.issues()] == [key]
    assert (link.state, link.issue_key) == ("active", key)
    assert not DuePair.objects.exists()


def test_alike_issues_whose_answer_was_lost_get_a_record_each(world: World) -> None:
    configure(world)
    an_issue(world)
    an_issue(world)
    lose_answers(world, "/composite/sobjects")
    for _ in range(4):
        world.pull()
        world.clock.shift(30)

    assert cases(world) == ["Printer on fire"] * 2
    assert len(set(Link.objects.values_list("record_id", "issue_key"))) == 2
    assert len(world.issues()) == 2


def test_a_record_that_was_never_made_is_made_in_the_end(world: World) -> None:
    configure(world)
    an_issue(world)

    def no_answer(request: requests.PreparedRequest) -> None:
        if request.method == "POST" and "/composite/sobjects" in str(request.url):
            raise requests.ReadTimeout("no answer")

    world.network.faults.append(no_answer)
    world.pull()
    world.network.faults.clear()
    for _ in range(5):
        world.clock.shift(300)
        world.pull()

    assert cases(world) == ["Printer on fire"]
    assert Link.objects.get().state == Link.State.ACTIVE
    assert not DuePair.objects.exists()


@pytest.mark.parametrize("after", [False, True])
def test_a_worker_that_dies_while_it_makes_a_record_leaves_nothing_twice(
    world: World, after: bool
) -> None:
    configure(world)
    an_issue(world)
    revive = die_at(world, "/composite/sobjects", after=after)
    with pytest.raises(WorkerDied):
        world.pull()
    revive()
    for _ in range(6):
        world.clock.shift(300)
        world.pull()

    assert cases(world) == ["Printer on fire"]
    assert len(world.issues()) == 1
    assert Link.objects.get().state == Link.State.ACTIVE


def test_while_its_mark_is_refused_nothing_is_made_twice(world: World) -> None:
    configure(world)
    an_issue(world)

    def busy(request: requests.PreparedRequest) -> None:
        if request.method == "PUT" and "/properties/" in str(request.url):
            raise requests.ConnectionError("the connection broke")

    world.network.faults.append(busy)
    world.pull()
    world.network.faults.clear()
    for _ in range(3):
        world.clock.shift(300)
        world.pull()

    assert cases(world) == ["Printer on fire"]
    assert len(world.issues()) == 1
    assert Link.objects.get().state == Link.State.ACTIVE


def test_a_new_record_takes_the_status_of_its_issue(world: World) -> None:
    configure(world, status={"field": "Status", "to_salesforce": {"Done": "Closed"}})
    key = an_issue(world)
    world.site.transition(key, "Done")
    world.clock.shift(5)

    world.pull()
    world.clock.shift(60)
    world.pull()

    assert world.org.all("Case")[0]["Status"] == "Closed"
    assert world.issue(key)["fields"]["status"]["name"] == "Done"


def test_what_was_said_in_the_issue_comes_along(world: World) -> None:
    configure(world)
    key = an_issue(world)
    world.site.comment(key, "It is burning")

    world.pull()

    bodies = [row["CommentBody"] for row in world.org.all("CaseComment")]
    assert any("It is burning" in body for body in bodies)


def test_on_data_center_it_works_the_same(db: None) -> None:
    with a_world(deployment="data_center", context_path="/jira") as world:
        configure(world)
        before = len(world.org.all("Case"))
        an_issue(world)

        world.pull()

        assert len(world.org.all("Case")) == before + 1
        assert Link.objects.get().state == Link.State.ACTIVE
