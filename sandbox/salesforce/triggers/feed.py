"""Posts and replies: which may be written, by whom, and what a file in one brings about."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..access import insufficient
from ..change import Change
from ..faults import Fault
from ..standard.feed import WRITABLE_TYPES
from .content import add_link

if TYPE_CHECKING:
    from ..org import SalesforceOrg


def before_post(change: Change) -> None:
    row = change.row
    if change.old is not None:
        check_author(change)
        row["LastEditDate"] = change.org.stamp()
        row["LastEditById"] = change.actor.user_id
        return
    parent = change.org.object_of(row["ParentId"] or "")
    if parent is not None and parent.name != "User" and not parent.feed_enabled:
        message = f"Feed tracking is not enabled for this object: {parent.name}"
        raise Fault(400, "FIELD_INTEGRITY_EXCEPTION", message, ["ParentId"])
    row["Type"] = row["Type"] or _type_of(row)
    if row["Type"] not in WRITABLE_TYPES:
        message = f"You can't create a feed item of type {row['Type']}"
        raise Fault(400, "FIELD_INTEGRITY_EXCEPTION", message, ["Type"])
    if row["Type"] == "TextPost" and not row["Body"]:
        message = "Required fields are missing: [Body]"
        raise Fault(400, "REQUIRED_FIELD_MISSING", message, ["Body"])
    row.update(CommentCount=0, LikeCount=0, InsertedById=change.actor.user_id)


def _type_of(row: Mapping[str, Any]) -> str:
    if row["RelatedRecordId"]:
        return "ContentPost"
    return "LinkPost" if row["LinkUrl"] else "TextPost"


def after_post(change: Change) -> None:
    if change.old is None and change.row["RelatedRecordId"]:
        _share_file(change, change.row["RelatedRecordId"], change.row["ParentId"])


def _share_file(change: Change, version_id: str, target: str) -> None:
    version = change.org.row(version_id)
    if version is not None:
        add_link(change, version["ContentDocumentId"], target)


def before_reply(change: Change) -> None:
    row, org = change.row, change.org
    if change.old is not None:
        check_author(change)
        row["LastEditDate"] = org.stamp()
        row["LastEditById"] = change.actor.user_id
        return
    post = change.related("FeedItemId")
    if post is None:
        return
    if post["IsClosed"]:
        raise Fault(400, "FIELD_INTEGRITY_EXCEPTION", "This discussion is closed.", ["FeedItemId"])
    if not row["CommentBody"] and not row["RelatedRecordId"]:
        message = "Required fields are missing: [CommentBody]"
        raise Fault(400, "REQUIRED_FIELD_MISSING", message, ["CommentBody"])
    row["ParentId"] = post["ParentId"]
    row["InsertedById"] = change.actor.user_id
    if row["RelatedRecordId"]:
        row["CommentType"] = "ContentComment"


def after_reply(change: Change) -> None:
    if change.old is not None:
        return
    _count_replies(change.org, change.row["FeedItemId"])
    if change.row["RelatedRecordId"]:
        _share_file(change, change.row["RelatedRecordId"], change.row["ParentId"])


def _count_replies(org: "SalesforceOrg", post_id: str) -> None:
    post = org.row(post_id)
    if post is not None:
        count = len(org.store.table("FeedComment").find("FeedItemId", post_id))
        org.store.put("FeedItem", {**post, "CommentCount": count})


def after_attachment(change: Change) -> None:
    post = change.related("FeedEntityId")
    if post is not None and change.row["RecordId"] and change.old is None:
        _share_file(change, change.row["RecordId"], post["ParentId"])


def check_author(change: Change) -> None:
    author = change.row.get("CreatedById")
    if author != change.actor.user_id and not change.actor.modifies_all:
        raise insufficient(change.row["Id"])


def after_delete_reply(org: "SalesforceOrg", row: Mapping[str, Any]) -> None:
    _count_replies(org, row["FeedItemId"])
