"""What a failed answer of Jira means, as a table.

The first row that fits decides the class of the error, what has to wait, and the sentence that
people read. `{call}` is the method and path, `{said}` what Jira said, `{host}` the site.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from connector.errors import (
    Answer,
    Busy,
    ConnectionBroken,
    Gone,
    Refused,
    RemoteError,
    Scope,
)
from connector.outgoing import without_secrets

LONGEST_QUOTE = 500


@dataclass(frozen=True)
class Rule:
    """One row: answers with one of `statuses` and, if given, `hint` mean `error`."""

    statuses: Iterable[int]
    hint: str
    error: type[RemoteError]
    sentence: str
    scope: Scope = Scope.CALL


RULES = (
    Rule(
        (*range(300, 404), *range(405, 429)),
        "file store",
        Busy,
        "The store in which {host} keeps its files didn't give out this one ({call}): addresses "
        "there are good for a short time only. It will be tried again.",
    ),
    Rule(
        range(300, 400),
        "",
        ConnectionBroken,
        "{host} sends the connector on to another address instead of answering ({call}). Enter "
        "the address that people see in their browser when they use Jira, with https and, on "
        "Data Center, its path. A login page in front of Jira must let the connector through.",
    ),
    Rule(
        (401, 403),
        "captcha",
        ConnectionBroken,
        "{host} asks the connector's account for a CAPTCHA after failed logins. Log in once as "
        "that account in a browser, or have a Jira admin reset its failed logins, then check "
        "this connection again.",
    ),
    Rule(
        (401,),
        "logged in",
        Refused,
        "The login is right, but {host} doesn't allow this to the connector's account ({call}). "
        "Give the account the missing permission. {said}",
    ),
    Rule(
        (401,),
        "",
        ConnectionBroken,
        "{host} doesn't accept the connector's login. The token is wrong, was revoked, or has "
        "expired (tokens usually live for a year at most), or the e-mail belongs to another "
        "account. Make a new token and enter it in this connection. {said}",
    ),
    Rule(
        (403,),
        "",
        Refused,
        "{host} doesn't allow this to the connector's account ({call}). Give the account the "
        "missing permission, or switch the feature on in Jira. {said}",
    ),
    Rule(
        (404,),
        "upload",
        Refused,
        "{host} didn't take the file ({call}): the issue isn't there, the connector's account may "
        "not see it or attach files, or the file is larger than the site allows. {said}",
    ),
    Rule(
        (404,),
        "",
        Gone,
        "{host} doesn't know what was asked for ({call}), or the connector's account may not see "
        "it. Check that it still exists and that the account may browse the project. {said}",
    ),
    Rule(
        (409,),
        "",
        Busy,
        "Somebody else changed the same thing in {host} at the same moment ({call}). It will be "
        "looked at again. {said}",
    ),
    Rule(
        (410,),
        "",
        ConnectionBroken,
        "{host} no longer offers a call that the connector needs ({call}). Update the connector. "
        "{said}",
    ),
    Rule(
        (413,),
        "",
        Refused,
        "This is more than {host} takes ({call}): the file is too large, or the issue is full. "
        "{said}",
    ),
    Rule(
        (429,),
        "jira-per-issue-on-write",
        Busy,
        "{host} takes no more changes of this issue for the moment ({call}).",
        Scope.ISSUE,
    ),
    Rule(
        (429,),
        "jira-burst-based",
        Busy,
        "{host} wants calls of this kind to come more slowly ({call}).",
        Scope.CALL,
    ),
    Rule(
        (429,),
        "",
        Busy,
        "{host} has had as many calls from the connector's account as it allows for now ({call}). "
        "On Data Center, an admin can exempt the account from rate limiting.",
        Scope.CONNECTION,
    ),
    Rule(
        (408, 425),
        "",
        Busy,
        "{host} didn't get round to this in time ({call}).",
    ),
    Rule(
        (500,),
        "transition",
        Refused,
        "{host} couldn't do this transition ({call}): it doesn't lead from the issue's present "
        "status, or a step of the workflow failed. {said}",
    ),
    Rule(
        (502, 503, 504),
        "",
        Busy,
        "{host} is overloaded, starting or in maintenance ({call}).",
        Scope.CONNECTION,
    ),
    Rule(
        range(500, 600),
        "",
        Busy,
        "{host} failed inside ({call}). {said}",
    ),
    Rule(
        range(400, 500),
        "",
        Refused,
        "{host} refused this ({call}). {said}",
    ),
)


@dataclass(frozen=True)
class Said:
    """The words of an error answer; `fields` is keyed by field id."""

    messages: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        named = (f"{name}: {what}" for name, what in self.fields.items())
        text = " ".join([*self.messages, *named])
        return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"

    def without(self, secrets: Sequence[str]) -> "Said":
        """The same words where they quote none of `secrets`."""
        return Said(
            tuple(without_secrets(each, secrets) for each in self.messages),
            {name: without_secrets(what, secrets) for name, what in self.fields.items()},
        )


def words(content: bytes) -> Said:
    """Read an error body in any of the shapes that Jira and the proxies before it send.

    Web pages and anything unreadable say nothing.
    """
    try:
        body = json.loads(content)
    except ValueError:
        return Said()
    return said(body) if isinstance(body, dict) else Said()


def said(body: dict[str, Any]) -> Said:
    """The words of an error body that has been read, or of a part of one."""
    errors = body.get("errors")
    fields = errors if isinstance(errors, dict) else {}
    listed = body.get("errorMessages")
    messages = [str(each) for each in listed if each] if isinstance(listed, list) else []
    for key in ("errorMessage", "message", "detail", "title", "error_description"):
        if not messages and isinstance(body.get(key), str):
            messages.append(body[key])
    return Said(tuple(messages), {str(name): str(what) for name, what in fields.items()})


def failure(
    response: requests.Response, *, host: str, call: str, hint: str = "", wrote: bool = False
) -> RemoteError:
    """The error that `response` stands for.

    `hint` narrows the row down where the status alone leaves it open; `wrote` says that the call
    was meant to change something, so that after a server error or time-out it may have.
    """
    heard = words(_content(response)).without(_credentials(response))
    status = response.status_code
    hint = hint or _hint(response)
    rule = _rule(status, hint)
    answer = Answer(system="Jira", request=call, status=status, code=hint)
    message = _sentence(rule, host, call, heard)
    if rule.error is Busy:
        return Busy(
            message,
            answer,
            retry_after=retry_after(response),
            scope=rule.scope,
            may_have_happened=wrote and (status >= 500 or status == 408),
        )
    if issubclass(rule.error, Refused):
        return rule.error(message, answer, fields=heard.fields)
    return rule.error(message, answer)


def refusal(status: int, heard: Said, *, host: str, call: str) -> Refused:
    """The error of one element of a call that did several things at once."""
    answer = Answer(system="Jira", request=call, status=status)
    message = _sentence(RULES[-1], host, call, heard)
    return Refused(message, answer, fields=heard.fields)


def retry_after(response: requests.Response) -> float | None:
    """How many seconds the answer asks to wait; None if it doesn't say."""
    value = response.headers.get("Retry-After", "").strip()
    interval = response.headers.get("X-RateLimit-Interval-Seconds", "").strip()
    if value.isdigit():
        return float(value)
    try:
        due = parsedate_to_datetime(value)
    except ValueError:
        # Data Center refills the bucket once per interval.
        return float(interval) if response.status_code == 429 and interval.isdigit() else None
    return max(0.0, (due.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _content(response: requests.Response) -> bytes:
    try:
        return response.content
    except requests.RequestException:
        return b""


def _credentials(response: requests.Response) -> list[str]:
    """What logged the request in, without the word that says how."""
    sent = getattr(response.request, "headers", {})
    return str(sent.get("Authorization", "")).split()[1:]


def _hint(response: requests.Response) -> str:
    if "CAPTCHA" in response.headers.get("X-Authentication-Denied-Reason", "").upper():
        return "captcha"
    return response.headers.get("RateLimit-Reason", "")


def _rule(status: int, hint: str) -> Rule:
    fitting = (each for each in RULES if status in each.statuses and each.hint in ("", hint))
    return next(fitting, RULES[-1])


def _sentence(rule: Rule, host: str, call: str, heard: Said) -> str:
    quoted = f"Jira says: {heard.text}" if heard.text else ""
    return rule.sentence.format(host=host, call=call, said=quoted).strip()
