"""Jira calling us: what the sandbox would send is posted to the product, without sockets."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.core.management import call_command
from django.test import Client, TestCase, override_settings

from connector.models import JiraConnection
from linking.models import Link
from sandbox.jira.events import Delivery
from syncjobs.inbox import process_all_events
from syncjobs.models import DuePair
from tests.world import SECRETS, World

PUBLIC = "https://connector.test"
SECRET = SECRETS["webhook_secret"]
TWO_WAY = {"mode": "two_way"}


def linked(world: World, **changes: Any) -> Link:
    """A case and its issue under an item that listens, with nothing due and nothing to deliver."""
    world.configure(world.item(**{**TWO_WAY, **changes}))
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    world.clock.shift(60)
    world.site.outbox.clear()
    return Link.objects.get()


def register(*names: str) -> None:
    with override_settings(PUBLIC_URL=PUBLIC):
        call_command("registerwebhooks", *names, verbosity=0)


def site_url() -> str:
    """The address of the only Jira connection's webhook."""
    return f"/webhooks/jira/{JiraConnection.objects.get().uuid}/"


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(body: bytes, url: str = "", **headers: str) -> Any:
    """Post a body, signed unless the headers say otherwise."""
    headers = {"X-Hub-Signature": signature(body), **headers}
    return Client().post(url or site_url(), body, content_type="application/json", headers=headers)


def event(kind: str = "jira:issue_updated", issue: object = "10001", **more: Any) -> bytes:
    issue_part = {"id": issue, "key": "SUP-1", "fields": {"summary": "An hour old"}}
    return json.dumps({"webhookEvent": kind, "issue": issue_part, **more}).encode()


def deliver(letters: Iterable[Delivery]) -> list[int]:
    """Carry letters of the sandbox to the product and start the tasks; return the answers."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return [_carry(letter) for letter in letters]


def deliver_all(world: World) -> list[int]:
    """The same for all that the site has sent, and have the events taken up."""
    letters = list(world.site.outbox)
    world.site.outbox.clear()
    answers = deliver(letters)
    process_all_events()
    return answers


def _carry(letter: Delivery) -> int:
    assert letter.url.startswith(PUBLIC)
    path = urlsplit(letter.url).path
    answer = Client().post(
        path, letter.body, content_type=letter.headers["Content-Type"], headers=letter.headers
    )
    return int(answer.status_code)


def due() -> list[str]:
    """The records that are due."""
    return sorted(DuePair.objects.values_list("record_id", flat=True))
