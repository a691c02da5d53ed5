"""Programs that a test starts as people do, and that end with it."""

import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pytest

from launch.programs import ROOT

Process = subprocess.Popen[str]
PATIENCE = 150


@contextmanager
def starter(environment: Mapping[str, str]) -> Iterator[Callable[[Sequence[str]], Process]]:
    """Yield a function that starts a command in the checkout, its output on one pipe."""
    started: list[tuple[Process, threading.Timer]] = []

    def start(command: Sequence[str]) -> Process:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # A hanging process must fail its test instead of holding up the suite.
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        started.append((process, watchdog))
        return process

    yield start
    for process, watchdog in started:
        if process.poll() is None:
            process.terminate()
            process.communicate()
        watchdog.cancel()


def output_until(process: Process, text: str) -> str:
    """Return what the process says up to the line with `text`; fail if it ends before."""
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if text in line:
            return "".join(lines)
    return pytest.fail(f"it ended without “{text}”:\n{''.join(lines[-30:])}")


def all_output(process: Process) -> str:
    """Return what the process still says until it ends."""
    output, _ = process.communicate()
    return output
