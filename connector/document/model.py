"""What an admin can set up, as frozen values.

This is the form in which the rest of the product reads a configuration: parsed from the
configuration document or from a published version, never from the draft in the database.
"""

from dataclasses import dataclass, field
from enum import StrEnum

FORMAT = "salesforce-connector/1"

# What a mapping may name as its default: a value as it stands in JSON.
Default = str | int | float | bool | None | tuple[str, ...]


class Mode(StrEnum):
    DISPLAY_ONLY = "display_only"
    ONE_WAY = "one_way"
    TWO_WAY = "two_way"


class Direction(StrEnum):
    TO_JIRA = "to_jira"
    TO_SALESFORCE = "to_salesforce"
    BOTH = "both"


class Conflict(StrEnum):
    LATEST = "latest"
    SALESFORCE = "salesforce"
    JIRA = "jira"
    ASK = "ask"


class Visibility(StrEnum):
    INTERNAL = "internal"
    SAME = "same"
    PUBLIC = "public"


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret as a document holds it: its value, or the environment variable that has it.

    Both empty: the document says nothing of it, and what is stored stays.
    """

    value: str = field(default="", repr=False)
    env: str = ""


@dataclass(frozen=True, kw_only=True)
class SalesforceSettings:
    name: str
    login_url: str
    auth: str = "client_credentials"
    client_id: str = ""
    client_secret: Secret = Secret()
    username: str = ""
    password: Secret = Secret()
    security_token: Secret = Secret()
    private_key: Secret = Secret()


@dataclass(frozen=True, kw_only=True)
class JiraSettings:
    name: str
    base_url: str
    deployment: str = "cloud"
    email: str = ""
    api_token: Secret = Secret()
    webhook_secret: Secret = Secret()
    users: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """One Salesforce side joined with one Jira side; with `template` one of them is computed.

    `direction` None means: as the item's mode and the Salesforce field allow.
    """

    salesforce: str = ""
    jira: str = ""
    template: str = ""
    uses: tuple[str, ...] = ()
    direction: Direction | None = None
    values: tuple[tuple[str, str], ...] = ()
    create_only: bool = False
    default: Default = None
    conflict: Conflict | None = None

    @property
    def key(self) -> str:
        """Names the mapping within its item; digests are remembered under it."""
        return f"{self.salesforce or '{}'}>{self.jira or '{}'}"


@dataclass(frozen=True, kw_only=True)
class StatusSync:
    field: str
    to_jira: tuple[tuple[str, str], ...] = ()
    to_salesforce: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class CommentSync:
    enabled: bool = True
    visibility: Visibility = Visibility.INTERNAL


@dataclass(frozen=True, kw_only=True)
class AttachmentSync:
    enabled: bool = True


@dataclass(frozen=True, kw_only=True)
class Item:
    """A Smart Connected Item: which object belongs to which project and issue type, and how."""

    name: str
    salesforce: str
    jira: str
    mode: Mode
    object: str
    jira_projects: tuple[str, ...]
    issue_type: str = ""
    enabled: bool = True
    preview_fields: tuple[str, ...] = ()
    record_filter: str = ""
    auto_create_issues: bool = True
    backfill: bool = False
    auto_create_records: bool = False
    issue_filter: str = ""
    conflict: Conflict = Conflict.LATEST
    mappings: tuple[Mapping, ...] = ()
    status: StatusSync | None = None
    comments: CommentSync = CommentSync()
    attachments: AttachmentSync = AttachmentSync()
    jira_remote_link: bool = True

    @property
    def project(self) -> str:
        """The one project of a synchronized item."""
        return self.jira_projects[0]

    @property
    def synchronizes(self) -> bool:
        return self.mode is not Mode.DISPLAY_ONLY


@dataclass(frozen=True, kw_only=True)
class Document:
    salesforce_connections: tuple[SalesforceSettings, ...] = ()
    jira_connections: tuple[JiraSettings, ...] = ()
    items: tuple[Item, ...] = ()
