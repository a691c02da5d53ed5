"""testrun: what a sync would write is told, and nothing is written."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from connector.models import SmartConnectedItem
from linking.models import CommentPair, Link
from syncjobs.models import DuePair
from tests.world import DEAF, Json, World

SERIAL = {"salesforce": "Serial_Number__c", "jira": "customfield_10050"}
READS = {"GET", "HEAD"}
# Calls that only read although they are POSTs.
ASKING = ("bulkfetch", "search", "jql", "composite", "token", "user")


def tried(item: str = "Cases", **options: Any) -> Json:
    out = io.StringIO()
    call_command("testrun", item, json=True, stdout=out, **options)
    return dict(json.loads(out.getvalue()))


def writes(world: World) -> list[str]:
    calls = [*world.jira.calls, *world.salesforce.calls]
    return [
        f"{call.method} {call.path}"
        for call in calls
        if call.method not in READS and not any(word in call.path for word in ASKING)
    ]


def rows() -> list[Any]:
    tables = (Link, CommentPair, DuePair, SmartConnectedItem)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def linked(world: World, **changes: Any) -> Link:
    item = {"mode": "two_way", "mappings": [*world.item()["mappings"], SERIAL], **DEAF, **changes}
    world.configure(world.item(**item))
    world.org.insert("Case", {"Subject": "Printer on fire", "Status": "New"})
    world.pull()
    world.clock.shift(60)
    return Link.objects.get()


def operations(result: Json, kind: str) -> list[Json]:
    return [each for each in result["operations"] if each["kind"] == kind]


def test_a_new_record_shows_its_issue_the_fields_and_the_link_note(world: World) -> None:
    world.configure(world.item(**DEAF))
    record_id = world.org.insert("Case", {"Subject": "Printer on fire"})

    result = tried(record=record_id)

    assert list(result) == ["item", "record", "issue", "operations", "notes"]
    assert (result["item"], result["record"], result["issue"]) == ("Cases", record_id, None)
    create, field, note = result["operations"]
    assert create == {
        "side": "jira", "kind": "create", "target": "SUP", "from": None, "to": "Task",
    }  # fmt: skip
    assert field == {
        "side": "jira", "kind": "field", "target": "summary",
        "from": None, "to": "Printer on fire",
    }  # fmt: skip
    assert (note["side"], note["kind"]) == ("salesforce", "note")
    assert result["notes"] == []


def test_nothing_is_written_for_a_new_record(world: World) -> None:
    world.configure()
    record_id = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.jira.calls.clear()
    world.salesforce.calls.clear()
    before = rows()

    tried(record=record_id)

    assert writes(world) == []
    assert rows() == before
    assert world.issues() == []


def test_nothing_is_written_for_a_linked_pair(world: World) -> None:
    link = linked(world, comments={"enabled": True}, attachments={"enabled": True})
    world.site.edit(link.issue_key, summary="Edited in Jira")
    world.site.comment(link.issue_key, "Have you tried water?")
    world.site.attach(link.issue_key, "smoke.txt", b"grey")
    world.jira.calls.clear()
    world.salesforce.calls.clear()
    before = rows()

    result = tried(record=link.record_id)

    assert {each["kind"] for each in result["operations"]} >= {"field", "comment", "attachment"}
    assert writes(world) == []
    assert rows() == before


def test_an_edit_in_jira_is_shown_with_the_values_of_both_sides(world: World) -> None:
    link = linked(world)
    world.site.edit(link.issue_key, summary="Edited in Jira")

    result = tried(issue=link.issue_key)

    assert (result["record"], result["issue"]) == (link.record_id, link.issue_key)
    assert result["operations"] == [
        {
            "side": "salesforce", "kind": "field", "target": "Subject",
            "from": "Printer on fire", "to": "Edited in Jira",
        }
    ]  # fmt: skip


def test_what_is_shown_is_what_the_next_pull_writes(world: World) -> None:
    link = linked(world)
    world.org.update("Case", link.record_id, {"Serial_Number__c": "A-1"})
    (shown,) = tried(record=link.record_id)["operations"]

    world.pull()

    assert (shown["side"], shown["target"], shown["to"]) == ("jira", "customfield_10050", "A-1")
    assert world.issue(link.issue_key)["fields"]["customfield_10050"] == "A-1"
    assert tried(record=link.record_id)["operations"] == []


def test_a_status_that_would_follow_is_shown(world: World) -> None:
    link = linked(world, status={"field": "Status", "to_jira": {"Escalated": "In Progress"}})
    world.org.update("Case", link.record_id, {"Status": "Escalated"})

    (status,) = operations(tried(record=link.record_id), "status")

    assert (status["side"], status["to"]) == ("jira", "In Progress")


def test_a_comment_that_would_be_copied_is_shown(world: World) -> None:
    link = linked(world, comments={"enabled": True})
    world.site.comment(link.issue_key, "Have you tried water?")

    (comment,) = operations(tried(record=link.record_id), "comment")

    assert (comment["side"], comment["target"]) == ("salesforce", "internal comment")
    assert "Have you tried water?" in comment["to"]


def test_a_file_that_would_be_copied_is_shown(world: World) -> None:
    link = linked(world, attachments={"enabled": True})
    world.site.attach(link.issue_key, "smoke.txt", b"grey")

    (file,) = operations(tried(record=link.record_id), "attachment")

    assert (file["side"], file["target"]) == ("salesforce", "smoke.txt")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"record_filter": "Priority = 'High'"}, "record_filter"),
        ({"auto_create_issues": False}, "auto_create_issues"),
        ({"enabled": False}, "switched off"),
    ],
)
def test_a_record_that_would_not_be_taken_up_says_why(
    world: World, changes: Json, reason: str
) -> None:
    world.configure(world.item(**DEAF, **changes))
    record_id = world.org.insert("Case", {"Subject": "Printer on fire", "Priority": "Low"})

    (note,) = tried(record=record_id)["notes"]

    assert note["target"] == "record"
    assert reason in note["reason"]


def test_a_record_older_than_the_item_says_so(world: World) -> None:
    record_id = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.clock.shift(60)
    world.configure(world.item(**DEAF))

    (note,) = tried(record=record_id)["notes"]

    assert "before the item was first published" in note["reason"]


def test_a_conflict_that_waits_for_somebody_is_a_note(world: World) -> None:
    link = linked(world, conflict="ask")
    world.org.update("Case", link.record_id, {"Subject": "In Salesforce"})
    world.site.edit(link.issue_key, summary="In Jira")

    result = tried(record=link.record_id)

    assert result["operations"] == []
    assert "both changed" in result["notes"][0]["reason"]


def test_an_issue_without_a_record_shows_no_operation(world: World) -> None:
    world.configure()
    key = world.site.create_issue("SUP", "Task", summary="On its own").key

    result = tried(issue=key)

    assert (result["record"], result["issue"], result["operations"]) == (None, key, [])
    assert "isn't linked" in result["notes"][0]["reason"]


def test_a_short_id_names_the_same_record(world: World) -> None:
    world.configure()
    record_id = world.org.insert("Case", {"Subject": "Printer on fire"})
    assert tried(record=record_id[:15])["record"] == record_id


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"record": "nonsense"}, "not a Salesforce Id"),
        ({"record": "001000000000001"}, "begin with 500"),
        ({"record": "500000000009999"}, "has no Case"),
        ({"issue": "SUP-999"}, "no issue SUP-999"),
    ],
)
def test_what_is_not_there_is_an_error(world: World, options: Json, message: str) -> None:
    world.configure()
    with pytest.raises(CommandError, match=message):
        tried(**options)


def test_an_unknown_item_is_an_error(db: None) -> None:
    with pytest.raises(CommandError, match="no item named Nonsense"):
        tried("Nonsense", record="500000000000001")


def test_an_item_that_was_never_published_is_an_error(world: World) -> None:
    world.configure()
    SmartConnectedItem.objects.update(published=None)
    with pytest.raises(CommandError, match="never been published"):
        tried(record="500000000000001")


def test_people_get_a_table(world: World) -> None:
    link = linked(world)
    world.site.edit(link.issue_key, summary="Edited in Jira")
    out = io.StringIO()

    call_command("testrun", "Cases", issue=link.issue_key, stdout=out)

    head, columns, row = out.getvalue().splitlines()
    assert head == f"Cases: {link.record_id}, {link.issue_key}"
    assert columns.split() == ["side", "kind", "target", "from", "to"]
    assert "Printer on fire  Edited in Jira" in row
