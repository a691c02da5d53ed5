"""What people do on a site, for tests and the web pages. `by` is who; otherwise Jane."""

import io
from typing import Any

from sandbox.jira import attachments, comments, issues, links
from sandbox.jira.entities import Attachment, Comment, Issue, Json, User
from sandbox.jira.errors import JiraError
from sandbox.jira.setup import SiteSetup


class JiraSite(SiteSetup):
    """A site of either edition: see `SiteState` for its arguments and switches.

    Without an argument a site has projects SUP, OPS and HELP and no issues. In the methods here
    issues are named by key or id, and values have REST v2's shapes.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._add_standard_projects()

    def issue(self, id_or_key: str) -> Issue:
        """Return the issue; KeyError if there is none."""
        found = self.find(id_or_key)
        if found is None:
            raise KeyError(id_or_key)
        return found

    def create_issue(
        self,
        project: str,
        issue_type: str = "",
        summary: str = "Something is wrong",
        by: User | None = None,
        properties: dict[str, Json] | None = None,
        **fields: Json,
    ) -> Issue:
        """Create an issue, of the project's first type if none is named; raise JiraError."""
        issue_type = issue_type or self._the_project(project).issue_types[0].name
        fields |= {
            "project": {"key": project},
            "issuetype": {"name": issue_type},
            "summary": summary,
        }
        listed = [{"key": key, "value": value} for key, value in (properties or {}).items()]
        with self.lock:
            return issues.create(self, by or self.human, {"fields": fields, "properties": listed})

    def edit(self, issue: str, by: User | None = None, **fields: Json) -> None:
        """Change fields of an issue."""
        with self.lock:
            issues.edit(self, by or self.human, self.issue(issue), {"fields": fields})

    def comment(
        self,
        issue: str,
        body: str,
        by: User | None = None,
        *,
        internal: bool = False,
        **more: Json,
    ) -> Comment:
        """Comment on an issue; `internal` hides it from a service desk's customers."""
        raw: dict[str, Any] = {"body": body} | more
        if internal:
            raw["properties"] = [{"key": "sd.public.comment", "value": {"internal": True}}]
        with self.lock:
            return comments.add(self, by or self.human, self.issue(issue), raw)

    def edit_comment(self, comment_id: int, body: str, by: User | None = None) -> None:
        """Change a comment's text."""
        issue, comment = self.comments[comment_id]
        with self.lock:
            comments.change(self, by or comment.author, issue, comment, {"body": body})

    def delete_comment(self, comment_id: int, by: User | None = None) -> None:
        """Delete a comment."""
        issue, comment = self.comments[comment_id]
        with self.lock:
            comments.remove(self, by or comment.author, issue, comment)

    def transition(self, issue: str, to: str, by: User | None = None, **fields: Json) -> None:
        """Take a transition, named by itself or the status it leads to; raise JiraError."""
        actor = by or self.human
        with self.lock:
            found = self.issue(issue)
            for step in issues.open_transitions(self, actor, found):
                if to in (step.id, step.name, step.to.name):
                    issues.transition(self, actor, found, step, {"fields": fields})
                    return
        raise JiraError(400, f"{issue} has no transition to {to} from {found.status.name}.")

    def attach(
        self,
        issue: str,
        filename: str,
        content: bytes,
        by: User | None = None,
        mime_type: str = "",
    ) -> Attachment:
        """Add a file to an issue."""
        with self.lock:
            return attachments.attach(
                self,
                by or self.human,
                self.issue(issue),
                filename,
                io.BytesIO(content),
                len(content),
                mime_type,
            )

    def delete_attachment(self, attachment_id: int, by: User | None = None) -> None:
        """Delete a file."""
        with self.lock:
            attachments.detach(self, by or self.human, self.attachments[attachment_id])

    def delete_issue(self, issue: str, by: User | None = None) -> None:
        """Delete an issue with its comments and files."""
        with self.lock:
            issues.delete(self, by or self.human, self.issue(issue))

    def move_issue(self, issue: str, project: str, by: User | None = None) -> Issue:
        """Move an issue to another project; it gets a new key."""
        found = self.issue(issue)
        with self.lock:
            issues.move(self, by or self.human, found, self._the_project(project))
        return found

    def link_issues(
        self, issue: str, other: str, kind: str = "Relates", by: User | None = None
    ) -> None:
        """Link two issues."""
        with self.lock:
            links.connect(
                self, by or self.human, {"name": kind}, self.issue(issue), self.issue(other)
            )
