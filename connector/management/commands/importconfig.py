"""Applies a configuration document."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand
from django.db import transaction

from connector.document.online import Outcome, check_online
from connector.document.parse import parse
from connector.document.problems import DocumentRefused, Problem
from connector.document.store import Counts, apply, stored, stored_variables
from connector.document.text import decode
from connector.rotation import UNREADABLE

STANDARD_INPUT = "-"


class Command(BaseCommand):
    """Exit 1 and one line per mistake, and nothing is changed, when the document is refused."""

    help = "Applies a configuration document: creates or updates what it names, and publishes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE|-", help="the document; - reads standard input")
        parser.add_argument("--check", action="store_true", help="only validate; change nothing")
        parser.add_argument(
            "--offline", action="store_true", help="skip the checks that ask Salesforce and Jira"
        )

    def handle(self, *args: Any, file: str, check: bool, offline: bool, **options: Any) -> None:
        try:
            counts = _import(_read(file), check=check, offline=offline)
        except DocumentRefused as refused:
            self._complain(refused.problems)
            sys.exit(1)
        except InvalidToken:
            self.stderr.write(UNREADABLE)
            sys.exit(1)
        if check:
            self.stdout.write("The document is valid. Nothing was changed; an import would say:")
        for name, count in vars(counts).items():
            self.stdout.write(f"{name} {count}")

    def _complain(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.stderr.write(" ".join(str(problem).split()))
        self.stderr.write("Nothing was changed.")


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        why = error.strerror or "it can't be read"
        raise DocumentRefused([Problem(file, f"the file can't be read: {why}")]) from None
    return decode(data)


def _import(text: str, *, check: bool, offline: bool) -> Counts:
    """The systems are asked before the transaction, which would stay open as long as they take."""
    # A variable of an exported secret that is set nowhere stands for the secret that is stored,
    # so that importing an export changes nothing.
    environment = {**stored_variables(), **os.environ}
    document = parse(text, environment=environment, stored=stored())
    outcome = Outcome() if offline else check_online(document)
    if outcome.problems:
        raise DocumentRefused(outcome.problems)
    with transaction.atomic():
        counts = apply(document, first_published=outcome.times)
        transaction.set_rollback(check)
    return counts
