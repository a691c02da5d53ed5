"""Both systems on ports of this machine, an item between them, and people who work in both."""

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.core.management import call_command
from django.test import Client, override_settings

from connector import access
from linking.marks import PROPERTY_KEY
from sandbox.jira import JiraApp, JiraSite
from sandbox.salesforce import SalesforceApp, SalesforceOrg
from sandbox.server import ServedApp
from tests.world import CASES, SECRETS, import_document

HOST = "127.0.0.1"
# A name for this machine under which the product is told to be called; nobody listens there.
PUBLIC_URL = "http://connector.test"
READING = ("/oauth2/", "bulkfetch", "/search", "/query", "/composite?", "/composite/batch")
# Salesforce's field, which only its people edit, and Jira's, which only Jira's people edit.
OF_SALESFORCE = ("Subject", "summary")
OF_JIRA = ("Serial_Number__c", "customfield_10050")


class Served:
    """The org and the site while they answer."""

    def __init__(self, salesforce: ServedApp, jira: ServedApp) -> None:
        self.urls = {"salesforce": salesforce.url, "jira": jira.url}
        self.hosts = [f"{HOST}:{salesforce.port}", f"{HOST}:{jira.port}", f"localhost:{jira.port}"]
        self.org = SalesforceOrg(base_url=salesforce.url)
        self.site = JiraSite(base_url=jira.url, media_url=f"http://localhost:{jira.port}/media")
        self.site.secure_webhooks = False
        self.apps = (SalesforceApp(self.org), JiraApp(self.site))
        salesforce.start(self.apps[0])
        jira.start(self.apps[1])

    def configure(self) -> None:
        """Publish a two-way item for cases, and have Jira tell of its changes."""
        item = {
            **CASES,
            "mode": "two_way",
            "mappings": [{"salesforce": a, "jira": b} for a, b in (OF_SALESFORCE, OF_JIRA)],
        }
        salesforce = {
            "name": "acme",
            "login_url": self.urls["salesforce"],
            "client_id": "sandbox-client-id",
            "client_secret": SECRETS["client_secret"],
        }
        jira = {
            "name": "acme-jira",
            "base_url": self.urls["jira"],
            "deployment": "cloud",
            "email": "connector@acme.example",
            "api_token": SECRETS["api_token"],
            "webhook_secret": SECRETS["webhook_secret"],
        }
        import_document(
            {
                "format": "salesforce-connector/1",
                "salesforce_connections": [salesforce],
                "jira_connections": [jira],
                "items": [item],
            }
        )
        call_command("registerwebhooks", verbosity=0)

    def carry_letters(self) -> None:
        """Hand what Jira has sent to the product's own view."""
        with self.site.lock:
            letters = list(self.site.outbox)
            self.site.outbox.clear()
        for letter in letters:
            assert letter.url.startswith(PUBLIC_URL)
            kind = letter.headers["Content-Type"]
            path = urlsplit(letter.url).path
            answer = Client().post(path, letter.body, content_type=kind, headers=letter.headers)
            assert answer.status_code == 202

    def issues_by_record(self) -> dict[str, list[Any]]:
        """Return record id → the issues that carry our mark of it."""
        found: dict[str, list[Any]] = defaultdict(list)
        with self.site.lock:
            for issue in self.site.issues.values():
                if mark := issue.properties.get(PROPERTY_KEY):
                    found[mark["record"]].append(issue)
        return found

    def forget_calls(self) -> None:
        for app in self.apps:
            app.calls.clear()

    def writes(self) -> list[str]:
        """The calls since then that may have changed anything."""
        calls = [(call.method, call.path) for app in self.apps for call in app.calls]
        return [
            f"{method} {path}"
            for method, path in calls
            if method != "GET" and not any(part in f"{path}?" for part in READING)
        ]


class People:
    """They open cases and edit them; `subjects` and `numbers` are what they wrote last."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._dice = random.Random(1)
        self._count = 0
        self.subjects: dict[str, str] = {}
        self.numbers: dict[str, str] = {}

    def open_cases(self, count: int) -> None:
        for number in range(count):
            subject = f"Case {number}"
            case = self._served.org.insert("Case", {"Subject": subject})
            self.subjects[case] = subject

    def work(self) -> None:
        """Edit some records and some issues."""
        issues = self._served.issues_by_record()
        for case in self._dice.sample(sorted(self.subjects), 5):
            self.subjects[case] = self._words()
            self._served.org.update("Case", case, {OF_SALESFORCE[0]: self.subjects[case]})
        for case in self._dice.sample(sorted(issues), min(5, len(issues))):
            self.numbers[case] = self._words()
            fields: dict[str, Any] = {OF_JIRA[1]: self.numbers[case]}
            self._served.site.edit(str(issues[case][0].id), **fields)

    def _words(self) -> str:
        self._count += 1
        return f"Edit {self._count}"


@contextmanager
def both_systems() -> Iterator[Served]:
    """Serve both until the block ends."""
    salesforce, jira = ServedApp(HOST, 0), ServedApp(HOST, 0)
    access.forget_sessions()
    served = Served(salesforce, jira)
    try:
        with override_settings(EXTRA_HOSTS=served.hosts, PUBLIC_URL=PUBLIC_URL):
            yield served
    finally:
        salesforce.stop()
        jira.stop()
