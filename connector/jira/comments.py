"""Comments of an issue."""

from collections.abc import Mapping
from typing import Any

from connector.jira.call import segment
from connector.jira.calls import Calls, property_list
from connector.jira.model import Json
from connector.jira.paging import listed

# Jira Service Management keeps it; Jira's own API shows it as `jsdPublic`, on Cloud at least.
INTERNAL = "sd.public.comment"


class Comments(Calls):
    def comments(self, issue: str) -> list[Json]:
        """All comments of an issue as raw JSON, oldest first, with their entity properties."""
        path = f"/issue/{segment(issue)}/comment"
        params = {"orderBy": "created", "expand": "properties"}
        return list(listed(self.transport, path, ("comments",), params))

    def add_comment(
        self,
        issue: str,
        body: str,
        *,
        internal: bool | None = None,
        properties: Mapping[str, Any] | None = None,
    ) -> Json:
        """Add a comment in wiki markup; its raw JSON.

        `internal` has an effect in service projects only: elsewhere everybody who sees the issue
        sees the comment. None leaves it to Jira, which makes the comment public.
        """
        marks = dict(properties or {})
        if internal is not None:
            marks[INTERNAL] = {"internal": internal}
        content: Json = {"body": body}
        if marks:
            content["properties"] = property_list(marks)
        made: Json = self._change("POST", issue, "/comment", content, required=True)
        return made

    def edit_comment(self, issue: str, comment_id: str, body: str) -> None:
        """Replace a comment's text; who may read it stays as it is."""
        self._change("PUT", issue, f"/comment/{segment(comment_id)}", {"body": body})

    def delete_comment(self, issue: str, comment_id: str) -> None:
        """Remove a comment; Gone if it isn't there."""
        self._change("DELETE", issue, f"/comment/{segment(comment_id)}")
