import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connector.models import SmartConnectedItem
from syncjobs.models import SyncRun
from syncjobs.pull import items_to_pull, pull

COUNTS = (
    "created",
    "updated",
    "unchanged",
    "comments",
    "attachments",
    "statuses",
    "skipped",
    "failed",
    "salesforce_calls",
    "jira_calls",
    "seconds",
)


class Command(BaseCommand):
    help = "Runs the scheduled pull now, in this process: all items, or those named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("items", nargs="*", metavar="ITEM", help="The name of an item.")
        parser.add_argument("--json", action="store_true", help="Print a list of objects.")

    def handle(self, *args: Any, **options: Any) -> None:
        items = _chosen(options["items"])
        runs = pull(items, SyncRun.Trigger.COMMAND)
        results = [_result(run) for run in runs]
        if options["json"]:
            self.stdout.write(json.dumps(results, indent=2))
        elif results:
            self.stdout.write(_table(results))
        elif not items:
            self.stdout.write("There is no item to pull.")
        running = {item.name for item in items} - {result["item"] for result in results}
        for name in sorted(running):
            self.stderr.write(f"{name}: another process is pulling it at this moment.")
        for run in runs:
            if run.error:
                self.stderr.write(f"{run.item.name}: {run.error}")
        if any(run.failed or run.error for run in runs):
            raise SystemExit(1)


def _chosen(names: list[str]) -> list[SmartConnectedItem]:
    offered = {item.name: item for item in items_to_pull()}
    if not names:
        return list(offered.values())
    unknown = [name for name in names if name not in offered]
    if unknown:
        raise CommandError(
            f"There is no published and enabled item that synchronizes named {', '.join(unknown)}."
        )
    return [offered[name] for name in dict.fromkeys(names)]


def _result(run: SyncRun) -> dict[str, Any]:
    return {"item": run.item.name, **{name: getattr(run, name) for name in COUNTS}}


def _table(results: list[dict[str, Any]]) -> str:
    names = ["item", *COUNTS]
    rows = [[name.replace("_", " ") for name in names]]
    rows += [[str(result[name]) for name in names] for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)
