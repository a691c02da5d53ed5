"""Prints the configuration as a document."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand

from connector.document.dump import dump
from connector.document.store import UnknownItem, export
from connector.rotation import UNREADABLE


class Command(BaseCommand):
    """Secrets appear as `{"env": "NAME"}`; importing the document again changes nothing."""

    help = "Prints the published configuration as a document, without secrets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--item",
            metavar="NAME",
            nargs="+",
            action="extend",
            default=[],
            help="only these items and the connections they need",
        )

    def handle(self, *args: Any, item: list[str], **options: Any) -> None:
        try:
            exported = export(item)
        except UnknownItem as error:
            self.stderr.write(str(error))
            sys.exit(1)
        except InvalidToken:
            self.stderr.write(UNREADABLE)
            sys.exit(1)
        for name in exported.unpublished:
            self.stderr.write(f"{name} was never published, so it is left out.")
        self.stdout.write(json.dumps(dump(exported.document), indent=2, ensure_ascii=False))
