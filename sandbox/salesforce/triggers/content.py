"""A file is a document, its versions, and links: inserting a version makes the other two."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..change import Change
from ..faults import Fault

if TYPE_CHECKING:
    from ..org import SalesforceOrg


def before_version(change: Change) -> None:
    if change.old is not None:
        return
    row = change.row
    data = row["VersionData"]
    if data is None:
        message = "Required fields are missing: [VersionData]"
        raise Fault(400, "REQUIRED_FIELD_MISSING", message, ["VersionData"])
    path = row["PathOnClient"]
    if not path:
        message = "Required fields are missing: [PathOnClient]"
        raise Fault(400, "REQUIRED_FIELD_MISSING", message, ["PathOnClient"])
    if row["ContentDocumentId"] and row["FirstPublishLocationId"]:
        message = "Cannot set First Publish Location with an existing document"
        raise Fault(400, "INVALID_FIELD", message, ["FirstPublishLocationId"])
    stem, dot, extension = path.rpartition(".")
    row["FileExtension"] = extension.lower() if dot else None
    row["FileType"] = extension.upper() if dot else "UNKNOWN"
    row["Title"] = row["Title"] or (stem if dot else path)
    row["ContentSize"] = len(data)
    row["Checksum"] = hashlib.md5(data, usedforsecurity=False).hexdigest()
    row["IsLatest"] = True
    row["VersionNumber"] = "1"


def after_version(change: Change) -> None:
    org, row = change.org, dict(change.row)
    if change.old is not None:
        _refresh_document(org, row)
        return
    org.store.blobs[row["Id"]] = row["VersionData"]
    row["VersionData"] = f"/sobjects/ContentVersion/{row['Id']}/VersionData"
    if row["ContentDocumentId"]:
        row["VersionNumber"] = str(_retire_versions(org, row) + 1)
    else:
        row["ContentDocumentId"] = _new_document(change, row)
    org.store.put("ContentVersion", row)
    _refresh_document(org, row)


def _retire_versions(org: "SalesforceOrg", new: Mapping[str, Any]) -> int:
    """Mark the versions before this one as not the latest, and return how many there are."""
    found = org.store.table("ContentVersion").find("ContentDocumentId", new["ContentDocumentId"])
    earlier = [row for row in found if row["Id"] != new["Id"]]
    for row in earlier:
        if row["IsLatest"]:
            org.store.put("ContentVersion", {**row, "IsLatest": False})
    return len(earlier)


def _new_document(change: Change, version: dict[str, Any]) -> str:
    org = change.org
    document = org.schema.require("ContentDocument")
    row = dict(document.defaults)
    for name in ("CreatedDate", "CreatedById", "LastModifiedById", "OwnerId"):
        row[name] = version[name]
    row["Id"] = org.next_id(document)
    org.store.put("ContentDocument", row)
    targets = dict.fromkeys([version["OwnerId"], version["FirstPublishLocationId"]])
    for target in targets:
        if target:
            share = "I" if target == version["OwnerId"] else "V"
            add_link(change, str(row["Id"]), target, share)
    return str(row["Id"])


def add_link(change: Change, document_id: str, target: str, share: str = "V") -> None:
    """Share a document with a record, unless it is already."""
    org = change.org
    if _linked(org, document_id, target):
        return
    entry = org.schema.require("ContentDocumentLink")
    now = org.stamp()
    row = dict(entry.defaults)
    row.update(
        Id=org.next_id(entry),
        ContentDocumentId=document_id,
        LinkedEntityId=target,
        ShareType=share,
        SystemModstamp=now,
    )
    org.store.put("ContentDocumentLink", row)


def _linked(org: "SalesforceOrg", document_id: str, target: str) -> bool:
    links = org.store.table("ContentDocumentLink").find("ContentDocumentId", document_id)
    return any(link["LinkedEntityId"] == target for link in links)


def _refresh_document(org: "SalesforceOrg", version: Mapping[str, Any]) -> None:
    document = org.row(version["ContentDocumentId"])
    if document is None:
        return
    now = org.stamp()
    copied = {
        name: version[name]
        for name in ("Title", "FileExtension", "FileType", "ContentSize", "LastModifiedById")
    }
    times = {"LastModifiedDate": now, "SystemModstamp": now, "ContentModifiedDate": now}
    latest = {"LatestPublishedVersionId": version["Id"]}
    org.store.put("ContentDocument", {**document, **copied, **times, **latest})


def before_link(change: Change) -> None:
    row = change.row
    if change.old is None and _linked(change.org, row["ContentDocumentId"], row["LinkedEntityId"]):
        message = "Document with ID: {} is already linked with the entity with ID: {}"
        shown = message.format(row["ContentDocumentId"], row["LinkedEntityId"])
        raise Fault(400, "DUPLICATE_VALUE", shown, ["LinkedEntityId"])


def before_attachment(change: Change) -> None:
    if isinstance(change.row["Body"], bytes):
        change.row["BodyLength"] = len(change.row["Body"])


def after_attachment(change: Change) -> None:
    body = change.row["Body"]
    if isinstance(body, bytes):
        record_id = change.row["Id"]
        change.org.store.blobs[record_id] = body
        row = {**change.row, "Body": f"/sobjects/Attachment/{record_id}/Body"}
        change.org.store.put("Attachment", row)
