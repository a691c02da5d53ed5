"""From a Document to JSON values in the form that `parse` reads."""

from typing import Any

from connector.document.model import (
    FORMAT,
    Document,
    Item,
    JiraSettings,
    Mapping,
    Mode,
    SalesforceSettings,
    Secret,
    StatusSync,
)
from connector.document.secrets import variable_name

Json = dict[str, Any]


def dump(document: Document) -> Json:
    """Return the document as JSON values. Secrets only appear as `{"env": "NAME"}`."""
    return {
        "format": FORMAT,
        "salesforce_connections": [_salesforce(c) for c in document.salesforce_connections],
        "jira_connections": [_jira(c) for c in document.jira_connections],
        "items": [dump_item(item) for item in document.items],
    }


def dump_item(item: Item) -> Json:
    """Return one item as JSON values, with every key that has a meaning in its mode."""
    shown = {
        "name": item.name,
        "salesforce": item.salesforce,
        "jira": item.jira,
        "mode": item.mode.value,
        "enabled": item.enabled,
        "object": item.object,
        "jira_projects": [*item.jira_projects],
    }
    if item.mode is Mode.DISPLAY_ONLY:
        return {**shown, "preview_fields": [*item.preview_fields], **_set_though_unused(item)}
    return {
        **shown,
        "issue_type": item.issue_type,
        "preview_fields": [*item.preview_fields],
        "record_filter": item.record_filter,
        "auto_create_issues": item.auto_create_issues,
        "backfill": item.backfill,
        "auto_create_records": item.auto_create_records,
        "issue_filter": item.issue_filter,
        "conflict": item.conflict.value,
        "mappings": [_mapping(mapping) for mapping in item.mappings],
        "status": _status(item.status) if item.status else None,
        "comments": _comments(item),
        "attachments": {"enabled": item.attachments.enabled},
        "jira_remote_link": item.jira_remote_link,
    }


def _set_though_unused(item: Item) -> Json:
    """What an admin switched in an item before making it display only; it is kept for later."""
    values: Json = {
        "auto_create_issues": item.auto_create_issues,
        "conflict": item.conflict.value,
        "comments": _comments(item),
        "attachments": {"enabled": item.attachments.enabled},
        "jira_remote_link": item.jira_remote_link,
    }
    defaults: Json = {
        "auto_create_issues": Item.auto_create_issues,
        "conflict": Item.conflict.value,
        "comments": {
            "enabled": Item.comments.enabled,
            "visibility": Item.comments.visibility.value,
        },
        "attachments": {"enabled": Item.attachments.enabled},
        "jira_remote_link": Item.jira_remote_link,
    }
    return {key: value for key, value in values.items() if value != defaults[key]}


def _comments(item: Item) -> Json:
    return {"enabled": item.comments.enabled, "visibility": item.comments.visibility.value}


def _mapping(mapping: Mapping) -> Json:
    """What is left at its default is left out: a list of mappings is read by people."""
    values: Json = {
        "template": mapping.template,
        "uses": [*mapping.uses],
        "salesforce": mapping.salesforce,
        "jira": mapping.jira,
        "direction": mapping.direction.value if mapping.direction else None,
        "values": [[*pair] for pair in mapping.values],
        "create_only": mapping.create_only,
        "default": [*mapping.default] if isinstance(mapping.default, tuple) else mapping.default,
        "conflict": mapping.conflict.value if mapping.conflict else None,
    }
    kept = {key: value for key, value in values.items() if value not in ("", [], None, False)}
    if mapping.default is not None:
        kept["default"] = values["default"]
    return kept


def _status(status: StatusSync) -> Json:
    return {
        "field": status.field,
        "to_jira": dict(status.to_jira),
        "to_salesforce": dict(status.to_salesforce),
    }


def _salesforce(settings: SalesforceSettings) -> Json:
    return _without_empty(
        {
            "name": settings.name,
            "login_url": settings.login_url,
            "auth": settings.auth,
            "client_id": settings.client_id,
            "client_secret": _secret(settings, "SF", "client_secret"),
            "username": settings.username,
            "password": _secret(settings, "SF", "password"),
            "security_token": _secret(settings, "SF", "security_token"),
            "private_key": _secret(settings, "SF", "private_key"),
        }
    )


def _jira(settings: JiraSettings) -> Json:
    return _without_empty(
        {
            "name": settings.name,
            "base_url": settings.base_url,
            "deployment": settings.deployment,
            "email": settings.email,
            "api_token": _secret(settings, "JIRA", "api_token"),
            "webhook_secret": _secret(settings, "JIRA", "webhook_secret"),
            "users": [[*pair] for pair in settings.users],
        }
    )


def _secret(settings: SalesforceSettings | JiraSettings, kind: str, key: str) -> Json | None:
    secret: Secret = getattr(settings, key)
    if secret == Secret():
        return None
    return {"env": secret.env or variable_name(settings.name, kind, key)}


def _without_empty(values: Json) -> Json:
    return {key: value for key, value in values.items() if value not in ("", None, [])}
