"""Answers that get lost, workers that die, systems that say no: no comment is lost or doubled."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from connector.models import SmartConnectedItem
from linking.models import CommentPair, Link
from tests.network import answer
from tests.syncjobs.conversation import Talk, selling, talking
from tests.world import World

TO_JIRA = "/comment"
TO_SALESFORCE = "/composite/sobjects"


class WorkerDied(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


@pytest.fixture
def talk(world: World) -> Talk:
    return talking(world)


def once(world: World, path: str, failure: BaseException, *, after: bool) -> None:
    """Let the next write to `path` fail, before or after it was carried out."""
    hooks: list[Any] = world.network.losses if after else world.network.faults

    def fail(request: requests.PreparedRequest, *answer: Any) -> None:
        if request.method == "POST" and str(request.path_url).split("?")[0].endswith(path):
            hooks.remove(fail)
            raise failure

    hooks.append(fail)


def refusing(path: str, status: int, body: bytes) -> Callable[..., requests.Response | None]:
    def refuse(request: requests.PreparedRequest) -> requests.Response | None:
        if request.method == "POST" and str(request.path_url).split("?")[0].endswith(path):
            headers = {"Content-Type": "application/json", "Retry-After": "3600"}
            return answer(request, status, body, headers)
        return None

    return refuse


def both_sides(talk: Talk) -> tuple[int, int]:
    return len(talk.on_case()), len(talk.on_issue())


@pytest.mark.parametrize("path", [TO_JIRA, TO_SALESFORCE])
def test_after_a_lost_answer_the_copy_is_found_and_not_made_again(talk: Talk, path: str) -> None:
    """jira trap: an empty or lost answer after a successful write, a blind retry, a duplicate."""
    talk.case_comment("It burns.")
    talk.comment("On my way.")
    once(talk.world, path, requests.ConnectionError("the connection broke"), after=True)

    talk.try_to_sync()
    done = talk.sync()

    assert done.errors == []
    assert both_sides(talk) == (2, 2)
    assert not CommentPair.objects.filter(state="intended", kind="casecomment").exists()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("path", [TO_JIRA, TO_SALESFORCE])
def test_a_worker_that_dies_leaves_nothing_twice(talk: Talk, path: str, *, after: bool) -> None:
    talk.case_comment("It burns.")
    talk.comment("On my way.")
    once(talk.world, path, WorkerDied(), after=after)
    with pytest.raises(WorkerDied):
        talk.sync()

    talk.sync()
    done = talk.sync()

    assert both_sides(talk) == (2, 2)
    assert done.count == 0


def test_a_worker_that_dies_between_two_parts_leaves_all_of_them_once(world: World) -> None:
    talk = selling(world)
    talk.comment("word " * 6000)
    once(world, TO_SALESFORCE, WorkerDied(), after=True)
    with pytest.raises(WorkerDied):
        talk.sync()

    talk.sync()

    assert [p["Body"].split("\n")[1][:6] for p in talk.in_feed()] == [
        "(1/4) ",
        "(2/4) ",
        "(3/4) ",
        "(4/4) ",
    ]


def test_two_comments_with_the_same_words_stay_two(talk: Talk) -> None:
    talk.comment("+1")
    talk.comment("+1")
    once(talk.world, TO_SALESFORCE, requests.ConnectionError("it broke"), after=True)

    talk.try_to_sync()
    talk.sync()

    assert len(talk.on_case()) == 2


def test_a_lost_answer_of_a_rich_post_is_found_by_its_words(world: World) -> None:
    talk = selling(world)
    talk.comment("They want *two*.")
    once(world, TO_SALESFORCE, requests.ConnectionError("it broke"), after=True)

    talk.try_to_sync()
    talk.sync()

    assert len(talk.in_feed()) == 1


def test_on_data_center_a_lost_answer_is_found_too(data_center: World) -> None:
    talk = talking(data_center)
    talk.case_comment("It burns.")
    once(data_center, TO_JIRA, requests.ConnectionError("it broke"), after=True)

    talk.try_to_sync()
    talk.sync()

    assert len(talk.on_issue()) == 1


def test_a_copy_whose_row_was_lost_is_not_copied_back(talk: Talk) -> None:
    talk.case_comment("It burns.")
    talk.comment("On my way.")
    talk.sync()
    CommentPair.objects.exclude(kind="link_note").delete()

    talk.sync()

    assert not [words for words in talk.words() if "(Jira, " in words]
    assert not [c for c in talk.on_case() if "(Salesforce, " in c["CommentBody"]]


def test_what_people_write_with_our_account_is_copied(talk: Talk) -> None:
    """salesforce trap 5: being written by our user proves nothing."""
    comment = {"ParentId": talk.record, "CommentBody": "It burns."}
    talk.world.org.insert("CaseComment", comment, talk.world.org.integration_user_id)

    assert talk.sync().count == 1


def test_a_refused_comment_is_noted_and_the_others_are_copied(talk: Talk) -> None:
    def no_thunder(row: Any, old: Any) -> str | None:
        return "No thunder here" if "thunder" in row["CommentBody"] else None

    talk.world.org.add_validation_rule("CaseComment", no_thunder)
    talk.comment("thunder")
    talk.comment("rain")

    done = talk.sync()

    assert done.count == 1
    assert "No thunder here" in done.notes[0]
    assert done.errors == []


def test_a_refusing_jira_is_noted(talk: Talk) -> None:
    talk.case_comment("It burns.")
    body = b'{"errorMessages": ["You may not comment."], "errors": {}}'
    talk.world.network.faults.append(refusing(TO_JIRA, 400, body))

    done = talk.sync()
    talk.world.network.faults.clear()
    talk.sync()

    assert "You may not comment." in done.notes[0]
    assert len(talk.on_issue()) == 1


def test_a_site_that_asks_to_wait_stops_and_nothing_is_lost(talk: Talk) -> None:
    talk.case_comment("It burns.")
    talk.comment("On my way.")
    talk.world.network.faults.append(refusing(TO_JIRA, 429, b"{}"))
    talk.try_to_sync()
    talk.world.network.faults.clear()

    talk.sync()

    assert both_sides(talk) == (2, 2)


def test_a_comment_that_is_deleted_before_it_was_copied_leaves_no_intent(talk: Talk) -> None:
    comment = talk.case_comment("It burns.")
    once(talk.world, TO_JIRA, WorkerDied(), after=False)
    with pytest.raises(WorkerDied):
        talk.sync()
    talk.world.org.delete("CaseComment", comment)

    talk.sync()

    assert not CommentPair.objects.exclude(kind="link_note").exists()


def test_an_issue_with_two_records_sends_comments_to_both_but_copies_to_none(
    world: World,
) -> None:
    nothing = "Subject = 'nothing'"
    item = world.item(comments={"enabled": True})
    world.configure(item, {**item, "name": "Others", "record_filter": nothing})
    talk = Talk(world)
    other = world.org.insert("Case", {"Subject": "Smoke"})
    Link.objects.create(
        item=SmartConnectedItem.objects.get(name="Others"),
        record_id=other,
        issue_id=talk.link.issue_id,
        issue_key=talk.key,
        state=Link.State.ACTIVE,
    )
    talk.case_comment("It burns.")
    talk.comment("On my way.")

    for _ in range(2):
        talk.sync()
        talk.sync("Others")

    on_other = [c["CommentBody"] for c in world.org.all("CaseComment") if c["ParentId"] == other]
    assert both_sides(talk) == (2, 2)
    assert [body.splitlines()[-1] for body in on_other] == ["On my way."]


def test_a_new_link_of_the_same_pair_copies_nothing_again(talk: Talk) -> None:
    talk.case_comment("It burns.")
    talk.comment("On my way.")
    talk.sync()
    Link.objects.update(state=Link.State.ENDED)
    Link.objects.create(
        item=talk.link.item,
        record_id=talk.record,
        issue_id=talk.link.issue_id,
        issue_key=talk.key,
        state=Link.State.ACTIVE,
    )

    done = talk.sync()

    assert done.count == 0
    assert both_sides(talk) == (2, 2)
