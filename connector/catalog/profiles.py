"""What the connector knows about the objects it offers, beyond their describes.

The table holds what no describe tells: how people name a record, where they search, which field
is the status. Everything else (comments, files, history, what is required) comes from the org's own
metadata, since admins switch these per object.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connector.salesforce.describe import Field, SObject

# The child lists through which files hang on a record.
FILE_LISTS = ("ContentDocumentLinks", "AttachedContentDocuments")
HISTORY_LIST = "Histories"
# Names and labels under which custom objects usually keep their status.
STATUS_NAMES = ("status__c", "stage__c", "state__c")
STATUS_LABELS = ("status", "stage")


class Comments(StrEnum):
    """Where an object's conversation is kept."""

    CASE_COMMENT = "case_comment"
    FEED = "feed"
    NONE = "none"


@dataclass(frozen=True)
class _Known:
    """A row of the table. `detail` stands in brackets behind the name."""

    name: str = ""
    detail: str = ""
    search: tuple[str, ...] = ()
    status: str = ""
    status_object: str = ""
    required: tuple[str, ...] = ()


_KNOWN: Mapping[str, _Known] = {
    "Case": _Known(
        name="CaseNumber",
        detail="Subject",
        search=("CaseNumber", "Subject", "SuppliedEmail", "ContactEmail"),
        status="Status",
        status_object="CaseStatus",
    ),
    "Account": _Known(
        name="Name",
        detail="AccountNumber",
        search=("Name", "AccountNumber", "Website", "Phone"),
        required=("Name",),
    ),
    "Contact": _Known(
        name="Name", detail="Email", search=("Name", "Email", "Phone"), required=("LastName",)
    ),
    "Lead": _Known(
        name="Name",
        detail="Email",
        search=("Name", "Company", "Email"),
        status="Status",
        status_object="LeadStatus",
        required=("LastName", "Company"),
    ),
    "Opportunity": _Known(
        name="Name",
        detail="StageName",
        search=("Name", "Account.Name"),
        status="StageName",
        status_object="OpportunityStage",
        required=("Name", "StageName", "CloseDate"),
    ),
    "Task": _Known(
        name="Subject",
        detail="Status",
        search=("Subject",),
        status="Status",
        status_object="TaskStatus",
    ),
    "Event": _Known(
        name="Subject",
        detail="Location",
        search=("Subject", "Location"),
        status="ShowAs",
        required=("StartDateTime", "EndDateTime"),
    ),
    "Quote": _Known(
        name="QuoteNumber",
        detail="Name",
        search=("QuoteNumber", "Name"),
        status="Status",
        required=("Name", "OpportunityId"),
    ),
    "Order": _Known(
        name="OrderNumber",
        detail="Status",
        search=("OrderNumber", "PoNumber", "Account.Name"),
        status="Status",
        status_object="OrderStatus",
        required=("AccountId", "EffectiveDate", "Status"),
    ),
    "Contract": _Known(
        name="ContractNumber",
        detail="Status",
        search=("ContractNumber", "Account.Name"),
        status="Status",
        status_object="ContractStatus",
        required=("AccountId",),
    ),
}


@dataclass(frozen=True)
class ObjectProfile:
    """How the connector treats one kind of record. Fields are API names; "" where there is none.

    `comments` is where our comments go; `feed` says that posts of others may stand in its feed.
    `status_object` is the table in which the org keeps the meaning of each status;
    `history_object` holds past values and points at the record with `history_parent`.
    """

    sobject: str
    label: str
    name_field: str
    detail_field: str
    search_fields: tuple[str, ...]
    status_field: str
    status_object: str
    comments: Comments
    feed: bool
    files: bool
    required_fields: tuple[str, ...]
    history_object: str
    history_parent: str

    @property
    def display_fields(self) -> tuple[str, ...]:
        """What has to be read to name a record."""
        return tuple(name for name in (self.name_field, self.detail_field) if name)

    def display_name(self, record: Mapping[str, Any]) -> str:
        """Return what people call the record: `00001026 [Printer on fire]`."""
        name, detail = (str(record.get(key) or "") for key in (self.name_field, self.detail_field))
        if name and detail:
            return f"{name} [{detail}]"
        return name or detail or str(record.get("Id") or "")


def profile_for(sobject: SObject) -> ObjectProfile:
    """Return the profile of an object, standard or custom, as this org and user have it."""
    known = _KNOWN.get(sobject.name) or _guessed(sobject)
    history = sobject.child(HISTORY_LIST)
    status = known.status if sobject.field(known.status) else ""
    return ObjectProfile(
        sobject=sobject.name,
        label=sobject.label,
        name_field=_present(sobject, known.name),
        detail_field=_present(sobject, known.detail),
        search_fields=tuple(path for path in known.search if _searchable(sobject, path)),
        status_field=status,
        status_object=known.status_object if status else "",
        comments=_comments(sobject),
        feed=sobject.feed_enabled,
        files=any(sobject.child(name) for name in FILE_LISTS),
        required_fields=_required(sobject, known.required),
        history_object=history.sobject if history else "",
        history_parent=history.field if history else "",
    )


def status_candidates(sobject: SObject) -> list[Field]:
    """Return the fields an admin may choose as the status: picklists that can be written."""
    return [field for field in sobject.fields if field.type == "picklist" and field.updateable]


def _guessed(sobject: SObject) -> _Known:
    """Make up the row of an object that isn't in the table from its describe."""
    name = sobject.name_field
    external = (field.name for field in sobject.fields if field.external_id)
    status = next((f.name for f in status_candidates(sobject) if _named_like_status(f)), "")
    own = (name.name,) if name else ()
    return _Known(name="".join(own), search=(*own, *external), status=status)


def _named_like_status(field: Field) -> bool:
    return field.name.lower() in STATUS_NAMES or field.label.lower() in STATUS_LABELS


def _present(sobject: SObject, name: str) -> str:
    return name if sobject.field(name) else ""


def _searchable(sobject: SObject, path: str) -> bool:
    relation, dot, _ = path.partition(".")
    if dot:
        return sobject.parent_field(relation) is not None
    field = sobject.field(path)
    return field is not None and field.filterable


def _comments(sobject: SObject) -> Comments:
    if sobject.child("CaseComments"):
        return Comments.CASE_COMMENT
    return Comments.FEED if sobject.feed_enabled else Comments.NONE


def _required(sobject: SObject, known: tuple[str, ...]) -> tuple[str, ...]:
    """Join what Salesforce asks for beyond the describe with what the describe says."""
    fields = [sobject.field(name) for name in known]
    standard = [field.name for field in fields if field and field.createable]
    described = [field.name for field in sobject.fields if field.required_on_create]
    return tuple(dict.fromkeys([*standard, *described]))
