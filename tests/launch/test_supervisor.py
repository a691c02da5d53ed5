"""Real programs under a real supervisor: small Python scripts that wait for each other's files."""

import fcntl
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from launch.supervisor import Ended, NotReady, Program, StopAsked, Supervisor

PATIENCE = 20.0


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervise(said):
    def build(**options):
        return Supervisor(lambda name, line: said.append((name, line)), **options)

    return build


@pytest.fixture
def script(tmp_path):
    """Builds a program from Python source; `sys`, `time` and `signal` are imported."""

    def build(name, source):
        path = tmp_path / f"{name}.py"
        path.write_text(f"import signal, sys, time\n{source}\n")
        return Program(name, [sys.executable, "-u", str(path)], dict(os.environ), tmp_path)

    return build


STAYS = "print('up')\ntime.sleep(600)"


def wait_until_said(supervisor, said, line):
    supervisor.wait_for(f"“{line}”", lambda: line in said, PATIENCE)


# Holds a lock for as long as it runs, which says so wherever its process ends up.
HOLDS = "import fcntl; f = open('held', 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held')\n"


def wait_until_free(path):
    give_up = time.monotonic() + PATIENCE
    with path.open("w") as file:
        while True:
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                assert time.monotonic() < give_up, "it still runs"
                time.sleep(0.02)


def test_lines_are_told_with_the_name_of_their_program(supervise, script, said):
    with supervise() as supervisor:
        supervisor.start(script("web", STAYS))
        wait_until_said(supervisor, said, ("web", "up"))
        supervisor.start(script("worker", "print('Grüße', file=sys.stderr)\n" + STAYS))
        wait_until_said(supervisor, said, ("worker", "Grüße"))


def test_the_end_of_one_program_is_told_with_its_name(supervise, script):
    with supervise() as supervisor:
        supervisor.start(script("web", STAYS))
        supervisor.start(script("worker", "sys.exit(3)"))
        with pytest.raises(Ended, match="worker ended with status 3"):
            supervisor.watch()


def test_a_program_that_ends_with_status_0_is_missed_too(supervise, script):
    with supervise() as supervisor:
        supervisor.start(script("beat", "pass"))
        with pytest.raises(Ended, match="beat ended with status 0"):
            supervisor.watch()


def test_a_program_that_is_killed_is_told_with_the_signal(supervise, script):
    with supervise() as supervisor:
        supervisor.start(script("worker", "import os; os.kill(os.getpid(), signal.SIGKILL)"))
        with pytest.raises(Ended, match="worker ended by signal 9"):
            supervisor.watch()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_sigterm_and_a_closed_terminal_end_the_watch(supervise, script, number):
    with supervise() as supervisor:
        supervisor.start(script("web", STAYS))
        threading.Timer(0.1, os.kill, (os.getpid(), number)).start()
        with pytest.raises(StopAsked):
            supervisor.watch()


def test_programs_are_stopped_in_order_last_one_first(supervise, script, said):
    tells = "signal.signal(signal.SIGTERM, lambda *_: (print('stopped'), sys.exit()))\n" + STAYS
    with supervise() as supervisor:
        for name in ("broker", "worker"):
            supervisor.start(script(name, tells))
            wait_until_said(supervisor, said, (name, "up"))
    assert said[2:] == [("worker", "stopped"), ("broker", "stopped")]


def test_a_failure_in_between_stops_the_programs_too(supervise, script, said, tmp_path):
    def start_and_fail():
        with supervise() as supervisor:
            supervisor.start(script("web", HOLDS + STAYS))
            wait_until_said(supervisor, said, ("web", "held"))
            raise LookupError

    with pytest.raises(LookupError):
        start_and_fail()
    wait_until_free(tmp_path / "held")


def test_a_program_that_ignores_sigterm_is_ended_in_the_end(supervise, script, said, tmp_path):
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + HOLDS + STAYS
    with supervise(stop_seconds=0.2) as supervisor:
        supervisor.start(script("worker", deaf))
        wait_until_said(supervisor, said, ("worker", "held"))
    assert ("worker", "did not stop when asked and is ended") in said
    wait_until_free(tmp_path / "held")


def test_children_of_a_program_go_with_it(supervise, script, said, tmp_path):
    parent = (
        "import subprocess\n"
        f"subprocess.Popen([sys.executable, '-uc', {HOLDS + 'import time; time.sleep(600)'!r}])\n"
        "time.sleep(600)"
    )
    with supervise() as supervisor:
        supervisor.start(script("web", parent))
        wait_until_said(supervisor, said, ("web", "held"))
    wait_until_free(tmp_path / "held")


def test_what_does_not_come_up_in_time_is_named(supervise, script):
    with supervise() as supervisor:
        supervisor.start(script("worker", STAYS))
        with pytest.raises(NotReady, match="The worker was not ready within 0 seconds"):
            supervisor.wait_for("The worker", lambda: False, 0.1)


def test_waiting_ends_when_a_program_ends(supervise, script):
    with supervise() as supervisor:
        supervisor.start(script("web", "sys.exit(1)"))
        with pytest.raises(Ended, match="web ended"):
            supervisor.wait_for("The web server", lambda: False, PATIENCE)


def test_the_former_signal_handlers_are_back_afterwards(supervise):
    former = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with supervise():
        pass
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == former


def test_a_program_s_environment_is_not_in_its_repr(script):
    secret = Program("web", ["true"], {"SECRET_KEY": "hidden-value"}, Path())
    assert "hidden-value" not in repr(secret)
