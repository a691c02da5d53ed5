"""From the text of a document to JSON values, stricter than Python's own reader."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from connector.document.problems import DocumentRefused, Problem

WHOLE = "document"


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which of its keys were written more than once."""

    repeated: tuple[str, ...] = ()

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, Any]]) -> "JsonObject":
        pairs = list(pairs)
        made = cls(pairs)
        if len(made) < len(pairs):
            seen: set[str] = set()
            made.repeated = tuple(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
        return made


def decode(data: bytes) -> str:
    """Return the text of a file; a byte order mark is dropped. Raises DocumentRefused."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(f"the file is not UTF-8 (byte {error.start + 1} is no text)") from None


def read_json(text: str) -> Any:
    """Return the JSON value of `text`; objects come as JsonObject.

    Raises DocumentRefused with line and column where it isn't JSON. NaN and Infinity, which
    Python would read, are refused as well.
    """
    try:
        return json.loads(text, object_pairs_hook=JsonObject.from_pairs, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise DocumentRefused([Problem(place, f"is not JSON: {error.msg}")]) from None
    except RecursionError:
        raise _refused("is nested too deeply to be a configuration document") from None
    except ValueError as error:
        raise _refused(f"is not JSON: {error}") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _refused(message: str) -> DocumentRefused:
    return DocumentRefused([Problem(WHOLE, message)])
