"""Logs in to every connection and says how each is doing."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand

from connector.checks import check_jira, check_salesforce
from connector.errors import RemoteError
from connector.models import Connection, JiraConnection, SalesforceConnection
from connector.quota import limits_of
from connector.rotation import UNREADABLE

C = TypeVar("C", SalesforceConnection, JiraConnection)
Report = dict[str, Any]

KINDS = {"salesforce": "Salesforce", "jira": "Jira"}


class Command(BaseCommand):
    """Exit 1 if any connection fails. A success ends a connection's pause."""

    help = "Logs in to every connection, and prints where it leads or what is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        reports = [
            *_checked(SalesforceConnection, "salesforce", check_salesforce),
            *_checked(JiraConnection, "jira", check_jira),
        ]
        if options["json"]:
            self.stdout.write(json.dumps(reports, indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(reports)))
        if not all(report["ok"] for report in reports):
            sys.exit(1)


def _checked(model: type[C], kind: str, check: Callable[[C], None]) -> Iterator[Report]:
    rows = model._default_manager.order_by("name").values_list("pk", "name")
    for pk, name in list(rows):
        report = _report(name, kind)
        try:
            connection = model._default_manager.get(pk=pk)
            check(connection)
            report.update(_found(connection))
        except RemoteError as error:
            report["error"] = error.message
        except InvalidToken:
            report["error"] = UNREADABLE
        report["ok"] = not report["error"]
        yield report


def _report(name: str, kind: str) -> Report:
    empty = dict.fromkeys(("org_name", "org_id", "instance_url", "site_title", "error"), "")
    return {"name": name, "kind": kind, "ok": False, **empty, "degraded": []}


def _found(connection: Connection) -> Report:
    keys = ("org_name", "org_id", "instance_url", "site_title")
    found = {key: getattr(connection, key) for key in keys if hasattr(connection, key)}
    return {**found, "degraded": limits_of(connection)}


def _lines(reports: Iterable[Report]) -> Iterator[str]:
    reports = list(reports)
    if not reports:
        yield "There are no connections yet. Add them in the admin or with importconfig."
    for report in reports:
        yield f"{KINDS[report['kind']]} {report['name']}: {_sentence(report)}"
        yield from (f"  {sentence}" for sentence in report["degraded"])


def _sentence(report: Report) -> str:
    if not report["ok"]:
        return f"FAILED. {report['error']}"
    if report["kind"] == "jira":
        return f"ok. {report['site_title']}"
    return f"ok. {report['org_name']} ({report['org_id']}) at {report['instance_url']}"
