"""Links existing pairs in bulk."""

import csv
import io
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connector.errors import RemoteError
from syncjobs.bulk_link import Linked, Wish, link_records
from syncjobs.looking import Unusable, look, synchronized_item
from syncjobs.wake import wake_orgs

COLUMNS = ("issue", "record")
Refusal = tuple[int, str]


class Command(BaseCommand):
    """The first sync of a linked pair takes Salesforce's values."""

    help = "Links existing issues and records from a CSV file with the columns issue and record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", help="UTF-8; commas or semicolons")
        parser.add_argument("--item", metavar="NAME", required=True, help="the item to link under")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be linked, and link nothing"
        )

    def handle(self, *args: Any, file: str, item: str, dry_run: bool, **options: Any) -> None:
        wishes, malformed = read_wishes(_text(file))
        try:
            row = synchronized_item(item)
            outcome = link_records(look(row), wishes, dry_run=dry_run)
        except Unusable as error:
            raise CommandError(str(error)) from error
        except RemoteError as error:
            raise CommandError(error.message) from error
        if outcome.pairs and not dry_run:
            wake_orgs([row.salesforce_id])
        self._report(outcome, sorted([*outcome.refused, *malformed]), dry_run=dry_run)

    def _report(self, outcome: Linked, refused: list[Refusal], *, dry_run: bool) -> None:
        would = "would be linked" if dry_run else "linked"
        for number, key, record_id in sorted(outcome.pairs):
            self.stdout.write(f"line {number}: {key} – {record_id} {would}")
        for number, reason in refused:
            self.stderr.write(f"line {number}: {reason}")
        if outcome.problem:
            self.stderr.write(f"Notes and remote links follow with a sync: {outcome.problem}")
        prefix = "would be " if dry_run else ""
        self.stdout.write(f"{prefix}linked {len(outcome.pairs)}, refused {len(refused)}")
        if refused:
            raise SystemExit(1)


def read_wishes(text: str) -> tuple[list[Wish], list[Refusal]]:
    """Read the lines of a file; those that can't be read come with a reason.

    Raises CommandError when the header names no `issue` and `record`.
    """
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip().casefold() for name in next(rows, [])]
    if any(names.count(column) != 1 for column in COLUMNS):
        raise CommandError("The first line has to name the columns issue and record, once each.")
    wishes: list[Wish] = []
    malformed: list[Refusal] = []
    number = rows.line_num + 1
    for row in rows:
        if any(cell.strip() for cell in row):
            values = dict(zip(names, (cell.strip() for cell in row), strict=False))
            issue, record = (values.get(column, "") for column in COLUMNS)
            if len(row) == len(names) and issue and record:
                wishes.append(Wish(number, issue, record))
            else:
                malformed.append((number, "The line needs an issue and a record, and no more."))
        number = rows.line_num + 1
    return wishes, malformed


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not UTF-8. Save it as CSV UTF-8.") from error
