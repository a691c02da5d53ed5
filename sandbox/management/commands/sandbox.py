"""Serves a Jira site and a Salesforce org, with a small company in both, until Ctrl-C."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sandbox import company, server

ADDRESSES = """\
Salesforce   {salesforce}
             client id {client_id}, client secret {client_secret}
             user name {username}, password {password}, security token {security_token}
             a person: user name {person}, the same password
Jira         {jira}  ({deployment})
             {login}
             a person: {person_login}
For the connector
             EXTRA_HOSTS={hosts}
State is in memory only. Ctrl-C stops both."""
CREDENTIALS = {
    "client_id": "sandbox-client-id",
    "client_secret": "sandbox-client-secret",
    "username": "integration@acme.example",
    "password": "sandbox-password",
    "security_token": "sandbox-token",
    "person": "grace.miller@acme.example",
}


class Command(BaseCommand):
    """The sandbox command."""

    help = "Serve a sandbox Jira and a sandbox Salesforce."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--jira-port", type=int, default=8102, help="0 takes any free port")
        parser.add_argument("--salesforce-port", type=int, default=8101, help="0: any free port")
        parser.add_argument("--deployment", choices=["cloud", "data_center"], default="cloud")
        parser.add_argument(
            "--panel-url",
            default="",
            help="address framed on an issue's page; {key} stands for the issue's key",
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        running = self._start(options)
        end = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: end.set())
        company.fill(running.org, running.site)
        panel = options["panel_url"]
        if panel:
            running.site.panel_url = lambda key: panel.replace("{key}", key)
        self.stdout.write(self._told(running, options))
        self.stdout.flush()
        end.wait()
        running.stop()

    def _start(self, options: dict[str, Any]) -> server.Sandbox:
        try:
            return server.start(
                options["host"],
                options["jira_port"],
                options["salesforce_port"],
                options["deployment"],
            )
        except (OSError, SystemExit) as failure:
            raise CommandError(
                f"The sandbox cannot listen on {options['host']}, ports {options['jira_port']} and "
                f"{options['salesforce_port']} ({failure}). Choose others with --jira-port and "
                "--salesforce-port."
            ) from None

    def _told(self, running: server.Sandbox, options: dict[str, Any]) -> str:
        cloud = options["deployment"] == "cloud"
        login = (
            "e-mail connector@acme.example, API token sandbox-api-token"
            if cloud
            else "personal access token sandbox-pat"
        )
        person_login = (
            "e-mail jane@acme.example, API token sandbox-person-token"
            if cloud
            else "personal access token sandbox-person-token"
        )
        urls = [running.salesforce_url, running.jira_url]
        if cloud:
            urls.append(running.site.media_url.removesuffix("/media"))
        hosts = ",".join(url.removeprefix("http://") for url in urls)
        return ADDRESSES.format(
            salesforce=running.salesforce_url,
            jira=running.jira_url,
            deployment=options["deployment"],
            login=login,
            person_login=person_login,
            hosts=hosts,
            **CREDENTIALS,
        )
