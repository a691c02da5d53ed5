"""Canonical values as the JSON that Salesforce's REST API takes."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from connector.jira.markup import Html, Wiki, cut, plain_to_html, wiki_to_html
from connector.jira.model import FieldMeta
from connector.salesforce.describe import Field
from connector.salesforce.ids import is_id, to_18
from syncjobs.values import coerce
from syncjobs.values.canonical import Canonical, Inconvertible, WriteContext, json_number
from syncjobs.values.coerce import Unfit
from syncjobs.values.kinds import Kind, jira_kind, salesforce_kind
from syncjobs.values.notes import inconvertible
from syncjobs.values.options import picklist_value

# None, a text, a number or a boolean.
SalesforceValue = str | int | float | bool | None


def write_salesforce(
    value: Canonical, source: FieldMeta | None, target: Field, context: WriteContext
) -> SalesforceValue | Inconvertible:
    """`value` as `target` takes it; no value clears the field, and unticks a checkbox.

    `source` is the Jira field the value comes from, None for a template's result or a default.
    Nothing is raised: what the field can't take is an Inconvertible for the admin.
    """
    kind = salesforce_kind(target)
    if value is None or value in ("", ()):
        return _cleared(target, kind)
    writer = _WRITERS.get(kind)
    if writer is None or target.type == "id":
        return inconvertible(_name(target), value, "fields of this type can't be written")
    try:
        return writer(_person(value, source, target, context), target, context)
    except Unfit as reason:
        return inconvertible(_name(target), value, str(reason))


def _name(target: Field) -> str:
    return target.label or target.name


def _cleared(target: Field, kind: Kind) -> SalesforceValue | Inconvertible:
    if kind is Kind.CHECKBOX:
        return False
    if not target.nillable:
        return Inconvertible(
            f"“{_name(target)}” is required in Salesforce and can't be emptied; "
            "give the mapping a default or a value table row for no value."
        )
    return None


def _person(
    value: Canonical, source: FieldMeta | None, target: Field, context: WriteContext
) -> Canonical:
    """For a person from Jira: the mail where the field takes mails, the name in other texts."""
    if source is None or not isinstance(value, str) or jira_kind(source.schema) is not Kind.USER:
        return value
    kind = salesforce_kind(target)
    if kind is Kind.EMAIL:
        if value not in context.user_mails:
            raise Unfit("Jira doesn't show this person's mail address")
        return context.user_mails[value]
    if kind is Kind.REFERENCE:
        return value
    return context.user_names.get(value, value)


def _limited(text: str, target: Field) -> str:
    """Cut to the field's length in characters and, where it counts bytes, in bytes."""
    text = cut(text, target.length, sign="…") if target.length else text
    limit = target.byte_length
    # byteLength is mostly a multiple of length; a field that really counts bytes says the same.
    if limit and limit == target.length and len(text.encode()) > limit:
        short = text.encode()[: limit - 3].decode(errors="ignore")
        return short.rstrip() + "…"
    return text


def _line(value: Canonical, target: Field, context: WriteContext) -> SalesforceValue:
    return _limited(coerce.one_line(coerce.shown(value, context)), target)


def _text(value: Canonical, target: Field, context: WriteContext) -> SalesforceValue:
    text = coerce.shown(value, context)
    return cut(text, target.length) if target.length else text


def _rich_text(value: Canonical, target: Field, context: WriteContext) -> SalesforceValue:
    """As HTML, whose length counts with its tags; too long a text arrives without formatting."""
    match value:
        case Wiki():
            rich = wiki_to_html(value, context.user_names)
        case Html():
            rich = value
        case _:
            rich = plain_to_html(coerce.shown(value, context))
    limit = target.length
    plain = coerce.shown(value, context)
    room = limit
    while limit and len(rich) > limit and room > 0:
        room = room * 3 // 4
        rich = plain_to_html(cut(plain, room))
    return str(rich)


def _number(value: Canonical, target: Field, _context: WriteContext) -> SalesforceValue:
    number = coerce.number(value)
    scale = 0 if target.type in ("int", "long") else target.scale
    number = number.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
    room = target.digits if target.type in ("int", "long") else target.precision - scale
    if room > 0 and abs(number) >= Decimal(10) ** room:
        raise Unfit(f"the field has room for {room} digits before the point")
    return json_number(number)


def _date(value: Canonical, _target: Field, context: WriteContext) -> SalesforceValue:
    return coerce.day(value, context).isoformat()


def _date_time(value: Canonical, _target: Field, context: WriteContext) -> SalesforceValue:
    return coerce.moment(value, context).strftime("%Y-%m-%dT%H:%M:%SZ")


def _checkbox(value: Canonical, _target: Field, _context: WriteContext) -> SalesforceValue:
    return coerce.checked(value)


def _picklist(value: Canonical, target: Field, context: WriteContext) -> SalesforceValue:
    if isinstance(value, bool):
        return picklist_value(target, "Yes" if value else "No")
    text = coerce.one_line(coerce.shown(value, context))
    if target.type != "combobox":
        return picklist_value(target, text)
    try:
        return picklist_value(target, text)
    except Unfit:
        return _limited(text, target)  # a combobox offers values and takes any


def _multi_picklist(value: Canonical, target: Field, _context: WriteContext) -> SalesforceValue:
    chosen = [picklist_value(target, each) for each in coerce.several(value)]
    return ";".join(dict.fromkeys(chosen))


def _reference(value: Canonical, target: Field, context: WriteContext) -> SalesforceValue:
    text = coerce.shown(value, context).strip()
    if "User" in target.reference_to and text in context.user_ids:
        return context.user_ids[text]
    if is_id(text):
        return to_18(text)
    if "User" in target.reference_to:
        raise Unfit(f"nobody in Salesforce matches {context.user_names.get(text, text)}")
    raise Unfit("it is not the Id of a record")


def _email(value: Canonical, _target: Field, context: WriteContext) -> SalesforceValue:
    return coerce.mail(coerce.shown(value, context))


def _address(value: Canonical, target: Field, context: WriteContext) -> SalesforceValue:
    return coerce.address(coerce.shown(value, context), target.length or 255)


_WRITERS: Mapping[Kind, Callable[[Canonical, Field, WriteContext], SalesforceValue]] = {
    Kind.TEXT: _line,
    Kind.LONG_TEXT: _text,
    Kind.RICH_TEXT: _rich_text,
    Kind.NUMBER: _number,
    Kind.CURRENCY: _number,
    Kind.PERCENT: _number,
    Kind.DATE: _date,
    Kind.DATE_TIME: _date_time,
    Kind.CHECKBOX: _checkbox,
    Kind.OPTION: _picklist,
    Kind.OPTIONS: _multi_picklist,
    Kind.REFERENCE: _reference,
    Kind.EMAIL: _email,
    Kind.PHONE: _line,
    Kind.URL: _address,
}
