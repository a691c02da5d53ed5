"""Files: upload, description, removal, and where their bytes are."""

import mimetypes
import os

from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from sandbox.jira import attachments, files
from sandbox.jira.api.routing import Answer, Call, route
from sandbox.jira.entities import Attachment
from sandbox.jira.errors import JiraError
from sandbox.jira.show import show_attachment

MOST_AT_ONCE = 60
MOST_PER_ISSUE = 2000


@route("POST", "/issue/<key>/attachments")
def upload(call: Call, key: str) -> Answer:
    if call.request.headers.get("X-Atlassian-Token", "").lower() not in ("no-check", "nocheck"):
        raise JiraError(403, "XSRF check failed")
    issue = call.writable(
        key,
        "CREATE_ATTACHMENTS",
        "You do not have permission to create attachments.",
    )
    if call.request.mimetype != "multipart/form-data":
        raise JiraError(415, "Unsupported Media Type")
    parts = call.request.files.getlist("file")
    if not parts:
        raise JiraError(400, "The request has no part named 'file'.")
    if len(parts) > MOST_AT_ONCE or (
        call.site.cloud and len(issue.attachments) + len(parts) > MOST_PER_ISSUE
    ):
        raise JiraError(413, "The issue would have too many attachments.")
    sized = [(part, _size(part)) for part in parts]
    for part, size in sized:
        if size > call.site.upload_limit:
            raise _too_large(call, part)
    return [_keep(call, key, part, size) for part, size in sized]


def _keep(call: Call, key: str, part: FileStorage, size: int) -> Answer:
    name = part.filename or "file"
    kind = mimetypes.guess_type(name)[0] or part.mimetype
    issue = call.issue(key)
    kept = attachments.attach(call.site, call.actor, issue, name, part.stream, size, kind)
    return show_attachment(kept, call.view)


def _size(part: FileStorage) -> int:
    size = part.stream.seek(0, os.SEEK_END)
    part.stream.seek(0)
    return size


def _too_large(call: Call, part: FileStorage) -> JiraError:
    limit = call.site.upload_limit
    sentence = f"The file '{part.filename}' exceeds the maximum permitted size of {limit} bytes."
    return JiraError(413 if call.site.cloud else 404, sentence)


@route("GET", "/attachment/meta")
def settings(call: Call) -> Answer:
    return {"enabled": True, "uploadLimit": call.site.upload_limit}


def _attachment(call: Call, number: int) -> Attachment:
    found = call.site.attachments.get(number)
    if found is None:
        raise JiraError(404, f"The attachment with id '{number}' does not exist")
    call.issue(str(found.issue_id))
    return found


@route("GET", "/attachment/<int:number>")
def description(call: Call, number: int) -> Answer:
    return show_attachment(_attachment(call, number), call.view) | {"id": number}


@route("DELETE", "/attachment/<int:number>")
def remove(call: Call, number: int) -> Answer:
    found = _attachment(call, number)
    call.writable(str(found.issue_id), "DELETE_ALL_ATTACHMENTS")
    attachments.detach(call.site, call.actor, found)
    return 204, None


@route("GET", "/attachment/content/<int:number>", only="cloud")
@route("GET", "/attachment/thumbnail/<int:number>", only="cloud")
def content(call: Call, number: int) -> Answer:
    found = _attachment(call, number)
    if call.arg("redirect", "true").lower() == "false":
        return files.download(call.site, found, call.request)
    return Response(status=303, headers={"Location": files.signed_url(call.site, found)})
