"""Tells comments and files that we made ourselves from those that others made."""

from collections.abc import Iterable, Sequence

from linking.marks import SIGNATURE
from linking.models import AttachmentPair, CommentPair
from syncjobs.plan import Json


def made_by_others(rows: Sequence[Json]) -> Iterable[Json]:
    """Leave out our own notes and copies, of which the pairs need not be told.

    The rows are comments with their text, or links of files.
    """
    rows = [row for row in rows if not _text(row).startswith(SIGNATURE)]
    copies = _copied_comments(rows) | _copied_files(rows)
    return [row for row in rows if not {row["Id"], row.get("ContentDocumentId")} & copies]


def _text(row: Json) -> str:
    return str(row.get("CommentBody") or row.get("Body") or "")


def _copied_comments(rows: Sequence[Json]) -> set[str]:
    known = CommentPair.objects.filter(
        salesforce_id__in=[row["Id"] for row in rows], origin=CommentPair.Origin.JIRA
    )
    return set(known.values_list("salesforce_id", flat=True))


def _copied_files(rows: Sequence[Json]) -> set[str]:
    ids = [row["ContentDocumentId"] for row in rows if "ContentDocumentId" in row]
    known = AttachmentPair.objects.filter(
        content_document_id__in=ids, origin=AttachmentPair.Origin.JIRA
    )
    return set(known.values_list("content_document_id", flat=True)) if ids else set()
