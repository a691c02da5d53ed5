"""What the checks of an item want to know of the two systems, and how it is asked.

Nothing is kept beyond one import: connections that are being set up aren't in the database yet.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from connector.errors import Refused
from connector.jira.client import JiraClient
from connector.jira.jql import quote
from connector.jira.model import Field, FieldMeta, Project, Status
from connector.salesforce.client import SalesforceClient
from connector.salesforce.describe import SObject
from connector.salesforce.soql import select


class SalesforceFacts(Protocol):
    """Each method raises RemoteError when the org can't answer."""

    def describe(self, sobject: str) -> SObject:
        """Return an object's describe; Refused for one that isn't there or is hidden."""

    def condition_error(self, sobject: str, condition: str) -> str | None:
        """Return what Salesforce has against a SOQL condition, None if nothing."""


class JiraFacts(Protocol):
    """Each method raises RemoteError when the site can't answer."""

    def fields(self) -> Mapping[str, Field]:
        """Return the site's fields by id."""

    def project(self, key: str) -> Project:
        """Return a project with its issue types; Refused for one missing or hidden."""

    def settable(self, project: str, issue_type_id: str) -> Mapping[str, FieldMeta]:
        """Return the fields of the create and edit screens by id."""

    def creatable(self, project: str, issue_type_id: str) -> Mapping[str, FieldMeta]:
        """Return the fields of the create screen by id."""

    def statuses(self, project: str, issue_type_id: str) -> tuple[Status, ...]:
        """Return the statuses that issues of that type can be in."""

    def condition_error(self, condition: str) -> str | None:
        """Return what Jira has against a JQL condition, None if nothing."""


class LiveSalesforce:
    """Asks an org; each object once."""

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client
        self._described: dict[str, SObject] = {}

    def describe(self, sobject: str) -> SObject:
        if sobject not in self._described:
            answer = self._client.describe(sobject)
            if answer is None:
                raise RuntimeError("Salesforce answered 'not modified' to a first question.")
            self._described[sobject] = answer.sobject
        return self._described[sobject]

    def condition_error(self, sobject: str, condition: str) -> str | None:
        try:
            self._client.query(select(["Id"], sobject, where=[condition], limit=1))
        except Refused as refused:
            return refused.message
        return None


class LiveJira:
    """Asks a site; everything once."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._fields: dict[str, Field] = {}
        self._projects: dict[str, Project] = {}
        self._creatable: dict[tuple[str, str], dict[str, FieldMeta]] = {}
        self._editable: dict[tuple[str, str], dict[str, FieldMeta]] = {}

    def fields(self) -> Mapping[str, Field]:
        if not self._fields:
            self._fields = {field.id: field for field in self._client.fields()}
        return self._fields

    def project(self, key: str) -> Project:
        if key not in self._projects:
            self._projects[key] = self._client.project(key)
        return self._projects[key]

    def creatable(self, project: str, issue_type_id: str) -> Mapping[str, FieldMeta]:
        key = (project, issue_type_id)
        if key not in self._creatable:
            self._creatable[key] = {f.id: f for f in self._client.create_fields(*key)}
        return self._creatable[key]

    def settable(self, project: str, issue_type_id: str) -> Mapping[str, FieldMeta]:
        key = (project, issue_type_id)
        if key not in self._editable:
            self._editable[key] = self._edit_screen(*key)
        return {**self._editable[key], **self.creatable(*key)}

    def _edit_screen(self, project: str, issue_type_id: str) -> dict[str, FieldMeta]:
        """Learn the edit screen from any issue of that type; without one it stays unknown.

        The search index lags, so that the issue it names may be gone.
        """
        jql = f"project = {quote(project)} AND issuetype = {quote(issue_type_id)}"
        page = next(self._client.search(jql, ["summary"], page_size=1), [])
        for issue in page:
            with suppress(Refused):
                return {field.id: field for field in self._client.edit_fields(str(issue["id"]))}
        return {}

    def statuses(self, project: str, issue_type_id: str) -> tuple[Status, ...]:
        return self._client.project_statuses(project).get(issue_type_id, ())

    def condition_error(self, condition: str) -> str | None:
        return self._client.jql_error(condition)
