"""The pull, from records in Salesforce to issues in Jira."""

from typing import Any

from django.db import IntegrityError, connection

from connector.models import SmartConnectedItem
from linking.models import CommentPair, Link
from syncjobs.models import DuePair, SyncRun, Watermark
from tests.world import DEAF, World

MARK = "salesforce-connector"


def test_a_new_case_becomes_an_issue(world: World) -> None:
    world.configure()
    case = world.org.insert("Case", {"Subject": "Printer on fire"})

    (result,) = world.pull()

    (issue,) = world.issues()
    assert issue["fields"]["summary"] == "Printer on fire"
    assert issue["properties"][MARK] == {
        "org": world.org.org_id,
        "record": case,
        "object": "Case",
        "item": "Cases",
    }
    assert (result["item"], result["created"], result["failed"]) == ("Cases", 1, 0)


def test_the_record_gets_a_note_that_names_its_issue(world: World) -> None:
    world.configure()
    case = world.org.insert("Case", {"Subject": "Printer on fire"})

    world.pull()

    key = world.issues()[0]["key"]
    (comment,) = [c for c in world.org.all("CaseComment") if c["ParentId"] == case]
    assert comment["CommentBody"].startswith("[Salesforce Connector for Jira]")
    for part in (key, f"https://jira.test/browse/{key}", "Cases", "automatic"):
        assert part in comment["CommentBody"]
    assert comment["IsPublished"] is False


def test_pulling_again_makes_nothing_twice(world: World) -> None:
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    comments = len(world.org.all("CaseComment"))

    (result,) = world.pull()

    assert len(world.issues()) == 1
    assert len(world.org.all("CaseComment")) == comments
    assert (result["created"], result["updated"]) == (0, 0)


def test_a_changed_subject_reaches_the_issue(world: World) -> None:
    world.configure()
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.org.update("Case", case, {"Subject": "Printer put out"})

    (result,) = world.pull()

    assert world.issues()[0]["fields"]["summary"] == "Printer put out"
    assert (result["created"], result["updated"]) == (0, 1)


def test_a_change_in_what_is_not_mapped_costs_no_call_to_jira(world: World) -> None:
    world.configure(world.item(**DEAF))
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.org.update("Case", case, {"Priority": "Low"})

    (result,) = world.pull()

    assert (result["unchanged"], result["updated"], result["jira_calls"]) == (1, 0, 0)


def test_a_renamed_account_reaches_every_linked_issue(world: World) -> None:
    mapping = {"salesforce": "Account.Name", "jira": "customfield_10050"}
    item = world.item()
    world.configure({**item, "mappings": [*item["mappings"], mapping]})
    account = world.org.insert("Account", {"Name": "Initech"})
    for subject in ("First", "Second"):
        world.org.insert("Case", {"Subject": subject, "AccountId": account})
    world.pull()
    world.clock.shift(3600)
    world.org.update("Account", account, {"Name": "Initrode"})

    world.pull()

    names = {issue["fields"]["customfield_10050"] for issue in world.issues()}
    assert names == {"Initrode"}


def test_records_from_before_the_publication_are_left_alone(world: World) -> None:
    world.org.insert("Case", {"Subject": "An old one"})
    world.clock.shift(5)
    world.configure()

    world.pull()

    assert world.issues() == []


def test_a_backfill_takes_up_what_was_there(world: World) -> None:
    world.org.insert("Case", {"Subject": "An old one", "Priority": "High"})
    world.org.insert("Case", {"Subject": "An unimportant one", "Priority": "Low"})
    world.clock.shift(3600)
    world.configure(world.item(backfill=True, record_filter="Subject LIKE 'An old%'"))

    world.pull()

    assert [issue["fields"]["summary"] for issue in world.issues()] == ["An old one"]
    assert Watermark.objects.get(stream="backfill").finished_at is not None


def test_only_records_that_match_the_filter_are_taken_up(world: World) -> None:
    world.configure(world.item(record_filter="Priority = 'High'"))
    world.org.insert("Case", {"Subject": "Urgent", "Priority": "High"})
    world.org.insert("Case", {"Subject": "Not urgent", "Priority": "Low"})

    (result,) = world.pull()

    assert [issue["fields"]["summary"] for issue in world.issues()] == ["Urgent"]
    assert result["skipped"] == 1


def test_a_linked_record_stays_in_step_when_it_no_longer_matches(world: World) -> None:
    world.configure(world.item(record_filter="Priority = 'High'"))
    case = world.org.insert("Case", {"Subject": "Urgent", "Priority": "High"})
    world.pull()
    world.clock.shift(60)
    world.org.update("Case", case, {"Subject": "Was urgent", "Priority": "Low"})

    world.pull()

    assert world.issues()[0]["fields"]["summary"] == "Was urgent"


def test_a_record_that_begins_to_match_is_taken_up(world: World) -> None:
    world.configure(world.item(record_filter="Priority = 'High'"))
    case = world.org.insert("Case", {"Subject": "Urgent", "Priority": "Low"})
    world.pull()
    world.clock.shift(60)
    world.org.update("Case", case, {"Priority": "High"})

    world.pull()

    assert len(world.issues()) == 1


def test_without_auto_create_nothing_is_made(world: World) -> None:
    world.configure(world.item(auto_create_issues=False))
    world.org.insert("Case", {"Subject": "Printer on fire"})

    world.pull()

    assert world.issues() == []


def test_it_works_the_same_with_data_center(data_center: World) -> None:
    data_center.configure()
    case = data_center.org.insert("Case", {"Subject": "Printer on fire"})
    data_center.pull()
    data_center.clock.shift(60)
    data_center.org.update("Case", case, {"Subject": "Printer put out"})

    data_center.pull()

    (issue,) = data_center.issues()
    assert issue["fields"]["summary"] == "Printer put out"
    assert issue["properties"][MARK]["record"] == case


def test_a_disabled_item_is_not_pulled(world: World) -> None:
    world.configure(world.item(enabled=False))

    assert world.pull() == []


def test_it_counts_its_calls_and_leaves_a_run_to_read(world: World) -> None:
    world.configure(world.item(**DEAF))
    world.pull()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.salesforce.calls.clear()
    world.jira.calls.clear()

    (result,) = world.pull()

    assert result["salesforce_calls"] == len(world.salesforce.calls) == 2
    assert result["jira_calls"] == len(world.jira.calls) == 1
    run = SyncRun.objects.latest("pk")
    assert (run.state, run.created, run.salesforce_calls) == ("done", 1, 2)


def test_a_link_remembers_digests_and_no_values(world: World) -> None:
    world.configure()
    world.org.insert("Case", {"Subject": "Very private"})

    world.pull()

    link = Link.objects.get()
    assert link.state == Link.State.ACTIVE
    assert "private" not in str(link.digests)
    assert CommentPair.objects.get().state == CommentPair.State.COMPLETE
    assert not DuePair.objects.exists()


def test_another_workers_intent_in_the_same_moment_is_no_error(world: World) -> None:
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    collided: list[str] = []

    def collide(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('INSERT INTO "linking_link"') and not collided:
            collided.append(sql)
            raise IntegrityError("one_link_a_record_and_item")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(collide):
        (result,) = world.pull()

    assert collided
    assert (result["created"], result["failed"]) == (1, 0)


def test_one_item_of_several_can_be_named(world: World) -> None:
    world.configure(
        world.item(),
        world.item(
            name="Accounts", object="Account", mappings=[{"salesforce": "Name", "jira": "summary"}]
        ),
    )

    (result,) = world.pull("Accounts")

    assert result["item"] == "Accounts"
    assert SmartConnectedItem.objects.count() == 2
