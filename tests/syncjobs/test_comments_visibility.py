"""Who may read a copy."""

import pytest

from connector.document.model import Visibility
from syncjobs.comments.visibility import Audience, arrives_public, audience_in_jira
from tests.syncjobs.conversation import Talk, selling, serving, talking
from tests.world import World

RULES = [
    ("internal", "public", False),
    ("internal", "internal", False),
    ("internal", "unmarked", False),
    ("same", "public", True),
    ("same", "internal", False),
    ("same", "unmarked", False),
    ("public", "public", True),
    ("public", "internal", False),
    ("public", "unmarked", True),
]


@pytest.mark.parametrize(("setting", "audience", "expected"), RULES)
def test_a_copy_is_public_by_the_items_rule(setting: str, audience: str, *, expected: bool) -> None:
    assert arrives_public(Visibility(setting), Audience(audience)) is expected


@pytest.mark.parametrize(
    ("service_desk", "restricted", "public", "marked", "expected"),
    [
        (True, False, True, None, "public"),
        (True, False, False, None, "internal"),
        (True, False, None, False, "public"),
        (True, False, None, True, "internal"),
        (True, False, None, None, "internal"),
        (True, False, True, True, "internal"),
        (True, True, True, False, "internal"),
        (False, False, True, None, "unmarked"),
        (False, False, None, False, "unmarked"),
        (False, False, True, True, "internal"),
        (False, True, True, None, "internal"),
    ],
)
def test_in_doubt_a_comment_in_jira_is_internal(
    service_desk: bool,
    restricted: bool,
    public: bool | None,
    marked: bool | None,
    expected: str,
) -> None:
    found = audience_in_jira(
        service_desk=service_desk, restricted=restricted, public=public, marked=marked
    )
    assert found == expected


def published(talk: Talk) -> list[bool]:
    return [comment["IsPublished"] for comment in talk.on_case()]


def shown_to_customers(talk: Talk) -> list[bool]:
    return [comment["jsdPublic"] for comment in talk.on_issue()]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("internal", [False, False]), ("same", [True, False]), ("public", [True, False])],
)
def test_case_comments_arrive_in_a_service_project(
    world: World, setting: str, expected: list[bool]
) -> None:
    talk = serving(world, visibility=setting)
    talk.case_comment("It burns.", published=True)
    talk.case_comment("They never pay.")

    talk.sync()

    assert shown_to_customers(talk) == expected


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("internal", [False, False, False]),
        ("same", [True, False, False]),
        ("public", [True, False, False]),
    ],
)
@pytest.mark.parametrize("edition", ["world", "data_center"])
def test_comments_of_a_service_project_arrive_on_the_case(
    request: pytest.FixtureRequest, edition: str, setting: str, expected: list[bool]
) -> None:
    talk = serving(request.getfixturevalue(edition), visibility=setting)
    talk.comment("On my way.")
    talk.comment("They never pay.", internal=True)
    talk.comment("Only for us.", visibility={"type": "role", "value": "Service Desk Team"})

    talk.sync()

    assert published(talk) == expected


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("internal", [False, False, False]),
        ("same", [False, False, False]),
        ("public", [True, False, False]),
    ],
)
def test_comments_of_a_project_without_customers_arrive_on_the_case(
    world: World, setting: str, expected: list[bool]
) -> None:
    talk = talking(world, visibility=setting)
    talk.comment("On my way.")
    talk.comment("They never pay.", internal=True)
    talk.comment("Only for us.", visibility={"type": "role", "value": "Developers"})

    talk.sync()

    assert published(talk) == expected


def test_in_an_issue_that_was_moved_to_a_service_project_copies_stay_internal(
    world: World,
) -> None:
    talk = talking(world)
    world.site.move_issue(talk.key, "HELP")
    talk.key = world.site.issue(str(talk.link.issue_id)).key
    talk.case_comment("They never pay.")

    talk.sync()

    assert shown_to_customers(talk) == [False]


def test_an_internal_mark_is_not_left_where_it_has_no_effect(world: World) -> None:
    talk = talking(world)
    talk.case_comment("They never pay.")

    talk.sync()

    keys = [each["key"] for each in talk.on_issue()[0]["properties"]]
    assert "sd.public.comment" not in keys


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("internal", "InternalUsers"), ("same", "InternalUsers"), ("public", "AllUsers")],
)
def test_posts_tell_who_may_read_them(world: World, setting: str, expected: str) -> None:
    talk = selling(world, visibility=setting)
    talk.comment("They want two.")

    talk.sync()

    assert talk.in_feed()[0]["Visibility"] == expected


def test_a_post_for_internal_users_arrives_internal_and_its_replies_too(world: World) -> None:
    talk = serving(world, visibility="same")
    talk.reply(talk.post("They never pay.", Visibility="InternalUsers"), "Never.")
    talk.reply(talk.post("It burns.", Visibility="AllUsers"), "Still.")

    talk.sync()

    shown = dict(
        zip([each.splitlines()[-1] for each in talk.words()], shown_to_customers(talk), strict=True)
    )
    assert shown == {"They never pay.": False, "Never.": False, "It burns.": True, "Still.": True}


def test_posts_are_internal_where_the_org_has_no_customers_in_feeds(world: World) -> None:
    world.org.remove_field("FeedItem", "Visibility")
    world.org.remove_field("CaseFeed", "Visibility")
    talk = serving(world, visibility="public")
    talk.post("They never pay.")

    done = talk.sync()

    assert done.notes == []
    assert shown_to_customers(talk) == [False]
