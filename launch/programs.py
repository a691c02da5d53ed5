"""The three processes of the connector, as the supervisor starts them."""

import sys
from collections.abc import Mapping
from pathlib import Path

from launch.supervisor import Program

ROOT = Path(__file__).resolve().parent.parent


def web(host: str, port: int, environment: Mapping[str, str]) -> Program:
    # No access log: the addresses of panels carry their tokens. No control socket: all servers
    # of one user would share it.
    options = ["--workers", "2", "--threads", "4", "--no-control-socket"]
    bind = ["--bind", f"{host}:{port}"]
    return _program(
        "web", _module("gunicorn", "config.wsgi:application", *bind, *options), environment
    )


def worker(environment: Mapping[str, str]) -> Program:
    return _program("worker", _celery("worker"), environment)


def beat(environment: Mapping[str, str]) -> Program:
    return _program("beat", _celery("beat"), environment)


def manage(name: str, arguments: list[str], environment: Mapping[str, str]) -> Program:
    """A management command that stays."""
    return _program(name, [sys.executable, "manage.py", *arguments], environment)


def _celery(kind: str) -> list[str]:
    return _module("celery", "-A", "config", kind, "--loglevel", "INFO")


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


def _program(name: str, command: list[str], environment: Mapping[str, str]) -> Program:
    # Lines reach the log when they are written, not when a buffer is full.
    return Program(name, command, {**environment, "PYTHONUNBUFFERED": "1"}, ROOT)
