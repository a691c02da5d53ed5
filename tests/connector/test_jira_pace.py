"""Calls leave no faster than Jira Cloud allows."""

import threading
from itertools import pairwise

import pytest

from connector.jira.pace import ISSUES_REMEMBERED, Pace


class Time:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time) -> Pace:
    return Pace(time, time.pause)


def leave(pace: Pace, time: Time, count: int, method: str, issue: str = "") -> list[float]:
    moments = []
    for _ in range(count):
        pace.wait(method, issue)
        moments.append(time.now)
    return moments


def most_within(moments: list[float], span: float) -> int:
    # A hair less than the span, because the moments are sums of floats.
    return max(sum(1 for m in moments if start <= m < start + span - 1e-6) for start in moments)


def test_one_issue_gets_at_most_20_writes_in_2_seconds_and_100_in_30(pace, time):
    moments = leave(pace, time, 300, "POST", "10042")
    assert most_within(moments, 2) <= 20
    assert most_within(moments, 30) <= 100


def test_a_first_sync_with_150_comments_keeps_to_three_writes_a_second(pace, time):
    moments = leave(pace, time, 150, "POST", "10042")
    assert (moments[-1] - moments[0]) / 150 <= 1 / 3
    assert most_within(moments, 30) <= 90


def test_a_few_writes_to_an_issue_leave_at_once(pace, time):
    moments = leave(pace, time, 18, "PUT", "10042")
    assert moments[0] == moments[-1]


def test_another_issue_does_not_wait_for_a_full_one(pace, time):
    leave(pace, time, 18, "PUT", "1")
    before = time.now
    pace.wait("PUT", "2")
    assert time.now == before


@pytest.mark.parametrize(
    ("method", "limit"), [("GET", 100), ("POST", 100), ("PUT", 50), ("DELETE", 50)]
)
def test_a_site_gets_no_more_calls_a_second_than_it_takes(pace, time, method, limit):
    moments = leave(pace, time, 400, method)
    assert most_within(moments, 1) <= limit
    assert moments[-1] - moments[0] <= 400 / limit * 1.1


def test_methods_have_limits_of_their_own(pace, time):
    leave(pace, time, 47, "PUT")
    before = time.now
    pace.wait("GET")
    assert time.now == before


def test_a_waiting_issue_does_not_slow_down_the_site():
    """A turn far ahead, taken for one issue, must not count against calls that leave now."""
    time = Time()
    waited: list[float] = []
    pace = Pace(time, waited.append)
    for _ in range(100):
        pace.wait("POST", "1")
    waited.clear()
    time.now += 100
    for _ in range(90):
        pace.wait("POST")
    assert waited == []


def test_threads_share_the_turns():
    time = Time()
    waits: list[float] = []
    pace = Pace(time, waits.append)
    threads = [threading.Thread(target=pace.wait, args=("PUT",)) for _ in range(60)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(waits) == 60 - 47


def test_issues_are_forgotten_oldest_first(pace, time):
    leave(pace, time, 18, "PUT", "first")
    for number in range(ISSUES_REMEMBERED):
        pace.wait("GET", str(number))
    before = time.now
    pace.wait("POST", "first")
    assert time.now == before


def test_turns_never_run_backwards(pace, time):
    moments = leave(pace, time, 200, "POST", "1")
    assert all(earlier <= later for earlier, later in pairwise(moments))
