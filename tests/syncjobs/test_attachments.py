"""Files of linked pairs, both ways."""

import pytest
from django.test import override_settings
from django.utils import timezone

from connector.jira.markup import Wiki, wiki_to_plain
from linking.models import AttachmentPair, Link
from syncjobs.attachments.queries import changed_since, classic_changed_since
from tests.syncjobs.files import Linked, linked
from tests.world import World

SIGNATURE = "[Salesforce Connector for Jira]"


@pytest.fixture
def pair(world: World) -> Linked:
    return linked(world)


def test_a_file_of_the_record_reaches_the_issue(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")

    done = pair.sync()

    (file,) = pair.attachments()
    assert (file["filename"], file["size"], done.copied) == ("log.txt", 8, 1)
    assert pair.content(file["id"]) == b"it burns"


def test_a_file_of_the_issue_reaches_the_record(pair: Linked) -> None:
    pair.attach("screen.png", b"pixels")

    done = pair.sync()

    assert pair.versions() == {"screen.png": b"pixels"}
    assert done.copied == 1


def test_a_second_look_copies_and_writes_nothing(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")
    pair.attach("screen.png", b"pixels")
    pair.sync()
    before = pair.writes()

    done = pair.sync()

    assert pair.writes() == before
    assert (done.copied, done.notes, done.errors) == (0, [], [])


def test_a_second_look_asks_for_the_links_only(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")
    pair.attach("screen.png", b"pixels")
    pair.sync()
    pair.sync()

    done = pair.sync()

    with_issues = 1
    assert done.run.org.client.calls == 1
    assert done.run.site.client.calls == with_issues


def test_the_files_of_many_pairs_are_read_in_one_call(pair: Linked) -> None:
    for number in range(3):
        Linked(pair.world, f"Printer {number}")

    done = pair.sync()

    assert len(done.pairs) == 4
    assert done.run.org.client.calls == 1


def test_files_that_were_there_before_the_link_are_copied_oldest_first(world: World) -> None:
    world.configure(world.item(attachments={"enabled": True}))
    pair = Linked(world)
    for name in ("a.txt", "c.txt", "b.txt"):
        pair.upload(name, name.encode())
        world.clock.shift(1)

    pair.sync()

    assert pair.names() == ["a.txt", "c.txt", "b.txt"]


def test_nothing_is_copied_where_attachments_are_off(world: World) -> None:
    world.configure(world.item(attachments={"enabled": False}))
    pair = Linked(world)
    pair.upload("log.txt", b"it burns")
    world.clock.shift(60)
    world.org.update("Case", pair.case, {"Subject": "Printer put out"})

    world.pull()

    assert pair.names() == []


# What makes a file the same


def test_a_file_renamed_in_salesforce_is_not_copied_again(pair: Linked) -> None:
    version = pair.upload("log.txt", b"it burns")
    pair.sync()
    pair.world.org.update("ContentVersion", version, {"Title": "Protocol"})

    assert pair.sync().copied == 0
    assert pair.names() == ["log.txt"]


def test_a_copy_renamed_in_salesforce_does_not_come_back(pair: Linked) -> None:
    pair.attach("screen.png", b"pixels")
    pair.sync()
    (version,) = [v for v in pair.world.org.all("ContentVersion") if v["Title"] == "screen"]
    pair.world.org.update("ContentVersion", version["Id"], {"Title": "Evidence"})

    assert pair.sync().copied == 0
    assert pair.names() == ["screen.png"]


def test_the_same_name_with_other_content_is_another_file(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")
    pair.sync()
    pair.upload("log.txt", b"it still burns")

    assert pair.sync().copied == 1
    assert pair.names() == ["log.txt", "log.txt"]


def test_the_same_name_twice_in_jira_becomes_two_files(pair: Linked) -> None:
    pair.attach("image.png", b"one")
    pair.attach("image.png", b"two")

    assert pair.sync().copied == 2
    documents = {
        link["ContentDocumentId"]
        for link in pair.world.org.all("ContentDocumentLink")
        if link["LinkedEntityId"] == pair.case
    }
    assert len(documents) == 2


def test_a_new_version_is_copied_under_the_same_name(pair: Linked) -> None:
    first = pair.upload("log.txt", b"it burns")
    pair.sync()
    document = pair.document_of(first)
    pair.upload("log.txt", b"it is out", ContentDocumentId=document)

    assert pair.sync().copied == 1
    assert [(each["filename"], each["size"]) for each in pair.attachments()] == [
        ("log.txt", 8),
        ("log.txt", 9),
    ]


def test_a_new_version_of_a_file_from_jira_is_copied_to_jira(pair: Linked) -> None:
    pair.attach("screen.png", b"pixels")
    pair.sync()
    (version,) = [v for v in pair.world.org.all("ContentVersion") if v["Title"] == "screen"]
    pair.upload("screen.png", b"more pixels", ContentDocumentId=version["ContentDocumentId"])

    assert pair.sync().copied == 1
    assert [each["size"] for each in pair.attachments()] == [6, 11]


def test_a_new_version_with_the_same_content_is_no_new_file(pair: Linked) -> None:
    first = pair.upload("log.txt", b"it burns")
    pair.sync()
    document = pair.document_of(first)
    pair.upload("log.txt", b"it burns", ContentDocumentId=document)

    assert pair.sync().copied == 0
    assert pair.sync().copied == 0
    assert pair.names() == ["log.txt"]


def test_a_file_posted_in_the_feed_reaches_the_issue(pair: Linked) -> None:
    """It is linked to the record as well, and to the one who posted it, which is ignored."""
    version = pair.world.org.insert(
        "ContentVersion", {"PathOnClient": "post.txt", "VersionData": b"see here"}
    )
    document = pair.document_of(version)
    pair.world.org.insert(
        "ContentDocumentLink", {"ContentDocumentId": document, "LinkedEntityId": pair.case}
    )

    pair.sync()

    assert pair.names() == ["post.txt"]


def test_a_classic_attachment_reaches_the_issue(pair: Linked) -> None:
    pair.world.org.insert(
        "Attachment", {"ParentId": pair.case, "Name": "mail.eml", "Body": b"Dear all"}
    )

    assert pair.sync().copied == 1
    assert pair.sync().copied == 0
    assert pair.names() == ["mail.eml"]


def test_a_private_classic_attachment_stays_private(pair: Linked) -> None:
    pair.world.org.insert(
        "Attachment",
        {"ParentId": pair.case, "Name": "own.txt", "Body": b"mine", "IsPrivate": True},
    )

    assert pair.sync().copied == 0


# Deletions


def test_what_is_deleted_in_salesforce_stays_in_jira_and_is_not_made_again(pair: Linked) -> None:
    pair.attach("screen.png", b"pixels")
    pair.sync()
    (version,) = [v for v in pair.world.org.all("ContentVersion") if v["Title"] == "screen"]
    pair.world.org.delete("ContentDocument", version["ContentDocumentId"])

    assert pair.sync().copied == 0
    assert (pair.versions(), pair.names()) == ({}, ["screen.png"])


def test_what_is_deleted_in_jira_stays_in_salesforce_and_is_not_made_again(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")
    pair.sync()
    pair.world.site.delete_attachment(int(pair.attachments()[0]["id"]))

    assert pair.sync().copied == 0
    assert (list(pair.versions()), pair.names()) == (["log.txt"], [])


def test_a_file_is_not_copied_again_after_the_pair_was_linked_anew(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")
    pair.sync()
    old = pair.link
    Link.objects.filter(pk=old.pk).update(state=Link.State.ENDED)
    Link.objects.create(
        item=old.item,
        record_id=old.record_id,
        issue_id=old.issue_id,
        issue_key=old.issue_key,
        state=Link.State.ACTIVE,
    )

    assert pair.sync().copied == 0
    assert pair.names() == ["log.txt"]


# Limits


@override_settings(ATTACHMENT_MAX_BYTES=10)
def test_a_file_above_the_limit_is_skipped_with_a_note(pair: Linked) -> None:
    pair.upload("big.bin", b"x" * 11)
    pair.attach("also big.bin", b"x" * 12)
    pair.upload("small.bin", b"x" * 10)

    done = pair.sync()

    assert (done.copied, pair.names()) == (1, ["also big.bin", "small.bin"])
    assert len(done.notes) == 2
    assert "11 bytes" in done.notes[0]
    assert "ATTACHMENT_MAX_BYTES" in done.notes[0]


def test_a_skipped_file_is_copied_once_the_limit_allows_it(pair: Linked) -> None:
    pair.upload("big.bin", b"x" * 11)
    with override_settings(ATTACHMENT_MAX_BYTES=10):
        pair.sync()

    assert pair.sync().copied == 1


def test_a_file_that_is_too_large_for_jira_is_not_sent(pair: Linked) -> None:
    pair.world.site.upload_limit = 10
    pair.upload("big.bin", b"x" * 11)

    done = pair.sync()

    assert (done.copied, done.errors) == (0, [])
    assert "Jira allows 10" in done.notes[0]
    assert not AttachmentPair.objects.exists()


def test_jiras_limit_is_asked_for_once(pair: Linked) -> None:
    pair.world.site.upload_limit = 10
    pair.upload("big.bin", b"x" * 11)
    pair.sync()

    done = pair.sync()

    assert len(done.notes) == 1
    assert done.run.site.client.calls == 1


# Names


@pytest.mark.parametrize(
    "name", ["Übergabe – 報告 №7.pdf", "naïve café.txt", "🔥.png", 'say "hi"; ok.txt']
)
def test_a_name_survives_both_ways(pair: Linked, name: str) -> None:
    pair.upload(name, b"from salesforce")
    pair.attach(name, b"from jira")

    pair.sync()

    assert pair.names() == [name, name]
    assert set(pair.versions()) == {name}


def test_an_unsafe_name_arrives_safe(pair: Linked) -> None:
    pair.upload("x", b"1", Title="../../etc/pass\u202ewd")
    pair.attach("..\\.hidden\x07.txt", b"2")

    pair.sync()

    assert pair.names()[1] == "__.._etc_passwd"
    assert "__.hidden.txt" in pair.versions()


def test_a_file_without_a_name_that_can_be_kept_gets_one(pair: Linked) -> None:
    pair.upload("x", b"1", Title="../..")

    pair.sync()

    assert pair.names() == ["file"]


# Marks


def test_the_record_is_told_of_a_file_from_jira(pair: Linked) -> None:
    attachment = pair.attach("screen.png", b"pixels")

    pair.sync()

    (note,) = pair.notes()
    assert note.startswith(SIGNATURE)
    for part in (attachment, "screen.png", pair.key):
        assert part in note


def test_the_note_on_a_case_is_internal(pair: Linked) -> None:
    pair.attach("screen.png", b"pixels")
    pair.sync()
    notes = [c for c in pair.world.org.all("CaseComment") if "screen.png" in c["CommentBody"]]
    assert [note["IsPublished"] for note in notes] == [False]


def test_the_record_is_not_told_of_its_own_files(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")
    pair.sync()
    assert pair.notes() == []


def test_the_issue_is_told_where_a_file_came_from(pair: Linked) -> None:
    pair.upload("log_of_*today*.txt", b"it burns")
    pair.sync()
    pair.attach("screen.png", b"pixels")
    pair.sync()

    first, second = (each["body"] for each in pair.comments())
    assert "from Salesforce to Jira" in first
    assert first.startswith(SIGNATURE)
    assert wiki_to_plain(Wiki(first)).endswith("File: log_of_*today*.txt")
    assert "from Jira to Salesforce" in second
    assert "screen.png" in second


def test_marks_that_people_delete_are_not_made_again(pair: Linked) -> None:
    pair.attach("screen.png", b"pixels")
    pair.sync()
    for comment in pair.comments():
        pair.world.site.delete_comment(int(comment["id"]))
    for note in pair.world.org.all("CaseComment"):
        pair.world.org.delete("CaseComment", note["Id"])

    pair.sync()

    assert (pair.comments(), pair.notes()) == ([], [])


def test_in_a_service_project_the_comment_is_hidden_from_customers(world: World) -> None:
    pair = linked(world, jira_projects=["HELP"], issue_type="Support request")
    pair.upload("log.txt", b"it burns")

    pair.sync()

    assert [comment["jsdPublic"] for comment in pair.comments()] == [False]


def test_an_issue_that_was_moved_to_a_service_project_hides_the_comment(pair: Linked) -> None:
    pair.key = pair.world.site.move_issue(pair.key, "HELP").key
    pair.upload("log.txt", b"it burns")

    pair.sync()

    assert [comment["jsdPublic"] for comment in pair.comments()] == [False]


def test_where_there_is_a_feed_the_note_is_a_post(world: World) -> None:
    world.org.set_feed("Account", True)
    item = world.item(
        object="Account",
        mappings=[{"salesforce": "Name", "jira": "summary"}],
        attachments={"enabled": True},
    )
    world.configure(item)
    account = world.org.insert("Account", {"Name": "Acme"})
    world.pull()
    pair = Linked(world, record=account)
    pair.attach("screen.png", b"pixels")

    assert pair.sync().copied == 1

    posts = [p for p in world.org.all("FeedItem") if "screen.png" in (p["Body"] or "")]
    assert [post["Body"].startswith(SIGNATURE) for post in posts] == [True]


# What the poll asks


def test_the_poll_finds_the_records_of_new_files_and_of_new_versions(pair: Linked) -> None:
    version = pair.upload("log.txt", b"it burns")
    pair.world.clock.shift(3600)
    other = Linked(pair.world, "Printer under water")
    third = Linked(pair.world, "Printer in the desert")
    since = timezone.now()
    other.upload("rain.txt", b"drip")
    pair.upload("log.txt", b"it is out", ContentDocumentId=pair.document_of(version))
    third.world.org.insert("Attachment", {"ParentId": third.case, "Name": "a", "Body": b"a"})
    client = pair.sync().run.org.client

    links = client.query(str(changed_since([], since))).records
    classic = client.query(classic_changed_since(since)).records

    found = {row["LinkedEntityId"] for row in links}
    assert {pair.case, other.case} <= found
    assert third.case not in found
    assert [row["ParentId"] for row in classic] == [third.case]
