"""One record as a page: its fields, its comments and posts, its files."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from ..schema import Field, SObject
from ..standard.feed import SYSTEM_TYPES
from . import forms

if TYPE_CHECKING:
    from ..org import SalesforceOrg

# More records than this are not offered in a list.
MAX_CHOICES = 200


def path_of(entry: SObject, record_id: str) -> str:
    return f"/lightning/r/{entry.name}/{record_id}/view"


def title_of(entry: SObject, row: Mapping[str, Any]) -> str:
    """What a record is called: its name, with the subject where the name is only a number."""
    name = str(row.get(entry.name_field or "Id") or row["Id"])
    subject = row.get("Subject") if entry.name_field != "Subject" else None
    return f"{name} {subject}" if subject else name


def page(org: "SalesforceOrg", entry: SObject, row: Mapping[str, Any], error: str = "") -> str:
    """Return the record's page below its title, as HTML."""
    alert = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    parts = [alert, _edit_form(org, entry, row), _read_only(org, entry, row)]
    if entry.name == "Case":
        parts.append(_comments(org, row))
    if entry.feed_enabled:
        parts.append(_feed(org, row))
    parts += [_files(org, row), _delete_form()]
    return "".join(parts)


def _form(action: str, inside: str, button: str, upload: bool = False) -> str:
    kind = ' enctype="multipart/form-data"' if upload else ""
    hidden = f'<input type="hidden" name="action" value="{action}">'
    return f'<form method="post"{kind}>{hidden}{inside}<button>{button}</button></form>'


def choices(org: "SalesforceOrg") -> forms.Choices:
    """Return what lists the records that a reference field may name."""

    def list_records(column: Field) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for name in column.reference_to:
            entry = org.schema.get(name)
            rows = org.store.table(name).rows if entry else {}
            if entry is None or len(found) + len(rows) > MAX_CHOICES:
                return []
            found += [(row["Id"], title_of(entry, row)) for row in org.all(name)]
        return found

    return list_records


def _edit_form(org: "SalesforceOrg", entry: SObject, row: Mapping[str, Any]) -> str:
    columns = forms.editable(entry, creating=False)
    inside = forms.inputs(columns, row, choices(org))
    return _form("save", f'<div class="fields">{inside}</div>', "Save")


def _read_only(org: "SalesforceOrg", entry: SObject, row: Mapping[str, Any]) -> str:
    written = {column.name for column in forms.editable(entry, creating=False)}
    shown = [
        column
        for column in entry.fields.values()
        if column.name not in written and column.type not in ("base64", "address")
    ]
    lines = "".join(
        f"<tr><th>{escape(forms.label(column))}</th><td>{_value(org, row, column.name)}</td></tr>"
        for column in shown
    )
    table = f'<div class="wide"><table>{lines}</table></div>'
    return f"<details><summary>More fields</summary>{table}</details>"


def _value(org: "SalesforceOrg", row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or len(value) != 18 or name == "Id":
        return "" if value is None else escape(str(value))
    target, entry = org.row(value), org.object_of(value)
    if target is None or entry is None:
        return escape(value)
    return f'<a href="{path_of(entry, value)}">{escape(title_of(entry, target))}</a>'


def _author(org: "SalesforceOrg", row: Mapping[str, Any]) -> str:
    user = org.row(row["CreatedById"]) or {}
    return f"<small>{escape(str(user.get('Name', '')))}, {row['CreatedDate'][:16]} UTC</small>"


def _comments(org: "SalesforceOrg", case: Mapping[str, Any]) -> str:
    found = org.find_by("CaseComment", "ParentId", case["Id"])
    entries = "".join(
        f'<div class="entry">{_author(org, row)}{" · public" if row["IsPublished"] else ""}\n'
        f"{escape(row['CommentBody'] or '')}</div>"
        for row in found
    )
    box = (
        '<label for="comment">New comment</label>'
        '<textarea id="comment" name="body" rows="3" required></textarea>'
        '<label><input type="checkbox" name="public" value="true"> Visible to the customer</label>'
    )
    return f"<h2>Comments</h2>{entries}{_form('comment', box, 'Add comment')}"


def _feed(org: "SalesforceOrg", record: Mapping[str, Any]) -> str:
    posts = org.find_by("FeedItem", "ParentId", record["Id"])
    # Comments have their own place on the page, and tracked changes say nothing.
    shown = (row for row in posts if row["Type"] not in SYSTEM_TYPES)
    entries = "".join(_post(org, row) for row in shown)
    box = (
        '<label for="post">New post</label>'
        '<textarea id="post" name="body" rows="3" required></textarea>'
    )
    return f"<h2>Feed</h2>{entries}{_form('post', box, 'Share')}"


def _post(org: "SalesforceOrg", row: Mapping[str, Any]) -> str:
    replies = "".join(
        f'<div class="entry">{_author(org, reply)}\n{escape(reply["CommentBody"] or "")}</div>'
        for reply in org.find_by("FeedComment", "FeedItemId", row["Id"])
    )
    box = (
        f'<input type="hidden" name="post" value="{row["Id"]}">'
        f'<label for="reply-{row["Id"]}">Reply</label>'
        f'<input id="reply-{row["Id"]}" name="body" required>'
    )
    kind = escape(row["Type"] or "")
    return (
        f'<div class="entry">{_author(org, row)} · {kind}\n{escape(row["Body"] or "")}</div>'
        f"{replies}{_form('reply', box, 'Reply')}"
    )


def _files(org: "SalesforceOrg", record: Mapping[str, Any]) -> str:
    lines = []
    for link in org.find_by("ContentDocumentLink", "LinkedEntityId", record["Id"]):
        document = org.row(link["ContentDocumentId"])
        if document is not None and not document["IsDeleted"]:
            lines.append(_file(document))
    box = '<label for="file">New file</label><input id="file" type="file" name="file" required>'
    listed = f"<ul>{''.join(lines)}</ul>" if lines else ""
    return f"<h2>Files</h2>{listed}{_form('upload', box, 'Upload', upload=True)}"


def _file(document: Mapping[str, Any]) -> str:
    extension = document["FileExtension"]
    name = f"{document['Title']}.{extension}" if extension else document["Title"]
    version = document["LatestPublishedVersionId"]
    return (
        f'<li><a href="/files/{version}">{escape(name)}</a> ({document["ContentSize"]} bytes)</li>'
    )


def _delete_form() -> str:
    return f"<h2>Delete</h2>{_form('delete', '', 'Delete this record')}"
