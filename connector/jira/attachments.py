"""Files of an issue, as streams in both directions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from mimetypes import guess_type
from urllib.parse import urljoin, urlsplit

import requests
from requests_toolbelt import MultipartEncoder

from connector.errors import Answer, Busy, Refused
from connector.jira.call import Call, segment
from connector.jira.calls import Calls
from connector.jira.model import Json
from connector.streams import Measured, Readable

MOST_REDIRECTS = 3
CHUNK = 64 * 1024
REDIRECTS = range(300, 400)
LOGIN_PAGES = ("login", "login.jsp", "login.action")


@dataclass
class Download:
    """An open download. `size` is in bytes, None where the store doesn't say."""

    size: int | None
    media_type: str
    _response: requests.Response = field(repr=False)

    def chunks(self) -> Iterator[bytes]:
        """The bytes, once. Busy if the connection breaks before the end."""
        try:
            yield from self._response.iter_content(CHUNK)
        except requests.RequestException:
            raise Busy(
                "The download from Jira broke off. It will be tried again.",
                Answer(system="Jira", request="GET attachment"),
            ) from None


class Attachments(Calls):
    def attachment_limit(self) -> int | None:
        """The largest file that Jira takes, in bytes; 0 with attachments off, None without one."""
        found = self.transport.get("/attachment/meta")
        if not found.get("enabled", True):
            return 0
        limit = found.get("uploadLimit")
        return None if limit is None else int(limit)

    def add_attachment(self, issue: str, filename: str, stream: Readable, size: int) -> Json:
        """Attach `size` bytes read from `stream`; the new attachment's raw JSON.

        The stream can be read only once, so nothing is tried again here. What `stream` raises
        comes out as it is; ValueError if it is shorter or longer than `size`.
        """
        body = Measured(stream, size)
        kind = guess_type(filename)[0] or "application/octet-stream"
        form = MultipartEncoder({"file": (filename, body, kind)})
        call = Call(
            method="POST",
            path=f"/issue/{segment(issue)}/attachments",
            issue=issue,
            hint="upload",
            upload=form,
            headers={"Content-Type": form.content_type, "X-Atlassian-Token": "no-check"},
        )
        try:
            added: list[Json] = self.transport.required(call)
        except Busy:
            if body.failure:
                raise body.failure from None
            raise
        return added[0]

    @contextmanager
    def download(self, attachment_id: str, content_url: str) -> Iterator[Download]:
        """Open an attachment; `content_url` is what Jira says of its `content`.

        Refused where Jira sends a login page instead of the file.
        """
        call = self.edition.attachment(attachment_id, content_url)
        response = self._opened(call)
        try:
            kind = response.headers.get("Content-Type", "")
            yield Download(_size(response), kind, response)
        finally:
            response.close()

    def _opened(self, call: Call) -> requests.Response:
        response = self.transport.send(call)
        trusted = False
        for _ in range(MOST_REDIRECTS):
            if response.status_code not in REDIRECTS:
                break
            response.close()
            address = _next_address(response)
            if _leads_to_login(address):
                raise self._login_page(call)
            response = self.transport.open_elsewhere(call, address)
            trusted = self.edition.has_file_store
        if response.status_code >= 300:
            raise self.transport.failure(call, response, hint="file store")
        if not trusted and _is_page(response):
            response.close()
            raise self._login_page(call)
        return response

    def _login_page(self, call: Call) -> Refused:
        return Refused(
            f"{self.transport.roots.host} sends a login page instead of the file ({call}). Some "
            "versions of Data Center don't accept personal access tokens for files: update Jira, "
            "or check what stands before it.",
            Answer(system="Jira", request=str(call)),
        )


def _is_page(response: requests.Response) -> bool:
    """Whether this is a page and not a file: Jira's files come with a disposition."""
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return html and "Content-Disposition" not in response.headers


def _next_address(response: requests.Response) -> str:
    """Where a redirect leads; empty, which is refused, if that is no address."""
    try:
        address = urljoin(response.url, response.headers.get("Location", ""))
        urlsplit(address)
    except ValueError:
        return ""
    return address


def _leads_to_login(address: str) -> bool:
    """Whether a redirect asks for a login; a file may have "login" in its name."""
    parts = urlsplit(address.casefold())
    last = parts.path.rstrip("/").rpartition("/")[2]
    return last in LOGIN_PAGES or parts.netloc.startswith("login.")


def _size(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Length", "")
    packed = response.headers.get("Content-Encoding", "identity") != "identity"
    return int(length) if length.isdigit() and not packed else None
