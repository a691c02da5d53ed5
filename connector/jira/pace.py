"""Keeps our calls below the limits that Jira Cloud puts on a site and on each issue.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/ names 20 writes in 2 seconds and
100 in 30 seconds for one issue, and calls a second by method for a site. Ours are a little lower,
because calls that leave evenly may arrive closer together.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence

# (calls, within seconds)
SITE_LIMITS: dict[str, tuple[tuple[int, float], ...]] = {
    "GET": ((95, 1.0),),
    "POST": ((95, 1.0),),
    "PUT": ((47, 1.0),),
    "DELETE": ((47, 1.0),),
}
ISSUE_LIMITS = ((18, 2.0), (90, 30.0))
ISSUES_REMEMBERED = 2_000


class Pace:
    """Makes callers wait for their turn. One per connection and process; safe among threads.

    `clock` gives seconds that never run backwards, `pause` waits for some.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._methods = {method: _Turns(limits) for method, limits in SITE_LIMITS.items()}
        self._issues: OrderedDict[str, _Turns] = OrderedDict()

    def wait(self, method: str, issue: str = "") -> None:
        """Return when a call may leave; `issue` is the id of the issue it writes to, if any."""
        if issue:
            self._wait_for(self._of(issue))
        if method in self._methods:
            self._wait_for(self._methods[method])

    def _wait_for(self, turns: "_Turns") -> None:
        with self._lock:
            now = self._clock()
            turn = turns.take(now)
        if turn > now:
            self._pause(turn - now)

    def _of(self, issue: str) -> "_Turns":
        with self._lock:
            turns = self._issues.setdefault(issue, _Turns(ISSUE_LIMITS))
            self._issues.move_to_end(issue)
            if len(self._issues) > ISSUES_REMEMBERED:
                self._issues.popitem(last=False)
        return turns


class _Turns:
    """The latest turns given out under some limits; a turn may lie in the future."""

    def __init__(self, limits: Sequence[tuple[int, float]]) -> None:
        self._limits = limits
        self._taken: deque[float] = deque(maxlen=max(calls for calls, _ in limits))

    def take(self, now: float) -> float:
        """Take the first turn that is free, now or later, and say when it is."""
        taken = self._taken
        free = (taken[-calls] + span for calls, span in self._limits if len(taken) >= calls)
        turn = max(now, max(free, default=now))
        taken.append(turn)
        return turn
