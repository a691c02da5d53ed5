"""Files on their way through: chunks in, measured and checked bytes out."""

from collections.abc import Iterator
from hashlib import md5

import pytest

from connector.errors import Busy
from connector.streams import Fetched


def read_all(stream: Fetched, size: int) -> bytes:
    return b"".join(iter(lambda: stream.read(size), b""))


def fetched(*chunks: bytes, size: int, expected: str = "") -> Fetched:
    return Fetched(iter(chunks), system="Salesforce", size=size, expected=expected)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_it_gives_what_it_gets_in_pieces_of_any_size(size: int) -> None:
    stream = fetched(b"ab", b"", b"cde", b"f", size=6)
    assert read_all(stream, size) == b"abcdef"


def test_it_takes_the_md5_on_the_way() -> None:
    stream = fetched(b"ab", b"c", size=3)
    read_all(stream, 2)
    assert stream.md5 == md5(b"abc", usedforsecurity=False).hexdigest()


def test_a_right_checksum_passes_in_either_case() -> None:
    right = md5(b"abc", usedforsecurity=False).hexdigest().upper()
    assert read_all(fetched(b"abc", size=3, expected=right), 9) == b"abc"


def test_an_empty_file_is_a_file() -> None:
    assert read_all(fetched(size=0), 9) == b""


def test_a_wrong_checksum_is_found_before_the_last_chunk_is_given_out() -> None:
    stream = fetched(b"ab", b"c", size=3, expected="0" * 32)
    assert stream.read(9) == b"ab"
    with pytest.raises(Busy, match="damaged from Salesforce"):
        stream.read(9)


@pytest.mark.parametrize("size", [2, 4])
def test_another_length_than_announced_is_damage(size: int) -> None:
    with pytest.raises(Busy, match="damaged"):
        read_all(fetched(b"abc", size=size), 9)


def test_it_fetches_no_more_than_a_chunk_ahead() -> None:
    fetched_chunks: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(5):
            fetched_chunks.append(number)
            yield b"x"

    Fetched(chunks(), system="Jira", size=5).read(1)
    assert fetched_chunks == [0, 1]
