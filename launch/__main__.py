"""Runs web, worker and beat against what the environment names: `python -m launch`."""

import argparse
import os
import subprocess
import sys

from django.conf import settings

from config.celery import app
from launch import ports, programs, readiness
from launch.supervisor import Ended, NotReady, StopAsked, Supervisor

READY_SECONDS = 60.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104


class CannotStart(Exception):
    """Nothing was started; the message says why and what to do."""


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 after Ctrl-C or SIGTERM, else 1."""
    options = _parser().parse_args(arguments)
    try:
        with Supervisor(_print_line) as supervisor:
            _run(supervisor, options.host, options.port)
    except StopAsked:
        _print_line("launch", "Stopped.")
        return 0
    except CannotStart as error:
        _print_line("launch", str(error))
    except (Ended, NotReady) as error:
        _print_line("launch", f"{error}. All were stopped; the lines above say why.")
    return 1


def _run(supervisor: Supervisor, host: str, port: int) -> None:
    if not ports.is_free(port, host):
        raise CannotStart(f"Port {port} is taken. Stop what listens there, or give another PORT.")
    _migrate()
    environment = dict(os.environ)
    for program in (
        programs.web(host, port, environment),
        programs.worker(environment),
        programs.beat(environment),
    ):
        supervisor.start(program)
    address = f"http://{EVERYWHERE.get(host, host)}:{port}"
    _wait(supervisor, address)
    _print_line("launch", f"Ready: {address}/. Ctrl-C stops web, worker and beat.")
    supervisor.watch()


def _migrate() -> None:
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    try:
        subprocess.run(command, cwd=programs.ROOT, check=True)  # noqa: S603
    except subprocess.CalledProcessError as error:
        raise CannotStart("The database could not be migrated; the lines above say why.") from error


def _wait(supervisor: Supervisor, address: str) -> None:
    probe = f"{address}/health/ready"
    # Django only answers to its own names.
    name = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else ""
    host = "" if name == "*" else name
    what = f"The web server, its database and its broker ({probe})"
    supervisor.wait_for(what, lambda: readiness.answers(probe, host), READY_SECONDS)
    supervisor.wait_for("The worker", lambda: readiness.has_worker(app), READY_SECONDS)


def _print_line(name: str, line: str) -> None:
    print(f"{name:<6} | {line}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m launch", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the web server (8000)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (127.0.0.1: this machine only)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
