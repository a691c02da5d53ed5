"""What an event from Jira says: of which kind it is, and which issue it is about. Pure.

Payloads are hints. They come late, doubled and out of order, so nothing in them but the issue's id
is used: whatever else they say is asked for anew.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_ID = 200


class Meaning(StrEnum):
    """What an event asks us to do."""

    RECONCILE = "reconcile"
    NOTHING = "nothing"


# Files name no issue. Whoever adds or removes one updates the issue too, and Jira tells of that.
# Jira's other kinds (worklogs, issue links, entity properties, ours among them) mean nothing to us.
KINDS: Mapping[str, Meaning] = {
    "jira:issue_created": Meaning.RECONCILE,
    "jira:issue_updated": Meaning.RECONCILE,
    "jira:issue_deleted": Meaning.RECONCILE,
    "comment_created": Meaning.RECONCILE,
    "comment_updated": Meaning.RECONCILE,
    "comment_deleted": Meaning.RECONCILE,
    "attachment_created": Meaning.NOTHING,
    "attachment_deleted": Meaning.NOTHING,
}

_KIND = re.compile(r"[A-Za-z0-9_:.-]{1,100}")
_ISSUE_ID = re.compile(r"[0-9]{1,32}")
_KEY = re.compile(r"([A-Z][A-Z0-9_]{0,254})-[0-9]+")
_COMMENT_ADDRESS = re.compile(r"/issue/([0-9]{1,32})/comment/[0-9]+")


@dataclass(frozen=True)
class Event:
    """One event. `kind`, `issue_id` and `project_key` are empty where it doesn't say."""

    event_id: str
    kind: str = ""
    issue_id: str = ""
    project_key: str = ""

    @property
    def meaning(self) -> Meaning:
        """What it asks for; an event that names no issue asks for nothing."""
        return KINDS.get(self.kind, Meaning.NOTHING) if self.issue_id else Meaning.NOTHING


def read_event(body: bytes, identifier: str = "") -> Event:
    """Read the body of a webhook call. Raises ValueError unless it is a JSON object.

    `identifier` is the header X-Atlassian-Webhook-Identifier, which stays the same when Jira tries
    again. Data Center isn't known to send it: there the same body is the same event, as the body
    has the time in it.
    """
    try:
        payload = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(payload, dict):
        raise ValueError("not an object")
    issue = _object(payload, "issue")
    return Event(
        event_id=_event_id(body, identifier),
        kind=_matching(_KIND, payload.get("webhookEvent")),
        issue_id=_matching(_ISSUE_ID, issue.get("id")) or _issue_of_comment(payload),
        project_key=_project(issue.get("key")),
    )


def _event_id(body: bytes, identifier: str) -> str:
    if identifier and len(identifier) <= LONGEST_ID and identifier.isprintable():
        return identifier
    return hashlib.sha256(identifier.encode() or body).hexdigest()


def _issue_of_comment(payload: Mapping[str, Any]) -> str:
    """Older Data Centers leave the issue out of comment events; it stands in the address."""
    found = _COMMENT_ADDRESS.search(str(_object(payload, "comment").get("self") or ""))
    return found[1] if found else ""


def _project(key: object) -> str:
    found = _KEY.fullmatch(key) if isinstance(key, str) else None
    return found[1] if found else ""


def _object(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _matching(pattern: re.Pattern[str], value: object) -> str:
    """The value as text if it is written as it should be. Jira writes ids as text or number."""
    text = str(value) if isinstance(value, str | int) else ""
    return text if pattern.fullmatch(text) else ""
