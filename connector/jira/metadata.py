"""Projects, issue types, statuses, fields: what can be configured against."""

from collections.abc import Sequence

from connector.jira.call import segment
from connector.jira.calls import Calls
from connector.jira.model import Field, FieldMeta, IssueType, Named, Project, Status
from connector.jira.paging import listed

META_PAGE = 200


class Metadata(Calls):
    def projects(self, query: str = "") -> list[Project]:
        """The visible projects whose key or name holds `query`."""
        return [Project.from_api(each) for each in self.edition.projects(query)]

    def project(self, key: str) -> Project:
        """One project, by key or id, with its issue types."""
        return Project.from_api(self.transport.get(f"/project/{segment(key)}"))

    def project_statuses(self, key: str) -> dict[str, tuple[Status, ...]]:
        """The statuses that issues of a project can be in, by issue type id."""
        found = self.transport.get(f"/project/{segment(key)}/statuses")
        return {
            str(each["id"]): tuple(Status.from_api(one) for one in each["statuses"])
            for each in found
        }

    def permissions(self, project_key: str, names: Sequence[str]) -> dict[str, bool]:
        """Which of the permissions (`CREATE_ISSUES`, …) our account has in the project.

        Without a project key: anywhere, or globally.
        """
        params = {"permissions": ",".join(names)}
        if project_key:
            params["projectKey"] = project_key
        found = self.transport.get("/mypermissions", params)["permissions"]
        return {name: bool(found.get(name, {}).get("havePermission")) for name in names}

    def fields(self) -> list[Field]:
        """Every field of the site that our account may see."""
        return [Field.from_api(each) for each in self.transport.get("/field")]

    def priorities(self) -> list[Named]:
        """The site's priorities, highest first as the site orders them."""
        return [Named.from_api(each) for each in self.transport.get("/priority")]

    def issue_types(self, project_key: str) -> list[IssueType]:
        """The issue types that our account may create in the project."""
        path = f"/issue/createmeta/{segment(project_key)}/issuetypes"
        found = listed(self.transport, path, ("issueTypes", "values"), size=META_PAGE)
        return [IssueType.from_api(each) for each in found]

    def create_fields(self, project_key: str, issue_type_id: str) -> list[FieldMeta]:
        """The fields of the create screen. A field that isn't here can't be set on creation."""
        path = f"/issue/createmeta/{segment(project_key)}/issuetypes/{segment(issue_type_id)}"
        found = listed(self.transport, path, ("fields", "values"), size=META_PAGE)
        return [FieldMeta.from_api(each) for each in found]

    def edit_fields(self, issue: str) -> list[FieldMeta]:
        """The fields that our account may edit on this issue now; none in a locked status."""
        found = self.transport.get(f"/issue/{segment(issue)}/editmeta").get("fields") or {}
        return [FieldMeta.from_api(each, field_id) for field_id, each in found.items()]
