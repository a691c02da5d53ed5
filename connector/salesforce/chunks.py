"""Cutting work to the sizes that one call of the REST API takes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

# The address alone and the address with all headers may each have 16,384 bytes. A token and our
# own headers stay well below what is kept free for them.
LONGEST_ADDRESS = 16_384 - 3_000
# Characters that need no escape within a query string: an Id in a list costs 21 bytes, not 27.
QUERY_SAFE = "(),':*!"
QUERIES_PER_COMPOSITE = 5
READ_IDS = 2_000
SAVE_RECORDS = 200
# A collection may change from one type of object to another only so often.
SAVE_RUNS = 10


def fits_address(path: str) -> bool:
    """Whether a call to `path` (ASCII, with its query string) is short enough."""
    return len(path) <= LONGEST_ADDRESS


def slices(items: Sequence[T], size: int) -> Iterator[list[T]]:
    """Yield the items in order, `size` at a time."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def save_chunks(records: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Yield records in order, in chunks that one call of the collections resource takes."""
    chunk: list[Mapping[str, Any]] = []
    runs, last = 0, ""
    for record in records:
        sobject = record["attributes"]["type"]
        runs += sobject != last
        if len(chunk) == SAVE_RECORDS or runs > SAVE_RUNS:
            yield chunk
            chunk, runs = [], 1
        chunk.append(record)
        last = sobject
    if chunk:
        yield chunk
