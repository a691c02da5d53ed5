"""Reads the items of a document."""

from connector.document.connections import read_name
from connector.document.model import (
    AttachmentSync,
    CommentSync,
    Conflict,
    Direction,
    Item,
    Mapping,
    Mode,
    StatusSync,
    Visibility,
)
from connector.document.reading import LONG_TEXT, ObjectReader
from connector.document.rules import check_item


def read_item(reader: ObjectReader) -> Item:
    """Return one of `items`; what is wrong is noted in the reader's report."""
    mode = reader.choice("mode", Mode, required=True)
    item = Item(
        name=read_name(reader),
        salesforce=reader.text("salesforce", required=True),
        jira=reader.text("jira", required=True),
        mode=mode or Mode.TWO_WAY,
        object=reader.text("object", required=True),
        jira_projects=reader.texts("jira_projects", required=True),
        issue_type=reader.text("issue_type", limit=100),
        enabled=reader.flag("enabled", Item.enabled),
        preview_fields=reader.texts("preview_fields"),
        record_filter=reader.text("record_filter", limit=LONG_TEXT),
        auto_create_issues=reader.flag("auto_create_issues", Item.auto_create_issues),
        backfill=reader.flag("backfill", Item.backfill),
        auto_create_records=reader.flag("auto_create_records", Item.auto_create_records),
        issue_filter=reader.text("issue_filter", limit=LONG_TEXT),
        conflict=reader.choice("conflict", Conflict) or Item.conflict,
        mappings=tuple(map(_mapping, reader.objects("mappings"))),
        status=_status(reader),
        comments=_comments(reader),
        attachments=_attachments(reader),
        jira_remote_link=reader.flag("jira_remote_link", Item.jira_remote_link),
    )
    reader.close()
    check_item(item, reader.place, reader.report, mode_is_known=mode is not None)
    return item


def _mapping(reader: ObjectReader) -> Mapping:
    mapping = Mapping(
        salesforce=reader.text("salesforce"),
        jira=reader.text("jira"),
        template=reader.text("template", limit=LONG_TEXT, strip=False),
        uses=reader.texts("uses"),
        direction=reader.choice("direction", Direction),
        values=reader.pairs("values"),
        create_only=reader.flag("create_only", Mapping.create_only),
        default=reader.scalar("default"),
        conflict=reader.choice("conflict", Conflict),
    )
    reader.close()
    return mapping


def _status(reader: ObjectReader) -> StatusSync | None:
    inner = reader.object("status")
    if inner is None:
        return None
    status = StatusSync(
        field=inner.text("field", required=True),
        to_jira=inner.table("to_jira"),
        to_salesforce=inner.table("to_salesforce"),
    )
    inner.close()
    return status


def _comments(reader: ObjectReader) -> CommentSync:
    inner = reader.object("comments")
    if inner is None:
        return CommentSync()
    comments = CommentSync(
        enabled=inner.flag("enabled", CommentSync.enabled),
        visibility=inner.choice("visibility", Visibility) or CommentSync.visibility,
    )
    inner.close()
    return comments


def _attachments(reader: ObjectReader) -> AttachmentSync:
    inner = reader.object("attachments")
    if inner is None:
        return AttachmentSync()
    attachments = AttachmentSync(enabled=inner.flag("enabled", AttachmentSync.enabled))
    inner.close()
    return attachments
