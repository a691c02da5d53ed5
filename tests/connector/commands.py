"""Runs management commands as a shell would see them."""

from typing import Any, NamedTuple

from django.core.management import call_command


class Ran(NamedTuple):
    code: Any
    out: str
    err: str


def run(capsys: Any, *arguments: str) -> Ran:
    """Run a command; `capsys` is pytest's fixture."""
    code: Any = 0
    try:
        call_command(*arguments)
    except SystemExit as exit_:
        code = exit_.code
    return Ran(code, *capsys.readouterr())
