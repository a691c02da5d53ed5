"""Where Jira calls: authentic events are stored and answered at once."""

import hashlib
import hmac
import logging
from typing import IO
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from connector.models import JiraConnection
from connector.rotation import UNREADABLE
from syncjobs.events import read_event
from syncjobs.inbox import store_event

log = logging.getLogger(__name__)

LARGEST_BODY = 10 * 1024 * 1024
CHUNK = 64 * 1024


class Rejected(Exception):
    """A call that isn't taken, with the HTTP status and the reason that Jira's log may show."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@csrf_exempt
@require_POST
def jira_webhook(request: HttpRequest, connection: UUID) -> HttpResponse:
    """Take an event of the Jira connection with this UUID: 202 once it is stored.

    401 for a signature that is missing or wrong, 413 over 10 MiB, 400 for what is no JSON object.
    """
    try:
        _take(request, connection)
    except Rejected as no:
        return HttpResponse(str(no), status=no.status, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=202)


def _take(request: HttpRequest, connection: UUID) -> None:
    declared = request.META.get("CONTENT_LENGTH") or ""
    if declared.isdigit() and int(declared) > LARGEST_BODY:
        raise _too_large()
    given = request.headers.get("X-Hub-Signature", "")
    connection_id, secret = _addressee(connection)
    if not given:
        raise Rejected(401, "This call isn't signed. The webhook needs a secret.")
    body = _body(request)
    if not is_signed(body, secret, given):
        log.warning("Refused an event for Jira connection %s: wrong signature.", connection)
        raise Rejected(401, "The signature doesn't fit: the webhook has another secret.")
    try:
        event = read_event(body, request.headers.get("X-Atlassian-Webhook-Identifier", ""))
    except ValueError:
        raise Rejected(400, "The body has to be a JSON object.") from None
    store_event(connection_id, event)


def _addressee(connection: UUID) -> tuple[int, str]:
    """The connection's id and the secret its events are signed with."""
    rows = JiraConnection.objects.filter(uuid=connection)
    try:
        found = rows.values_list("pk", "webhook_secret").first()
    except InvalidToken:
        log.error("Refused an event for Jira connection %s: %s", connection, UNREADABLE)
        raise Rejected(503, "Stored secrets can't be read. Ask the operator.") from None
    if found is None or not found[1]:
        raise Rejected(401, "No webhook with a secret is set up here. Run registerwebhooks.")
    return found


def is_signed(body: bytes, secret: str, given: str) -> bool:
    """Whether `given`, the header X-Hub-Signature, is this secret's signature of the body."""
    method, _, signature = given.strip().partition("=")
    if method.lower() != "sha256":
        return False
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.lower().encode())


def _body(request: HttpRequest) -> bytes:
    """The raw body, read no further than the limit.

    Django's own `request.body` has a lower limit, and sees nothing of a body in chunks.
    """
    parts: list[bytes] = []
    size = 0
    stream = _stream(request)
    try:
        while part := stream.read(CHUNK):
            size += len(part)
            if size > LARGEST_BODY:
                raise _too_large()
            parts.append(part)
    except OSError:
        raise Rejected(400, "The body ended too early.") from None
    return b"".join(parts)


def _stream(request: HttpRequest) -> IO[bytes] | HttpRequest:
    """Where to read the body; one in chunks has no length, and ends where the server says."""
    is_open = not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated")
    stream: IO[bytes] | HttpRequest = request.META["wsgi.input"] if is_open else request
    return stream


def _too_large() -> Rejected:
    return Rejected(413, "Events of more than 10 MiB aren't taken.")
