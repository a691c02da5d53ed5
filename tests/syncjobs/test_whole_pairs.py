"""Status, files and comments come along with the pull that makes or changes a pair."""

from linking.models import Link
from tests.world import Json, World

STATUS = {
    "field": "Status",
    "to_jira": {"New": "To Do", "Escalated": "In Progress"},
    "to_salesforce": {"Done": "Closed"},
}


def two_way(world: World) -> Json:
    return world.item(mode="two_way", status=STATUS)


def test_a_new_case_brings_its_status(world: World) -> None:
    world.configure(two_way(world))
    world.org.insert("Case", {"Subject": "Printer on fire", "Status": "Escalated"})

    (result,) = world.pull()

    assert world.issues()[0]["fields"]["status"]["name"] == "In Progress"
    assert result["statuses"] == 1


def test_a_changed_status_of_the_record_reaches_the_issue(world: World) -> None:
    world.configure(two_way(world))
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.org.update("Case", case, {"Status": "Escalated"})

    world.pull()

    assert world.issues()[0]["fields"]["status"]["name"] == "In Progress"


def test_a_transition_in_jira_closes_the_case(world: World) -> None:
    world.configure(two_way(world))
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.site.transition(Link.objects.get().issue_key, "Done")

    world.pull()

    assert world.org.get("Case", case)["IsClosed"]


def test_a_file_of_a_new_case_comes_along(world: World) -> None:
    world.configure(two_way(world))
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.org.upload(case, "smoke.txt", b"black smoke")

    (result,) = world.pull()

    attachments = world.issues()[0]["fields"]["attachment"]
    assert [each["filename"] for each in attachments] == ["smoke.txt"]
    assert result["attachments"] == 1


def test_a_file_that_comes_later_arrives_with_the_next_pull(world: World) -> None:
    """Files don't touch their record's time stamp."""
    world.configure(two_way(world))
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.org.upload(case, "smoke.txt", b"black smoke")

    world.pull()

    attachments = world.issues()[0]["fields"]["attachment"]
    assert [each["filename"] for each in attachments] == ["smoke.txt"]


def test_a_file_from_jira_arrives_on_the_case(world: World) -> None:
    world.configure(two_way(world))
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.site.attach(Link.objects.get().issue_key, "log.txt", b"all the lines")

    world.pull()

    links = [e for e in world.org.all("ContentDocumentLink") if e["LinkedEntityId"] == case]
    assert len(links) == 1
    assert world.org.all("ContentVersion")[-1]["Title"].startswith("log")


def test_a_comment_on_the_case_arrives_in_jira_with_its_author(world: World) -> None:
    world.configure(two_way(world))
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.org.insert("CaseComment", {"ParentId": case, "CommentBody": "Still burning"})

    (result,) = world.pull()

    (comment,) = world.issues()[0]["fields"]["comment"]["comments"]
    first, _, text = comment["body"].partition("\n")
    assert "Salesforce" in first
    assert "Still burning" in text
    assert result["comments"] == 1


def test_a_comment_in_jira_arrives_on_the_case_once(world: World) -> None:
    world.configure(two_way(world))
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.site.comment(Link.objects.get().issue_key, "Have you tried water?")
    for _ in range(4):
        world.pull()
        world.clock.shift(60)

    comments = [c for c in world.org.all("CaseComment") if c["ParentId"] == case]
    mirrored = [c for c in comments if "Have you tried water?" in c["CommentBody"]]
    assert len(mirrored) == 1
    assert mirrored[0]["IsPublished"] is False


def test_nothing_goes_round_in_circles(world: World) -> None:
    world.configure(two_way(world))
    case = world.org.insert("Case", {"Subject": "Printer on fire", "Status": "Escalated"})
    world.org.upload(case, "smoke.txt", b"black smoke")
    world.pull()
    world.clock.shift(60)
    key = Link.objects.get().issue_key
    world.site.attach(key, "log.txt", b"all the lines")
    world.site.transition(key, "Done")
    world.site.edit(key, summary="Edited in Jira")
    for _ in range(3):
        world.clock.shift(60)
        world.pull()
    world.jira.calls.clear()
    world.salesforce.calls.clear()
    for _ in range(3):
        world.clock.shift(60)
        world.pull()

    writes = [c for c in world.jira.calls if c.method in ("PUT", "DELETE")]
    writes += [
        c
        for c in world.jira.calls
        if c.method == "POST" and "search" not in c.path and "bulkfetch" not in c.path
    ]
    writes += [c for c in world.salesforce.calls if c.method == "PATCH" or "sobjects" in c.path]
    assert writes == []
