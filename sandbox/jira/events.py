"""Webhooks: who asked to be told of what, and the letters that are sent."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from sandbox.jira import comments, show, times
from sandbox.jira.entities import Attachment, Comment, History, Issue, IssueLink, Json, User
from sandbox.jira.errors import JiraError
from sandbox.jira.view import View

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

# Carries a letter away: address, headers, body.
Deliver = Callable[[str, dict[str, str], bytes], None]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter as it left. A second attempt carries the same identifier."""

    url: str
    headers: dict[str, str]
    body: bytes
    event: str


@dataclass(eq=False)
class Webhook:
    """A registration by an administrator; `jql` narrows it to some issues."""

    id: int
    name: str
    url: str
    events: list[str]
    jql: str
    owner: User
    updated: datetime
    secret: str = field(default="", repr=False)
    exclude_body: bool = False
    enabled: bool = True


class Events:
    """Sends each event to the webhooks that asked for it."""

    def __init__(self, site: "SiteState", deliver: Deliver | None) -> None:
        self._site = site
        self.deliver = deliver
        self.webhooks: dict[int, Webhook] = {}
        self.outbox: list[Delivery] = []

    def issue(
        self, event: str, kind: str, actor: User, issue: Issue, history: History | None = None
    ) -> None:
        """Tell of a new, changed or deleted issue."""
        webhooks = self._asked(event, issue)
        if not webhooks:
            return
        view = self._view()
        body: dict[str, Json] = {
            "issue_event_type_name": kind,
            "user": {k: v for k, v in view.user(actor).items() if k != "emailAddress"},
            "issue": self._whole(issue, view),
        }
        if history:
            items = [show.show_change(item, cloud=view.cloud) for item in history.items]
            body["changelog"] = {"id": str(history.id), "items": items}
        self._send(webhooks, event, body, issue)

    def comment(self, event: str, issue: Issue, comment: Comment) -> None:
        """Tell of a comment; its issue is shown in short."""
        webhooks = self._asked(event, issue)
        if not webhooks:
            return
        view = self._view()
        names = ("summary", "issuetype", "project", "assignee", "priority", "status")
        fields = [self._site.fields[name] for name in names]
        short = {
            "id": str(issue.id),
            "self": view.link(f"issue/{issue.id}"),
            "key": issue.key,
            "fields": show.issue_fields(self._site, issue, view, fields),
        }
        shown = comments.show(comment, issue, view, frozenset())
        self._send(webhooks, event, {"comment": shown, "issue": short}, issue)

    def attachment(self, event: str, attachment: Attachment, issue: Issue) -> None:
        """Tell of a file; Jira doesn't say of which issue."""
        webhooks = self._asked(event, issue)
        if webhooks:
            shown = show.show_attachment(attachment, self._view())
            self._send(webhooks, event, {"attachment": shown}, issue)

    def issue_link(self, event: str, link: IssueLink) -> None:
        """Tell of a link between two issues."""
        webhooks = self._asked(event, link.source)
        shown = {
            "id": link.id,
            "sourceIssueId": link.source.id,
            "destinationIssueId": link.destination.id,
            "issueLinkType": {"id": int(link.type.id), "name": link.type.name},
        }
        self._send(webhooks, event, {"issueLink": shown}, link.source)

    def issue_property(self, event: str, issue: Issue, key: str, value: Json) -> None:
        """Tell of an entity property."""
        webhooks = self._asked(event, issue)
        body = {"property": {"key": key, "value": value}, "issue": {"id": str(issue.id)}}
        self._send(webhooks, event, body, issue)

    def _view(self) -> View:
        where = times.zone(self._site.time_zone)
        return View(self._site.base_url, "2", self._site.cloud, where, self._site.base_url)

    def _whole(self, issue: Issue, view: View) -> Json:
        fields = list(self._site.fields.values())
        shown = show.show_issue(self._site, issue, view, fields)
        shown.pop("expand")
        return shown

    def _asked(self, event: str, issue: Issue) -> list[Webhook]:
        return [
            webhook
            for webhook in self.webhooks.values()
            if webhook.enabled and event in webhook.events and self._matches(webhook, issue)
        ]

    def _matches(self, webhook: Webhook, issue: Issue) -> bool:
        if not webhook.jql.strip():
            return True
        from sandbox.jira.jql.search import matches

        try:
            return matches(self._site, webhook.owner, webhook.jql, issue)
        except JiraError:
            return False

    def _send(
        self, webhooks: list[Webhook], event: str, body: dict[str, Json], issue: Issue
    ) -> None:
        whole = {"timestamp": times.epoch(self._site.now()), "webhookEvent": event} | body
        text = json.dumps(whole, ensure_ascii=False).encode()
        for webhook in webhooks:
            self._post(webhook, event, b"" if webhook.exclude_body else text, issue)

    def _post(self, webhook: Webhook, event: str, body: bytes, issue: Issue) -> None:
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": "Atlassian HttpClient (sandbox)",
        }
        if self._site.cloud:
            headers["X-Atlassian-Webhook-Identifier"] = secrets.token_hex(16)
            headers["X-Atlassian-Webhook-Flow"] = "Primary"
        if webhook.secret:
            digest = hmac.new(webhook.secret.encode(), body, hashlib.sha256).hexdigest()
            headers["X-Hub-Signature"] = f"sha256={digest}"
        url = _filled_in(webhook.url, issue, dollar=self._site.cloud or self._site.version[0] < 10)
        if self.deliver is None:
            self.outbox.append(Delivery(url, headers, body, event))
        else:
            self.deliver(url, headers, body)


def _filled_in(url: str, issue: Issue, *, dollar: bool) -> str:
    """Put the issue's data where the address asks for them."""
    known = {"issue.id": str(issue.id), "issue.key": issue.key, "project.key": issue.project.key}
    for name, value in known.items():
        pattern = f"${{{name}}}" if dollar else f"{{{name}}}"
        url = url.replace(pattern, quote(value, safe=""))
    return url
