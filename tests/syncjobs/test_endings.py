"""What is gone on one side ends the link in words; the other side is left as it is."""

from linking.models import Link
from syncjobs.due import make_due
from tests.world import World


def linked(world: World) -> Link:
    world.configure(world.item(mode="two_way"))
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    return Link.objects.get()


def pull_for_a_day(world: World) -> None:
    for _ in range(12):
        world.clock.shift(2 * 3600)
        world.pull()


def test_a_deleted_record_ends_its_link_and_leaves_the_issue(world: World) -> None:
    link = linked(world)
    world.org.delete("Case", link.record_id)

    world.pull()

    link.refresh_from_db()
    assert link.state == Link.State.ENDED
    assert "deleted in Salesforce" in link.ended_reason
    assert world.issue(link.issue_key)


def test_a_deleted_record_gets_no_new_issue_when_it_comes_back(world: World) -> None:
    link = linked(world)
    world.org.delete("Case", link.record_id)
    world.pull()
    world.clock.shift(60)
    world.org.undelete("Case", link.record_id)

    world.pull()

    assert len(world.issues()) == 1


def test_a_merged_record_takes_its_link_to_the_survivor(world: World) -> None:
    """salesforce trap 22: both records may be linked, or only the one that lost."""
    link = linked(world)
    item = world.item(mode="two_way", auto_create_issues=False)
    world.configure(item)
    survivor = world.org.insert("Case", {"Subject": "The same printer"})
    world.org.merge("Case", survivor, link.record_id)

    world.pull()
    world.clock.shift(60)
    world.pull()

    link.refresh_from_db()
    assert (link.state, link.record_id) == (Link.State.ACTIVE, survivor)
    assert world.issue(link.issue_key)["fields"]["summary"] == "The same printer"


def test_of_two_linked_records_that_merge_the_loser_ends(world: World) -> None:
    link = linked(world)
    survivor = world.org.insert("Case", {"Subject": "The same printer"})
    world.pull()
    world.clock.shift(60)
    world.org.merge("Case", survivor, link.record_id)

    world.pull()

    link.refresh_from_db()
    assert link.state == Link.State.ENDED
    assert "merged into" in link.ended_reason
    assert Link.objects.get(record_id=survivor).state == Link.State.ACTIVE


def test_one_missing_answer_does_not_end_a_link(world: World) -> None:
    """jira trap: a 404 that means "no permission"."""
    link = linked(world)
    world.site.hide_project("SUP")
    make_due([link])
    pull_for_a_day(world)

    link.refresh_from_db()
    assert link.state == Link.State.ACTIVE

    world.site.show_project("SUP")
    world.org.update("Case", link.record_id, {"Subject": "Still in step"})
    pull_for_a_day(world)

    assert world.issue(link.issue_key)["fields"]["summary"] == "Still in step"


def test_a_deleted_issue_ends_its_link_after_some_looks(world: World) -> None:
    link = linked(world)
    world.site.delete_issue(link.issue_key)
    make_due([link])
    world.pull()
    link.refresh_from_db()
    first = link.state

    pull_for_a_day(world)

    link.refresh_from_db()
    assert first == Link.State.ACTIVE
    assert link.state == Link.State.ENDED
    assert "deleted in Jira" in link.ended_reason
    assert world.org.get("Case", link.record_id)["Subject"] == "Printer on fire"
    assert world.issues() == []


def test_a_moved_issue_keeps_its_link(world: World) -> None:
    """jira trap: the key changes when an issue is moved; the id stays."""
    link = linked(world)
    world.site.move_issue(link.issue_key, "OPS")
    world.org.update("Case", link.record_id, {"Subject": "Moved along"})

    world.pull()

    link.refresh_from_db()
    assert link.issue_key.startswith("OPS-")
    assert world.issue(link.issue_key)["fields"]["summary"] == "Moved along"
