"""What belongs to a pair besides its fields, each with the issue fields it needs to see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connector.document.model import Item
from syncjobs.attachments.sync import sync_attachments
from syncjobs.comments.sync import sync_comments
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair
from syncjobs.status_sync import sync_statuses


@dataclass(frozen=True)
class Part:
    """`always`: also for pairs that are looked at for a changed field only."""

    wanted: Callable[[Item], bool]
    issue_fields: tuple[str, ...]
    sync: Callable[[ItemRun, Sequence[Pair]], None]
    always: bool = False


PARTS = (
    Part(lambda item: item.status is not None, ("status",), sync_statuses, always=True),
    Part(lambda item: item.comments.enabled, ("comment", "project"), sync_comments),
    Part(lambda item: item.attachments.enabled, ("attachment", "project"), sync_attachments),
)


def parts_of(item: Item) -> list[Part]:
    """Return the parts that an item synchronizes."""
    return [part for part in PARTS if part.wanted(item)]
