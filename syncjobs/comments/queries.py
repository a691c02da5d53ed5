"""The SOQL about comments. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from connector.catalog.probe import CASE_COMMENTS, FEED
from connector.catalog.profiles import Comments, profile_for
from connector.salesforce.describe import SObject
from connector.salesforce.soql import datetime_literal, id_list, quote, select

# All that people write; the other posts are made by Salesforce.
POST_TYPES = ("TextPost", "LinkPost", "ContentPost", "QuestionPost")
# A case comment's own post repeats its text, but people may have replied to it.
REPEATED = "CaseCommentPost"
# Record feeds give no more than that to users without View All Data.
FEED_ROWS = 1000
# What a poll reads of each.
CASE_COMMENT_ROW = ["Id", "ParentId", "CommentBody"]
POST_ROW = ["Id", "ParentId", "Body"]
_WRITTEN = ("CreatedById", "CreatedBy.Name", "CreatedDate")


def feed_of(sobject: SObject) -> str:
    """Return the view of an object's feed. Reading FeedItem itself takes View All Data."""
    return sobject.name.removesuffix("__c") + ("__Feed" if sobject.custom else "Feed")


def case_comments_of(case_ids: Sequence[str]) -> str:
    """The comments of these cases, up to 300."""
    fields = ["Id", "ParentId", "CommentBody", "IsPublished", *_WRITTEN]
    return select(fields, "CaseComment", where=[f"ParentId IN {id_list(case_ids)}"])


def posts_of(
    sobject: SObject,
    record_ids: Sequence[str],
    *,
    visibility: bool,
    after: tuple[str, str] | None = None,
) -> str:
    """The posts of these records with their replies, oldest first, a thousand at a time.

    `visibility`: whether posts have one in this org. `after` is (CreatedDate, Id) of the last one
    seen.
    """
    fields = ["Id", "ParentId", "Type", "Title", "Body", "IsRichText", "LinkUrl", "Status"]
    replies = select(["Id", "CommentBody", "IsRichText", "Status", *_WRITTEN], "FeedComments")
    types = id_list([*POST_TYPES, REPEATED])
    where = [f"ParentId IN {id_list(record_ids)}", f"Type IN {types}"]
    if after:
        moment = datetime_literal(datetime.fromisoformat(after[0]))
        following = f"CreatedDate = {moment} AND Id > {quote(after[1])}"
        where.append(f"CreatedDate > {moment} OR ({following})")
    return select(
        [*fields, *(["Visibility"] if visibility else []), *_WRITTEN],
        feed_of(sobject),
        where=where,
        order_by=["CreatedDate ASC", "Id ASC"],
        limit=FEED_ROWS,
        subqueries=[replies],
    )


def changed_since(
    sobjects: Iterable[SObject], degraded: Sequence[str], since: datetime
) -> list[str]:
    """Queries for comments written or edited since then, at most three for all objects together.

    Their rows name the record in `ParentId`; it may be one that nobody has linked. Their texts tell
    notes of our own. `degraded` are the sentences of the connection's probes: without View All Data
    feeds can be read by record only, and then there is no query for them.
    """
    profiles = [profile_for(sobject) for sobject in sobjects]
    moment = datetime_literal(since)
    queries: list[str] = []
    if CASE_COMMENTS.sentence not in degraded and any(
        profile.comments is Comments.CASE_COMMENT for profile in profiles
    ):
        queries.append(
            select(CASE_COMMENT_ROW, "CaseComment", where=[f"SystemModstamp >= {moment}"])
        )
    names = sorted(profile.sobject for profile in profiles if profile.feed)
    if names and FEED.sentence not in degraded:
        # Posts can't be filtered by SystemModstamp in any version of the API.
        written = f"CreatedDate >= {moment} OR LastEditDate >= {moment}"
        posts = [written, f"Type IN {id_list(POST_TYPES)}", f"Parent.Type IN {id_list(names)}"]
        queries.append(select(POST_ROW, "FeedItem", where=posts))
        queries.append(select(CASE_COMMENT_ROW, "FeedComment", where=[written]))
    return queries
