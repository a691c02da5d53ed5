"""Files as streams, in both directions.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from requests_toolbelt import MultipartEncoder

from connector.errors import Answer, Busy
from connector.salesforce.errors import SYSTEM
from connector.salesforce.ids import to_18
from connector.salesforce.rest import Record, Rest
from connector.salesforce.transport import Call
from connector.streams import Measured, Readable

CHUNK = 64 * 1024
CLASSIC_PREFIX = "00P"
# What is packed has another length, and nothing here reads it as JSON.
AS_IT_IS = {"Accept": "*/*", "Accept-Encoding": "identity"}
LONGEST_TITLE = 255


@dataclass
class Download:
    """An open download."""

    _response: requests.Response = field(repr=False)

    def chunks(self) -> Iterator[bytes]:
        """The bytes, once. Busy if the connection breaks before the end."""
        try:
            yield from self._response.iter_content(CHUNK)
        except requests.RequestException:
            raise Busy(
                "The download from Salesforce broke off. It will be tried again.",
                Answer(system=SYSTEM, request="GET file"),
            ) from None


class Files(Rest):
    """Content versions, and the classic attachments that older integrations still make."""

    def upload_file(
        self, stream: Readable, size: int, name: str, record_id: str, reason: str = ""
    ) -> str:
        """Make a file of `size` bytes read from `stream`, shown on a record; its version's Id.

        `reason` says why, to people who look at the version (1,000 characters). The stream can be
        read only once, so nothing is tried again here: Busy without `may_have_happened` when the
        session had ended. What `stream` raises comes out as it is; ValueError if it is shorter or
        longer than `size`.
        """
        body = Measured(stream, size)
        fields = json.dumps(_version(name, record_id, reason))
        form = MultipartEncoder(
            [
                ("entity_content", (None, fields, "application/json")),
                ("VersionData", (_ascii(name), body, "application/octet-stream")),
            ]
        )
        path = f"{self._base}/sobjects/ContentVersion/"
        headers = {"Content-Type": form.content_type}
        try:
            reply = self._send(Call("POST", path, headers=headers, writes=True, upload=form))
        except Busy:
            if body.failure:
                raise body.failure from None
            raise
        return str(reply.body["id"])

    @contextmanager
    def download_file(self, file_id: str) -> Iterator[Download]:
        """Open a content version (068…) or a classic attachment (00P…)."""
        call = Call("GET", self._base + _bytes_path(file_id), headers=AS_IT_IS, streams=True)
        response: requests.Response = self._send(call).body
        try:
            yield Download(response)
        finally:
            response.close()


def _version(name: str, record_id: str, reason: str) -> Record:
    """The fields of a new version. Salesforce shows a file by its title and its extension."""
    stem, dot, _ = name.rpartition(".")
    version = {
        "Title": (stem if stem and dot else name)[:LONGEST_TITLE],
        "PathOnClient": name,
        "FirstPublishLocationId": to_18(record_id),
    }
    return {**version, "ReasonForChange": reason} if reason else version


def _bytes_path(file_id: str) -> str:
    whole = to_18(file_id)
    if whole.startswith(CLASSIC_PREFIX):
        return f"/sobjects/Attachment/{whole}/Body"
    return f"/sobjects/ContentVersion/{whole}/VersionData"


def _ascii(name: str) -> str:
    """A name for the multipart part: support for others in its header is uneven."""
    return "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in name)
