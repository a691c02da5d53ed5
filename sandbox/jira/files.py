"""Files on their way out: in chunks, whole or in part, and from the media host."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from werkzeug.wrappers import Request, Response

from sandbox.jira.entities import Attachment
from sandbox.jira.errors import JiraError
from sandbox.web import json_response

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def download(site: "SiteState", attachment: Attachment, request: Request) -> Response:
    """Return the bytes, or the part that a Range header asks for."""
    start, end = 0, attachment.size
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    if wanted and any(wanted.groups()):
        start, end = _part(wanted[1], wanted[2], attachment.size)
        if start >= attachment.size:
            headers = {"Content-Range": f"bytes */{attachment.size}"}
            return Response(status=416, headers=headers)
    partial = end - start < attachment.size
    headers = {
        "Content-Length": str(end - start),
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.filename)}",
    }
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{attachment.size}"
    body = _chunks(site, attachment, start, end)
    status = 206 if partial else 200
    return Response(body, status, headers, content_type=attachment.mime_type)


def _part(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def _chunks(site: "SiteState", attachment: Attachment, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        # Downloads share the file, so each has to find its place again.
        with site.lock:
            attachment.content.seek(start)
            chunk = attachment.content.read(min(CHUNK, end - start))
        if not chunk:
            return
        start += len(chunk)
        yield chunk


def signed_url(site: "SiteState", attachment: Attachment) -> str:
    """Return an address on the media host that is good for `site.media_seconds`."""
    expires = str(int(site.now().timestamp() + site.media_seconds))
    query = urlencode({"expires": expires, "token": _signature(site, attachment.id, expires)})
    return f"{site.media_url}/file/{attachment.id}/binary?{query}"


def _signature(site: "SiteState", number: int, expires: str) -> str:
    return hmac.new(site.media_key, f"{number}:{expires}".encode(), hashlib.sha256).hexdigest()


def from_media_host(site: "SiteState", request: Request, path: str) -> Response:
    """Answer a request at the media host: the address is the proof, and a second one is refused."""
    if "Authorization" in request.headers:
        return json_response({"error": "Only one auth mechanism allowed"}, 400)
    match = re.fullmatch(r"/file/(\d+)/binary", path)
    number, expires = int(match[1]) if match else 0, request.args.get("expires", "")
    genuine = hmac.compare_digest(_signature(site, number, expires), request.args.get("token", ""))
    if not genuine or int(expires) < site.now().timestamp():
        return json_response({"error": "The token is not valid or has expired"}, 403)
    attachment = site.attachments.get(number)
    if attachment is None:
        raise JiraError(404, "The file does not exist.")
    return download(site, attachment, request)
