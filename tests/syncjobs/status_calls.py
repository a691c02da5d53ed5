"""Runs the status part on linked pairs, as a reconcile does with both sides loaded."""

from contextlib import suppress
from typing import Any

from connector.errors import RemoteError
from connector.models import SalesforceConnection, SmartConnectedItem
from linking.models import Link
from syncjobs.pairs import Pair
from syncjobs.queries import records_by
from syncjobs.runs import Counts
from syncjobs.session import Session
from syncjobs.status_sync import sync_statuses
from tests.world import Json, World

STATUS: Json = {"field": "Status"}


def configured(world: World, *, wait: bool = True, **item: Any) -> None:
    """A two-way item with status sync; `item` changes its document."""
    world.configure(world.item(**{"mode": "two_way", "status": STATUS, **item}), wait=wait)


def linked(world: World, record: Json | None = None, **item: Any) -> Link:
    """One linked record whose first status sync has been done."""
    configured(world, **item)
    name = item.get("object", "Case")
    fields = {"Subject": "Printer on fire"} if name == "Case" else {}
    world.org.insert(name, {**fields, **(record or {})})
    world.pull()
    sync(world)
    world.clock.shift(60)
    return Link.objects.get()


def sync(world: World) -> tuple[list[Pair], Counts]:
    """Load all active links fresh, bring their statuses in step and store the notes.

    An error that stops a connection is left with the pairs.
    """
    item = SmartConnectedItem.objects.select_related("published", "salesforce", "jira").get()
    connection = SalesforceConnection.objects.get()
    with Session.opened(connection) as session:
        run = session.add(item)
        links = list(Link.objects.filter(state=Link.State.ACTIVE).order_by("pk"))
        query = records_by(run.resolved.sobject.name, run.resolved.paths, "Id", _ids(links))
        records = {r["Id"]: r for page in run.org.client.pages(query) for r in page}
        issues = run.site.client.issues([str(link.issue_id) for link in links], ["updated"])
        pairs = [Pair(link, records[link.record_id], issues[str(link.issue_id)]) for link in links]
        with suppress(RemoteError):
            sync_statuses(run, pairs)
    for pair in pairs:
        pair.link.notes = [note.to_json() for note in pair.notes]
        pair.link.save(update_fields=["notes"])
    return pairs, run.counts


def notes(pairs: list[Pair]) -> str:
    """What was noted, as one text."""
    return " ".join(note.reason for pair in pairs for note in pair.notes)


def writes(world: World) -> int:
    """How many status writes have reached either side since the log was cleared."""
    posted = [c for c in world.jira.calls if c.method == "POST" and "/transitions" in c.path]
    patched = [c for c in world.salesforce.calls if c.method == "PATCH"]
    return len(posted) + len(patched)


def clear(world: World) -> None:
    world.jira.calls.clear()
    world.salesforce.calls.clear()


def issue_status(world: World, link: Link) -> str:
    return str(world.issue(link.issue_key)["fields"]["status"]["name"])


def record_status(world: World, link: Link) -> str:
    return str(world.org.get("Case", link.record_id)["Status"])


def _ids(links: list[Link]) -> list[str]:
    return [link.record_id for link in links]
