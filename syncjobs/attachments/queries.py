"""The SOQL about files. Pure."""

from collections.abc import Sequence
from datetime import datetime

from connector.catalog.probe import FILES
from connector.salesforce.soql import datetime_literal, id_list

_LATEST = "ContentDocument.LatestPublishedVersion"


def files_of(record_ids: Sequence[str]) -> str:
    """The files that are linked to these records, up to 300, each with its latest version.

    With `IN`, Salesforce accepts no other condition.
    """
    return (
        "SELECT ContentDocumentId, LinkedEntityId, ContentDocument.LatestPublishedVersionId, "
        "ContentDocument.Title, ContentDocument.FileExtension, ContentDocument.ContentSize, "
        f"{_LATEST}.PathOnClient, {_LATEST}.Checksum, {_LATEST}.ContentLocation, "
        f"{_LATEST}.CreatedById, {_LATEST}.CreatedDate "
        f"FROM ContentDocumentLink WHERE LinkedEntityId IN {id_list(record_ids)}"
    )


def classic_files_of(record_ids: Sequence[str]) -> str:
    """The classic attachments of these records. Private ones are for their owner's eyes."""
    return (
        "SELECT Id, ParentId, Name, BodyLength, CreatedById, CreatedDate FROM Attachment "
        f"WHERE ParentId IN {id_list(record_ids)} AND IsPrivate = false"
    )


def changed_since(degraded: Sequence[str], since: datetime) -> str | None:
    """Links of files that were added or changed since then; rows name their `LinkedEntityId`.

    None where the probes of the connection (its `degraded` sentences) found that the user lacks
    Query All Files: then the links can be read by record only.
    """
    if FILES.sentence in degraded:
        return None
    moment = datetime_literal(since)
    return (
        "SELECT Id, ContentDocumentId, LinkedEntityId FROM ContentDocumentLink "
        f"WHERE SystemModstamp >= {moment} OR ContentDocument.SystemModstamp >= {moment}"
    )


def classic_changed_since(since: datetime) -> str:
    """Classic attachments that were added or changed since then; rows name their `ParentId`."""
    return (
        "SELECT ParentId FROM Attachment "
        f"WHERE SystemModstamp >= {datetime_literal(since)} AND IsPrivate = false"
    )
