"""A linked record whose comments are brought in step: what the tests of comments share."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests

from connector.errors import Busy
from connector.jira.markup import Wiki, wiki_to_plain
from connector.models import JiraConnection, SalesforceConnection, SmartConnectedItem
from linking.models import Link
from sandbox.jira.entities import User
from syncjobs.comments.sync import sync_comments
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair
from syncjobs.session import Session
from tests.world import Json, World

SIGNATURE = "[Salesforce Connector for Jira]"
# Reads that travel by POST.
READING = ("oauth2", "bulkfetch", "/search", "/composite?", "/composite/sobjects/")


@dataclass
class Synced:
    """What one reconcile of the comments did."""

    run: ItemRun
    pairs: list[Pair] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.run.counts.comments

    @property
    def notes(self) -> list[str]:
        return [note.reason for pair in self.pairs for note in pair.notes]

    @property
    def errors(self) -> list[str]:
        return [pair.error.message for pair in self.pairs if pair.error]


class Talk:
    """A record and its issue. `sync()` is what a reconcile does about their comments."""

    def __init__(self, world: World, sobject: str = "Case", **fields: Any) -> None:
        self.world = world
        self.record = world.org.insert(sobject, fields or {"Subject": "Printer on fire"})
        world.pull()
        self.link = Link.objects.get(record_id=self.record)
        self.key = self.link.issue_key

    def sync(self, item: str = "Cases") -> Synced:
        """Reconcile the comments of an item's pairs. Raises what concerns a whole connection."""
        done = self.sync_nothing(item)
        sync_comments(done.run, done.pairs)
        return done

    def sync_nothing(self, item: str = "Cases") -> Synced:
        """Come as far as a reconcile does before it looks at comments."""
        self.world.clock.shift(60)
        found = SmartConnectedItem.objects.get(name=item)
        with Session.opened(found.salesforce) as session:
            done = Synced(session.add(found))
            done.pairs = list(_pairs(done.run))
        return done

    def try_to_sync(self) -> None:
        """The same, where a connection may break off; afterwards it may be used again."""
        with suppress(Busy):
            self.sync()
        for kind in (SalesforceConnection, JiraConnection):
            kind.objects.update(paused_until=None)

    # Salesforce

    def case_comment(self, body: str, *, published: bool = False) -> str:
        """Let a person of the org comment on the case; the comment's Id."""
        row = {"ParentId": self.record, "CommentBody": body, "IsPublished": published}
        return self.world.org.insert("CaseComment", row)

    def post(self, body: str, **more: Any) -> str:
        """Let a person of the org write into the record's feed; the post's Id."""
        return self.world.org.insert("FeedItem", {"ParentId": self.record, "Body": body, **more})

    def reply(self, post_id: str, body: str) -> str:
        return self.world.org.insert("FeedComment", {"FeedItemId": post_id, "CommentBody": body})

    def on_case(self) -> list[Json]:
        """The case's comments but for our notes, oldest first."""
        rows = [c for c in self.world.org.all("CaseComment") if c["ParentId"] == self.record]
        return [c for c in rows if not c["CommentBody"].startswith(SIGNATURE)]

    def in_feed(self) -> list[Json]:
        """What people and the connector have posted on the record, but for our notes."""
        rows = [p for p in self.world.org.all("FeedItem") if p["ParentId"] == self.record]
        posts = [p for p in rows if p["Type"].endswith("Post") and p["Type"] != "CaseCommentPost"]
        return [p for p in posts if not (p["Body"] or "").startswith(SIGNATURE)]

    # Jira

    def comment(self, body: str, by: User | None = None, **more: Any) -> int:
        """Let a person of the site comment on the issue; the comment's id."""
        return int(self.world.site.comment(self.key, body, by, **more).id)

    def on_issue(self) -> list[Json]:
        """The issue's comments with their properties, oldest first."""
        path = f"issue/{self.key}/comment"
        found = self.world.as_person(path, orderBy="created", expand="properties")["comments"]
        return [each for each in found if SIGNATURE not in each["body"]]

    def words(self) -> list[str]:
        """What a reader sees in the issue's comments."""
        return [wiki_to_plain(Wiki(each["body"])) for each in self.on_issue()]

    def writes(self) -> list[requests.PreparedRequest]:
        """Every call that has changed anything on either side so far."""
        calls = [c for c in self.world.network.calls if c.method in ("POST", "PUT", "PATCH")]
        return [c for c in calls if not any(part in f"{c.url}?" for part in READING)]


def talking(world: World, **comments: Any) -> Talk:
    """A linked case whose item has these settings for comments."""
    world.configure(world.item(comments={"enabled": True, **comments}))
    return Talk(world)


def serving(world: World, **comments: Any) -> Talk:
    """The same with an issue of a service project, where customers read along."""
    item = world.item(comments={"enabled": True, **comments}, jira_projects=["HELP"])
    project = next(p for p in world.site.projects.values() if p.key == "HELP")
    kind = project.issue_types[0].name
    world.configure({**item, "issue_type": kind})
    return Talk(world)


def selling(world: World, sobject: str = "Opportunity", **comments: Any) -> Talk:
    """A linked opportunity: an object without case comments, but with a feed."""
    mappings = [{"salesforce": "Name", "jira": "summary"}]
    item = world.item(object=sobject, mappings=mappings, comments={"enabled": True, **comments})
    world.configure(item)
    return Talk(world, sobject, Name="Fleet", StageName="Prospecting", CloseDate="2026-12-24")


def _pairs(run: ItemRun) -> Iterator[Pair]:
    """All linked pairs of the item, read as a reconcile reads them."""
    links = list(Link.objects.filter(item=run.item, state=Link.State.ACTIVE).order_by("pk"))
    fields = [*run.resolved.jira_fields, "comment", "project"]
    issues = run.site.client.issues([str(link.issue_id) for link in links], fields)
    for link in links:
        yield Pair(link, {"Id": link.record_id}, issues[str(link.issue_id)])
