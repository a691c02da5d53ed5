"""Record Ids: 15 characters where upper and lower case differ, or 18 with a checksum of the case.

The connector stores and compares only the long form. A long Id whose letters lost their case on
the way (an upper-casing spreadsheet, say) can be put right from its checksum.
"""

import re
from urllib.parse import unquote, urlsplit

# The values of five bits; the n-th bit says whether the block's n-th character is upper case.
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SHORT, LONG, BLOCK = 15, 18, 5
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
# Not within a longer run of letters and digits, such as a session id.
_ID_IN_TEXT = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{18}|[A-Za-z0-9]{15})(?![A-Za-z0-9])")
_SALESFORCE_HOST = ".my.salesforce.com"


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an Id; a long one must have a checksum that fits or could."""
    if not _ID.fullmatch(text):
        return False
    return len(text) == SHORT or _repaired(text) is not None


def to_18(record_id: str) -> str:
    """Return the long form, its letters' case restored where it was lost.

    Raises ValueError for what is no Id.
    """
    if not _ID.fullmatch(record_id):
        raise ValueError(
            f"{record_id[:40]!r} is not a Salesforce Id; those have 15 or 18 characters."
        )
    if len(record_id) == SHORT:
        return record_id + _checksum(record_id)
    repaired = _repaired(record_id)
    if repaired is None:
        raise ValueError(f"{record_id} is not a Salesforce Id: its last 3 characters don't fit.")
    return repaired


def _checksum(short: str) -> str:
    blocks = (short[start : start + BLOCK] for start in range(0, SHORT, BLOCK))
    return "".join(CHECKSUM[_upper_bits(block)] for block in blocks)


def _upper_bits(block: str) -> int:
    return sum(1 << position for position, letter in enumerate(block) if "A" <= letter <= "Z")


def _repaired(record_id: str) -> str | None:
    """Give every letter the case that the checksum names; None where a digit would need one."""
    short, checksum = record_id[:SHORT], record_id[SHORT:].upper()
    if any(letter not in CHECKSUM for letter in checksum):
        return None
    upper = [
        CHECKSUM.index(checksum[position // BLOCK]) >> position % BLOCK & 1
        for position in range(SHORT)
    ]
    letters = [
        letter.upper() if is_upper else letter.lower()
        for letter, is_upper in zip(short, upper, strict=True)
    ]
    restored = "".join(letters)
    return restored + checksum if _checksum(restored) == checksum else None


def id_from_url(text: str) -> str | None:
    """Find the record in a pasted address or Id and return its long Id, None if there is none.

    Reads Lightning (`/lightning/r/Case/<Id>/view`, with or without the object), classic (`/<Id>`)
    and console addresses (`ws=%2Flightning%2Fr%2F…`).
    """
    text = text.strip()
    if is_id(text):
        return to_18(text)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https"):
        return None
    return next(
        (
            to_18(found)
            for place in (parts.path, parts.query, parts.fragment)
            for found in _ID_IN_TEXT.findall(unquote(place))
            if is_id(found) and any(letter.isdigit() for letter in found)
        ),
        None,
    )


def record_url(instance_url: str, sobject: str, record_id: str) -> str:
    """Return the address at which a person sees the record."""
    base = instance_url.rstrip("/")
    if base.endswith(_SALESFORCE_HOST):
        base = base.removesuffix(_SALESFORCE_HOST) + ".lightning.force.com"
    return f"{base}/lightning/r/{sobject}/{record_id}/view"
