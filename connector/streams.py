"""Files on their way from one system to the other: read once, in chunks, never whole in memory."""

import hashlib
from collections.abc import Iterator
from typing import Protocol

from connector.errors import Answer, Busy


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Measured:
    """A stream of known length, as a multipart encoder wants it, that notices a wrong length.

    A failing source must not look like a failing target: it is kept, and raised when the call
    ends.
    """

    def __init__(self, source: Readable, size: int) -> None:
        self._source = source
        self.len = size
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._read(self.len if size < 0 else min(size, self.len))
        except Exception as error:
            self.failure = error
            raise

    def _read(self, size: int) -> bytes:
        data = self._source.read(size) if size else b""
        if size and not data:
            raise ValueError("The file is shorter than was announced.")
        self.len -= len(data)
        if size and not self.len and self._source.read(1):
            raise ValueError("The file is longer than was announced.")
        return data


class Fetched:
    """The chunks of a download as something to read from, their MD5 taken on the way.

    The last bytes are held back until the whole is known to be right, so that a damaged file is
    never complete on the other side: if it hasn't `size` bytes, or another MD5 (in hex) than
    `expected`, Busy is raised in their place.
    """

    def __init__(
        self, chunks: Iterator[bytes], *, system: str, size: int, expected: str = ""
    ) -> None:
        self._chunks = filter(None, chunks)
        self._system = system
        self._missing = size
        self._expected = expected.lower()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._next = self._rest = b""
        self._begun = False

    @property
    def md5(self) -> str:
        """The MD5 in hex of what has been fetched so far."""
        return self._md5.hexdigest()

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, empty at the end. Raises what fetching raises."""
        if not self._rest:
            self._rest = self._chunk()
        size = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def _chunk(self) -> bytes:
        """The next chunk, given out once the one behind it is there or missing."""
        if not self._begun:
            self._begun, self._next = True, self._fetch()
        chunk, self._next = self._next, self._fetch()
        damaged = not self._next and (self._missing or self._expected not in ("", self.md5))
        if damaged or self._missing < 0:
            raise Busy(
                f"A file arrived damaged from {self._system}. It will be tried again.",
                Answer(system=self._system),
            )
        return chunk

    def _fetch(self) -> bytes:
        chunk = next(self._chunks, b"")
        self._missing -= len(chunk)
        self._md5.update(chunk)
        return chunk
