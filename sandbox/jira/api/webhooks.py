"""The administrator's webhooks: one way on Cloud and Data Center up to 9, another from 10 on."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.jira.api.routing import Answer, Call, route
from sandbox.jira.entities import Json
from sandbox.jira.errors import JiraError
from sandbox.jira.events import Webhook
from sandbox.jira.jql.search import check
from sandbox.jira.times import epoch

OLD, NEW = "/webhooks/1.0", "/jira-webhook/1.0"
SECTION = "issue-related-events-section"
PREFIXES = ("jira:", "comment_", "attachment_", "issuelink_", "issue_property_", "worklog_",
            "project_", "user_", "sprint_", "board_", "option_")  # fmt: skip


def _admin(call: Call, base: str) -> None:
    """Raise 404 where this edition and version has the other way, 403 for all but admins."""
    has_new = not call.site.cloud and call.site.version[0] >= 10
    if (base == NEW) is not has_new:
        raise JiraError(404, "null for uri")
    call.permit(
        "ADMINISTER",
        None,
        "You are not authorized to perform this operation. Administrator privileges are required.",
    )


def _webhook(call: Call, number: int) -> Webhook:
    found = call.site.events.webhooks.get(number)
    if found is None:
        raise JiraError(404, f"Webhook with id: {number} doesn't exist.")
    return found


def _read(call: Call, webhook: Webhook, body: dict[str, Any]) -> None:
    """Take over what a registration says; raise a 400."""
    name, url = str(body.get("name") or ""), str(body.get("url") or "")
    events = body.get("events") or []
    if not name or not url:
        raise JiraError(400, "The webhook must have a name and a URL.")
    schemes = ("https",) if call.site.secure_webhooks else ("http", "https")
    if urlsplit(url).scheme not in schemes or not urlsplit(url).hostname:
        raise JiraError(400, f"The URL '{url}' is not valid. It must start with {schemes[0]}.")
    unknown = [event for event in events if not str(event).startswith(PREFIXES)]
    if unknown:
        raise JiraError(400, f"Unknown webhook event: {unknown[0]}")
    jql = str((body.get("filters") or {}).get(SECTION) or "")
    if jql:
        check(call.site, call.user, jql)
    webhook.name, webhook.url, webhook.jql = name, url, jql
    webhook.events = [str(event) for event in events]
    webhook.exclude_body = bool(body.get("excludeBody"))
    webhook.updated = call.site.now()


def _fresh(call: Call) -> Webhook:
    number = call.site.number("webhook", 1)
    return Webhook(number, "", "", [], "", call.actor, call.site.now())


def _show_old(call: Call, webhook: Webhook) -> Json:
    shown: dict[str, Json] = {
        "name": webhook.name,
        "url": webhook.url,
        "excludeBody": webhook.exclude_body,
        "filters": {SECTION: webhook.jql},
        "events": webhook.events,
        "enabled": webhook.enabled,
        "self": f"{call.view.root}/rest{OLD}/webhook/{webhook.id}",
        "lastUpdatedUser": webhook.owner.account_id if call.site.cloud else webhook.owner.name,
        "lastUpdatedDisplayName": webhook.owner.display_name,
        "lastUpdated": epoch(webhook.updated),
    }
    return shown | {"isSigned": bool(webhook.secret)} if call.site.cloud else shown


def _secret_of(call: Call, body: dict[str, Any]) -> str:
    """Return the secret of a registration; old Data Centers know none."""
    return str(body.get("secret") or "") if call.site.cloud else ""


@route("GET", "/webhook", base=OLD)
def listing(call: Call) -> Answer:
    _admin(call, OLD)
    return [_show_old(call, webhook) for webhook in call.site.events.webhooks.values()]


@route("POST", "/webhook", base=OLD)
def register(call: Call) -> Answer:
    _admin(call, OLD)
    webhook = _fresh(call)
    _read(call, webhook, call.body)
    webhook.secret = _secret_of(call, call.body)
    call.site.events.webhooks[webhook.id] = webhook
    return 201, _show_old(call, webhook)


@route("GET", "/webhook/<int:number>", base=OLD)
def one(call: Call, number: int) -> Answer:
    _admin(call, OLD)
    return _show_old(call, _webhook(call, number))


@route("PUT", "/webhook/<int:number>", base=OLD)
def replace(call: Call, number: int) -> Answer:
    _admin(call, OLD)
    webhook = _webhook(call, number)
    _read(call, webhook, call.body)
    webhook.enabled = call.body.get("enabled") is not False
    webhook.secret = _secret_of(call, call.body) or webhook.secret
    return _show_old(call, webhook)


@route("DELETE", "/webhook/<int:number>", base=OLD)
def delete(call: Call, number: int) -> Answer:
    _admin(call, OLD)
    del call.site.events.webhooks[_webhook(call, number).id]
    return 204, None


def _show_new(webhook: Webhook) -> Json:
    return {
        "id": webhook.id,
        "name": webhook.name,
        "url": webhook.url,
        "active": webhook.enabled,
        "excludeBody": webhook.exclude_body,
        "events": webhook.events,
        "filters": {SECTION: webhook.jql},
        "configuration": {},
        "scopeType": "global",
        "sslVerificationRequired": True,
        "lastUpdated": epoch(webhook.updated),
    }


def _read_new(call: Call, webhook: Webhook) -> None:
    _read(call, webhook, call.body)
    webhook.enabled = call.body.get("active") is not False
    configuration = call.body.get("configuration") or {}
    webhook.secret = str(configuration.get("secret") or "") or webhook.secret


@route("GET", "/webhooks", base=NEW)
def new_listing(call: Call) -> Answer:
    _admin(call, NEW)
    return [_show_new(webhook) for webhook in call.site.events.webhooks.values()]


@route("POST", "/webhooks", base=NEW)
def new_register(call: Call) -> Answer:
    _admin(call, NEW)
    webhook = _fresh(call)
    _read_new(call, webhook)
    call.site.events.webhooks[webhook.id] = webhook
    return 201, _show_new(webhook)


@route("GET", "/webhooks/<int:number>", base=NEW)
def new_one(call: Call, number: int) -> Answer:
    _admin(call, NEW)
    return _show_new(_webhook(call, number))


@route("PUT", "/webhooks/<int:number>", base=NEW)
def new_replace(call: Call, number: int) -> Answer:
    _admin(call, NEW)
    webhook = _webhook(call, number)
    _read_new(call, webhook)
    return _show_new(webhook)


@route("DELETE", "/webhooks/<int:number>", base=NEW)
def new_delete(call: Call, number: int) -> Answer:
    _admin(call, NEW)
    del call.site.events.webhooks[_webhook(call, number).id]
    return 204, None


@route("POST", "/webhook", only="cloud")
def dynamic(call: Call) -> Answer:
    raise JiraError(403, "Only Connect and OAuth 2.0 apps can use this operation.")
