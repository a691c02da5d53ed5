"""Form fields for lists and tables: one entry a line, in place of JSON."""

import json
from typing import Any, NoReturn

from django import forms
from django.core.exceptions import ValidationError

from connector.admin.dress import Textarea, TextInput

SEPARATOR = "="


class _LinesWidget(Textarea):
    """A text area as high as what it holds, within reason."""

    def __init__(self, rows: int = 3) -> None:
        super().__init__(attrs={"rows": rows, "spellcheck": "false"})


class LinesField(forms.CharField):
    """A list of texts, one a line. Gives a list; empty lines don't count."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(widget=_LinesWidget(rows), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class PairsField(LinesField):
    """A table of two columns, a line `left = right` each. Gives a list of pairs.

    The first equals sign with blanks around it divides a line; without one, the first of all. A
    pair that can't be told apart so is a line of JSON: `["a = b", "c"]`.
    """

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(_line, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = enumerate((value or "").splitlines(), start=1)
        return [_pair(line, number) for number, line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or self.to_python("")) != self.to_python(data))
        except ValidationError:
            return True


class TableField(PairsField):
    """As PairsField, for a table that is looked up from the left. Gives a dict."""

    def prepare_value(self, value: Any) -> Any:
        pairs = [[*pair] for pair in value.items()] if isinstance(value, dict) else value
        return super().prepare_value(pairs)

    def to_python(self, value: Any) -> Any:
        table: dict[str, str] = {}
        for left, right in super().to_python(value):
            if left in table:
                raise ValidationError(f"“{left}” stands on the left twice; keep one of its lines.")
            table[left] = right
        return table


def _line(pair: list[str]) -> str:
    line = f" {SEPARATOR} ".join(pair)
    try:
        same = _pair(line, 1) == pair and len(line.splitlines()) == 1
    except ValidationError:
        same = False
    return line if same else _json_line(pair)


def _pair(line: str, number: int) -> list[str]:
    pair = _json_pair(line) or _divided(line)
    if len(pair) != 2 or not all(pair):
        raise ValidationError(
            f"Line {number}, “{line.strip()}”, has to be of the form left {SEPARATOR} right, "
            "as in High = Highest."
        )
    return pair


def _divided(line: str) -> list[str]:
    divided = line.split(f" {SEPARATOR} ", 1)
    if len(divided) == 1:
        divided = line.split(SEPARATOR, 1)
    return [each.strip() for each in divided]


def _json_pair(line: str) -> list[str]:
    try:
        value = json.loads(line)
    except ValueError:
        return []
    sound = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return value if sound else []


class JsonScalarField(forms.CharField):
    """A JSON value that most people can type as it is: `High`, `3`, `true`, `["a", "b"]`.

    What isn't JSON is a text; nothing typed is no value at all (None). A text that would be read
    as a number, such as a version called 3, is typed in quotes. Takes its initial value as
    `typed` gives it.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=TextInput(), **options)

    def to_python(self, value: Any) -> Any:
        return _read(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or "") != typed(_read(data))


def typed(value: Any) -> str:
    """Return what is typed into a JsonScalarField for a JSON value."""
    if value is None:
        return ""
    if isinstance(value, str) and value == _read(value) and value.isprintable():
        return value
    return _json_line(value)


def _json_line(value: Any) -> str:
    """As people read it, unless it holds what would break the line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def _read(text: Any) -> Any:
    stripped = (text or "").strip()
    if not stripped:
        return None
    try:
        return json.loads(stripped, parse_constant=_no_number)
    except ValueError:
        return stripped


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is a text: JSON has no such number")
