"""Reads one JSON object key by key, noting what is wrong instead of stopping at it."""

import math
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from connector.document.model import Default
from connector.document.problems import Report, did_you_mean, shown
from connector.document.text import WHOLE

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}
LONG_TEXT = 10_000


class ObjectReader:
    """The object at `place`. What can't be read is noted in `report` and read as its default.

    `close` has to be called last: every key that nobody asked for is unknown.
    """

    def __init__(self, raw: Any, place: str, report: Report) -> None:
        self.place = place
        self.report = report
        self._asked: list[str] = []
        self._raw: dict[str, Any] = {}
        if isinstance(raw, dict):
            self._raw = raw
        else:
            report.add(place or WHOLE, _expected("an object", raw))
        for key in getattr(raw, "repeated", ()):
            report.add(self.at(key), "is written more than once in the same object")

    def at(self, key: str) -> str:
        """Return the place of a key of this object."""
        return f"{self.place}.{key}" if self.place else key

    def add(self, key: str, message: str) -> None:
        """Note that something is wrong with a key of this object."""
        self.report.add(self.at(key), message)

    def has(self, key: str) -> bool:
        return key in self._raw

    def text(
        self, key: str, *, required: bool = False, limit: int = 255, strip: bool = True
    ) -> str:
        """Return a text, without the blanks around it unless told; empty when it is left out."""
        value = self._typed(key, str, "a text", required)
        if value is None:
            return ""
        if required and not value.strip():
            self.add(key, "must not be empty")
        return self._storable(self.at(key), value, limit, strip=strip)

    def flag(self, key: str, default: bool) -> bool:
        value = self._typed(key, bool, "true or false")
        return default if value is None else bool(value)

    def choice(self, key: str, kind: type[E], *, required: bool = False) -> E | None:
        """Return the member of a string enum, None when it is left out or wrong."""
        value = self._typed(key, str, "a text", required)
        if value is None:
            return None
        allowed = [str(member.value) for member in kind]
        if value in allowed:
            return kind(value)
        self.add(key, f"{shown(value)} is not known; use one of {', '.join(allowed)}")
        return None

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts, none of them empty."""
        return tuple(self._list(key, self._member_text, required))

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a two-column table written as a list of lists."""
        return tuple(self._list(key, self._pair))

    def table(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a table written as an object, sorted: a database needn't keep its order."""
        value = self._typed(key, dict, "an object")
        if value is None:
            return ()
        reader = ObjectReader(value, self.at(key), self.report)
        if "" in value:
            self.add(key, "must not have an empty key")
        return tuple(sorted((left, reader.text(left, required=True)) for left in value))

    def objects(self, key: str) -> "list[ObjectReader]":
        """Return a reader for each object of a list."""
        values = self._typed(key, list, "a list") or []
        return [
            ObjectReader(value, f"{self.at(key)}[{index}]", self.report)
            for index, value in enumerate(values)
        ]

    def object(self, key: str) -> "ObjectReader | None":
        """Return a reader for the object under `key`, None when it is left out or null."""
        self._ask(key)
        value = self._raw.get(key)
        return None if value is None else ObjectReader(value, self.at(key), self.report)

    def anything(self, key: str) -> Any:
        """Return what stands under `key`, unread."""
        self._ask(key)
        return self._raw.get(key)

    def scalar(self, key: str) -> Default:
        """Return a text, number, boolean, null or list of texts."""
        value = self.anything(key)
        if isinstance(value, list):
            return self.texts(key)
        if isinstance(value, str):
            return self._storable(self.at(key), value, LONG_TEXT, strip=False)
        if isinstance(value, float) and not math.isfinite(value):
            self.add(key, "is too large a number")
        elif value is None or isinstance(value, int | float):
            return value
        else:
            self.add(key, _expected("a text, a number, true, false, null or a list", value))
        return None

    def close(self) -> None:
        """Note every key that was not asked for."""
        for key in self._raw:
            if key not in self._asked:
                hint = did_you_mean(key, self._asked)
                self.add(key, f"unknown key{hint}")

    def _ask(self, key: str) -> None:
        if key not in self._asked:
            self._asked.append(key)

    def _typed(self, key: str, kind: type, name: str, required: bool = False) -> Any:
        self._ask(key)
        if key not in self._raw:
            if required and not self.report.has(self.place or WHOLE):
                self.add(key, "is missing")
            return None
        value = self._raw[key]
        if not isinstance(value, kind):
            self.add(key, _expected(name, value))
            return None
        return value

    def _list(self, key: str, read: Callable[[str, Any], T], required: bool = False) -> Iterator[T]:
        values: Sequence[Any] = self._typed(key, list, "a list", required) or ()
        for index, value in enumerate(values):
            yield read(f"{self.at(key)}[{index}]", value)

    def _member_text(self, place: str, value: Any) -> str:
        if not isinstance(value, str):
            self.report.add(place, _expected("a text", value))
            return ""
        if not value.strip():
            self.report.add(place, "must not be empty")
        return self._storable(place, value, 255)

    def _pair(self, place: str, value: Any) -> tuple[str, str]:
        if not isinstance(value, list) or len(value) != 2:
            self.report.add(place, 'has to be a list of two texts, as in ["High", "Highest"]')
            return ("", "")
        left, right = (
            self._member_text(f"{place}[{column}]", each) for column, each in enumerate(value)
        )
        return (left, right)

    def _storable(self, place: str, value: str, limit: int, *, strip: bool = True) -> str:
        if len(value) > limit:
            self.report.add(place, f"has {len(value)} characters; at most {limit} are allowed")
        elif not _is_clean(value):
            self.report.add(place, "contains characters that can't be stored")
        return value.strip() if strip else value


def _is_clean(value: str) -> bool:
    """Neither the null character nor half a surrogate pair can be kept in a database."""
    return "\0" not in value and not any("\ud800" <= each <= "\udfff" for each in value)


def _expected(wanted: str, value: Any) -> str:
    return f"has to be {wanted}, not {KINDS.get(type(value), 'an object')}"
