"""Fields of two-way items: who moved, who wins, and that nothing goes round in circles."""

from typing import Any

import pytest

from linking.models import Link
from syncjobs.due import make_due
from tests.world import Json, World

SUBJECT = {"salesforce": "Subject", "jira": "summary"}


def linked(world: World, *mappings: Json, item: Json | None = None, **fields: Any) -> Link:
    """A two-way item with one linked case."""
    world.configure(
        {
            **world.item(mode="two_way", **(item or {})),
            "mappings": [SUBJECT, *mappings],
        }
    )
    world.org.insert("Case", {"Subject": "Printer on fire", **fields})
    world.pull()
    world.clock.shift(60)
    return Link.objects.get()


def reconcile(world: World, link: Link) -> Json:
    """Reconcile the pair as an event from Jira would have it done; return the pull's counts."""
    make_due([link])
    (result,) = world.pull()
    world.clock.shift(60)
    return result


def writes(world: World) -> int:
    """How many calls have changed anything on either side since the log was cleared."""
    jira = [c for c in world.jira.calls if c.method == "PUT"]
    salesforce = [c for c in world.salesforce.calls if c.method == "PATCH"]
    return len(jira) + len(salesforce)


def clear(world: World) -> None:
    world.jira.calls.clear()
    world.salesforce.calls.clear()


def test_an_edit_in_jira_reaches_the_record(world: World) -> None:
    link = linked(world)
    world.site.edit(link.issue_key, summary="Edited in Jira")

    result = reconcile(world, link)

    assert world.org.get("Case", link.record_id)["Subject"] == "Edited in Jira"
    assert result["updated"] == 1


def test_one_edit_is_one_write_and_then_none(world: World) -> None:
    """salesforce trap 5 and jira trap "own writes come back": echoes end by themselves."""
    link = linked(world)
    world.site.edit(link.issue_key, summary="Edited in Jira")
    clear(world)
    reconcile(world, link)
    first = writes(world)
    clear(world)

    for _ in range(3):
        reconcile(world, link)

    assert first == 1
    assert writes(world) == 0


def test_an_edit_in_salesforce_is_one_write_and_then_none(world: World) -> None:
    link = linked(world)
    world.org.update("Case", link.record_id, {"Subject": "Edited in Salesforce"})
    clear(world)
    world.pull()
    first = writes(world)
    clear(world)

    for _ in range(3):
        reconcile(world, link)

    assert first == 1
    assert writes(world) == 0


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("latest", "Later, in Jira"), ("salesforce", "In Salesforce"), ("jira", "Later, in Jira")],
)
def test_of_two_edits_the_rule_says_which_one_stays(world: World, rule: str, expected: str) -> None:
    link = linked(world, item={"conflict": rule})
    world.org.update("Case", link.record_id, {"Subject": "In Salesforce"})
    world.clock.shift(60)
    world.site.edit(link.issue_key, summary="Later, in Jira")

    world.pull()

    assert world.org.get("Case", link.record_id)["Subject"] == expected
    assert world.issue(link.issue_key)["fields"]["summary"] == expected


def test_latest_can_be_salesforce(world: World) -> None:
    link = linked(world)
    world.site.edit(link.issue_key, summary="In Jira")
    world.clock.shift(60)
    world.org.update("Case", link.record_id, {"Subject": "Later, in Salesforce"})

    world.pull()

    assert world.issue(link.issue_key)["fields"]["summary"] == "Later, in Salesforce"


def test_ask_leaves_both_sides_and_says_so(world: World) -> None:
    link = linked(world, item={"conflict": "ask"})
    world.org.update("Case", link.record_id, {"Subject": "In Salesforce"})
    world.site.edit(link.issue_key, summary="In Jira")

    world.pull()
    reconcile(world, link)

    link.refresh_from_db()
    assert world.org.get("Case", link.record_id)["Subject"] == "In Salesforce"
    assert world.issue(link.issue_key)["fields"]["summary"] == "In Jira"
    assert "both changed" in link.notes[0]["reason"]


def test_a_mapping_may_have_a_rule_of_its_own(world: World) -> None:
    mapping = {"salesforce": "Serial_Number__c", "jira": "customfield_10050", "conflict": "jira"}
    link = linked(world, mapping, item={"conflict": "salesforce"}, Serial_Number__c="A")
    world.org.update("Case", link.record_id, {"Serial_Number__c": "B", "Subject": "SF"})
    world.site.edit(link.issue_key, customfield_10050="C", summary="J")

    world.pull()

    assert world.org.get("Case", link.record_id)["Serial_Number__c"] == "C"
    assert world.issue(link.issue_key)["fields"]["summary"] == "SF"


def test_the_same_edit_on_both_sides_is_no_conflict(world: World) -> None:
    link = linked(world, item={"conflict": "ask"})
    world.org.update("Case", link.record_id, {"Subject": "The same"})
    world.site.edit(link.issue_key, summary="The same")
    clear(world)

    world.pull()

    link.refresh_from_db()
    assert link.notes == []
    assert writes(world) == 0


def test_a_mapping_to_jira_never_writes_back(world: World) -> None:
    mapping = {
        "salesforce": "Serial_Number__c",
        "jira": "customfield_10050",
        "direction": "to_jira",
    }
    link = linked(world, mapping, Serial_Number__c="A")
    world.site.edit(link.issue_key, customfield_10050="edited")

    reconcile(world, link)

    assert world.org.get("Case", link.record_id)["Serial_Number__c"] == "A"


def test_in_a_one_way_item_only_salesforce_moves_values(world: World) -> None:
    world.configure(world.item())
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    link = Link.objects.get()
    world.site.edit(link.issue_key, summary="Edited in Jira")

    reconcile(world, link)

    assert world.org.get("Case", link.record_id)["Subject"] == "Printer on fire"


def test_the_key_of_a_new_issue_is_written_to_its_record(world: World) -> None:
    key = {"template": "{{ issue.key }}", "uses": ["key"], "salesforce": "Jira_Key__c"}

    link = linked(world, key)

    assert world.org.get("Case", link.record_id)["Jira_Key__c"] == link.issue_key


def test_a_lagging_index_of_data_center_does_not_undo_our_own_write(data_center: World) -> None:
    """jira trap: other nodes of a cluster write the search index late."""
    link = linked(data_center)
    data_center.site.index_lag = 120
    data_center.org.update("Case", link.record_id, {"Subject": "Edited in Salesforce"})
    data_center.pull()

    make_due([link])
    data_center.pull()

    assert data_center.org.get("Case", link.record_id)["Subject"] == "Edited in Salesforce"
    assert data_center.issue(link.issue_key)["fields"]["summary"] == "Edited in Salesforce"


def test_an_issue_that_answers_at_once_counts_as_created_only(world: World) -> None:
    key = {"template": "{{ issue.key }}", "uses": ["key"], "salesforce": "Jira_Key__c"}
    world.configure({**world.item(mode="two_way"), "mappings": [SUBJECT, key]})
    world.org.insert("Case", {"Subject": "Printer on fire"})

    (result,) = world.pull()

    assert (result["created"], result["updated"], result["unchanged"]) == (1, 0, 0)


def test_a_text_goes_both_ways_without_wearing_out(world: World) -> None:
    """A rich text that did not change on the other side is never written back."""
    mapping = {"salesforce": "Description", "jira": "description"}
    text = "First line\r\nsnake_case -b and *stars*\r\n\r\nLast"
    link = linked(world, mapping, Description=text)
    clear(world)
    for _ in range(3):
        reconcile(world, link)
    idle = writes(world)

    world.site.edit(link.issue_key, description="h2. Changed\n\n* one\n* two")
    reconcile(world, link)
    reconcile(world, link)

    assert idle == 0
    assert "Changed" in world.org.get("Case", link.record_id)["Description"]
    assert world.issue(link.issue_key)["fields"]["description"] == "h2. Changed\n\n* one\n* two"


def test_a_value_table_works_in_both_directions(world: World) -> None:
    mapping = {"salesforce": "Priority", "jira": "priority", "values": [["High", "Highest"]]}
    link = linked(world, mapping, Priority="Low")
    world.site.edit(link.issue_key, priority={"name": "Highest"})

    reconcile(world, link)

    assert world.org.get("Case", link.record_id)["Priority"] == "High"


def test_the_assignee_becomes_the_owner(world: World) -> None:
    (jane,) = (user for user in world.site.users if user.name == "jane")
    world.org.update("User", world.org.human_user_id, {"Email": jane.email})
    owner = {"salesforce": "OwnerId", "jira": "assignee"}
    link = linked(world, owner, OwnerId=world.org.integration_user_id)
    world.site.edit(link.issue_key, assignee={"accountId": jane.account_id})
    clear(world)

    reconcile(world, link)
    first = writes(world)
    reconcile(world, link)

    assert world.org.get("Case", link.record_id)["OwnerId"] == world.org.human_user_id
    assert (first, writes(world)) == (1, 1)


def test_a_value_that_salesforce_refuses_is_noted_and_the_rest_is_written(world: World) -> None:
    mapping = {"salesforce": "Serial_Number__c", "jira": "customfield_10050"}
    link = linked(world, mapping)
    world.org.add_validation_rule(
        "Case",
        lambda new, old: "No such serial number" if new["Serial_Number__c"] else None,
        ("Serial_Number__c",),
    )
    world.site.edit(link.issue_key, customfield_10050="X", summary="Also edited")

    reconcile(world, link)

    link.refresh_from_db()
    assert world.org.get("Case", link.record_id)["Subject"] == "Also edited"
    assert "No such serial number" in link.notes[0]["reason"]


def test_an_update_does_not_change_the_owner(world: World) -> None:
    """salesforce trap 6: an API update runs the assignment rules unless it says not to."""
    link = linked(world)
    owner = world.org.get("Case", link.record_id)["OwnerId"]
    world.org.assignment_rules["Case"] = world.org.support_queue_id
    world.site.edit(link.issue_key, summary="Edited in Jira")

    reconcile(world, link)

    assert world.org.get("Case", link.record_id)["OwnerId"] == owner
