"""Turns a value from a request into the value a row keeps, or refuses it as Salesforce does."""

import base64
import binascii
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from . import ids, times
from .faults import Fault
from .schema import NUMBER_TYPES, TEXT_TYPES, Field

_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s.,;<>()]+")
_JSON_NAMES = {
    str: "VALUE_STRING",
    bool: "VALUE_BOOLEAN",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    list: "START_ARRAY",
    dict: "START_OBJECT",
    type(None): "VALUE_NULL",
}


def accept(field: Field, value: Any) -> Any:
    """Return the value a row keeps for `field`. Raises Fault with the field's name."""
    if value is None or value == "":
        _check_nothing(field)
        return None
    if field.type in TEXT_TYPES:
        return _accept_text(field, value)
    if field.type in NUMBER_TYPES:
        return _accept_number(field, value)
    reader = _READERS.get(field.type)
    if reader is None:
        raise Fault(400, "INVALID_FIELD_FOR_INSERT_UPDATE", f"Unable to write {field.name}")
    return reader(field, value)


def _check_nothing(field: Field) -> None:
    """Refuse the lack of a value where there has to be one."""
    if field.type == "boolean":
        raise _json_fault(field, None)
    if not field.nillable:
        raise Fault(
            400,
            "REQUIRED_FIELD_MISSING",
            f"Required fields are missing: [{field.name}]",
            [field.name],
        )


def _json_fault(field: Field, value: Any) -> Fault:
    """What a JSON value of the wrong kind gets, before any rule about the record is looked at."""
    found = _JSON_NAMES[type(value)]
    detail = f"Cannot deserialize instance of {field.type} from {found} value {_shown(value)}"
    return Fault(400, "JSON_PARSER_ERROR", f"{detail} or request may be missing a required field")


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _accept_text(field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _json_fault(field, value)
    # The platform trims what is written into ordinary text fields.
    text = value if field.type == "textarea" else value.strip()
    if not text.strip():
        _check_nothing(field)
        return None
    if field.type == "email" and not _EMAIL.fullmatch(text):
        message = f"{field.label or field.name}: invalid email address: {text}"
        raise Fault(400, "INVALID_EMAIL_ADDRESS", message, [field.name])
    _check_length(field, text)
    _check_choice(field, text)
    return text


def _check_length(field: Field, text: str) -> None:
    size = len(text.encode()) if field.bytes_limit else len(text)
    limit = field.bytes_limit or field.length
    if limit and size > limit:
        shown = text if len(text) <= 100 else f"{text[:100]}..."
        message = f"{field.label or field.name}: data value too large: {shown} (max length={limit})"
        raise Fault(400, "STRING_TOO_LONG", message, [field.name])


def _check_choice(field: Field, text: str) -> None:
    if not field.restricted or field.type not in ("picklist", "multipicklist"):
        return
    allowed = {choice.value for choice in field.values if choice.active}
    wanted = text.split(";") if field.type == "multipicklist" else [text]
    if not allowed.issuperset(wanted):
        raise Fault(
            400,
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{field.label or field.name}: bad value for restricted picklist field: {text}",
            [field.name],
        )


def _accept_number(field: Field, value: Any) -> float | int:
    if isinstance(value, str):
        try:
            value = Decimal(value)
        except ArithmeticError:
            raise _json_fault(field, value) from None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _json_fault(field, value)
    number = Decimal(str(value))
    if not number.is_finite():
        raise _json_fault(field, value)
    if field.type == "int":
        if number != number.to_integral_value():
            raise _json_fault(field, value)
        return int(number)
    rounded = number.quantize(Decimal(1).scaleb(-field.scale), rounding=ROUND_HALF_UP)
    if abs(rounded) >= Decimal(10) ** (field.precision - field.scale):
        shown = (
            f"{field.label or field.name}: value outside of valid range on numeric field: {value}"
        )
        raise Fault(400, "NUMBER_OUTSIDE_VALID_RANGE", shown, [field.name])
    return float(rounded)


def _accept_boolean(field: Field, value: Any) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _json_fault(field, value)
    return value


def _accept_date(field: Field, value: Any) -> str:
    try:
        return times.normal_date(value)
    except (TypeError, ValueError):
        raise _json_fault(field, value) from None


def _accept_datetime(field: Field, value: Any) -> str:
    try:
        return times.normal_datetime(value)
    except (TypeError, ValueError):
        raise _json_fault(field, value) from None


def _accept_id(field: Field, value: Any) -> str:
    return ids.canonical(value, field.label or field.name)


def _accept_bytes(field: Field, value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, binascii.Error):
        raise _json_fault(field, value) from None


_READERS = {
    "boolean": _accept_boolean,
    "date": _accept_date,
    "datetime": _accept_datetime,
    "reference": _accept_id,
    "id": _accept_id,
    "base64": _accept_bytes,
}
