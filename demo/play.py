"""Plays the steps of a story and reads back what became of each."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import requests

from demo.story import NotYet, Step, Story

LOOK_SECONDS = 0.25
# A pull that met a running one does nothing, so it is asked for again.
PULL_AGAIN_SECONDS = 5.0


@dataclass(frozen=True)
class Outcome:
    """What was done (empty: nothing for this step), what was read back, and if that was right."""

    done: str
    read: str
    good: bool


def play(
    story: Story,
    steps: Sequence[Step],
    pull: Callable[[], None],
    give_up: float,
    check: Callable[[], None],
) -> Iterator[Outcome]:
    """Yield an outcome for each step until one goes wrong; the steps after it build on it.

    `pull` asks a worker for a pull; `give_up` is the time on the monotonic clock after which
    nothing is waited for; `check` raises when a process that all this needs has ended.
    """
    for step in steps:
        outcome = _play_one(story, step, pull, give_up, check)
        yield outcome
        if not outcome.good:
            return


def _play_one(
    story: Story,
    step: Step,
    pull: Callable[[], None],
    give_up: float,
    check: Callable[[], None],
) -> Outcome:
    done = ""
    try:
        if step.act:
            done = step.act(story)
        return Outcome(done, _read_back(story, step, pull, give_up, check), good=True)
    except NotYet as error:
        return Outcome(done, f"{error} – and then time was up", good=False)
    except (requests.RequestException, LookupError) as error:
        return Outcome(done, f"refused: {error}", good=False)


def _read_back(
    story: Story,
    step: Step,
    pull: Callable[[], None],
    give_up: float,
    check: Callable[[], None],
) -> str:
    wants_pull = step.act and not step.pushed
    pull_at = 0.0 if wants_pull else time.monotonic() + PULL_AGAIN_SECONDS
    while True:
        check()
        if time.monotonic() >= pull_at:
            pull()
            pull_at = time.monotonic() + PULL_AGAIN_SECONDS
        try:
            return step.read(story)
        except NotYet:
            if time.monotonic() > give_up:
                raise
            time.sleep(LOOK_SECONDS)
