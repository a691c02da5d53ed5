"""The Jira side of an item: what can be set on issues of one type in one project."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.document.compatibility import JiraKind, jira_kind
from connector.document.facts import JiraFacts
from connector.document.problems import did_you_mean
from connector.jira.model import Field, FieldMeta, IssueType, Project, Status

# The item itself says which they are.
DECIDED = frozenset(("project", "issuetype"))
# Not among the site's fields, but every issue has them.
IDENTITIES: Mapping[str, JiraKind] = {"key": JiraKind.TEXT, "id": JiraKind.TEXT}
# Jira fills these itself when a new issue doesn't say.
FILLED_BY_JIRA = frozenset(("reporter",)) | DECIDED


@dataclass(frozen=True)
class Screens:
    """What issues of one type in one project have and take."""

    jira: JiraFacts
    project: Project
    issue_type: IssueType

    def statuses(self) -> tuple[Status, ...]:
        return self.jira.statuses(self.project.key, self.issue_type.id)

    def settable(self, field_id: str) -> FieldMeta | None:
        """Return the field as the create or the edit screen offers it, None if neither does."""
        if field_id in DECIDED:
            return None
        return self.jira.settable(self.project.key, self.issue_type.id).get(field_id)

    def required(self) -> list[FieldMeta]:
        """Return the fields without which no issue can be created."""
        fields = self.jira.creatable(self.project.key, self.issue_type.id).values()
        return [
            field
            for field in fields
            if field.required and not field.has_default and field.id not in FILLED_BY_JIRA
        ]

    def kind(self, field_id: str) -> JiraKind | None:
        """Return the kind of a field that exists, None if its values can't be moved."""
        if field_id in IDENTITIES:
            return IDENTITIES[field_id]
        field = self.jira.fields().get(field_id)
        if field is None:
            meta = self.settable(field_id)
            return jira_kind(meta.schema) if meta else None
        return jira_kind(field.schema)

    def name(self, field_id: str) -> str:
        field = self.jira.fields().get(field_id)
        return f"{field.name} ({field_id})" if field and field.name != field_id else field_id

    def unknown(self, field_id: str) -> str:
        """Say that the site has no such field; empty if it has."""
        fields = self.jira.fields()
        if field_id in IDENTITIES or field_id in fields or self.settable(field_id):
            return self._foreign(fields.get(field_id))
        by_name = [field.id for field in fields.values() if field.name.lower() == field_id.lower()]
        hint = f"; did you mean {by_name[0]}?" if by_name else did_you_mean(field_id, [*fields])
        return f"Jira has no field {field_id}, or the connector's account may not see it{hint}"

    def _foreign(self, field: Field | None) -> str:
        """Fields of team-managed projects share names but belong to one project each."""
        if field and field.scope_project and field.scope_project != self.project.id:
            return f"{field.name} ({field.id}) belongs to another project than {self.project.key}"
        return ""

    def unwritable(self, field_id: str) -> str:
        """Say why a field that exists can't be set; empty if it can."""
        if self.settable(field_id):
            return ""
        if field_id == "status":
            return "the status can't be mapped as a field; use the item's `status`"
        if field_id in DECIDED:
            return f"{field_id} is what the item says; it can't be mapped"
        return (
            f"{self.name(field_id)} can't be written: it is on neither the create nor the edit "
            f"screen of {self.issue_type.name} in {self.project.key}"
        )
