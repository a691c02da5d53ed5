"""Keyed digests of values: what is remembered instead of the values themselves."""

import hmac
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

from syncjobs.values.canonical import Canonical, plain_number

_LINE_END = re.compile(r"[ \t]*(?:\r\n|\r|\n)")


def fingerprint(value: Canonical, key: bytes) -> str:
    """32 hex digits of HMAC-SHA256 over `value`, the same for values that mean the same:

    12 and 12.00; a text with other line ends, or white space at the ends of lines; labels in other
    order; the same moment in another zone or within one second; no value and an empty one.
    """
    return hmac.new(key, _normal(value).encode("utf-8", "replace"), sha256).hexdigest()[:32]


def _normal(value: Canonical) -> str:
    match value:
        case None | "" | ():
            return "none"
        case bool():
            return f"bool:{value:d}"
        case Decimal():
            return f"number:{plain_number(value)}"
        case datetime():
            return f"moment:{value.astimezone(UTC).replace(microsecond=0).isoformat()}"
        case date():
            return f"date:{value.isoformat()}"
        case str():
            text = _LINE_END.sub("\n", value).rstrip()
            return f"text:{text}" if text else "none"
        case tuple():
            # Each with its length, so that no value can pass for two.
            parts = sorted(set(value))
            return "set:" + "".join(f"{len(part)}:{part}" for part in parts)
