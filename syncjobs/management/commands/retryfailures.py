"""Makes failed and waiting pairs due now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from connector.models import SmartConnectedItem
from syncjobs.models import DuePair
from syncjobs.wake import wake_orgs


class Command(BaseCommand):
    """Nothing is reconciled here: a worker is asked to, and the next pull does what is left."""

    help = "Makes failed and waiting pairs due now, of all items or of those named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--item", metavar="NAME", action="append", default=[], help="only pairs of this item"
        )

    def handle(self, *args: Any, item: list[str], **options: Any) -> None:
        pairs = DuePair.objects.all()
        if item:
            pairs = pairs.filter(item__in=_items(item))
        orgs = set(pairs.values_list("item__salesforce", flat=True).distinct())
        count = pairs.update(next_try_at=timezone.now())
        wake_orgs(orgs)
        self.stdout.write(f"{count} {'pair is' if count == 1 else 'pairs are'} due now.")


def _items(names: list[str]) -> list[SmartConnectedItem]:
    found = {row.name: row for row in SmartConnectedItem.objects.filter(name__in=names)}
    unknown = [name for name in dict.fromkeys(names) if name not in found]
    if unknown:
        raise CommandError(f"There is no item named {', '.join(unknown)}.")
    return list(found.values())
