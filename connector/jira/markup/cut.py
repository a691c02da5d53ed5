"""Texts that are too long for the other side: cut, or split into numbered parts."""

from collections.abc import Callable

SHORTENED = "… (shortened)"


def utf8_bytes(text: str) -> int:
    """The size of `text` as some Salesforce fields count it, such as a case comment's body."""
    return len(text.encode("utf-8"))


def cut(text: str, limit: int, *, sign: str = SHORTENED) -> str:
    """`text` in at most `limit` characters; where it was cut, at a word, `sign` says so."""
    if len(text) <= limit:
        return text
    if limit <= len(sign):
        return text[:limit]
    return text[: _at_word(text, limit - len(sign))].rstrip() + sign


def split(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """`text` in parts of at most `limit` as `measure` counts (characters, or `utf8_bytes`).

    Each part of several begins with its number, as in `(1/3)`. Parts end at a line or a word where
    there is one. ValueError where `limit` leaves no room for text beside the numbers.
    """
    if measure(text) <= limit:
        return [text]
    expected = 2
    while True:
        room = limit - measure(_number(expected, expected))
        if room < max(4, limit // 10):
            raise ValueError(f"A limit of {limit} is too small for numbered parts.")
        parts = _parts(text, room, measure)
        if len(str(len(parts))) <= len(str(expected)):
            return [_number(at, len(parts)) + part for at, part in enumerate(parts, 1)]
        expected = len(parts)


def _number(part: int, of: int) -> str:
    return f"({part}/{of}) "


def _parts(text: str, room: int, measure: Callable[[str], int]) -> list[str]:
    parts = []
    while measure(text) > room:
        end = _at_word(text, _fitting(text, room, measure))
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [part for part in (*parts, text) if part]


def _fitting(text: str, room: int, measure: Callable[[str], int]) -> int:
    """How many characters of `text` fit into `room`."""
    low, high = 1, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _at_word(text: str, end: int) -> int:
    """The last place up to `end` where a line or a word ends, if that wastes little; else `end`.

    A surrogate pair can't be cut in Python, but a base letter and its accent or an emoji and its
    joiner can; spaces are the only safe places, `end` is the last resort.
    """
    if end >= len(text) or text[end].isspace():
        return end
    for sign, least in (("\n", end * 3 // 4), (" ", end // 2)):
        found = text.rfind(sign, least, end)
        if found > 0:
            return found
    return end
