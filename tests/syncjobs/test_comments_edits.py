"""Edited and long comments."""

import pytest

from linking.models import CommentPair
from tests.syncjobs.conversation import Talk, selling, serving, talking
from tests.world import World


@pytest.fixture
def talk(world: World) -> Talk:
    return talking(world)


def edit_on_case(talk: Talk, comment: str, body: str) -> None:
    """Let an admin with the right to it change a case comment."""
    row = talk.world.org.table_of(talk.world.org.schema.require("CaseComment")).rows[comment]
    stamp = talk.world.org.stamp()
    changed = {**row, "CommentBody": body, "LastModifiedDate": stamp, "SystemModstamp": stamp}
    talk.world.org.store.put("CaseComment", changed)


def test_an_edited_case_comment_changes_its_copy(talk: Talk) -> None:
    comment = talk.case_comment("It burns.")
    talk.sync()
    edit_on_case(talk, comment, "It burned.")

    done = talk.sync()

    assert [each.splitlines()[-1] for each in talk.words()] == ["It burned."]
    assert done.count == 1


def test_an_edit_is_carried_once(talk: Talk) -> None:
    comment = talk.case_comment("It burns.")
    talk.sync()
    edit_on_case(talk, comment, "It burned.")
    talk.sync()
    before = len(talk.writes())

    talk.sync()

    assert len(talk.writes()) == before


def test_an_edit_becomes_a_new_case_comment_where_ours_may_not_be_changed(talk: Talk) -> None:
    own = talk.comment("On my way.")
    talk.sync()
    talk.world.site.edit_comment(own, "Nearly there.")

    done = talk.sync()

    first, second = talk.on_case()
    assert first["CommentBody"].endswith("UTC):\nOn my way.")
    assert second["CommentBody"].endswith("UTC), edited:\nNearly there.")
    assert (done.count, done.notes) == (1, [])


def test_each_edit_becomes_one_new_case_comment(talk: Talk) -> None:
    own = talk.comment("On my way.")
    for text in ("Nearly there.", "Here."):
        talk.sync()
        talk.world.site.edit_comment(own, text)
    talk.sync()
    before = len(talk.writes())

    talk.sync()

    assert len(talk.on_case()) == 3
    assert len(talk.writes()) == before


def test_an_edited_comment_changes_the_post_that_copies_it(world: World) -> None:
    talk = selling(world)
    own = talk.comment("They want two.")
    talk.sync()
    world.site.edit_comment(own, "They want *three*.")

    talk.sync()

    (post,) = talk.in_feed()
    assert post["Body"].endswith("<p>They want <b>three</b>.</p>")


def test_a_copy_that_is_edited_leaves_its_source_alone(talk: Talk) -> None:
    talk.case_comment("It burns.")
    talk.sync()
    talk.world.site.edit_comment(int(talk.on_issue()[0]["id"]), "Nonsense")

    done = talk.sync()

    assert done.count == 0
    assert [c["CommentBody"] for c in talk.on_case()] == ["It burns."]


def test_a_long_comment_is_split_by_bytes_at_words(talk: Talk) -> None:
    """salesforce trap 13: a case comment holds 4,000 bytes, not characters."""
    text = " ".join(["пожар"] * 1000)
    talk.comment(text)

    done = talk.sync()

    bodies = [c["CommentBody"] for c in talk.on_case()]
    lines = [body.split("\n", 1) for body in bodies]
    assert all(len(body.encode()) <= 4000 for body in bodies)
    assert [rest[:6] for _, rest in lines] == ["(1/3) ", "(2/3) ", "(3/3) "]
    assert " ".join(rest[6:] for _, rest in lines) == text
    assert {first for first, _ in lines} == {"Jane Wolf (Jira, 2026-11-21 09:30 UTC):"}
    assert done.count == 1


def test_a_long_comment_is_not_copied_twice(talk: Talk) -> None:
    talk.comment("word " * 3000)
    talk.sync()
    before = len(talk.writes())

    talk.sync()

    assert len(talk.writes()) == before


def test_a_long_post_with_many_signs_fits_into_jira(talk: Talk) -> None:
    text = " ".join(["*{_[x]_}*"] * 1000)
    talk.post(text[:9999])

    talk.sync()

    assert all(len(each["body"]) <= 32_767 for each in talk.on_issue())
    assert talk.words()[0].endswith(text[:9999].rstrip())


def test_a_text_that_has_become_shorter_empties_the_parts_it_no_longer_needs(world: World) -> None:
    talk = selling(world)
    own = talk.comment("word " * 2500)
    talk.sync()
    world.site.edit_comment(own, "Never mind.")

    talk.sync()

    first, second = talk.in_feed()
    assert first["Body"].endswith("\nNever mind.")
    assert "no longer needed" in second["Body"]


def test_a_text_that_has_become_longer_gets_further_parts(world: World) -> None:
    talk = selling(world)
    own = talk.comment("Never mind.")
    talk.sync()
    world.site.edit_comment(own, "word " * 2500)

    talk.sync()

    assert [post["Body"].split("\n")[1][:6] for post in talk.in_feed()] == ["(1/2) ", "(2/2) "]


def test_what_has_become_internal_is_not_edited_into_a_public_copy(world: World) -> None:
    talk = serving(world, visibility="same")
    comment = talk.case_comment("It burns.", published=True)
    talk.sync()
    world.org.update("CaseComment", comment, {"IsPublished": False})
    edit_on_case(talk, comment, "It burns, and we know why.")

    talk.sync()

    public, internal = talk.on_issue()
    assert (public["jsdPublic"], internal["jsdPublic"]) == (True, False)
    assert "know why" not in public["body"]
    assert CommentPair.objects.filter(public=True).count() == 1
