"""What the Jira client takes and gives: plain values, the same for Cloud and Data Center."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

Json = dict[str, Any]


class Deployment(StrEnum):
    """The two editions, told apart by `deploymentType` in /serverInfo."""

    CLOUD = "cloud"
    DATA_CENTER = "data_center"


@dataclass(frozen=True)
class Credentials:
    """Where a site is and who we are there.

    Cloud takes an e-mail and an API token, Data Center a personal access token and no e-mail.
    """

    base_url: str
    deployment: Deployment
    email: str = ""
    api_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Site:
    """A site as it presents itself to the account that logged in.

    `account_id` is the accountId on Cloud and the user name on Data Center. `api_root` is the
    address to be remembered, so that the next client needn't look for it.
    """

    title: str
    base_url: str
    version: str
    deployment: Deployment
    account_id: str
    account_name: str
    time_zone: str
    api_root: str
    cloud_id: str = ""


@dataclass(frozen=True)
class Named:
    """Anything known by an id and a name: a priority, for instance."""

    id: str
    name: str

    @classmethod
    def from_api(cls, raw: Json) -> Self:
        return cls(str(raw["id"]), raw.get("name") or "")


@dataclass(frozen=True)
class IssueType:
    id: str
    name: str
    subtask: bool = False

    @classmethod
    def from_api(cls, raw: Json) -> Self:
        return cls(str(raw["id"]), raw.get("name") or "", bool(raw.get("subtask")))


@dataclass(frozen=True)
class Status:
    """`category` is the untranslated key: `new`, `indeterminate`, `done` or `undefined`."""

    id: str
    name: str
    category: str = ""

    @classmethod
    def from_api(cls, raw: Json) -> Self:
        category = raw.get("statusCategory") or {}
        return cls(str(raw["id"]), raw.get("name") or "", category.get("key") or "")


@dataclass(frozen=True)
class Project:
    """`type` is `software`, `business` or `service_desk`; `issue_types` only on a single read."""

    id: str
    key: str
    name: str
    type: str = ""
    issue_types: tuple[IssueType, ...] = ()

    @classmethod
    def from_api(cls, raw: Json) -> Self:
        types = tuple(IssueType.from_api(each) for each in raw.get("issueTypes") or ())
        kind = raw.get("projectTypeKey") or ""
        return cls(str(raw["id"]), raw["key"], raw.get("name") or "", kind, types)


@dataclass(frozen=True)
class Schema:
    """The type of a field. `custom` is the full key of a custom field's type, else empty."""

    type: str
    items: str = ""
    system: str = ""
    custom: str = ""

    @classmethod
    def from_api(cls, raw: Json | None) -> Self:
        raw = raw or {}
        keys = ("type", "items", "system", "custom")
        return cls(*(str(raw.get(key) or "") for key in keys))

    def to_json(self) -> Json:
        return _without_empty(vars(self))

    @classmethod
    def from_json(cls, raw: Json) -> Self:
        return cls(**{"type": "", **raw})


@dataclass(frozen=True)
class Field:
    """A field of the site. `scope_project` is the project's id where only that project has it."""

    id: str
    name: str
    custom: bool
    schema: Schema
    clause_names: tuple[str, ...] = ()
    scope_project: str = ""

    @classmethod
    def from_api(cls, raw: Json) -> Self:
        project = (raw.get("scope") or {}).get("project") or {}
        return cls(
            id=raw["id"],
            name=raw.get("name") or "",
            custom=bool(raw.get("custom")),
            schema=Schema.from_api(raw.get("schema")),
            clause_names=tuple(raw.get("clauseNames") or ()),
            scope_project=str(project.get("id") or ""),
        )

    def to_json(self) -> Json:
        """The field as JSON for a cache, empty parts left out."""
        flat = {**vars(self), "schema": self.schema.to_json(), "clause_names": [*self.clause_names]}
        return _without_empty(flat)

    @classmethod
    def from_json(cls, raw: Json) -> Self:
        return cls(
            id=raw["id"],
            name=raw.get("name", ""),
            custom=raw.get("custom", False),
            schema=Schema.from_json(raw.get("schema", {})),
            clause_names=tuple(raw.get("clause_names", ())),
            scope_project=raw.get("scope_project", ""),
        )


@dataclass(frozen=True)
class Option:
    """A value that a field may take; `value` is what people read. Cascading ones have children."""

    id: str
    value: str
    children: tuple["Option", ...] = ()

    @classmethod
    def from_api(cls, raw: Json) -> Self:
        value = raw.get("value") or raw.get("name") or raw.get("displayName") or ""
        children = tuple(cls.from_api(each) for each in raw.get("children") or ())
        return cls(str(raw.get("id") or ""), str(value), children)

    def to_json(self) -> list[Any]:
        children = [each.to_json() for each in self.children]
        return [self.id, self.value, children] if children else [self.id, self.value]

    @classmethod
    def from_json(cls, raw: list[Any]) -> Self:
        children = raw[2] if len(raw) > 2 else ()
        return cls(raw[0], raw[1], tuple(cls.from_json(each) for each in children))


@dataclass(frozen=True)
class FieldMeta:
    """A field as one screen offers it: on creation, on editing, or in a transition.

    `operations` are of `set`, `add`, `remove`, `edit`, `copy`. A required field without a default
    must be sent. Validators can demand more than is written here.
    """

    id: str
    name: str
    required: bool = False
    has_default: bool = False
    operations: tuple[str, ...] = ()
    schema: Schema = Schema("")
    allowed: tuple[Option, ...] = ()

    @classmethod
    def from_api(cls, raw: Json, field_id: str = "") -> Self:
        """`field_id` is given where Jira answers a mapping by field id instead of a list."""
        allowed = (each for each in raw.get("allowedValues") or () if isinstance(each, dict))
        return cls(
            id=raw.get("fieldId") or field_id or raw.get("key") or "",
            name=raw.get("name") or "",
            required=bool(raw.get("required")),
            has_default=bool(raw.get("hasDefaultValue")),
            operations=tuple(raw.get("operations") or ()),
            schema=Schema.from_api(raw.get("schema")),
            allowed=tuple(Option.from_api(each) for each in allowed),
        )

    def to_json(self) -> Json:
        """The field as JSON for a cache, empty parts left out."""
        flat = {
            **vars(self),
            "operations": [*self.operations],
            "schema": self.schema.to_json(),
            "allowed": [each.to_json() for each in self.allowed],
        }
        return _without_empty(flat)

    @classmethod
    def from_json(cls, raw: Json) -> Self:
        return cls(
            id=raw["id"],
            name=raw.get("name", ""),
            required=raw.get("required", False),
            has_default=raw.get("has_default", False),
            operations=tuple(raw.get("operations", ())),
            schema=Schema.from_json(raw.get("schema", {})),
            allowed=tuple(Option.from_json(each) for each in raw.get("allowed", ())),
        )


@dataclass(frozen=True)
class NewIssue:
    """An issue to be made. `properties` are entity properties that come in the same call."""

    fields: Mapping[str, Any]
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CreatedIssue:
    id: str
    key: str


@dataclass(frozen=True)
class User:
    """`id` is the accountId on Cloud, the user name on Data Center; `mail` is empty where hidden.

    `kind` is Cloud's accountType: `atlassian` for people, `app`, `customer`; empty on Data Center.
    """

    id: str
    name: str
    active: bool = True
    kind: str = ""
    mail: str = ""


@dataclass(frozen=True)
class Transition:
    """A way from the issue's present status to `to`, with the fields of its screen.

    One that is not `available` is hidden by a condition of the workflow.
    """

    id: str
    name: str
    to: Status
    fields: tuple[FieldMeta, ...] = ()
    available: bool = True


@dataclass(frozen=True)
class StatusChange:
    """One status change of an issue; the two statuses are ids, `author` as in User.id."""

    at: datetime
    from_status: str
    to_status: str
    author: str


@dataclass(frozen=True)
class RemoteLink:
    """A link on an issue to a page elsewhere. Jira keeps one per issue and `global_id`.

    `resolved` strikes the title through.
    """

    global_id: str
    url: str
    title: str
    summary: str = ""
    relationship: str = ""
    icon_url: str = ""
    resolved: bool = False


@dataclass(frozen=True)
class Webhook:
    """A registered webhook; Jira never shows its secret again."""

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    jql: str = ""
    enabled: bool = True


def read_time(raw: str | int) -> datetime:
    """A point in time as Jira writes it: ISO text nearly everywhere, else epoch milliseconds."""
    if isinstance(raw, int):
        return datetime.fromtimestamp(raw / 1000, UTC)
    return datetime.fromisoformat(raw)


def _without_empty(values: Mapping[str, Any]) -> Json:
    return {key: value for key, value in values.items() if value or key == "id"}
