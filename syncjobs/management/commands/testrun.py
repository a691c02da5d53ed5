"""Shows what a sync would write."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connector.errors import RemoteError
from syncjobs.looking import Unusable, look, synchronized_item
from syncjobs.testrun import Outcome, try_issue, try_record

COLUMNS = ("side", "kind", "target", "from", "to")
# As much of a value as a column of the table shows; --json shows all of it.
WIDEST = 60


class Command(BaseCommand):
    """Both systems are only read, and nothing but their metadata is remembered."""

    help = "Shows what a sync would write on either side, and writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("item", metavar="ITEM", help="the name of a published item")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--record", metavar="ID", help="a record, by its 15 or 18 characters")
        which.add_argument("--issue", metavar="KEY", help="an issue, by its key")
        parser.add_argument("--json", action="store_true", help="print one object")

    def handle(self, *args: Any, item: str, **options: Any) -> None:
        try:
            run = look(synchronized_item(item))
            if options["record"] is not None:
                outcome = try_record(run, options["record"])
            else:
                outcome = try_issue(run, options["issue"])
        except Unusable as error:
            raise CommandError(str(error)) from error
        except RemoteError as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(json.dumps(outcome.to_json(), indent=2, ensure_ascii=False))
        else:
            self.stdout.write(_readable(outcome))


def _readable(outcome: Outcome) -> str:
    record, issue = outcome.record or "no record", outcome.issue or "no issue"
    lines = [f"{outcome.item}: {record}, {issue}"]
    operations = [each.to_json() for each in outcome.planned.operations]
    lines += _table([[_short(row[name]) for name in COLUMNS] for row in operations])
    lines += [f"Note on {note.target}: {note.reason}" for note in outcome.planned.notes]
    return "\n".join(lines)


def _table(rows: list[list[str]]) -> list[str]:
    if not rows:
        return ["A sync would write nothing."]
    rows = [list(COLUMNS), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return [
        "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _short(value: str | None) -> str:
    text = " ".join((value or "").split()) or "–"
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
