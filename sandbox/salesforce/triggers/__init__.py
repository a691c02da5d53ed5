"""What the platform does by itself when a record of a standard object is saved or deleted."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..change import Change
from ..schema import SObject
from . import content, crm, feed, sales, service

if TYPE_CHECKING:
    from ..org import SalesforceOrg

Step = Callable[[Change], None]

BEFORE_SAVE: dict[str, Step] = {
    "Case": service.before_case,
    "Contact": crm.before_person,
    "Lead": crm.before_lead,
    "User": crm.before_person,
    "Task": service.before_task,
    "Event": service.before_event,
    "Opportunity": sales.before_opportunity,
    "OpportunityLineItem": sales.before_line_item,
    "PricebookEntry": sales.before_pricebook_entry,
    "Quote": sales.before_quote,
    "Contract": sales.before_contract,
    "Order": sales.before_order,
    "ContentVersion": content.before_version,
    "ContentDocumentLink": content.before_link,
    "Attachment": content.before_attachment,
    "FeedItem": feed.before_post,
    "FeedComment": feed.before_reply,
}
AFTER_SAVE: dict[str, Step] = {
    "Case": service.after_case,
    "CaseComment": service.after_case_comment,
    "OpportunityLineItem": sales.after_line_item,
    "ContentVersion": content.after_version,
    "Attachment": content.after_attachment,
    "FeedItem": feed.after_post,
    "FeedComment": feed.after_reply,
    "FeedAttachment": feed.after_attachment,
}
CHECK_DELETE: dict[str, Step] = {
    "CaseComment": service.check_delete_comment,
    "FeedItem": feed.check_author,
    "FeedComment": feed.check_author,
    "Contract": sales.check_delete_activated,
    "Order": sales.check_delete_activated,
}
AFTER_DELETE: dict[str, Callable[["SalesforceOrg", Mapping[str, Any]], None]] = {
    "FeedComment": feed.after_delete_reply,
}


def before_save(change: Change) -> None:
    """Derive fields and refuse what the object's own rules refuse."""
    step = BEFORE_SAVE.get(change.entry.name)
    if step:
        step(change)


def after_save(change: Change) -> None:
    """Write the other rows that this one brings about."""
    step = AFTER_SAVE.get(change.entry.name)
    if step:
        step(change)


def check_delete(change: Change) -> None:
    """Refuse a deletion the actor may not make."""
    step = CHECK_DELETE.get(change.entry.name)
    if step:
        step(change)


def after_delete(org: "SalesforceOrg", entry: SObject, row: Mapping[str, Any]) -> None:
    """Remove what can't stay without the deleted row."""
    step = AFTER_DELETE.get(entry.name)
    if step:
        step(org, row)
