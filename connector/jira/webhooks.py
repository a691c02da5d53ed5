"""Registering the webhook through which Jira tells us of changes. Takes a Jira admin."""

from collections.abc import Sequence

from connector.jira.call import Call, segment
from connector.jira.login import Login
from connector.jira.model import Deployment, Json, Webhook

CLASSIC = "/rest/webhooks/1.0/webhook"
# Data Center has had webhooks of another kind since version 10.
RENEWED = "/rest/jira-webhook/1.0/webhooks"
RENEWED_SINCE = 10
FILTER = "issue-related-events-section"


class Webhooks(Login):
    def webhooks(self) -> list[Webhook]:
        """All webhooks of the site that admins registered."""
        found = self.transport.get(self._webhook_path)
        entries = found if isinstance(found, list) else found.get("values") or []
        return [_webhook(each) for each in entries]

    def find_webhook(self, url: str) -> Webhook | None:
        """The webhook that calls `url`; a second one would bring every event twice."""
        wanted = url.rstrip("/")
        return next((each for each in self.webhooks() if each.url.rstrip("/") == wanted), None)

    def register_webhook(
        self, *, name: str, url: str, events: Sequence[str], jql: str, secret: str
    ) -> Webhook:
        """Register a webhook. `secret` signs its calls; Jira never shows it again."""
        body = self._webhook_body(name, url, events, jql, secret)
        call = Call(method="POST", path=self._webhook_path, body=body)
        return _webhook(self.transport.required(call))

    def update_webhook(
        self, webhook_id: str, *, name: str, url: str, events: Sequence[str], jql: str, secret: str
    ) -> None:
        """Replace a webhook, its secret included."""
        path = f"{self._webhook_path}/{segment(webhook_id)}"
        body = self._webhook_body(name, url, events, jql, secret)
        self.transport.json(Call(method="PUT", path=path, body=body))

    def delete_webhook(self, webhook_id: str) -> None:
        """Remove a webhook; Gone if it isn't there."""
        path = f"{self._webhook_path}/{segment(webhook_id)}"
        self.transport.json(Call(method="DELETE", path=path))

    @property
    def _webhook_path(self) -> str:
        return RENEWED if self._renewed else CLASSIC

    @property
    def _renewed(self) -> bool:
        if self.edition.deployment is Deployment.CLOUD:
            return False
        return self.server_info().version_numbers[:1] >= (RENEWED_SINCE,)

    def _webhook_body(
        self, name: str, url: str, events: Sequence[str], jql: str, secret: str
    ) -> Json:
        body: Json = {
            "name": name,
            "url": url,
            "excludeBody": False,
            "events": list(events),
            "filters": {FILTER: jql},
        }
        if not self._renewed:
            return {**body, "enabled": True, "secret": secret}
        # Named as in Bitbucket, whose webhooks are made of the same parts: Jira's documents don't
        # name the place of the secret.
        settings = {"active": True, "sslVerificationRequired": True}
        return {**body, **settings, "configuration": {"secret": secret}}


def _webhook(raw: Json) -> Webhook:
    filters = raw.get("filters") or raw.get("configuration") or {}
    return Webhook(
        id=str(raw.get("id") or raw.get("self", "").rstrip("/").rpartition("/")[2]),
        name=raw.get("name") or "",
        url=raw.get("url") or "",
        events=tuple(raw.get("events") or ()),
        jql=filters.get(FILTER) or "",
        enabled=bool(raw.get("enabled", raw.get("active", True))),
    )
