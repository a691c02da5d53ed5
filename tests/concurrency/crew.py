"""Worker processes as an operator runs them, that a test may kill."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
from celery import Celery

from launch.programs import ROOT, worker

# Longer than a lease, on a machine that has much else to do.
PATIENCE_SECONDS = 150.0
LOOK_SECONDS = 0.05
_LINE = re.compile(r"Task syncjobs\.tasks\.(\w+)\[[\w-]+\] (received|succeeded|raised|retry)")


@dataclass
class Worker:
    """One worker with a process group of its own, and what it says in a file."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    @property
    def task(self) -> str:
        """The name of the task that it is at; empty when it has none."""
        lines = _LINE.findall(self.said)
        return str(lines[-1][0]) if lines and lines[-1][1] == "received" else ""

    def kill(self) -> None:
        """Kill the worker and its child at once: nothing is finished or told to anybody."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Crew:
    """Some workers of one broker; `workers` are those that live."""

    def __init__(self, environment: Mapping[str, str], folder: Path, broker_url: str) -> None:
        self.workers: list[Worker] = []
        self.all: list[Worker] = []
        self._environment = dict(environment)
        self._folder = folder
        self._queue = redis.Redis.from_url(broker_url)
        self._office = Celery("office", broker=broker_url)
        self._office.conf.task_ignore_result = True

    def hire(self, count: int) -> None:
        """Start so many workers; `ready` waits for them."""
        for _ in range(count):
            number = len(self.all)
            program = worker(self._environment)
            options = ["--concurrency", "1", "--hostname", f"worker{number}@test"]
            log = self._folder / f"worker{number}.log"
            with log.open("wb") as file:
                process = subprocess.Popen(
                    [*program.command, *options],
                    cwd=ROOT,
                    env={**os.environ, **program.environment},
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            self.workers.append(Worker(process, log))
            self.all.append(self.workers[-1])

    def ready(self) -> None:
        """Wait until all that live take tasks."""
        until(lambda: all(" ready." in each.said for each in self.workers), "the workers are ready")

    def send(self, task: str, argument: int) -> None:
        """Put a task of the product into the queue."""
        self._office.send_task(f"syncjobs.tasks.{task}", args=(argument,))

    def waiting(self) -> int:
        """Return how many tasks nobody has taken yet."""
        return int(str(self._queue.llen("celery")))

    def kill(self, victim: Worker) -> None:
        """Kill one and have another start in its place."""
        victim.kill()
        self.workers.remove(victim)
        self.hire(1)

    def rest(self) -> None:
        """Wait until everything that was sent is done."""
        until(
            lambda: not self.waiting() and not any(each.task for each in self.workers),
            "the workers have nothing to do",
        )

    def dismiss(self) -> None:
        """End them all."""
        for each in list(self.workers):
            each.kill()
        self.workers.clear()
        self._queue.close()


@contextmanager
def a_crew(environment: Mapping[str, str], folder: Path, broker_url: str) -> Iterator[Crew]:
    """Yield a crew without workers, which ends with the block."""
    crew = Crew(environment, folder, broker_url)
    try:
        yield crew
    finally:
        crew.dismiss()


def until(true: Callable[[], bool], what: str) -> None:
    """Wait until something is true; fail with `what` when it never is."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < give_up, f"waited in vain until {what}"
        time.sleep(LOOK_SECONDS)
