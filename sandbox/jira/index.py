"""What search knows: with a lag, the issues as they were; without, the issues themselves."""

import copy
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.jira.entities import Issue

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState


class SearchIndex:
    """Issues by the time they changed last, and old states of those changed within the lag."""

    def __init__(self, site: "SiteState") -> None:
        self._site = site
        self.lag = 0.0
        # Whether time has only gone forward. Otherwise the order of changes says nothing.
        self.ordered = True
        # Issues in the order of their last change.
        self._recent: dict[int, None] = {}
        self._last_change: datetime | None = None
        # For issues with changes that search hasn't seen: the state it sees (None: no issue yet),
        # and the later states with the time each becomes visible.
        self._seen: dict[int, Issue | None] = {}
        self._pending: dict[int, deque[tuple[datetime, Issue]]] = {}

    @contextmanager
    def changing(self, issue: Issue) -> Iterator[None]:
        """Note the state before and after a change."""
        fresh = issue.id not in self._site.issues
        if self.lag and issue.id not in self._seen:
            self._seen[issue.id] = None if fresh else _state(issue)
            self._pending[issue.id] = deque()
        before = issue.updated
        yield
        if fresh or issue.updated != before:
            self._moved_up(issue)
        if issue.id in self._seen:
            due = self._site.now() + timedelta(seconds=self.lag)
            self._pending[issue.id].append((due, _state(issue)))

    def forget(self, issue: Issue) -> None:
        """Drop a deleted issue."""
        self._recent.pop(issue.id, None)
        self._seen.pop(issue.id, None)
        self._pending.pop(issue.id, None)

    def visible(self, issue: Issue, *, fresh: bool = False) -> Issue | None:
        """Return the issue as search sees it now; `fresh` sees through the lag."""
        if fresh or issue.id not in self._seen:
            return issue
        pending = self._pending[issue.id]
        now = self._site.now()
        while pending and pending[0][0] <= now:
            self._seen[issue.id] = pending.popleft()[1]
        if pending:
            return self._seen[issue.id]
        del self._seen[issue.id], self._pending[issue.id]
        return issue

    def changed_since(self, moment: datetime) -> Iterable[Issue]:
        """Return at least the issues changed since then, and those search sees an old state of."""
        if not self.ordered:
            return list(self._site.issues.values())
        issues = self._site.issues
        found: dict[int, Issue] = {}
        for id in reversed(self._recent):
            if issues[id].updated < moment:
                break
            found[id] = issues[id]
        return list(found.values())

    def _moved_up(self, issue: Issue) -> None:
        now = self._site.now()
        if self._last_change and now < self._last_change:
            self.ordered = False
        self._last_change = now
        self._recent.pop(issue.id, None)
        self._recent[issue.id] = None


def _state(issue: Issue) -> Issue:
    state = copy.copy(issue)
    for name in ("values", "properties", "comments", "attachments", "worklogs", "links"):
        setattr(state, name, copy.copy(getattr(issue, name)))
    return state
