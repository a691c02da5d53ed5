"""Record Ids: fifteen case-sensitive characters and three that make up for lost case."""

import re

from .faults import Fault

_CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


def with_checksum(short: str) -> str:
    """Return the 18-character form of a 15-character Id."""
    suffix = ""
    for start in (0, 5, 10):
        block = short[start : start + 5]
        suffix += _CHECKSUM[sum(1 << place for place, c in enumerate(block) if "A" <= c <= "Z")]
    return short + suffix


def numbered(prefix: str, number: int) -> str:
    """Return the Id of the `number`th record of the object with this key prefix."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return with_checksum(prefix + "5g0" + digits.rjust(9, "0"))


def canonical(text: object, field: str = "Id") -> str:
    """Return the 18-character form of an Id given in either form.

    Raises Fault MALFORMED_ID, naming `field`, for anything that can't be an Id.
    """
    if isinstance(text, str) and _SHAPE.fullmatch(text):
        if len(text) == 15:
            return with_checksum(text)
        if with_checksum(text[:15]) == text:
            return text
        repaired = _repair(text)
        if repaired:
            return repaired
    raise Fault(400, "MALFORMED_ID", f"{field}: id value of incorrect type: {text}", [field])


def _repair(text: str) -> str | None:
    """Restore the case that the checksum proves, as Salesforce does for an 18-character Id."""
    letters = list(text[:15].lower())
    for block, mark in enumerate(text[15:].upper()):
        bits = _CHECKSUM.find(mark)
        if bits < 0:
            return None
        for place in range(5):
            if bits >> place & 1:
                letters[block * 5 + place] = letters[block * 5 + place].upper()
    repaired = with_checksum("".join(letters))
    return repaired if repaired[15:] == text[15:].upper() else None
