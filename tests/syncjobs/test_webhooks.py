"""Jira's calls: who may call, what is taken, and how little it takes to answer."""

import io
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, TestCase
from pytest_django import DjangoAssertNumQueries

from connector.models import JiraConnection
from syncjobs.models import JiraEvent
from syncjobs.webhooks import LARGEST_BODY, is_signed
from tests.connector.fernet import other_keys
from tests.network import exchange
from tests.syncjobs.jira_calls import event, post, signature, site_url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def connection(db: None) -> JiraConnection:
    return JiraConnection.objects.create(
        name="acme-jira",
        base_url="https://jira.test",
        webhook_secret="a-webhook-secret-of-the-tests",
    )


def test_a_signed_event_is_stored_and_accepted() -> None:
    answer = post(event(), **{"X-Atlassian-Webhook-Identifier": "letter-1"})

    stored = JiraEvent.objects.get()
    assert answer.status_code == 202
    assert (stored.event_id, stored.kind, stored.issue_id, stored.project_key) == (
        "letter-1",
        "jira:issue_updated",
        "10001",
        "SUP",
    )


def test_the_signature_is_the_one_that_atlassian_documents() -> None:
    given = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    assert is_signed(b"Hello World!", "It's a Secret to Everybody", given)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha256=ümlaut",
        "nonsense",
        signature(event(), "another secret"),
        signature(event()).replace("sha256", "sha1"),
        signature(event()).removeprefix("sha256="),
    ],
)
def test_a_missing_or_wrong_signature_is_refused(given: str) -> None:
    answer = post(event(), **{"X-Hub-Signature": given})

    assert answer.status_code == 401
    assert not JiraEvent.objects.exists()


def test_a_body_that_was_changed_on_the_way_is_refused() -> None:
    answer = post(event(issue="10002"), **{"X-Hub-Signature": signature(event())})
    assert answer.status_code == 401


def test_an_unknown_connection_is_refused_like_a_wrong_signature() -> None:
    assert post(event(), url=f"/webhooks/jira/{uuid.uuid4()}/").status_code == 401


def test_without_a_secret_nothing_is_taken(connection: JiraConnection) -> None:
    """An empty secret would make a signature that anybody can give."""
    connection.webhook_secret = ""
    connection.save()

    answer = post(event(), **{"X-Hub-Signature": signature(event(), "")})

    assert answer.status_code == 401
    assert not JiraEvent.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[1, 2]", b'"text"', b"\xff\xfe", b'{"a":' * 200_000]
)
def test_what_is_no_json_object_is_a_bad_request(body: bytes) -> None:
    answer = post(body)

    assert answer.status_code == 400
    assert not JiraEvent.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_posts_are_taken(method: str) -> None:
    assert getattr(Client(), method)(site_url()).status_code == 405


def test_no_csrf_token_is_asked_for() -> None:
    body = event()
    client = Client(enforce_csrf_checks=True)
    headers = {"X-Hub-Signature": signature(body)}
    answer = client.post(site_url(), body, content_type="application/json", headers=headers)
    assert answer.status_code == 202


@pytest.mark.parametrize("size", [LARGEST_BODY, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1])
def test_a_body_of_ten_mebibytes_is_taken(size: int) -> None:
    """Django's own limit for bodies is lower."""
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE < LARGEST_BODY
    assert post(padded(size)).status_code == 202


def test_a_longer_body_is_too_large() -> None:
    answer = post(padded(LARGEST_BODY + 1))

    assert answer.status_code == 413
    assert not JiraEvent.objects.exists()


def test_a_body_that_is_announced_as_too_large_is_not_read() -> None:
    class Untouchable(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            raise AssertionError("the body was read")

    announced: Any = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": str(LARGEST_BODY + 1)}
    answer = Client().post(site_url(), b"{}", content_type="application/json", **announced)

    assert answer.status_code == 413


def test_a_body_in_chunks_is_taken() -> None:
    """A proxy may send a body without saying how long it is."""
    body = event()
    assert in_chunks([body[:20], body[20:]], signature(body)) == 202


def test_a_body_in_chunks_is_read_no_further_than_the_limit() -> None:
    sent = []

    def endless() -> Iterator[bytes]:
        for number in range(10 * LARGEST_BODY // 65_536):
            sent.append(number)
            yield b" " * 65_536

    assert in_chunks(endless(), signature(b"")) == 413
    assert len(sent) <= LARGEST_BODY // 65_536 + 2


def test_an_event_costs_three_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """The connection, the event, and whether a task is under way already."""
    url, body = site_url(), event()
    with django_assert_num_queries(3), TestCase.captureOnCommitCallbacks(execute=True):
        post(body, url=url)


def test_a_secret_that_cannot_be_read_is_no_reason_to_lose_the_event(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Cloud tries again after a 503, and never after a 401."""
    url = site_url()
    with other_keys(settings, "quite-another-key"):
        answer = post(event(), url=url)

    assert answer.status_code == 503
    assert "FERNET_KEYS" in caplog.text


def test_neither_the_log_nor_the_answer_shows_the_secret(caplog: pytest.LogCaptureFixture) -> None:
    answer = post(event(), **{"X-Hub-Signature": "sha256=00"})

    assert "a-webhook-secret-of-the-tests" not in caplog.text + answer.content.decode()
    assert signature(event()).removeprefix("sha256=") not in caplog.text


def test_the_payload_is_not_kept() -> None:
    post(event())
    row = JiraEvent.objects.values().get()
    assert "An hour old" not in json.dumps(row, default=str)


def padded(size: int) -> bytes:
    """An event of exactly that many bytes."""
    room = size - len(event(padding=""))
    return event(padding="x" * room)


def in_chunks(parts: Any, given: str) -> int:
    """Send a body in chunks through the WSGI application; return the status."""
    request = requests.Request(
        "POST",
        f"http://testserver{site_url()}",
        data=iter(parts),
        headers={"X-Hub-Signature": given, "Content-Type": "application/json"},
    ).prepare()
    assert "Content-Length" not in request.headers
    return exchange(WSGIHandler(), request).status_code
