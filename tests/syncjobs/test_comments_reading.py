"""Reading comments in bulk, and what a poll asks for."""

from datetime import UTC, datetime

import pytest

from connector.catalog.probe import CASE_COMMENTS, FEED
from connector.jira.markup import Wiki
from connector.salesforce.describe import SObject
from syncjobs.comments.queries import case_comments_of, changed_since, posts_of
from syncjobs.comments.sync import plan_pairs
from syncjobs.comments.texts import CASE_COMMENT, JIRA, bodies
from syncjobs.comments.values import Kind, Message, Side, Text, looks_like_copy, words_of
from syncjobs.comments.visibility import Audience
from tests import nodejs
from tests.syncjobs.conversation import Talk, talking
from tests.world import World

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def talk(world: World) -> Talk:
    return talking(world)


def described(world: World, talk: Talk, *names: str) -> list[SObject]:
    catalog = talk.sync().run.org.catalog
    return [catalog.describe(name) for name in names]


def message(text: str, answers: str = "") -> Message:
    return Message(
        side=Side.JIRA,
        kind=Kind.COMMENT,
        id="10001",
        text=Text(Wiki(text), {}),
        author="Jane Wolf",
        author_id="jane",
        created_at=NOON,
        audience=Audience.UNMARKED,
        answers=answers,
    )


def test_a_feed_with_more_posts_than_one_query_gives_is_read_whole(talk: Talk) -> None:
    for number in range(1003):
        talk.post(f"post {number}")
    done = talk.sync_nothing()

    planned = plan_pairs(done.run, done.pairs)

    ((comments, plan),) = planned.pairs
    posts = [m.id for m in comments.messages if m.kind is Kind.FEED_ITEM]
    assert len(posts) == len(set(posts)) == 1003
    assert len(plan.copies) == 1003


def test_an_issue_with_more_comments_than_come_with_it_is_read_whole(talk: Talk) -> None:
    """jira trap: an issue comes with the first comments only."""
    for number in range(60):
        talk.comment(f"comment {number}")

    done = talk.sync()

    assert done.count == 60


def test_planning_writes_nothing(talk: Talk) -> None:
    talk.case_comment("It burns.")
    talk.comment("On my way.")
    done = talk.sync_nothing()
    before = len(talk.writes())

    plan_pairs(done.run, done.pairs)

    assert len(talk.writes()) == before


def test_a_poll_asks_once_for_each_kind_of_comment_of_all_objects(world: World, talk: Talk) -> None:
    objects = described(world, talk, "Case", "Account", "Opportunity")

    queries = changed_since(objects, [], NOON)

    assert [soql.split(" FROM ")[1].split()[0] for soql in queries] == [
        "CaseComment",
        "FeedItem",
        "FeedComment",
    ]


def test_a_poll_asks_for_what_the_user_may_read(world: World, talk: Talk) -> None:
    objects = described(world, talk, "Case", "Account")

    degraded = [FEED.sentence, CASE_COMMENTS.sentence]

    assert changed_since(objects, degraded, NOON) == []
    assert len(changed_since(objects, [FEED.sentence], NOON)) == 1


def test_a_poll_finds_the_records_with_new_and_edited_comments(talk: Talk) -> None:
    """salesforce 3.4: none of these touches the record's own time stamp."""
    old = talk.post("old")
    talk.world.clock.shift(600)
    since = datetime.now(UTC)
    talk.case_comment("It burns.")
    talk.reply(old, "Still.")
    talk.world.org.update("FeedItem", old, {"Body": "edited"})
    run = talk.sync_nothing().run

    for soql in changed_since([run.resolved.sobject], [], since):
        rows = run.org.client.query(soql).records
        assert {row["ParentId"] for row in rows} == {talk.record}


def test_a_reply_shows_the_first_words_of_what_it_answers() -> None:
    answered = words_of("Ada", "It burns\nsince " + "noon " * 30)

    assert answered == 'Ada: "It burns since ' + "noon " * 8 + 'noon…"'


def test_lists_links_quotes_code_and_emoji_stay_readable_as_plain_text() -> None:
    text = (
        "Look 🔥:\n* one\n* two\n\n[the log|https://logs.example/1]\n{code}\nx = 1\n{code}\n"
        "bq. It burns"
    )

    (body,) = bodies(message(text), CASE_COMMENT)

    for part in ("🔥", "- one\n- two", "the log (https://logs.example/1)", "x = 1", "It burns"):
        assert part in body


@pytest.mark.parametrize("answers", ["", 'Ada: "It (really) burns: now"'])
def test_our_own_copies_are_recognized_by_their_first_line(answers: str) -> None:
    copy = message("text", answers=answers)

    assert looks_like_copy(bodies(copy, CASE_COMMENT)[0])
    assert looks_like_copy(bodies(copy, CASE_COMMENT, edited=True)[0])
    assert looks_like_copy(Text(bodies(copy, JIRA)[0], {}).plain)


@pytest.mark.parametrize("text", ["", "It burns", "Ada (Salesforce): hello", "(Jira, today):"])
def test_what_people_write_is_not_taken_for_a_copy(text: str) -> None:
    assert not looks_like_copy(text)


@pytest.mark.node
def test_the_queries_about_comments_parse_with_a_parser_of_others(world: World, talk: Talk) -> None:
    case, custom = described(world, talk, "Case", "Project__c")
    last = ("2026-11-21T09:30:00.000+0000", "0D55g0000000002CAA")
    soqls = [
        case_comments_of([talk.record]),
        posts_of(case, [talk.record], visibility=False),
        posts_of(custom, [talk.record], visibility=True, after=last),
        *changed_since([case, custom], [], NOON),
    ]

    read = nodejs.run("parse_queries.mjs", {"soql": soqls, "jql": []})

    assert [answer["sObject"] for answer in read["soql"]] == [
        "CaseComment",
        "CaseFeed",
        "Project__Feed",
        "CaseComment",
        "FeedItem",
        "FeedComment",
    ]
