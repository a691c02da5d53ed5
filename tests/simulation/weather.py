"""What may go wrong with a call or a write while a schedule runs, by the dice of its seed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import requests

from tests.network import answer
from tests.world import JIRA, World

# Until a dead worker is succeeded, what is left of it may only undo what wasn't committed.
UNDOING = ("ROLLBACK", "RELEASE", "SELECT")
WRITING = ("INSERT", "UPDATE", "DELETE")


class WorkerDied(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


class Weather:
    """Breaks calls and kills the worker. `chance` is that of trouble at any one call or write.

    `between` is called before some calls: people don't wait until a worker has finished. `troubles`
    counts what went wrong.
    """

    def __init__(self, dice: Random, world: World, between: Callable[[], None]) -> None:
        self.dice = dice
        self.world = world
        self.between = between
        self.chance = 0.0
        self.troubles = 0
        self.dead = False
        self._people_act = False
        world.network.faults.append(self._before_call)
        world.network.losses.append(self._after_call)

    def revive(self) -> None:
        """Another worker takes over."""
        self.dead = False

    def _strikes(self, share: float = 1.0) -> bool:
        struck = self.dice.random() < self.chance * share
        self.troubles += struck
        return struck

    def _die(self) -> None:
        self.dead = True
        raise WorkerDied

    def _before_call(self, request: requests.PreparedRequest) -> requests.Response | None:
        if self.dead:
            raise WorkerDied
        self.world.clock.shift(self.dice.uniform(0.02, 0.4))
        if self.chance and self.dice.random() < 0.03:
            self.between()
        return self._trouble(request) if self._strikes() else None

    def _trouble(self, request: requests.PreparedRequest) -> requests.Response | None:
        kind = self.dice.choice(("die", "time-out", "429", "503", "token"))
        if kind == "die":
            self._die()
        if kind == "time-out":
            raise requests.ConnectTimeout("no connection", request=request)
        if kind == "token":
            self.world.org.revoke_tokens()
            return None
        if kind == "429" and str(request.url).startswith(JIRA):
            return answer(request, 429, b"{}", {"Retry-After": str(self.dice.randint(1, 90))})
        return answer(request, 503, b"unavailable")

    def _after_call(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        if not self._strikes():
            return
        if self.dice.random() < 0.5:
            self._die()
        raise requests.ReadTimeout("no answer", request=request)

    def on_query(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """An execute wrapper of Django's: the worker dies before or after a write."""
        if self.dead:
            if not sql.startswith(UNDOING):
                raise WorkerDied
            return execute(sql, params, many, context)
        writes = sql.startswith(WRITING)
        if writes and self._strikes(0.15):
            self._die()
        result = execute(sql, params, many, context)
        if writes and self._strikes(0.15):
            self._die()
        return result


@contextmanager
def stormy(weather: Weather, chance: float) -> Iterator[None]:
    """Let things go wrong in the block."""
    weather.chance = chance
    try:
        yield
    finally:
        weather.chance = 0.0
