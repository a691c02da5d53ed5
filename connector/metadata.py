"""What the two systems say about their objects and fields, remembered in the database.

A sync needs it for every record, and it changes a few times a month. Salesforce is asked once a
day and mostly answers 'not modified'; Jira knows no such answer and is asked once an hour. When a
system refuses a field that was remembered, `forget` makes the next look a fresh one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.utils import timezone

from connector.errors import Answer, Refused
from connector.jira.client import JiraClient
from connector.jira.model import Field, FieldMeta, IssueType, Named, Project, Status
from connector.models import (
    JiraConnection,
    JiraMetadata,
    JiraUser,
    SalesforceConnection,
    SalesforceDescribe,
)
from connector.salesforce.client import SalesforceClient
from connector.salesforce.describe import SObject

T = TypeVar("T")

DESCRIBE_LIFE = timedelta(days=1)
METADATA_LIFE = timedelta(hours=1)
FOUND_USER_LIFE = timedelta(days=7)
UNKNOWN_USER_LIFE = timedelta(hours=1)

# Parsed once per process: a describe is large and the same for thousands of records.
_parsed: dict[tuple[int, str], tuple[datetime, SObject]] = {}


class SalesforceCatalog:
    """Describes of one connection. One object lives for one run."""

    def __init__(self, connection: SalesforceConnection, client: SalesforceClient) -> None:
        self._connection = connection
        self._client = client
        self._seen: dict[str, SObject] = {}

    def describe(self, sobject: str) -> SObject:
        """Return the object's describe. Raises RemoteError when Salesforce has to be asked."""
        if sobject not in self._seen:
            self._seen[sobject] = self._remembered(sobject) or self._ask(sobject)
        return self._seen[sobject]

    def forget(self, sobject: str) -> None:
        """Ask anew next time: Salesforce refused a field that the describe still names."""
        self._seen.pop(sobject, None)
        self._rows(sobject).delete()

    def _rows(self, sobject: str) -> Any:
        return SalesforceDescribe.objects.filter(connection=self._connection, sobject=sobject)

    def _remembered(self, sobject: str) -> SObject | None:
        fresh = self._rows(sobject).filter(checked_at__gt=timezone.now() - DESCRIBE_LIFE)
        checked_at = fresh.values_list("checked_at", flat=True).first()
        if checked_at is None:
            return None
        key = (self._connection.pk, sobject)
        known = _parsed.get(key)
        if known is None or known[0] != checked_at:
            body = fresh.values_list("body", flat=True).first()
            if body is None:
                return None
            known = _parsed[key] = (checked_at, SObject.from_json(body))
        return known[1]

    def _ask(self, sobject: str) -> SObject:
        row = self._rows(sobject).first()
        answer = self._client.describe(sobject, row.last_modified if row else "")
        now = timezone.now()
        if answer is None:
            self._rows(sobject).update(checked_at=now)
            return SObject.from_json(row.body)
        SalesforceDescribe.objects.update_or_create(
            connection=self._connection,
            sobject=sobject,
            defaults={
                "body": answer.sobject.to_json(),
                "last_modified": answer.last_modified,
                "checked_at": now,
            },
        )
        return answer.sobject


class JiraCatalog:
    """Fields, projects, create metadata and users of one site. One object lives for one run."""

    def __init__(self, connection: JiraConnection, client: JiraClient) -> None:
        self._connection = connection
        self._client = client
        self._seen: dict[tuple[str, str], Any] = {}

    def fields(self) -> dict[str, Field]:
        """Return the site's fields by id."""
        ask = lambda: [each.to_json() for each in self._client.fields()]  # noqa: E731
        return self._cached("fields", "", ask, _fields)

    def project(self, key: str) -> Project:
        """Return a project with its issue types. Raises Gone where it is hidden or missing."""

        def ask() -> dict[str, Any]:
            project = self._client.project(key)
            types = [[each.id, each.name, each.subtask] for each in project.issue_types]
            return {**vars(project), "issue_types": types}

        return self._cached("project", key, ask, _project)

    def issue_type(self, project_key: str, name_or_id: str) -> IssueType:
        """Return the issue type of that name (or id) in the project; Refused if there is none."""
        types = self.project(project_key).issue_types
        for issue_type in types:
            if name_or_id in (issue_type.id, issue_type.name):
                return issue_type
        for issue_type in types:
            if issue_type.name.lower() == name_or_id.lower():
                return issue_type
        offered = ", ".join(each.name for each in types)
        raise Refused(
            f"Project {project_key} has no issue type {name_or_id}. It has: {offered}.",
            Answer(system="Jira"),
        )

    def create_fields(self, project_key: str, issue_type_id: str) -> dict[str, FieldMeta]:
        """Return the fields that can be set on creation, by id."""

        def ask() -> list[Any]:
            return [e.to_json() for e in self._client.create_fields(project_key, issue_type_id)]

        return self._cached("create", f"{project_key}/{issue_type_id}", ask, _field_metas)

    def edit_fields(self, project_key: str, issue_type_id: str, issue: str) -> dict[str, FieldMeta]:
        """Return the fields of the edit screen, learnt from one issue of that project and type."""

        def ask() -> list[Any]:
            return [each.to_json() for each in self._client.edit_fields(issue)]

        return self._cached("edit", f"{project_key}/{issue_type_id}", ask, _field_metas)

    def statuses(self, project_key: str) -> dict[str, tuple[Status, ...]]:
        """Return the statuses of a project by issue type id."""

        def ask() -> dict[str, Any]:
            found = self._client.project_statuses(project_key)
            return {k: [[s.id, s.name, s.category] for s in found[k]] for k in found}

        return self._cached("statuses", project_key, ask, _statuses)

    def priorities(self) -> list[Named]:
        """Return the site's priorities in their order."""
        ask = lambda: [[each.id, each.name] for each in self._client.priorities()]  # noqa: E731
        return self._cached("priorities", "", ask, lambda body: [Named(*each) for each in body])

    def attachment_limit(self) -> int | None:
        """Return the largest file that the site takes, in bytes; 0 where it takes none, None
        where it names no limit."""
        ask = lambda: [self._client.attachment_limit()]  # noqa: E731
        limit: int | None = self._cached("attachments", "", ask, lambda body: body[0])
        return limit

    def accounts(self, mails: Iterable[str]) -> dict[str, str]:
        """Return the Jira account of each mail that somebody has, keyed by the mail in lower case.

        The admin's table comes first; then Jira is asked, and its answer remembered.
        """
        wanted = {mail.lower() for mail in mails if mail}
        rows = JiraUser.objects.filter(connection=self._connection, mail__in=wanted)
        known = {row.mail: row.account for row in rows if _still_good(row)}
        for mail in sorted(wanted - known.keys()):
            user = self._client.match_user(mail)
            known[mail] = user.id if user else ""
            JiraUser.objects.update_or_create(
                connection=self._connection,
                mail=mail,
                defaults={
                    "account": known[mail],
                    "source": JiraUser.Source.SEARCH,
                    "looked_up_at": timezone.now(),
                },
            )
        return {mail: account for mail, account in known.items() if account}

    def forget(self) -> None:
        """Ask anew next time: Jira refused a field or value that it had offered."""
        self._seen.clear()
        JiraMetadata.objects.filter(connection=self._connection).delete()

    def _cached(self, kind: str, key: str, ask: Callable[[], Any], parse: Callable[[Any], T]) -> T:
        if (kind, key) not in self._seen:
            self._seen[kind, key] = parse(self._remembered(kind, key) or self._keep(kind, key, ask))
        known: T = self._seen[kind, key]
        return known

    def _remembered(self, kind: str, key: str) -> Any:
        fresh = JiraMetadata.objects.filter(
            connection=self._connection,
            kind=kind,
            key=key,
            fetched_at__gt=timezone.now() - METADATA_LIFE,
        )
        return fresh.values_list("body", flat=True).first()

    def _keep(self, kind: str, key: str, ask: Callable[[], Any]) -> Any:
        body = ask()
        JiraMetadata.objects.update_or_create(
            connection=self._connection,
            kind=kind,
            key=key,
            defaults={"body": body, "fetched_at": timezone.now()},
        )
        return body


def _still_good(row: JiraUser) -> bool:
    if row.source == JiraUser.Source.TABLE:
        return True
    life = FOUND_USER_LIFE if row.account else UNKNOWN_USER_LIFE
    return row.looked_up_at is not None and row.looked_up_at > timezone.now() - life


def _fields(body: list[Any]) -> dict[str, Field]:
    return {field.id: field for field in map(Field.from_json, body)}


def _field_metas(body: list[Any]) -> dict[str, FieldMeta]:
    return {field.id: field for field in map(FieldMeta.from_json, body)}


def _project(body: dict[str, Any]) -> Project:
    types = tuple(IssueType(*each) for each in body["issue_types"])
    return Project(**{**body, "issue_types": types})


def _statuses(body: dict[str, Any]) -> dict[str, tuple[Status, ...]]:
    return {key: tuple(Status(*each) for each in value) for key, value in body.items()}
