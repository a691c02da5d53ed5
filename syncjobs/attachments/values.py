"""Files as they are seen on the two sides, and what is remembered of their copies. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from syncjobs.attachments.names import safe_name, shown_name

Json = dict[str, Any]
# A keyed digest of texts.
Digest = Callable[..., str]
INSIDE = "S"


class Side(StrEnum):
    """Where a file comes from."""

    SALESFORCE = "salesforce"
    JIRA = "jira"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True)
class File:
    """A file of a record or an issue.

    `id` is a content version, a classic attachment or a Jira attachment; `document` the document
    of a version; `name` what it is to be called on the other side; `path` what it was called when
    it was made. `content` is the digest of its content where the system tells it, from `md5`.
    `url` is where Jira says the content is; `outside` that Salesforce only points to it.
    """

    side: Side
    id: str
    name: str
    path: str
    size: int
    author: str
    created_at: datetime
    document: str = ""
    md5: str = ""
    content: str = ""
    url: str = ""
    outside: bool = False


@dataclass(frozen=True)
class Known:
    """What is remembered of a file and its copy; `key` names the row.

    `own` is False for an unfinished copy that another item's link is taking care of. `twin` is the
    digest of the copy's name and size; `asked_at` None says that nobody has tried to make it.
    """

    key: int
    origin: Side
    complete: bool
    version: str = ""
    document: str = ""
    jira: str = ""
    twin: str = ""
    content: str = ""
    asked_at: datetime | None = None
    own: bool = True

    @property
    def source(self) -> str:
        return self.jira if self.origin is Side.JIRA else self.version


def linked_file(row: Json, digest: Digest) -> File:
    """Read a ContentDocumentLink with its document and the document's latest version."""
    document = row["ContentDocument"]
    version = document["LatestPublishedVersion"]
    name = shown_name(str(document["Title"] or ""), str(document["FileExtension"] or ""))
    md5 = str(version["Checksum"] or "")
    return File(
        side=Side.SALESFORCE,
        id=str(document["LatestPublishedVersionId"]),
        name=safe_name(name),
        path=str(version["PathOnClient"] or ""),
        size=int(document["ContentSize"] or 0),
        author=str(version["CreatedById"]),
        created_at=datetime.fromisoformat(version["CreatedDate"]),
        document=str(row["ContentDocumentId"]),
        md5=md5,
        content=digest(md5.lower()) if md5 else "",
        outside=(version["ContentLocation"] or INSIDE) != INSIDE,
    )


def classic_file(row: Json) -> File:
    """Read a classic Attachment; its Id stands for the document and the version alike."""
    return File(
        side=Side.SALESFORCE,
        id=str(row["Id"]),
        name=safe_name(str(row["Name"] or "")),
        path=str(row["Name"] or ""),
        size=int(row["BodyLength"] or 0),
        author=str(row["CreatedById"]),
        created_at=datetime.fromisoformat(row["CreatedDate"]),
        document=str(row["Id"]),
    )


def jira_file(raw: Json) -> File:
    """Read an entry of an issue's field `attachment`."""
    author = raw.get("author") or {}
    name = str(raw.get("filename") or "")
    return File(
        side=Side.JIRA,
        id=str(raw["id"]),
        name=safe_name(name),
        path=name,
        size=int(raw.get("size") or 0),
        author=str(author.get("accountId") or author.get("name") or ""),
        created_at=datetime.fromisoformat(raw["created"]),
        url=str(raw.get("content") or ""),
    )
