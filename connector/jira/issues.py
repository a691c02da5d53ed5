"""Reading, making and editing issues, with their properties and remote links."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connector.errors import Gone, Refused
from connector.jira.call import segment
from connector.jira.calls import Calls, property_list
from connector.jira.creation import BULK_CREATE, Creation
from connector.jira.edition import Query, chunks
from connector.jira.model import CreatedIssue, Json, NewIssue, RemoteLink


class Issues(Calls):
    # Reading

    def issue(
        self,
        id_or_key: str,
        fields: Sequence[str],
        properties: Sequence[str] = (),
        expand: Sequence[str] = (),
    ) -> Json:
        """One issue as raw JSON. A moved issue is found under its old key and tells the new one."""
        named = {"fields": fields, "properties": properties, "expand": expand}
        params = {name: ",".join(values) for name, values in named.items() if values}
        found: Json = self.transport.get(f"/issue/{segment(id_or_key)}", params)
        return found

    def issues(
        self, ids: Sequence[str], fields: Sequence[str], properties: Sequence[str] = ()
    ) -> dict[str, Json]:
        """Issues as raw JSON by numeric id; those that are gone or hidden are absent.

        On Data Center they come from the search index, which other nodes of a cluster write some
        seconds late.
        """
        found = self.edition.read(list(dict.fromkeys(ids)), fields, properties)
        return {str(each["id"]): each for each in found}

    def search(
        self,
        jql: str,
        fields: Sequence[str],
        *,
        properties: Sequence[str] = (),
        reconcile: Sequence[str] = (),
        page_size: int = 100,
    ) -> Iterator[list[Json]]:
        """The pages of a search, each a list of raw issues.

        Cloud's index lags behind by seconds or minutes, and it refuses JQL without a restriction.
        `reconcile` names up to 50 issues by id that are judged by their present state there; Data
        Center needs and takes none. With `properties` Data Center costs a call for each issue.
        """
        query = Query(jql, tuple(fields), tuple(properties), tuple(reconcile), page_size)
        return self.edition.search(query)

    def jql_error(self, jql: str) -> str | None:
        """What Jira has against `jql`, in its own words; None if it would run."""
        return self.edition.jql_error(jql)

    # Writing

    def create_chunk(
        self, new: Sequence[NewIssue], *, confirm_property: str = ""
    ) -> list[CreatedIssue | Refused]:
        """Make up to 50 issues in one call; the results are in the order of `new`.

        When some fail, Jira doesn't say which of the others became which issue but by their
        order; with `confirm_property` that is confirmed by the property they were made with.
        Raises Busy with may_have_happened when issues may have been made that aren't known.
        """
        return Creation(self.transport, self.edition, confirm_property).create(new)

    def create_issues(
        self, new: Sequence[NewIssue], *, confirm_property: str = ""
    ) -> list[CreatedIssue | Refused]:
        """As create_chunk for any number of issues.

        An error in a later call loses the results of the earlier ones: whoever has to know them
        calls create_chunk.
        """
        return [
            result
            for chunk in chunks(new, BULK_CREATE)
            for result in self.create_chunk(chunk, confirm_property=confirm_property)
        ]

    def edit_issue(
        self,
        issue_id: str,
        *,
        fields: Mapping[str, Any] | None = None,
        update: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        notify: bool = True,
    ) -> None:
        """Set `fields`, apply the operations in `update` (no field in both), set properties.

        `notify=False` keeps mails from being sent; only admins of the project or site may.
        """
        parts = {
            "fields": fields,
            "update": update,
            "properties": property_list(properties or {}),
        }
        body = {name: part for name, part in parts.items() if part}
        params = None if notify else {"notifyUsers": "false"}
        self._change("PUT", issue_id, body=body, params=params)

    # Entity properties

    def issue_property(self, issue: str, key: str) -> Any:
        """The value of an entity property; None if the issue or the property isn't there."""
        try:
            found = self.transport.get(f"/issue/{segment(issue)}/properties/{segment(key)}")
        except Gone:
            return None
        return found.get("value")

    def set_issue_property(self, issue: str, key: str, value: Any) -> None:
        """Set an entity property. Everybody who sees the issue can read it: no secrets."""
        self._change("PUT", issue, f"/properties/{segment(key)}", value)

    def delete_issue_property(self, issue: str, key: str) -> None:
        """Remove an entity property; Gone if there is none."""
        self._change("DELETE", issue, f"/properties/{segment(key)}")

    # Remote links

    def remote_links(self, issue: str) -> list[RemoteLink]:
        """The issue's links to pages elsewhere, those of others included."""
        found = self.transport.get(f"/issue/{segment(issue)}/remotelink")
        return [_remote_link(each) for each in found]

    def set_remote_link(self, issue_id: str, link: RemoteLink) -> None:
        """Add the link, or replace the one with the same `global_id`."""
        icon = {"icon": {"url16x16": link.icon_url}} if link.icon_url else {}
        body: Json = {
            "globalId": link.global_id,
            "application": {"type": "com.salesforce", "name": "Salesforce"},
            "object": {
                "url": link.url,
                "title": link.title,
                "summary": link.summary,
                "status": {"resolved": link.resolved},
                **icon,
            },
        }
        if link.relationship:
            body["relationship"] = link.relationship
        self._change("POST", issue_id, "/remotelink", body)

    def delete_remote_link(self, issue_id: str, global_id: str) -> None:
        """Remove the link with this `global_id`; Gone if there is none."""
        self._change("DELETE", issue_id, "/remotelink", params={"globalId": global_id})


def _remote_link(raw: Json) -> RemoteLink:
    shown = raw.get("object") or {}
    return RemoteLink(
        global_id=raw.get("globalId") or "",
        url=shown.get("url") or "",
        title=shown.get("title") or "",
        summary=shown.get("summary") or "",
        relationship=raw.get("relationship") or "",
        icon_url=(shown.get("icon") or {}).get("url16x16") or "",
        resolved=bool((shown.get("status") or {}).get("resolved")),
    )
