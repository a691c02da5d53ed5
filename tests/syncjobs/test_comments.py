"""Comments of linked pairs, both ways."""

import pytest

from linking.models import CommentPair
from tests.syncjobs.conversation import Talk, selling, talking
from tests.world import World


@pytest.fixture
def talk(world: World) -> Talk:
    return talking(world)


def test_a_case_comment_reaches_the_issue_with_its_author_and_time(talk: Talk) -> None:
    talk.case_comment("It burns *a lot*.")
    author = talk.world.org.get("User", talk.world.org.human_user_id)["Name"]

    done = talk.sync()

    assert talk.words() == [f"{author} (Salesforce, 2026-11-21 09:30 UTC):\nIt burns *a lot*."]
    assert done.count == 1


def test_a_comment_of_the_issue_reaches_the_case(talk: Talk) -> None:
    talk.comment("Is it *still* burning?")

    done = talk.sync()

    (comment,) = talk.on_case()
    assert comment["CommentBody"] == (
        "Jane Wolf (Jira, 2026-11-21 09:30 UTC):\nIs it still burning?"
    )
    assert done.count == 1


def test_a_second_look_writes_nothing(talk: Talk) -> None:
    """salesforce trap 5 and jira trap "own writes come back": copies aren't copied back."""
    talk.case_comment("It burns.")
    talk.post("The whole floor knows.")
    talk.comment("On my way.")
    talk.sync()
    before = len(talk.writes())

    done = talk.sync()

    assert len(talk.writes()) == before
    assert (done.count, done.notes, done.errors) == (0, [], [])
    assert (len(talk.on_case()), len(talk.on_issue())) == (2, 3)


def test_a_second_look_reads_salesforce_in_one_call(talk: Talk) -> None:
    talk.case_comment("It burns.")
    talk.comment("On my way.")
    talk.sync()

    done = talk.sync()

    with_issues = 1
    assert done.run.org.client.calls == 1
    assert done.run.site.client.calls == with_issues


def test_comments_from_before_the_link_are_carried_too_oldest_first(world: World) -> None:
    talk = talking(world)
    for text in ("one", "two", "three"):
        talk.case_comment(text)
        world.clock.shift(60)

    talk.sync()

    assert [each.splitlines()[-1] for each in talk.words()] == ["one", "two", "three"]


def test_a_case_comment_that_also_shows_in_the_feed_is_one_comment(talk: Talk) -> None:
    talk.case_comment("It burns.")
    assert [p for p in talk.world.org.all("FeedItem") if p["Type"] == "CaseCommentPost"]

    talk.sync()

    assert len(talk.on_issue()) == 1


def test_a_reply_names_the_comment_it_answers(talk: Talk) -> None:
    post = talk.post("Shall we call the fire brigade?")
    talk.world.clock.shift(60)
    talk.reply(post, "Yes!")

    talk.sync()

    first_line, text = talk.words()[1].splitlines()
    assert text == "Yes!"
    assert first_line.endswith('"Shall we call the fire brigade?":')


def test_a_reply_to_our_copy_names_the_person_in_jira(talk: Talk) -> None:
    talk.comment("On my way.")
    talk.sync()
    posts = talk.world.org.all("FeedItem")
    copy = next(p for p in posts if p["Type"] == "CaseCommentPost" and "On my" in p["Body"])
    talk.reply(copy["Id"], "Thanks!")

    talk.sync()

    assert 'in reply to Jane Wolf: "On my way."' in talk.words()[-1]


def test_a_rich_post_keeps_its_looks(talk: Talk) -> None:
    """salesforce trap 12: rich text has to be read, not shown as tags."""
    talk.post("<p>It <b>burns</b></p><ul><li>here</li><li>there</li></ul>", IsRichText=True)

    talk.sync()

    assert "It *burns*" in talk.on_issue()[0]["body"]
    assert "* here\n* there" in talk.on_issue()[0]["body"]


def test_a_question_keeps_its_title(talk: Talk) -> None:
    talk.post("Since noon.", Type="QuestionPost", Title="Why does it burn?")

    talk.sync()

    assert talk.words()[0].endswith("\nWhy does it burn?\nSince noon.")


def test_a_mention_becomes_a_name(talk: Talk) -> None:
    jane = talk.world.site.human
    talk.comment(f"Ask [~accountid:{jane.account_id}], please.")

    talk.sync()

    assert talk.on_case()[0]["CommentBody"].endswith("\nAsk @Jane Wolf, please.")


def test_the_connectors_own_notes_are_not_copied(talk: Talk) -> None:
    talk.post("[Salesforce Connector for Jira] A file was copied")
    talk.comment("\\[Salesforce Connector for Jira] A file was copied")

    done = talk.sync()

    assert done.count == 0


def test_an_object_without_comments_gets_posts(world: World) -> None:
    talk = selling(world)
    talk.comment("They want *two*.")

    talk.sync()

    (post,) = talk.in_feed()
    assert (post["Type"], post["IsRichText"]) == ("TextPost", True)
    assert post["Body"] == (
        "<p>Jane Wolf (Jira, 2026-11-21 09:30 UTC):</p><p>They want <b>two</b>.</p>"
    )


def test_an_object_without_feed_says_once_why_comments_stay_behind(world: World) -> None:
    world.org.set_feed("Opportunity", enabled=False)
    talk = selling(world)
    talk.comment("They want two.")
    talk.comment("Or three.")

    done = talk.sync()

    assert len(done.notes) == 1
    assert "neither comments nor a feed" in done.notes[0]


def test_a_feed_that_was_switched_off_is_said_and_holds_up_nothing(world: World) -> None:
    talk = selling(world)
    world.org.set_feed("Opportunity", enabled=False)

    done = talk.sync()

    assert done.errors == []
    assert done.notes[0].startswith("Comments could not be read: ")


def test_feeds_are_read_by_record_where_view_all_data_is_missing(world: World) -> None:
    talk = selling(world)
    world.org.permissions.view_all_data = False
    post = talk.post("They want two.")
    talk.reply(post, "Or three.")

    done = talk.sync()

    assert (done.count, done.notes) == (2, [])


def test_several_cases_are_read_in_one_call(world: World) -> None:
    talk = talking(world)
    for subject in ("Toner is empty", "Paper is out"):
        world.org.insert("Case", {"Subject": subject})
    world.pull()
    talk.case_comment("It burns.")

    done = talk.sync()

    assert len(done.pairs) == 3
    assert done.run.org.client.calls == 1


def test_a_post_under_review_waits(talk: Talk) -> None:
    talk.post("Buy cheap toner", Status="PendingReview")

    assert talk.sync().count == 0


def test_deleted_comments_are_not_made_again(talk: Talk) -> None:
    own = talk.case_comment("It burns.")
    talk.comment("On my way.")
    talk.sync()
    talk.world.org.delete("CaseComment", own)
    (copy,) = [c for c in talk.on_case() if "On my way" in c["CommentBody"]]
    talk.world.org.delete("CaseComment", copy["Id"])
    (mirrored,) = [c for c in talk.on_issue() if "It burns" in c["body"]]

    done = talk.sync()

    assert done.count == 0
    assert talk.on_case() == []
    assert mirrored["id"] in [c["id"] for c in talk.on_issue()]


def test_a_deleted_copy_stays_deleted_when_its_source_is_edited(talk: Talk) -> None:
    talk.case_comment("It burns.")
    own = talk.comment("On my way.")
    talk.sync()
    (copy,) = [c for c in talk.on_case() if "On my way" in c["CommentBody"]]
    talk.world.org.permissions.modify_all = True
    talk.world.org.delete("CaseComment", copy["Id"])
    talk.world.site.edit_comment(own, "Nearly there.")

    talk.sync()
    done = talk.sync()

    assert (done.count, done.notes) == (0, [])
    assert len(talk.on_case()) == 1


def test_comments_can_be_switched_off(world: World) -> None:
    world.configure(world.item(comments={"enabled": False}))
    talk = Talk(world)
    talk.case_comment("It burns.")

    assert talk.sync().count == 0


def test_every_copy_has_one_pair(talk: Talk) -> None:
    talk.case_comment("It burns.")
    talk.comment("On my way.")

    talk.sync()

    pairs = CommentPair.objects.exclude(kind="link_note").order_by("pk")
    assert [(p.origin, p.kind, p.state) for p in pairs] == [
        ("salesforce", "casecomment", "complete"),
        ("jira", "casecomment", "complete"),
    ]
