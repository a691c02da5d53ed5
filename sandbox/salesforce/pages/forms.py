"""Form fields for the fields of a record, and back."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from ..describe import label_of
from ..schema import NUMBER_TYPES, Field, SObject

Choices = Callable[[Field], list[tuple[str, str]]]
_FIRST = frozenset(
    {"Name", "FirstName", "LastName", "Subject", "Status", "StageName", "Priority", "Description"}
)
_INPUT_TYPES = {"date": "date", "email": "email", "url": "url", "phone": "tel"}


def label(column: Field) -> str:
    return column.label or label_of(column.name)


def editable(entry: SObject, creating: bool) -> list[Field]:
    """The fields a person can fill in; the case's comment field has a form of its own."""
    columns = [
        column
        for column in entry.fields.values()
        if (column.createable if creating else column.updateable)
        and column.type not in ("base64", "address")
        and column.name not in ("Comments", "RecordTypeId")
    ]
    # A stable sort: what people look at first, then the rest as the object has it.
    return sorted(columns, key=lambda column: column.name not in _FIRST)


def inputs(columns: list[Field], row: Mapping[str, Any], records: Choices) -> str:
    """One labelled input for each field, with its value from the row.

    `records` returns Id and title of what a reference may name, nothing if that is too much.
    """
    return "".join(_labelled(column, row.get(column.name), records) for column in columns)


def _labelled(column: Field, value: Any, records: Choices) -> str:
    name = escape(column.name)
    text = escape(label(column)) + (" *" if column.required else "")
    known = records(column) if column.type == "reference" else []
    control = _select(column, {value or ""}, known) if known else _input(column, value)
    return f'<div><label for="{name}">{text}</label>{control}</div>'


def _input(column: Field, value: Any) -> str:
    name = escape(column.name)
    shown = "" if value is None else escape(str(value))
    if column.type == "boolean":
        checked = " checked" if value else ""
        return f'<input type="checkbox" id="{name}" name="{name}" value="true"{checked}>'
    if column.type == "multipicklist":
        return _select(column, set((value or "").split(";")), _offered(column), multiple=True)
    if column.type == "picklist":
        return _select(column, {value or ""}, _offered(column))
    if column.type == "textarea":
        return f'<textarea id="{name}" name="{name}" rows="4">{shown}</textarea>'
    kind = _INPUT_TYPES.get(column.type, "text")
    return f'<input type="{kind}" id="{name}" name="{name}" value="{shown}">'


def _offered(column: Field) -> list[tuple[str, str]]:
    return [(choice.value, choice.shown) for choice in column.values if choice.active]


def _select(
    column: Field, chosen: set[str], offered: list[tuple[str, str]], multiple: bool = False
) -> str:
    known = {value for value, _ in offered}
    # A value that has been retired stays on the records that have it.
    retired = [(value, value) for value in sorted(chosen) if value and value not in known]
    empty = "" if multiple else '<option value=""></option>'
    options = empty + "".join(
        f'<option value="{escape(value)}"{" selected" if value in chosen else ""}>'
        f"{escape(shown)}</option>"
        for value, shown in [*offered, *retired]
    )
    name = escape(column.name)
    return f'<select id="{name}" name="{name}"{" multiple" if multiple else ""}>{options}</select>'


def read(columns: list[Field], form: Any) -> dict[str, Any]:
    """Return the values of a sent form as a request to the org would have them."""
    values: dict[str, Any] = {}
    for column in columns:
        if column.type == "boolean":
            values[column.name] = column.name in form
        elif column.type == "multipicklist":
            values[column.name] = ";".join(form.getlist(column.name)) or None
        elif column.name in form:
            values[column.name] = _text(column, form[column.name])
    return values


def _text(column: Field, text: str) -> Any:
    # Browsers send line ends as CR LF.
    text = text.replace("\r\n", "\n")
    if column.type in NUMBER_TYPES:
        text = text.strip()
    return text or None
