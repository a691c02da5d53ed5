"""Between the rows that the admin edits and the values of a document."""

from collections.abc import Iterable
from typing import Any

from connector.document.connections import (
    JIRA_SECRETS,
    NEEDED,
    OPTIONAL,
    SALESFORCE_SECRETS,
)
from connector.document.model import (
    AttachmentSync,
    CommentSync,
    Conflict,
    Default,
    Direction,
    Item,
    JiraSettings,
    Mapping,
    Mode,
    SalesforceSettings,
    Secret,
    StatusSync,
    Visibility,
)
from connector.document.secrets import is_made_up, variable_name
from connector.models import (
    FieldMapping,
    JiraConnection,
    JiraUser,
    SalesforceConnection,
    SmartConnectedItem,
)
from connector.salesforce.auth import Flow

Columns = dict[str, Any]


def item_from_rows(row: SmartConnectedItem) -> Item:
    """Return the draft of an item as it stands in the database, whether it is sound or not."""
    return Item(
        name=row.name,
        salesforce=row.salesforce.name,
        jira=row.jira.name,
        mode=Mode(row.mode),
        enabled=row.enabled,
        object=row.object,
        jira_projects=tuple(row.jira_projects),
        issue_type=row.issue_type,
        preview_fields=tuple(row.preview_fields),
        record_filter=row.record_filter,
        auto_create_issues=row.auto_create_issues,
        backfill=row.backfill,
        auto_create_records=row.auto_create_records,
        issue_filter=row.issue_filter,
        conflict=Conflict(row.conflict),
        mappings=tuple(_mapping(each) for each in row.mappings.all()),
        status=_status(row),
        comments=CommentSync(
            enabled=row.comments_enabled, visibility=Visibility(row.comments_visibility)
        ),
        attachments=AttachmentSync(enabled=row.attachments_enabled),
        jira_remote_link=row.jira_remote_link,
    )


def _mapping(row: FieldMapping) -> Mapping:
    return Mapping(
        salesforce=row.salesforce,
        jira=row.jira,
        template=row.template,
        uses=tuple(row.uses),
        direction=Direction(row.direction) if row.direction else None,
        values=tuple((left, right) for left, right in row.values),
        create_only=row.create_only,
        default=_default(row.default),
        conflict=Conflict(row.conflict) if row.conflict else None,
    )


def _default(stored: Any) -> Default:
    return tuple(stored) if isinstance(stored, list) else stored


def _status(row: SmartConnectedItem) -> StatusSync | None:
    if not row.status_field:
        return None
    return StatusSync(
        field=row.status_field,
        to_jira=tuple(sorted(row.status_to_jira.items())),
        to_salesforce=tuple(sorted(row.status_to_salesforce.items())),
    )


def item_columns(item: Item) -> Columns:
    """Return what an item's own row holds, but for its connections."""
    status = item.status or StatusSync(field="")
    return {
        "name": item.name,
        "mode": item.mode.value,
        "enabled": item.enabled,
        "object": item.object,
        "jira_projects": [*item.jira_projects],
        "issue_type": item.issue_type,
        "preview_fields": [*item.preview_fields],
        "record_filter": item.record_filter,
        "auto_create_issues": item.auto_create_issues,
        "backfill": item.backfill,
        "auto_create_records": item.auto_create_records,
        "issue_filter": item.issue_filter,
        "conflict": item.conflict.value,
        "status_field": status.field,
        "status_to_jira": dict(status.to_jira),
        "status_to_salesforce": dict(status.to_salesforce),
        "comments_enabled": item.comments.enabled,
        "comments_visibility": item.comments.visibility.value,
        "attachments_enabled": item.attachments.enabled,
        "jira_remote_link": item.jira_remote_link,
    }


def mapping_rows(item: Item, row: SmartConnectedItem) -> Iterable[FieldMapping]:
    """Yield unsaved rows for the mappings of an item, in order."""
    for position, mapping in enumerate(item.mappings):
        default = mapping.default
        yield FieldMapping(
            item=row,
            position=position,
            salesforce=mapping.salesforce,
            jira=mapping.jira,
            template=mapping.template,
            uses=[*mapping.uses],
            direction=mapping.direction.value if mapping.direction else "",
            values=[[*pair] for pair in mapping.values],
            create_only=mapping.create_only,
            default=[*default] if isinstance(default, tuple) else default,
            conflict=mapping.conflict.value if mapping.conflict else "",
        )


def salesforce_from_row(row: SalesforceConnection) -> SalesforceSettings:
    """Return a stored connection with its secrets, each with a name to export it under."""
    return SalesforceSettings(
        name=row.name,
        login_url=row.login_url,
        auth=row.auth,
        client_id=row.client_id,
        username=row.username,
        **{key: _stored_secret(row, "SF", key) for key in SALESFORCE_SECRETS},
    )


def jira_from_row(row: JiraConnection) -> JiraSettings:
    """As `salesforce_from_row`; users that were found by their mail are left out."""
    table = row.users.filter(source=JiraUser.Source.TABLE).values_list("mail", "account")
    return JiraSettings(
        name=row.name,
        base_url=row.base_url,
        deployment=row.deployment,
        email=row.email,
        users=tuple(sorted((mail.lower(), account) for mail, account in table)),
        **{key: _stored_secret(row, "JIRA", key) for key in JIRA_SECRETS},
    )


def _stored_secret(row: SalesforceConnection | JiraConnection, kind: str, key: str) -> Secret:
    value = getattr(row, key)
    name = row.variables.get(key) or variable_name(row.name, kind, key)
    return Secret(value=value, env=name) if value else Secret()


def _variables(
    settings: SalesforceSettings | JiraSettings, kind: str, keys: Iterable[str], stored: Columns
) -> dict[str, str]:
    """Return the variables to remember: those given, else those stored.

    A name that an export would make up isn't worth remembering.
    """
    named = {key: getattr(settings, key).env or stored.get(key, "") for key in keys}
    return {
        key: name
        for key, name in named.items()
        if name and not is_made_up(name, settings.name, kind, key)
    }


def salesforce_columns(
    settings: SalesforceSettings, stored: SalesforceConnection | None
) -> Columns:
    """Return what a connection's row is to hold.

    A secret that the document leaves out stays as it is stored, unless the way of logging in
    has no use for it any more.
    """
    flow = Flow(settings.auth)
    used = {*NEEDED[flow], *OPTIONAL.get(flow, ())}
    columns: Columns = {
        "name": settings.name,
        "login_url": settings.login_url,
        "auth": settings.auth,
        "client_id": settings.client_id,
        "username": settings.username,
    }
    for key in SALESFORCE_SECRETS:
        given: Secret = getattr(settings, key)
        kept = getattr(stored, key) if stored and key in used else ""
        columns[key] = given.value or kept
    remembered = stored.variables if stored else {}
    columns["variables"] = _variables(settings, "SF", SALESFORCE_SECRETS, remembered)
    return columns


def jira_columns(settings: JiraSettings, stored: JiraConnection | None) -> Columns:
    """As `salesforce_columns`, without the table of users."""
    columns: Columns = {
        "name": settings.name,
        "base_url": settings.base_url,
        "deployment": settings.deployment,
        "email": settings.email,
    }
    for key in JIRA_SECRETS:
        given: Secret = getattr(settings, key)
        columns[key] = given.value or (getattr(stored, key) if stored else "")
    remembered = stored.variables if stored else {}
    columns["variables"] = _variables(settings, "JIRA", JIRA_SECRETS, remembered)
    return columns
