"""What a Jira site consists of. Identity is by object; the numeric ids are Jira's own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.jira.kinds import Field

Json = Any


@dataclass(eq=False, slots=True)
class User:
    """A person or a bot. Cloud knows it by `account_id`, Data Center by `name` and `key`."""

    account_id: str
    name: str
    display_name: str
    email: str
    active: bool = True
    time_zone: str = "Europe/Berlin"
    account_type: str = "atlassian"
    email_visible: bool = True

    @property
    def key(self) -> str:
        return f"JIRAUSER{sum(self.name.encode()) + 10000}"


@dataclass(frozen=True, slots=True)
class Category:
    """What a status means to Jira, whatever it is called."""

    id: int
    key: str
    color: str
    name: str


@dataclass(eq=False, slots=True)
class Status:
    """A status; in a locked one issues cannot be edited."""

    id: str
    name: str
    category: Category
    locked: bool = False


@dataclass(eq=False, slots=True)
class Named:
    """A priority or a resolution."""

    id: str
    name: str


@dataclass(eq=False, slots=True)
class IssueType:
    id: str
    name: str
    subtask: bool = False


@dataclass(eq=False, slots=True)
class Option:
    """A choice of a custom field; only cascading fields have children."""

    id: str
    value: str
    children: tuple["Option", ...] = ()


@dataclass(eq=False, slots=True)
class Component:
    id: str
    name: str


@dataclass(eq=False, slots=True)
class Version:
    id: str
    name: str
    released: bool = False


@dataclass(eq=False, slots=True)
class Transition:
    """A step of a workflow. `sources` None means from everywhere.

    `condition` hides it, `validator` refuses it with a sentence, `resolution` is set afterwards:
    a name, or "" to clear it, or None to leave it.
    """

    id: str
    name: str
    to: Status
    sources: tuple[Status, ...] | None = None
    screen: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    resolution: str | None = None
    condition: Callable[[User, "Issue"], bool] | None = None
    validator: Callable[["Issue", dict[str, Any]], str | None] | None = None


@dataclass(eq=False, slots=True)
class Workflow:
    name: str
    initial: Status
    statuses: list[Status]
    transitions: list[Transition]


@dataclass(eq=False, slots=True)
class Screen:
    """The fields that may be set, in order, and those that must be."""

    fields: list["Field"]
    required: set[str] = field(default_factory=set)


@dataclass(eq=False)
class Project:
    """`screens` are by operation (create, edit) and issue type id."""

    id: str
    key: str
    name: str
    type_key: str
    lead: User
    issue_types: list[IssueType]
    workflows: dict[str, Workflow]
    screens: dict[tuple[str, str], Screen]
    components: list[Component] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    counter: int = 0
    old_keys: list[str] = field(default_factory=list)

    def workflow(self, issue_type: IssueType) -> Workflow:
        return self.workflows[issue_type.id]


@dataclass(eq=False, slots=True)
class Comment:
    id: int
    author: User
    update_author: User
    body: str
    created: datetime
    updated: datetime
    visibility: dict[str, str] | None = None
    parent_id: int | None = None
    properties: dict[str, Json] = field(default_factory=dict)

    @property
    def internal(self) -> bool:
        """Whether a service desk hides it from customers."""
        mark = self.properties.get("sd.public.comment")
        return isinstance(mark, dict) and mark.get("internal") is True


@dataclass(eq=False, slots=True)
class Attachment:
    id: int
    issue_id: int
    filename: str
    author: User
    created: datetime
    size: int
    mime_type: str
    content: IO[bytes]


@dataclass(eq=False, slots=True)
class Worklog:
    id: int
    author: User
    comment: str
    started: datetime
    seconds: int
    created: datetime
    updated: datetime


@dataclass(eq=False, slots=True)
class RemoteLink:
    id: int
    global_id: str | None
    application: Json
    relationship: str | None
    object: Json


@dataclass(frozen=True, slots=True)
class LinkType:
    id: str
    name: str
    inward: str
    outward: str


@dataclass(eq=False, slots=True)
class IssueLink:
    id: int
    type: LinkType
    source: "Issue"
    destination: "Issue"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change log."""

    field: str
    field_id: str
    custom: bool
    old: str | None
    old_text: str | None
    new: str | None
    new_text: str | None


@dataclass(frozen=True, slots=True)
class History:
    id: int
    author: User
    created: datetime
    items: tuple[Change, ...]


@dataclass(eq=False)
class Issue:
    """An issue. `values` holds what fields hold, by field id; absent means empty."""

    id: int
    key: str
    project: Project
    type: IssueType
    status: Status
    creator: User
    created: datetime
    updated: datetime
    values: dict[str, Any] = field(default_factory=dict)
    resolved: datetime | None = None
    status_changed: datetime | None = None
    old_keys: list[str] = field(default_factory=list)
    properties: dict[str, Json] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    remote_links: list[RemoteLink] = field(default_factory=list)
    links: list[IssueLink] = field(default_factory=list)
    history: list[History] = field(default_factory=list)
    children: list["Issue"] = field(default_factory=list)

    def value(self, field_id: str) -> Any:
        return self.values.get(field_id)
