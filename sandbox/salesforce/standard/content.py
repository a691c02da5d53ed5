"""Files: documents, their versions with the bytes, where they are linked, and old attachments."""

from ..schema import Field
from .fields import (
    checkbox,
    create_only,
    long_text,
    lookup,
    moment,
    owner,
    picklist,
    read_only,
    required,
    sobject,
    text,
    whole,
)

LINKABLE = (
    "Account",
    "Case",
    "Contact",
    "Contract",
    "Event",
    "Lead",
    "Opportunity",
    "Order",
    "Product2",
    "Project__c",
    "Quote",
    "Task",
    "User",
)


def _bytes(name: str) -> Field:
    return Field(name, "base64", nillable=False, filterable=False, sortable=False, groupable=False)


def _size(name: str) -> Field:
    return read_only(whole(name))


OBJECTS = [
    sobject(
        "ContentVersion",
        "068",
        [
            create_only(
                lookup(
                    "ContentDocumentId",
                    "ContentDocument",
                    children="ContentVersions",
                    on_delete="cascade",
                )
            ),
            read_only(checkbox("IsLatest")),
            text("Title", 255, name_field=True),
            create_only(text("PathOnClient", 500)),
            create_only(_bytes("VersionData")),
            create_only(lookup("FirstPublishLocationId", *LINKABLE)),
            create_only(text("ReasonForChange", 1_000)),
            long_text("Description", 1_000),
            read_only(text("VersionNumber", 20)),
            _size("ContentSize"),
            read_only(text("FileExtension", 40)),
            read_only(text("FileType", 20)),
            read_only(text("Checksum", 50)),
            create_only(picklist("Origin", "C", "H", default="C")),
            create_only(picklist("ContentLocation", "S", "E", "L", default="S")),
            create_only(moment("ContentModifiedDate")),
            create_only(owner()),
        ],
        label="Content Version",
        layoutable=False,
        deletable=False,
    ),
    sobject(
        "ContentDocument",
        "069",
        [
            required(text("Title", 255, name_field=True)),
            read_only(lookup("LatestPublishedVersionId", "ContentVersion")),
            read_only(text("FileExtension", 40)),
            read_only(text("FileType", 20)),
            _size("ContentSize"),
            long_text("Description", 1_000),
            read_only(moment("ContentModifiedDate")),
            lookup("ParentId", "User"),
            owner(),
        ],
        label="Content Document",
        layoutable=False,
        createable=False,
    ),
    sobject(
        "ContentDocumentLink",
        "06A",
        [
            required(
                create_only(
                    lookup(
                        "ContentDocumentId",
                        "ContentDocument",
                        children="ContentDocumentLinks",
                        on_delete="cascade",
                    )
                )
            ),
            required(
                create_only(lookup("LinkedEntityId", *LINKABLE, children="ContentDocumentLinks"))
            ),
            picklist("ShareType", "V", "C", "I", default="V", restricted=True),
            picklist(
                "Visibility",
                "AllUsers",
                "InternalUsers",
                "SharedUsers",
                default="AllUsers",
                restricted=True,
            ),
        ],
        label="Content Document Link",
        layoutable=False,
        searchable=False,
    ),
    sobject(
        "Attachment",
        "00P",
        [
            required(
                create_only(
                    lookup("ParentId", *LINKABLE, children="Attachments", on_delete="cascade")
                )
            ),
            required(text("Name", 255, name_field=True)),
            _bytes("Body"),
            _size("BodyLength"),
            text("ContentType", 120),
            checkbox("IsPrivate"),
            text("Description", 500),
            owner(),
        ],
        layoutable=False,
        searchable=False,
    ),
]
