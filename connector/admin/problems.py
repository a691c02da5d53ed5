"""From the places of a configuration document to the fields of a form."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from connector.document.problems import Problem

_INDEX = re.compile(r"\[(\d+)\]")
# Keys of the document that are spread over several columns.
_COLUMNS = {
    "status": "status_field",
    "status.field": "status_field",
    "status.to_jira": "status_to_jira",
    "status.to_salesforce": "status_to_salesforce",
    "comments": "comments_enabled",
    "comments.visibility": "comments_visibility",
    "attachments": "attachments_enabled",
    "attachments.enabled": "attachments_enabled",
}


def sentence(message: str) -> str:
    """Return a document's message as it stands next to a field, where no place comes before it."""
    text = message[:1].upper() + message[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def place_at_fields(form: forms.BaseForm, problems: Iterable[Problem], root: str) -> None:
    """Add each problem below `root`, such as `item.`, to its field, or else to the form."""
    for problem in problems:
        path = problem.place.removeprefix(root)
        plain = _INDEX.sub("", path).strip(".")
        name = next((each for each in _candidates(plain) if each in form.fields), None)
        form.add_error(name, _numbered(path) + sentence(problem.message))


def _candidates(plain: str) -> Iterable[str]:
    head, _, rest = plain.partition(".")
    two = f"{head}.{rest.partition('.')[0]}"
    return (_COLUMNS.get(two, ""), _COLUMNS.get(head, ""), head)


def _numbered(path: str) -> str:
    """Lists are shown with an entry a line."""
    index = _INDEX.search(path)
    return f"Line {int(index[1]) + 1}: " if index else ""


def mapping_index(problem: Problem, root: str) -> int | None:
    """Return which mapping a problem is about, None for none."""
    found = re.match(re.escape(root) + r"mappings\[(\d+)\]", problem.place)
    return int(found[1]) if found else None


def words(problem: Problem, root: str) -> str:
    """Return a problem as a sentence with its place, for a message at the top of a page."""
    place: Any = problem.place.removeprefix(root) or "document"
    return f"{place}: {sentence(problem.message)}"
