"""Jira's request limits: writes per issue, and a burst per endpoint and method."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from math import ceil

from sandbox.clock import Clock
from sandbox.jira.errors import JiraError

PER_ISSUE = ((20, 2.0), (100, 30.0))
BURST = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}


class Limits:
    """Counts by the site's clock. `per_issue` and `burst` switch the two kinds on and off.

    `forced` holds answers to give before anything else: (seconds to wait, reason).
    """

    def __init__(self, clock: Clock, *, per_issue: bool) -> None:
        self._clock = clock
        self.per_issue = per_issue
        self.burst = False
        self.forced: deque[tuple[int, str]] = deque()
        self._writes: dict[int, deque[datetime]] = defaultdict(deque)
        self._calls: dict[tuple[str, str], deque[datetime]] = defaultdict(deque)

    def count_call(self, method: str, endpoint: str) -> None:
        """Count a request; raise 429 where it is one too many in its second."""
        if self.forced:
            raise too_many(*self.forced.popleft())
        if self.burst:
            log = self._calls[method, endpoint]
            self._take(log, ((BURST.get(method, 100), 1.0),), "jira-burst-based")

    def count_write(self, issue_id: int) -> None:
        """Count a write to an issue; raise 429 over 20 in 2 s or 100 in 30 s."""
        if self.per_issue:
            self._take(self._writes[issue_id], PER_ISSUE, "jira-per-issue-on-write")

    def _take(
        self, log: deque[datetime], windows: tuple[tuple[int, float], ...], reason: str
    ) -> None:
        now = self._clock.now()
        while log and now - log[0] >= timedelta(seconds=windows[-1][1]):
            log.popleft()
        for count, seconds in windows:
            start = now - timedelta(seconds=seconds)
            recent = [moment for moment in log if moment > start]
            if len(recent) >= count:
                free = recent[0] + timedelta(seconds=seconds) - now
                raise too_many(max(1, ceil(free.total_seconds())), reason)
        log.append(now)


def too_many(seconds: int, reason: str) -> JiraError:
    """Return the 429 that asks to wait so many seconds."""
    headers = {
        "Retry-After": str(seconds),
        "X-RateLimit-Remaining": "0",
        "RateLimit-Reason": reason,
    }
    return JiraError(429, "Rate limit exceeded.", headers=headers)
