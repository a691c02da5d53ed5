"""A linked case whose files are brought in step: what the tests of attachments share."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from connector.models import SmartConnectedItem
from linking.models import Link
from sandbox.jira.entities import User
from syncjobs.attachments.sync import sync_attachments
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair
from syncjobs.session import Session
from tests.world import World

WRITES = ("POST", "PUT", "PATCH", "DELETE")
# Reads that travel by POST.
READING = ("oauth2", "bulkfetch", "/search", "/composite?", "/composite/sobjects/")


@dataclass
class Synced:
    """What one reconcile of the files did."""

    run: ItemRun
    pairs: list[Pair] = field(default_factory=list)

    def sync(self) -> None:
        sync_attachments(self.run, self.pairs)

    @property
    def copied(self) -> int:
        return self.run.counts.attachments

    @property
    def notes(self) -> list[str]:
        return [note.reason for pair in self.pairs for note in pair.notes]

    @property
    def errors(self) -> list[str]:
        return [pair.error.message for pair in self.pairs if pair.error]


class Linked:
    """A case, or another `record`, and its issue. `sync()` is what a reconcile does about files."""

    def __init__(self, world: World, subject: str = "Printer on fire", *, record: str = "") -> None:
        self.world = world
        # Cloud sends downloads there.
        world.network.serve("https://media.jira.test", world.jira)
        self.case = record or world.org.insert("Case", {"Subject": subject})
        world.pull()
        self.link = Link.objects.get(record_id=self.case)
        self.key = self.link.issue_key

    def load(self) -> Synced:
        """All linked pairs, loaded and ready for `sync()`."""
        self.world.clock.shift(5)
        item = SmartConnectedItem.objects.get()
        with Session.opened(item.salesforce) as session:
            run = session.add(item)
            return Synced(run, list(_pairs(run)))

    def sync(self) -> Synced:
        """Reconcile the files of all linked pairs. Raises what concerns a whole connection."""
        loaded = self.load()
        loaded.sync()
        return loaded

    # Salesforce

    def upload(self, name: str, content: bytes, **more: Any) -> str:
        """Let a person of the org put a file on the case; the version's Id."""
        fields = {"PathOnClient": name, "VersionData": content, **more}
        if "ContentDocumentId" not in fields:
            fields["FirstPublishLocationId"] = self.case
        return self.world.org.insert("ContentVersion", fields)

    def document_of(self, version_id: str) -> str:
        row = self.world.org.row(version_id)
        assert row is not None
        return str(row["ContentDocumentId"])

    def versions(self) -> dict[str, bytes]:
        """The content of the files on the case, by what Salesforce calls them."""
        org = self.world.org
        links = [e for e in org.all("ContentDocumentLink") if e["LinkedEntityId"] == self.case]
        documents = {each["ContentDocumentId"] for each in links}
        rows = [v for v in org.all("ContentVersion") if v["ContentDocumentId"] in documents]
        return {row["PathOnClient"]: org.store.blobs[row["Id"]] for row in rows}

    def notes(self) -> list[str]:
        """Our notes about files on the case."""
        rows = [c for c in self.world.org.all("CaseComment") if c["ParentId"] == self.case]
        return [c["CommentBody"] for c in rows if "A file was copied" in c["CommentBody"]]

    # Jira

    def attach(self, name: str, content: bytes, by: User | None = None) -> str:
        """Let a person of the site put a file on the issue; its id."""
        return str(self.world.site.attach(self.key, name, content, by).id)

    def attachments(self) -> list[dict[str, Any]]:
        return list(self.world.issue(self.key)["fields"]["attachment"])

    def content(self, attachment_id: str) -> bytes:
        stored = self.world.site.attachments[int(attachment_id)].content
        stored.seek(0)
        return bytes(stored.read())

    def names(self) -> list[str]:
        return [each["filename"] for each in self.attachments()]

    def comments(self) -> list[dict[str, Any]]:
        """Our comments about files on the issue."""
        found = self.world.issue(self.key)["fields"]["comment"]["comments"]
        return [each for each in found if "A file was copied" in each["body"]]

    def writes(self) -> list[str]:
        """The paths of the calls so far that changed something."""
        calls = [(str(c.method), str(c.path_url)) for c in self.world.network.calls]
        return [p for m, p in calls if m in WRITES and not any(r in f"{p}?" for r in READING)]


def linked(world: World, **item: Any) -> Linked:
    """Set up an item that synchronizes files, with one linked case."""
    world.configure(world.item(attachments={"enabled": True}, **item))
    return Linked(world)


def _pairs(run: ItemRun) -> Iterator[Pair]:
    links = list(Link.objects.filter(item=run.item, state=Link.State.ACTIVE))
    ids = [str(link.issue_id) for link in links]
    issues = run.site.client.issues(ids, ["attachment", "project"])
    for link in links:
        record = {"Id": link.record_id, "SystemModstamp": "2026-11-21T09:30:00.000+0000"}
        yield Pair(link, record, issues[str(link.issue_id)])
