"""Publishes drafts from the admin: asks the two systems first, and says what came of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from connector.admin.pages import say
from connector.admin.problems import words
from connector.document.model import Document
from connector.document.online import check_online
from connector.document.problems import DocumentRefused
from connector.document.rows import item_from_rows
from connector.document.store import write_draft
from connector.document.versions import publish, published, runs
from connector.errors import RemoteError
from connector.models import SmartConnectedItem

# Where the item stands in the document that is checked online, and in the one that is published.
_ROOTS = ("items[0].", "item.")


def differs(row: SmartConnectedItem) -> bool:
    """Whether publishing the draft would change what runs. Reads the rows that belong to it."""
    return not runs(row, item_from_rows(row))


def runs_otherwise(row: SmartConnectedItem, *, on: bool) -> bool:
    """Whether what runs of the item is switched the other way."""
    return row.published is not None and row.published.document.get("enabled") is not on


def publish_rows(
    model_admin: Any, request: HttpRequest, rows: Iterable[SmartConnectedItem]
) -> None:
    """Publish each draft that both systems agree with, and show a message for each."""
    for row in rows:
        try:
            said = _publish(row, request)
        except DocumentRefused as refused:
            said = f"{row} was not published. {_reasons(refused)}"
            say(model_admin, request, said, good=False)
        except RemoteError as error:
            said = f"{row} was not published. {error.message}"
            say(model_admin, request, said, good=False)
        else:
            say(model_admin, request, said)


def switch(row: SmartConnectedItem, *, on: bool, user: User | None) -> None:
    """Enable or disable what runs, and the draft too. Other changes of the draft stay unpublished.

    An item that was never published only has its draft changed. Raises DocumentRefused when this
    release can't read what runs.
    """
    drafted = replace(item_from_rows(row), enabled=on)
    with transaction.atomic():
        if row.published is not None:
            # Connections may have been renamed since.
            org, site = row.salesforce.name, row.jira.name
            write_draft(row, replace(published(row), enabled=on, salesforce=org, jira=site))
            publish(row, user=user)
        write_draft(row, drafted)


def staff(request: HttpRequest) -> User | None:
    """Return who is logged in, as versions name who published them."""
    return request.user if isinstance(request.user, User) else None


def _publish(row: SmartConnectedItem, request: HttpRequest) -> str:
    before = row.published_id
    outcome = check_online(Document(items=(item_from_rows(row),)))
    if outcome.problems:
        raise DocumentRefused(outcome.problems)
    version = publish(row, user=staff(request), at=outcome.times.get(row.salesforce.name))
    if version.pk == before:
        return f"{row}: version {version.number} runs already; nothing in it has changed."
    return f"{row}: version {version.number} is published and runs from the next pull on."


def _reasons(refused: DocumentRefused) -> str:
    texts = []
    for problem in refused.problems:
        root = next((each for each in _ROOTS if problem.place.startswith(each)), "")
        texts.append(words(problem, root))
    return " ".join(texts)
