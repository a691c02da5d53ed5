"""Canonical values as the JSON that Jira's REST v2 takes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from connector.jira.model import Deployment, FieldMeta, Option
from connector.salesforce.describe import Field
from syncjobs.values import coerce
from syncjobs.values.canonical import (
    Canonical,
    Inconvertible,
    WriteContext,
    json_number,
)
from syncjobs.values.coerce import Unfit
from syncjobs.values.kinds import Kind, jira_kind, salesforce_kind
from syncjobs.values.notes import inconvertible
from syncjobs.values.options import find, need, need_path

LONGEST_TEXT = 255
_LISTS = frozenset({Kind.OPTIONS, Kind.LABELS, Kind.NAMED_LIST, Kind.USERS})


# None, a text, a number, an object or a list of them.
JiraValue = Any


def write_jira(
    value: Canonical, source: Field | None, target: FieldMeta, context: WriteContext
) -> JiraValue | Inconvertible:
    """`value` as `target` takes it; None or an empty list clears the field.

    `source` is the Salesforce field the value comes from, None for a template's result or a
    default. Nothing is raised: what the field can't take is an Inconvertible for the admin.
    """
    kind = jira_kind(target.schema)
    if value is None or value in ("", ()):
        return _cleared(target, kind)
    writer = _WRITERS.get(kind)
    if writer is None:
        return inconvertible(target.name, value, "fields of this type can't be written")
    try:
        return writer(_Task(value, source, target, context))
    except Unfit as reason:
        return inconvertible(target.name, value, str(reason))


def _cleared(target: FieldMeta, kind: Kind) -> JiraValue | Inconvertible:
    if target.required:
        return Inconvertible(
            f"“{target.name or target.id}” is required in Jira and can't be emptied; "
            "give the mapping a default or a value table row for no value."
        )
    return [] if kind in _LISTS else None


class _Task:
    """One value on its way into one field."""

    def __init__(
        self, value: Canonical, source: Field | None, target: FieldMeta, context: WriteContext
    ) -> None:
        self.value = value
        self.source = source
        self.target = target
        self.context = context
        self.options = target.allowed

    @property
    def text(self) -> str:
        """The value as plain text, an amount of money with its currency."""
        text = coerce.shown(self.value, self.context)
        money = self.source and salesforce_kind(self.source) is Kind.CURRENCY
        if money and isinstance(self.value, Decimal) and self.context.currency:
            return f"{text} {self.context.currency}"
        return text

    @property
    def words(self) -> Canonical:
        """Several values as they are, anything else as text."""
        return self.value if isinstance(self.value, tuple) else self.text

    def option(self, name: str) -> Option:
        """The option called `name`. Where Jira lists none for the field, as with groups, the name
        alone is sent and Jira decides."""
        return need(self.options, name) if self.options else Option("", name)

    def as_json(self, option: Option) -> dict[str, str]:
        if option.id:
            return {"id": option.id}
        selects = jira_kind(self.target.schema) in (Kind.OPTION, Kind.OPTIONS)
        return {"value" if selects else "name": option.value}

    def one(self, option: Option) -> JiraValue:
        return self.as_json(option)

    def several(self, options: Iterable[Option]) -> JiraValue:
        return [self.as_json(option) for option in dict.fromkeys(options)]


def _text(task: _Task) -> JiraValue:
    line = coerce.one_line(task.text, LONGEST_TEXT)
    if not line:
        raise Unfit("nothing of it can be shown on one line")
    return line


def _wiki(task: _Task) -> JiraValue:
    text = coerce.wiki(task.text if isinstance(task.value, Decimal) else task.value, task.context)
    return str(text)


def _number(task: _Task) -> JiraValue:
    return json_number(coerce.number(task.value))


def _date(task: _Task) -> JiraValue:
    return coerce.day(task.value, task.context).isoformat()


def _date_time(task: _Task) -> JiraValue:
    return jira_time(coerce.moment(task.value, task.context))


def jira_time(moment: datetime) -> str:
    """A moment in UTC as Jira writes it, with milliseconds and an offset without a colon."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def _option(task: _Task) -> JiraValue:
    if isinstance(task.value, bool):
        return task.one(_tick(task.options, ticked=task.value))
    return task.one(task.option(task.text))


def _tick(options: tuple[Option, ...], *, ticked: bool) -> Option:
    """The option that stands for a ticked or an empty box."""
    names = ("Yes", "True", "1", "On") if ticked else ("No", "False", "0", "Off")
    found = next((found for name in names if (found := find(options, name))), None)
    return found or need(options, names[0])


def _options(task: _Task) -> JiraValue:
    if not isinstance(task.value, bool):
        return task.several(task.option(each) for each in coerce.several(task.words))
    if len(task.options) == 1:
        return task.several(task.options if task.value else ())
    return task.several([_tick(task.options, ticked=task.value)])


def _cascade(task: _Task) -> JiraValue:
    parent, child = need_path(task.options, task.text)
    if child is None:
        return task.one(parent)
    return {"id": parent.id, "child": {"id": child.id}}


def _labels(task: _Task) -> JiraValue:
    """A label can't hold spaces: they become underscores. A text is one label; only several
    values are several labels."""
    values = task.value if isinstance(task.value, tuple) else (task.text,)
    labels = ("_".join(value.split())[:LONGEST_TEXT] for value in values)
    return list(dict.fromkeys(label for label in labels if label))


def _named(task: _Task) -> JiraValue:
    return task.one(task.option(task.text))


def _named_list(task: _Task) -> JiraValue:
    return task.several(task.option(name) for name in coerce.several(task.words))


def _user(task: _Task) -> JiraValue:
    return _as_user(_account(task.text, task.context), task.context)


def _users(task: _Task) -> JiraValue:
    accounts = dict.fromkeys(_account(each, task.context) for each in coerce.several(task.words))
    return [_as_user(each, task.context) for each in accounts]


def _as_user(account: str, context: WriteContext) -> dict[str, str]:
    return {"accountId" if context.deployment is Deployment.CLOUD else "name": account}


def _account(person: str, context: WriteContext) -> str:
    """The account of a person who is given by mail, by Salesforce Id, or by the account itself."""
    person = person.strip()
    # Sandboxes put .invalid behind the mail addresses that they copied.
    for name in (person, person.lower(), person.lower().removesuffix(".invalid")):
        if account := context.users.get(name):
            return account
    if person in context.user_ids or person in context.user_mails:
        return person
    raise Unfit(f"nobody in Jira matches {person}")


def _address(task: _Task) -> JiraValue:
    return coerce.address(task.text)


_WRITERS: Mapping[Kind, Callable[[_Task], JiraValue]] = {
    Kind.TEXT: _text,
    Kind.RICH_TEXT: _wiki,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.DATE_TIME: _date_time,
    Kind.OPTION: _option,
    Kind.OPTIONS: _options,
    Kind.CASCADE: _cascade,
    Kind.LABELS: _labels,
    Kind.NAMED: _named,
    Kind.NAMED_LIST: _named_list,
    Kind.USER: _user,
    Kind.USERS: _users,
    Kind.URL: _address,
}
