"""A published item together with what the two systems say about the fields it names. Pure.

A mapping whose field has been removed or hidden since it was published can't be carried out, and
a query that names such a field fails as a whole. So those mappings are set aside with a reason,
and the others go on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from connector.document.directions import direction_of
from connector.document.model import Direction, Item
from connector.document.model import Mapping as FieldMapping
from connector.jira.model import Field as JiraField
from connector.jira.model import FieldMeta, IssueType, Project, Schema
from connector.salesforce.describe import Field as SalesforceField
from connector.salesforce.describe import SObject
from connector.salesforce.paths import PathError, ResolvedPath, resolve_path
from syncjobs.status_plan import status_fields, status_problem

Describe = Callable[[str], SObject]


@dataclass(frozen=True)
class JiraSide:
    """What the site says about the one project and issue type of an item."""

    project: Project
    issue_type: IssueType
    create_fields: Mapping[str, FieldMeta]
    fields: Mapping[str, JiraField]

    def meta(self, field_id: str) -> FieldMeta | None:
        """The field as the create screen offers it, else as the site knows it."""
        known = self.create_fields.get(field_id)
        if known is None and field_id in self.fields:
            plain = self.fields[field_id]
            known = FieldMeta(
                id=plain.id, name=plain.name, operations=("set",), schema=plain.schema
            )
        return known


@dataclass(frozen=True)
class ResolvedMapping:
    """A mapping with the fields it names.

    `paths` are what has to be read of a record; `reads` are the fields at their ends, for
    templates. A reference to a user is carried by the user's mail: `mail_path` leads to it.
    """

    mapping: FieldMapping
    direction: Direction
    jira: FieldMeta | None
    salesforce: SalesforceField | None = None
    path: str = ""
    mail_path: str = ""
    paths: tuple[str, ...] = ()
    reads: tuple[SalesforceField, ...] = ()
    issue_schemas: Mapping[str, Schema] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.mapping.key

    @property
    def issue_uses(self) -> tuple[str, ...]:
        """The issue fields that a template for Salesforce reads."""
        return () if self.reads_record else self.mapping.uses

    @property
    def reads_record(self) -> bool:
        """Whether the Salesforce side has a value: a template for Salesforce computes its own."""
        return not (self.mapping.template and self.mapping.salesforce)

    @property
    def to_jira(self) -> bool:
        return self.direction is not Direction.TO_SALESFORCE

    @property
    def to_salesforce(self) -> bool:
        return self.direction is not Direction.TO_JIRA


@dataclass(frozen=True)
class Relation:
    """Another object whose changes reach records although these don't change themselves.

    A changed row of `sobject` concerns the records whose `id_path` equals the row's `key`: for a
    parent `AccountId` and `Id`, for a child list `Id` and `OpportunityId`.
    """

    sobject: str
    key: str
    id_path: str


@dataclass(frozen=True)
class ResolvedItem:
    config: Item
    sobject: SObject
    jira: JiraSide
    mappings: tuple[ResolvedMapping, ...]
    relations: frozenset[Relation] = frozenset()
    problems: tuple[str, ...] = field(default=())

    @cached_property
    def to_jira(self) -> tuple[ResolvedMapping, ...]:
        return tuple(mapping for mapping in self.mappings if mapping.to_jira)

    @cached_property
    def answers(self) -> bool:
        """Whether a new issue has something for its record at once: its key, for one."""
        return any(mapping.direction is Direction.TO_SALESFORCE for mapping in self.mappings)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every path that has to be read of a record, once; its name is for the remote link."""
        name = self.sobject.name_field
        mapped = (path for each in self.mappings for path in each.paths)
        own = [name.name] if name else []
        return tuple(dict.fromkeys([*own, *self.status_fields, *mapped]))

    @cached_property
    def status_fields(self) -> tuple[str, ...]:
        """The fields that tell a record's status, where it is kept in step."""
        return status_fields(self.config.status, self.sobject)

    @cached_property
    def jira_fields(self) -> tuple[str, ...]:
        """The issue fields that a comparison needs."""
        mapped = [each.mapping.jira for each in self.mappings if each.jira]
        used = [name for each in self.mappings for name in each.issue_uses if name != "key"]
        return tuple(dict.fromkeys(["updated", *mapped, *used]))


def resolve_item(config: Item, describe: Describe, jira: JiraSide) -> ResolvedItem:
    """Join an item with its metadata; what can't be resolved is listed in `problems`."""
    walk = _Walk(config, describe(config.object), describe, jira)
    mappings = tuple(found for each in config.mappings if (found := walk.mapping(each)))
    if problem := status_problem(config.status, walk.sobject):
        walk.problems.append(problem)
    return ResolvedItem(
        config=config,
        sobject=walk.sobject,
        jira=jira,
        mappings=mappings,
        relations=frozenset(walk.relations),
        problems=tuple(walk.problems),
    )


class _Walk:
    """Follows the paths of one item and gathers what they lead through."""

    def __init__(self, config: Item, sobject: SObject, describe: Describe, jira: JiraSide) -> None:
        self._config = config
        self._describe = describe
        self._jira = jira
        self.sobject = sobject
        self.relations: set[Relation] = set()
        self.problems: list[str] = []

    def mapping(self, mapping: FieldMapping) -> ResolvedMapping | None:
        try:
            return self._resolved(mapping)
        except PathError as error:
            self.problems.append(f"{mapping.salesforce or 'Template'} → {mapping.jira}: {error}")
            return None

    def _resolved(self, mapping: FieldMapping) -> ResolvedMapping:
        meta = self._meta(mapping)
        if mapping.template and mapping.jira:
            used = [self._used(path) for path in mapping.uses]
            paths, fields = tuple(path for path, _ in used), tuple(field for _, field in used)
            return ResolvedMapping(mapping, Direction.TO_JIRA, meta, paths=paths, reads=fields)
        if mapping.template:
            target = self._path(mapping.salesforce).field
            known = self._jira.fields
            schemas = {name: known[name].schema for name in mapping.uses if name in known}
            return ResolvedMapping(
                mapping, Direction.TO_SALESFORCE, None, target, issue_schemas=schemas
            )
        resolved = self._path(mapping.salesforce)
        mail_path = _mail_path(resolved) if _names_people(meta) else ""
        return ResolvedMapping(
            mapping,
            direction_of(
                mapping, self._config.mode, salesforce_writable=_writable(mapping, resolved.field)
            ),
            meta,
            resolved.field,
            path=resolved.path,
            mail_path=mail_path,
            paths=(resolved.path, mail_path) if mail_path else (resolved.path,),
        )

    def _meta(self, mapping: FieldMapping) -> FieldMeta | None:
        if not mapping.jira:
            return None
        meta = self._jira.meta(mapping.jira)
        if meta is None:
            raise PathError("Jira has no field of this id, or the connector's user can't see it.")
        return meta

    def _used(self, path: str) -> tuple[str, SalesforceField]:
        """A path that a template uses, as SOQL spells it, and the field at its end."""
        child, is_list, rest = path.partition("[].")
        if not is_list:
            own = self._path(path)
            return own.path, own.field
        relationship = self.sobject.child(child)
        if relationship is None:
            raise PathError(f"{self.sobject.name} has no child list {child}.")
        resolved = resolve_path(self._describe(relationship.sobject), rest, self._describe)
        self.relations.add(Relation(relationship.sobject, relationship.field, "Id"))
        return f"{relationship.name}[].{resolved.path}", resolved.field

    def _path(self, path: str) -> ResolvedPath:
        resolved = resolve_path(self.sobject, path, self._describe)
        steps: list[str] = []
        for reference, parent in zip(resolved.fields[:-1], resolved.parents, strict=True):
            # A change of the user behind Owner doesn't concern what is connected.
            if not reference.polymorphic and parent.name != "User":
                id_path = ".".join([*steps, reference.name])
                self.relations.add(Relation(parent.name, "Id", id_path))
            steps.append(reference.relationship_name)
        return resolved


def _writable(mapping: FieldMapping, field: SalesforceField) -> bool:
    return field.updateable or (mapping.create_only and field.createable)


def _names_people(meta: FieldMeta | None) -> bool:
    return meta is not None and "user" in (meta.schema.type, meta.schema.items)


def _mail_path(resolved: ResolvedPath) -> str:
    """The path to the mail of the user that a reference names; empty for any other field."""
    last = resolved.field
    if last.type != "reference" or "User" not in last.reference_to or not last.relationship_name:
        return ""
    parents = [reference.relationship_name for reference in resolved.fields[:-1]]
    return ".".join([*parents, last.relationship_name, "Email"])
