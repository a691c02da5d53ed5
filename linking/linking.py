"""Links an issue and a record that both exist already."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from connector.models import SmartConnectedItem
from linking.models import CommentPair, Link


class AlreadyLinked(Exception):
    """The issue or the record has a link under this item; the message says to what."""


def link_pair(
    item: SmartConnectedItem, issue_id: str, issue_key: str, record_id: str, origin: Link.Origin
) -> Link:
    """Link the two under the item, with the intent of the note on the record.

    `issue_id` is the numeric id, `record_id` has 18 characters; whether both exist, and fit the
    item, is for the caller to see to. Raises AlreadyLinked, also when somebody else links one of
    the two at this moment.
    """
    if reason := why_not(item, issue_id, issue_key, record_id):
        raise AlreadyLinked(reason)
    try:
        with transaction.atomic():
            link = Link.objects.create(
                item=item,
                issue_id=issue_id,
                issue_key=issue_key,
                record_id=record_id,
                origin=origin,
                state=Link.State.ACTIVE,
            )
            CommentPair.objects.create(link=link, kind=CommentPair.Kind.LINK_NOTE)
    except IntegrityError as error:
        reason = why_not(item, issue_id, issue_key, record_id)
        raise AlreadyLinked(
            reason or f"{issue_key} or {record_id} is being linked by somebody else. Try again."
        ) from error
    return link


def why_not(item: SmartConnectedItem, issue_id: str, issue_key: str, record_id: str) -> str | None:
    """Return what keeps the two from being linked under the item; None if nothing does."""
    live = Link.objects.filter(item=item).exclude(state=Link.State.ENDED)
    found = live.filter(Q(issue_id=issue_id) | Q(record_id=record_id)).order_by("pk").first()
    if found is None:
        return None
    if found.issue_id is None:
        return f"An issue is being made for record {record_id} at this moment."
    if found.issue_id == issue_id and found.record_id == record_id:
        return f"{issue_key} and {record_id} are already linked to each other."
    if found.record_id == record_id:
        return f"Record {record_id} is already linked to {found.issue_key}."
    return f"{issue_key} is already linked to record {found.record_id}."
