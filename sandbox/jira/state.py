"""A Jira site in memory: what it knows, who may see what, and where its issues are."""

import itertools
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any, Literal
from urllib.parse import urlsplit

from sandbox.clock import Clock, SystemClock
from sandbox.jira import standard, times
from sandbox.jira.entities import (
    Attachment,
    Comment,
    Issue,
    IssueType,
    Project,
    Screen,
    Status,
    User,
)
from sandbox.jira.events import Deliver, Events
from sandbox.jira.index import SearchIndex
from sandbox.jira.kinds import Field
from sandbox.jira.limits import Limits

Deployment = Literal["cloud", "data_center"]
PERMISSIONS = (
    "ADMINISTER", "BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "TRANSITION_ISSUES",
    "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "EDIT_ALL_COMMENTS", "DELETE_OWN_COMMENTS",
    "DELETE_ALL_COMMENTS", "CREATE_ATTACHMENTS", "DELETE_ALL_ATTACHMENTS", "LINK_ISSUES",
    "ASSIGN_ISSUES", "ASSIGNABLE_USER", "MODIFY_REPORTER", "DELETE_ISSUES", "WORK_ON_ISSUES",
    "MOVE_ISSUES", "ADMINISTER_PROJECTS", "USER_PICKER",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A secret that acts as `user`; a scoped one is good on the gateway only."""

    user: User
    secret: str = field(repr=False)
    scoped: bool = False


class SiteState:
    """A site of either edition. Everything about it may be changed from a test.

    `media_url` is the address of the media host that Cloud's downloads are sent to (the
    same application serves it, below /media). `deliver` carries webhooks away; without it they wait
    in `outbox`. `index_lag` is in seconds. `secure_webhooks` refuses addresses without https.
    `panel_url` gives the address framed on an issue's page, by issue key; without it, a remote link
    of the relationship "Salesforce panel" does.
    """

    def __init__(
        self,
        base_url: str = "https://jira.test",
        clock: Clock | None = None,
        deployment: Deployment = "cloud",
        context_path: str = "",
        media_url: str | None = None,
        version: tuple[int, int, int] = (10, 3, 4),
        time_zone: str = "Europe/Berlin",
        deliver: Deliver | None = None,
    ) -> None:
        self.origin = base_url.rstrip("/")
        self.context_path = context_path.rstrip("/")
        self.base_url = self.origin + self.context_path
        self.clock = clock or SystemClock()
        self.deployment = deployment
        self.version = version
        self.time_zone = time_zone
        self.title = "Acme Jira"
        self.cloud_id = "11223344-a1b2-4b33-8444-def123456789"
        self.media_url = (media_url or _media_host(self.origin)).rstrip("/")
        self.media_seconds = 600.0
        self.media_key = secrets.token_bytes(32)
        self.lock = RLock()
        self.maintenance = False
        self.login_redirect = False
        self.panel_url: Callable[[str], str | None] | None = None
        self.upload_limit = 10 * 1024 * 1024
        self.bulk_limit = 50
        self.secure_webhooks = self.cloud
        self.indexed_properties: set[tuple[str, str]] = set()
        self.search_tokens: OrderedDict[str, tuple[str, list[Issue]]] = OrderedDict()
        self._numbers: dict[str, Iterator[int]] = {}
        self._load_standard()
        self.index = SearchIndex(self)
        self.events = Events(self, deliver)
        self.limits = Limits(self.clock, per_issue=self.cloud)

    def _load_standard(self) -> None:
        self.users = standard.people()
        self.robot, self.human = self.users[0], self.users[1]
        self.tokens = [
            Token(self.robot, "sandbox-api-token" if self.cloud else "sandbox-pat"),
            Token(self.robot, "sandbox-scoped-token", scoped=True),
            Token(self.human, "sandbox-person-token"),
        ]
        self.priorities = standard.priorities()
        self.resolutions = standard.resolutions()
        self.statuses = standard.statuses()
        self.issue_types = standard.issue_types()
        self.link_types = standard.LINK_TYPES
        self.fields = standard.fields()
        self.projects: dict[str, Project] = {}
        self.issues: dict[int, Issue] = {}
        self.keys: dict[str, Issue] = {}
        self.comments: dict[int, tuple[Issue, Comment]] = {}
        self.attachments: dict[int, Attachment] = {}
        self.denied: set[tuple[User, str, str]] = set()

    @property
    def cloud(self) -> bool:
        return self.deployment == "cloud"

    @property
    def index_lag(self) -> float:
        """Seconds until search knows of a change."""
        return self.index.lag

    @index_lag.setter
    def index_lag(self, seconds: float) -> None:
        self.index.lag = seconds

    @property
    def outbox(self) -> list[Any]:
        """Webhook deliveries nobody has carried away."""
        return self.events.outbox

    def now(self) -> datetime:
        """Return the time, to the millisecond."""
        return times.to_milliseconds(self.clock.now())

    def number(self, kind: str, first: int = 10_000) -> int:
        """Return the next id of this kind of thing."""
        if kind not in self._numbers:
            self._numbers[kind] = itertools.count(first)
        return next(self._numbers[kind])

    def user(self, id_or_name: str) -> User | None:
        """Return who is meant: by account id on Cloud, by name or key on Data Center."""
        for user in self.users:
            known = (user.account_id,) if self.cloud else (user.name, user.key)
            if id_or_name in known:
                return user
        return None

    def assignable(self, user: User, project: Project) -> bool:
        """Return whether issues of the project may be given to the user."""
        return (
            user.active
            and user.account_type == "atlassian"
            and self.may(user, "ASSIGNABLE_USER", project)
        )

    def may(self, user: User | None, permission: str, project: Project | None = None) -> bool:
        """Return whether the user has the permission, in the project if one is named.

        The integration user and a site's people have all of them until `deny` takes some away;
        nobody who isn't logged in has any.
        """
        if user is None:
            return False
        if permission == "ADMINISTER" and user.account_type != "atlassian":
            return False
        places = ("", project.id) if project else ("",)
        wanted = (permission, "BROWSE_PROJECTS") if project else (permission,)
        return not any((user, name, at) in self.denied for name in wanted for at in places)

    def project(self, id_or_key: str) -> Project | None:
        """Return the project by id, key or a key it once had."""
        for project in self.projects.values():
            if id_or_key in (project.id, project.key) or id_or_key in project.old_keys:
                return project
        return None

    def find(self, id_or_key: str) -> Issue | None:
        """Return the issue by id, key or a key it had before a move."""
        if id_or_key.isdecimal():
            return self.issues.get(int(id_or_key))
        return self.keys.get(id_or_key.upper())

    def screen(self, operation: str, project: Project, issue_type: IssueType) -> Screen:
        """Return the screen for create or edit."""
        return project.screens[operation, issue_type.id]

    def status(self, name: str) -> Status:
        """Return the status of that name or id; KeyError if there is none."""
        for status in self.statuses:
            if name in (status.id, status.name):
                return status
        raise KeyError(name)

    def field_named(self, name: str) -> list[Field]:
        """Return the fields called that, in any case; ids count as names."""
        wanted = name.lower()
        return [f for f in self.fields.values() if wanted in (f.id.lower(), f.name.lower())]

    @contextmanager
    def changing(self, issue: Issue, *, touch: bool = True) -> Iterator[None]:
        """Change an issue inside: search learns of it in time, and `updated` moves."""
        with self.lock, self.index.changing(issue):
            yield
            if touch:
                issue.updated = self.now()


def _media_host(origin: str) -> str:
    parts = urlsplit(origin)
    return f"{parts.scheme}://media.{parts.netloc}/media"
