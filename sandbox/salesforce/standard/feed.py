"""Chatter: posts, replies, their files, and the view of posts each object has."""

from dataclasses import replace

from ..schema import Field, SObject
from .fields import (
    checkbox,
    create_only,
    long_text,
    lookup,
    moment,
    picklist,
    read_only,
    required,
    sobject,
    text,
    url,
    whole,
)

PARENTS = (
    "Account",
    "Case",
    "Contact",
    "Contract",
    "Event",
    "Lead",
    "Opportunity",
    "Order",
    "Project__c",
    "Task",
    "User",
)
WRITABLE_TYPES = ("TextPost", "LinkPost", "ContentPost", "QuestionPost")
SYSTEM_TYPES = (
    "TrackedChange",
    "CaseCommentPost",
    "ChangeStatusPost",
    "CreateRecordEvent",
    "EmailMessageEvent",
)


def _post_fields() -> list[Field]:
    return [
        required(create_only(lookup("ParentId", *PARENTS))),
        create_only(picklist("Type", *WRITABLE_TYPES, *SYSTEM_TYPES, restricted=True)),
        text("Title", 255),
        replace(long_text("Body", 10_000), sortable=True),
        checkbox("IsRichText"),
        create_only(
            picklist("Visibility", "AllUsers", "InternalUsers", default="AllUsers", restricted=True)
        ),
        picklist("Status", "Published", "PendingReview", "Isolated", default="Published"),
        create_only(url("LinkUrl")),
        create_only(lookup("RelatedRecordId", "ContentVersion", relationship="RelatedRecord")),
        read_only(moment("LastEditDate")),
        read_only(lookup("LastEditById", "User")),
        read_only(whole("CommentCount")),
        read_only(whole("LikeCount")),
        read_only(lookup("InsertedById", "User")),
        replace(read_only(text("NetworkScope", 255)), filterable=False),
        checkbox("IsClosed"),
    ]


def _unfilterable_stamp(entry: SObject) -> SObject:
    return entry.with_field(replace(entry.fields["SystemModstamp"], filterable=False))


FEED_ITEM = _unfilterable_stamp(
    sobject("FeedItem", "0D5", _post_fields(), label="Feed Item", layoutable=False)
)


def feed_view(parent: SObject) -> SObject:
    """The read-only view of the posts on one object's records, such as CaseFeed."""
    name = f"{parent.name.removesuffix('__c')}__Feed" if parent.custom else f"{parent.name}Feed"
    on_parent = create_only(lookup("ParentId", parent.name, children="Feeds", on_delete="cascade"))
    view = sobject(
        name,
        "",
        [on_parent, *(read_only(entry) for entry in _post_fields()[1:])],
        label=f"{parent.label} Feed",
        createable=False,
        updateable=False,
        deletable=False,
        layoutable=False,
        searchable=False,
        replicateable=False,
        feed_of=parent.name,
    )
    return _unfilterable_stamp(view)


OBJECTS = [
    FEED_ITEM,
    sobject(
        "FeedComment",
        "0D7",
        [
            required(
                create_only(
                    lookup("FeedItemId", "FeedItem", children="FeedComments", on_delete="cascade")
                )
            ),
            read_only(lookup("ParentId", *PARENTS)),
            replace(long_text("CommentBody", 10_000), filterable=True),
            create_only(
                picklist("CommentType", "TextComment", "ContentComment", default="TextComment")
            ),
            checkbox("IsRichText"),
            create_only(lookup("RelatedRecordId", "ContentVersion", relationship="")),
            picklist("Status", "Published", "PendingReview", "Isolated", default="Published"),
            read_only(moment("LastEditDate")),
            read_only(lookup("LastEditById", "User")),
            read_only(lookup("InsertedById", "User")),
        ],
        label="Feed Comment",
        layoutable=False,
    ),
    sobject(
        "FeedAttachment",
        "08M",
        [
            required(
                create_only(
                    lookup(
                        "FeedEntityId", "FeedItem", children="FeedAttachments", on_delete="cascade"
                    )
                )
            ),
            create_only(text("RecordId", 18)),
            create_only(picklist("Type", "CONTENT", "LINK", default="CONTENT", restricted=True)),
            create_only(text("Title", 255)),
        ],
        label="Feed Attachment",
        layoutable=False,
        searchable=False,
        soft_delete=True,
    ),
]
