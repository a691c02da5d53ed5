"""Published versions: what of an item runs, as against the draft that an admin edits."""

import json
from datetime import datetime
from functools import lru_cache

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from connector.document.dump import dump_item
from connector.document.model import Item
from connector.document.parse import parse_item
from connector.document.problems import DocumentRefused
from connector.document.rows import item_from_rows
from connector.models import ItemVersion, SmartConnectedItem


def published(row: SmartConnectedItem) -> Item:
    """Return the item as it was published last.

    Raises ValueError for an item that never was: nothing of it may run.
    """
    if row.published is None:
        raise ValueError(f"{row.name} has never been published.")
    return _parsed(json.dumps(row.published.document, sort_keys=True))


@lru_cache(maxsize=512)
def _parsed(document: str) -> Item:
    """Cached by its text: versions never change, but ids come again in a restored database."""
    return parse_item(json.loads(document))


def draft(row: SmartConnectedItem) -> Item:
    """Return the draft as it would be published: without what has no meaning in its mode.

    Raises DocumentRefused when it contradicts itself.
    """
    return parse_item(dump_item(item_from_rows(row)))


def same(one: Item, other: Item) -> bool:
    """Whether two items are the same document.

    What has no meaning in their mode doesn't count; 1 and true differ there, in Python not.
    """
    return json.dumps(dump_item(one)) == json.dumps(dump_item(other))


def runs(row: SmartConnectedItem, item: Item) -> bool:
    """Whether `item` is what was published last; not so if this release can't read that."""
    try:
        return row.published is not None and same(published(row), item)
    except DocumentRefused:
        return False


def publish(
    row: SmartConnectedItem,
    *,
    user: User | None = None,
    at: datetime | None = None,
) -> ItemVersion:
    """Make the draft what runs and return its version; the same one when nothing changed.

    `at` is the time by Salesforce's clock from which records are taken up, if this is the first
    publication; without it our own clock is used. Raises DocumentRefused, and publishes nothing,
    when the draft contradicts itself.
    """
    item = draft(row)
    with transaction.atomic():
        locked = SmartConnectedItem.objects.select_for_update().get(pk=row.pk)
        if not runs(locked, item):
            locked.published = _next_version(locked, dump_item(item), user)
            locked.first_published_at = locked.first_published_at or at or timezone.now()
            locked.save(update_fields=["published", "first_published_at", "updated_at"])
    row.published = locked.published
    row.first_published_at = locked.first_published_at
    assert row.published is not None
    return row.published


def _next_version(
    row: SmartConnectedItem, document: dict[str, object], user: User | None
) -> ItemVersion:
    last = row.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return ItemVersion.objects.create(
        item=row, number=last + 1, document=document, published_by=user
    )
