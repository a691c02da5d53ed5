"""Registers the webhooks through which Jira tells of changes."""

from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from connector.models import JiraConnection
from connector.rotation import UNREADABLE
from syncjobs.registration import Failed, Outcome, register, warnings


class Command(BaseCommand):
    """Exit 1 if any webhook can't be registered; the others are. Safe to run again."""

    help = "Registers or repairs the webhook of every Jira connection, or of those named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="a Jira connection's name")

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        try:
            connections = _chosen(names)
        except InvalidToken:
            raise CommandError(UNREADABLE) from None
        if not connections:
            self.stdout.write("There are no Jira connections yet.")
        done = [self._register(connection) for connection in connections]
        if not all(done):
            raise SystemExit(1)

    def _register(self, connection: JiraConnection) -> bool:
        try:
            outcome = register(connection)
        except Failed as failed:
            self.stderr.write(f"{connection.name}: FAILED. {failed}")
            return False
        self.stdout.write(f"{connection.name}: {outcome}")
        if outcome is not Outcome.NOT_NEEDED:
            for sentence in warnings(connection):
                self.stderr.write(f"{connection.name}: {sentence}")
        else:
            self.stdout.write("  No published item of it takes anything over from Jira.")
        return True


def _chosen(names: list[str]) -> list[JiraConnection]:
    rows = {row.name: row for row in JiraConnection.objects.order_by("name")}
    unknown = [name for name in names if name not in rows]
    if unknown:
        raise CommandError(f"There is no Jira connection named {', '.join(unknown)}.")
    return [rows[name] for name in dict.fromkeys(names)] if names else list(rows.values())
