"""A small world for tests: an org, a site, the product between them, and no sockets."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import Any

import requests
import time_machine
from django.core.management import call_command
from django.test import override_settings

from connector import access
from connector.models import SmartConnectedItem
from sandbox.jira import JiraApp, JiraSite
from sandbox.salesforce import SalesforceApp, SalesforceOrg
from tests.network import InProcessNetwork

Json = dict[str, Any]
SALESFORCE = "http://salesforce.test"
JIRA = "https://jira.test"
# A Saturday, on a second's edge: Salesforce's stamps have no fractions.
NOW = "2026-11-21T09:30:00+00:00"
SECRETS = {
    "client_secret": "sandbox-client-secret",
    "api_token": "sandbox-api-token",
    "webhook_secret": "a-webhook-secret-of-the-tests",
}
CASES: Json = {
    "name": "Cases",
    "salesforce": "acme",
    "jira": "acme-jira",
    "mode": "one_way",
    "object": "Case",
    "jira_projects": ["SUP"],
    "issue_type": "Task",
    "mappings": [{"salesforce": "Subject", "jira": "summary"}],
    "jira_remote_link": False,
}


# Nothing of this item comes from Jira, so nothing is asked there.
DEAF: Json = {"comments": {"enabled": False}, "attachments": {"enabled": False}}


class World:
    """`clock` moves the time of everything; `network` breaks calls on request."""

    def __init__(self, clock: time_machine.Traveller, **site: Any) -> None:
        self.clock = clock
        self.org = SalesforceOrg(SALESFORCE)
        self.site = JiraSite(JIRA, **site)
        self.salesforce = SalesforceApp(self.org)
        self.jira = JiraApp(self.site)
        self.network = InProcessNetwork()
        self.network.serve(SALESFORCE, self.salesforce)
        self.network.serve(JIRA, self.jira)
        self.network.serve(self.site.media_url.removesuffix("/media"), self.jira)

    def item(self, **changes: Any) -> Json:
        """The plain Case item, with some keys changed."""
        return {**CASES, **changes}

    def document(self, *items: Json) -> Json:
        cloud = self.site.cloud
        jira: Json = {
            "name": "acme-jira",
            "base_url": JIRA + self.site.context_path,
            "deployment": "cloud" if cloud else "data_center",
            "api_token": SECRETS["api_token"] if cloud else "sandbox-pat",
            "webhook_secret": SECRETS["webhook_secret"],
        }
        if cloud:
            jira["email"] = "connector@acme.example"
        salesforce = {
            "name": "acme",
            "login_url": SALESFORCE,
            "client_id": "sandbox-client-id",
            "client_secret": SECRETS["client_secret"],
        }
        return {
            "format": "salesforce-connector/1",
            "salesforce_connections": [salesforce],
            "jira_connections": [jira],
            "items": list(items),
        }

    def configure(self, *items: Json, wait: bool = True) -> None:
        """Import a configuration with these items, and let a second pass."""
        import_document(self.document(*(items or (self.item(),))))
        if wait:
            self.clock.shift(1)

    def pull(self, *names: str) -> list[Json]:
        """Run the `pull` command and return what it prints, whether it fails or not."""
        return self.pull_with_errors(*names)[0]

    def pull_with_errors(self, *names: str) -> tuple[list[Json], str, int]:
        """The same with what it says on stderr, and its exit code."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command("pull", *names, json=True, stdout=out, stderr=err)
        except SystemExit as end:
            code = int(end.code or 0)
        return json.loads(out.getvalue()), err.getvalue(), code

    def issues(self, jql: str = "project = SUP") -> list[Json]:
        """The issues that a person finds, oldest first, with our mark among their properties."""
        self.clock.shift(1)
        query = {"jql": f"{jql} ORDER BY created ASC, id ASC", "fields": "*all"}
        query |= {"properties": "salesforce-connector", "maxResults": "1000"}
        path = "search/jql" if self.site.cloud else "search"
        found = self.as_person(path, **query)["issues"]
        if self.site.cloud:
            return list(found)
        return [self.issue(each["key"]) for each in found]

    def issue(self, key: str) -> Json:
        return self.as_person(f"issue/{key}", fields="*all", properties="salesforce-connector")

    def as_person(self, path: str, **query: str) -> Json:
        """Ask Jira's REST API as the tests, not as the product."""
        url = f"{JIRA}{self.site.context_path}/rest/api/2/{path}"
        token = "sandbox-api-token" if self.site.cloud else "sandbox-pat"
        basic = ("connector@acme.example", token) if self.site.cloud else None
        headers = {} if basic else {"Authorization": f"Bearer {token}"}
        with requests.Session() as session:
            answer = session.get(url, params=query, auth=basic, headers=headers)
        answer.raise_for_status()
        return dict(answer.json())

    @property
    def only_item(self) -> SmartConnectedItem:
        return SmartConnectedItem.objects.get()


def import_document(document: Json) -> str:
    """Import a document as the `importconfig` command does; returns what it prints."""
    out = io.StringIO()
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        call_command("importconfig", file.name, stdout=out)
    return out.getvalue()


@contextmanager
def a_world(**site: Any) -> Iterator[World]:
    """Enter a world; connections opened in another one are forgotten."""
    access.forget_sessions()
    with (
        override_settings(EXTRA_HOSTS=["salesforce.test"]),
        time_machine.travel(NOW, tick=True) as clock,
    ):
        world = World(clock, **site)
        with world.network:
            yield world
