"""What an org notes down about a change of a tracked field: history rows and feed entries."""

from . import ids
from .change import Change


def record(change: Change) -> None:
    """Write the history and the feed entries that an update of tracked fields leaves behind."""
    if change.old is None:
        return
    moved = [
        column
        for column in change.entry.tracked
        if change.old.get(column.name) != change.row.get(column.name)
    ]
    for column in moved:
        if change.entry.history:
            _add_history(change, column.name)
    if moved and change.entry.feed_enabled:
        add_post(change, {"Type": "TrackedChange", "ParentId": change.row["Id"]})


def _add_history(change: Change, name: str) -> None:
    org = change.org
    history = org.schema.require(change.entry.history)
    row = {
        "Id": ids.numbered(history.prefix, org.next_count("history")),
        "IsDeleted": False,
        change.entry.history_parent: change.row["Id"],
        "CreatedById": change.actor.user_id,
        "CreatedDate": org.stamp(),
        "Field": "Owner" if name == "OwnerId" else name,
        "OldValue": change.old.get(name) if change.old else None,
        "NewValue": change.row.get(name),
    }
    org.store.put(history.name, row)


def add_post(change: Change, fields: dict[str, object]) -> None:
    """Put a system-made post into the feed of the record named by its ParentId."""
    org = change.org
    feed_item = org.schema.require("FeedItem")
    now = org.stamp()
    row = {
        **feed_item.defaults,
        "Id": org.next_id(feed_item),
        "CreatedDate": now,
        "CreatedById": change.actor.user_id,
        "InsertedById": change.actor.user_id,
        "LastModifiedDate": now,
        "LastModifiedById": change.actor.user_id,
        "SystemModstamp": now,
        "CommentCount": 0,
        "LikeCount": 0,
        **fields,
    }
    org.store.put("FeedItem", row)
