"""Runs several programs as one: they start together, and the end of one is the end of all."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

# Gunicorn and Celery finish what they are at when they are asked to stop; then patience ends.
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.2
# Ctrl-C, a service manager, a terminal that is closed.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Takes the program's name and a line of its output, without the line's end.
Output = Callable[[str, str], None]


@dataclass(frozen=True)
class Program:
    """A program to run. `environment` is whole: nothing is added to it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    directory: Path


class Ended(Exception):
    """A program that should have stayed ended by itself."""

    def __init__(self, name: str, status: int) -> None:
        # A negative status is the number of the signal that ended it.
        how = f"by signal {-status}" if status < 0 else f"with status {status}"
        super().__init__(f"{name} ended {how}")
        self.name = name
        self.status = status


class NotReady(Exception):
    """Something did not come up in time."""


class StopAsked(BaseException):
    """Somebody pressed Ctrl-C, sent SIGTERM or closed the terminal."""


@dataclass
class _Child:
    name: str
    process: subprocess.Popen[str]
    reader: threading.Thread


class Supervisor:
    """Starts programs and stops all of them, last one first, when it is left.

    While it is entered, each of STOP_SIGNALS raises StopAsked in the main thread.
    """

    def __init__(self, output: Output, stop_seconds: float = STOP_SECONDS) -> None:
        self._output = output
        self._stop_seconds = stop_seconds
        self._children: list[_Child] = []
        self._handlers: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        for number in STOP_SIGNALS:
            self._handlers[number] = signal.signal(number, _raise_stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A second Ctrl-C must not leave half of them running; stopping takes bounded time.
        for number in self._handlers:
            signal.signal(number, signal.SIG_IGN)
        try:
            self._stop_all()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)  # type: ignore[arg-type]

    def start(self, program: Program) -> None:
        """Start a program in a session of its own, out of reach of the terminal's Ctrl-C."""
        process = subprocess.Popen(  # noqa: S603
            program.command,
            cwd=program.directory,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        assert process.stdout is not None
        reader = threading.Thread(
            target=self._read, args=(program.name, process.stdout), daemon=True
        )
        reader.start()
        self._children.append(_Child(program.name, process, reader))

    def check(self) -> None:
        """Raises Ended if one of the programs is no longer there."""
        for child in self._children:
            status = child.process.poll()
            if status is not None:
                child.reader.join(1)
                raise Ended(child.name, status)

    def watch(self) -> None:
        """Stay until a program ends (raises Ended) or somebody asks to stop (StopAsked)."""
        while True:
            self.check()
            time.sleep(LOOK_SECONDS)

    def wait_for(self, what: str, ready: Callable[[], bool], seconds: float) -> None:
        """Return as soon as `ready` says so. Raises NotReady after so many seconds, or Ended."""
        give_up = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > give_up:
                raise NotReady(f"{what} was not ready within {seconds:.0f} seconds")
            time.sleep(LOOK_SECONDS)

    def _read(self, name: str, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._output(name, line.rstrip("\n"))

    def _stop_all(self) -> None:
        """Stop one after the other: what others stand on, such as the broker, goes last."""
        give_up = time.monotonic() + self._stop_seconds
        while self._children:
            child = self._children.pop()
            _signal_group(child.process, signal.SIGTERM)
            try:
                child.process.wait(max(0.1, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._output(child.name, "did not stop when asked and is ended")
            # Whatever it left behind in its group goes with it.
            _signal_group(child.process, signal.SIGKILL)
            child.process.wait()
            child.reader.join(1)


def _raise_stop(number: int, frame: FrameType | None) -> None:
    raise StopAsked


def _signal_group(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
