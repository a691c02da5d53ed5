"""Steps of a made-up story: how they are played, and what is told of them."""

import time
from typing import Any

import pytest
import requests

from demo import play as playing
from demo import table
from demo.play import Outcome
from demo.story import NotYet, Step
from launch.supervisor import Ended


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(playing, "LOOK_SECONDS", 0.001)


@pytest.fixture
def pulls():
    return []


@pytest.fixture
def play(pulls):
    def run(*steps, seconds=20.0, check=lambda: None, pull=None):
        give_up = time.monotonic() + seconds
        asked = pull or (lambda: pulls.append("pull"))
        story: Any = None
        return list(playing.play(story, steps, asked, give_up, check))

    return run


def shows(text):
    return lambda story: text


def shows_after(count, text):
    looks = iter(range(count))

    def read(story):
        for _ in looks:
            raise NotYet("Jira: nothing")
        return text

    return read


def never(story):
    raise NotYet("Jira: SUP-1 summary “old”")


def test_what_was_done_and_what_was_read_back_is_told(play):
    outcomes = play(Step(shows("Jira: SUP-1"), act=shows("Salesforce: new case")))
    assert outcomes == [Outcome("Salesforce: new case", "Jira: SUP-1", good=True)]


def test_a_worker_is_asked_to_pull_after_something_was_done(play, pulls):
    play(Step(shows("Jira: SUP-1"), act=shows("Salesforce: new case")))
    assert pulls == ["pull"]


def test_a_step_that_only_looks_asks_for_no_pull(play, pulls):
    play(Step(shows("Jira: SUP-1")))
    assert pulls == []


def test_a_change_that_jira_tells_of_asks_for_no_pull(play, pulls):
    play(Step(shows("Salesforce: new subject"), act=shows("Jira: new summary"), pushed=True))
    assert pulls == []


def test_the_other_side_is_looked_at_until_it_shows_the_change(play):
    assert play(Step(shows_after(3, "Jira: SUP-1"), act=shows("done")))[0].good


def test_a_step_that_is_never_read_back_tells_what_was_seen_instead(play):
    outcome = play(Step(never, act=shows("Salesforce: new subject")), seconds=0.05)[0]
    assert not outcome.good
    assert "SUP-1 summary “old”" in outcome.read


def test_nothing_is_played_after_a_step_that_failed(play):
    outcomes = play(Step(never), Step(shows("Jira: SUP-1")), seconds=0.05)
    assert [outcome.good for outcome in outcomes] == [False]


def test_a_refusal_of_a_system_fails_the_step(play):
    def refused(story):
        raise requests.HTTPError("400 Client Error: Bad Request")

    outcome = play(Step(shows("Jira: SUP-1"), act=refused))[0]
    assert not outcome.good
    assert "400" in outcome.read


def test_a_transition_that_jira_does_not_offer_fails_the_step(play):
    def not_offered(story):
        raise LookupError("SUP-1 has no transition to Done")

    outcome = play(Step(shows("Salesforce: Closed"), act=not_offered))[0]
    assert not outcome.good
    assert "no transition to Done" in outcome.read


def test_a_process_that_ends_ends_the_waiting(play):
    def worker_is_gone():
        raise Ended("worker", 1)

    with pytest.raises(Ended):
        play(Step(never, act=shows("done")), check=worker_is_gone)


def test_the_table_keeps_long_texts_in_their_columns():
    long = "Salesforce: " + "word " * 30
    lines = (table.heading() + "\n" + table.row(Outcome(long, "Jira: SUP-1", good=True))).split(
        "\n"
    )
    assert max(map(len, lines)) <= 120
    assert {line.index("|") for line in lines if "|" in line} == {45}


def test_the_table_says_which_step_failed():
    assert table.row(Outcome("done", "seen", good=False)).endswith("FAILED")
