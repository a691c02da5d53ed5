"""Where Cloud and Data Center differ, although both speak REST version 2."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from connector.errors import Answer, Refused
from connector.jira import jql as clauses
from connector.jira.call import Call, segment
from connector.jira.model import Deployment, Json
from connector.jira.paging import listed
from connector.jira.policy import said
from connector.jira.transport import Transport

# Issues that one call may read: the limit of Cloud's bulkfetch, kept on Data Center as well.
BULK_READ = 100
# A search that goes on for longer than this many pages goes in circles.
MOST_PAGES = 20_000


UNREADABLE_JQL = "Jira can't read this JQL."
# Packed, a file would have another length than its Content-Length.
AS_IT_IS = {"Accept": "*/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Query:
    """A search; see Search.search for its parts."""

    jql: str
    fields: tuple[str, ...]
    properties: tuple[str, ...] = ()
    reconcile: tuple[str, ...] = ()
    page_size: int = 100


class Edition(ABC):
    """How one edition does what the other does differently."""

    deployment: Deployment
    user_id: str
    user_query: str
    failed_transition = ""
    # Whether files are kept by another service, to which Jira redirects.
    has_file_store = False

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    @abstractmethod
    def search(self, query: Query) -> Iterator[list[Json]]:
        """The pages of a search; an issue of a page is raw JSON with id, key, fields."""

    @abstractmethod
    def read(
        self, ids: Sequence[str], fields: Sequence[str], properties: Sequence[str]
    ) -> Iterator[Json]:
        """The issues with these ids that are there and visible, in any order."""

    @abstractmethod
    def jql_error(self, jql: str) -> str | None:
        """What is wrong with `jql`, in Jira's words; None if nothing is."""

    @abstractmethod
    def projects(self, query: str) -> Iterator[Json]:
        """The visible projects whose key or name holds `query`."""

    @abstractmethod
    def histories(self, issue: str) -> Iterator[Json]:
        """The entries of an issue's change log."""

    @abstractmethod
    def attachment(self, attachment_id: str, content_url: str) -> Call:
        """The call that opens an attachment."""


class Cloud(Edition):
    deployment = Deployment.CLOUD
    user_id = "accountId"
    user_query = "query"
    has_file_store = True

    def search(self, query: Query) -> Iterator[list[Json]]:
        """Search by token. The same body goes with every token, as Jira asks for.

        The last page has no token; `isLast` was seen to disagree with it, so it isn't looked at.
        """
        body: Json = {
            "jql": query.jql,
            "fields": list(query.fields) or ["id"],
            "maxResults": query.page_size,
        }
        if query.properties:
            body["properties"] = list(query.properties)
        if query.reconcile:
            body["reconcileIssues"] = [int(each) for each in query.reconcile]
        token: str | None = None
        for _ in range(MOST_PAGES):
            more = {"nextPageToken": token} if token else {}
            page = self._page({**body, **more})
            if page.get("issues"):
                yield page["issues"]
            following = page.get("nextPageToken")
            if not following or not page.get("issues"):
                return
            if following == token:
                break
            token = following
        raise Refused(
            "The search doesn't come to an end: Jira gives out the same pages again and again. "
            "Try again, and narrow the filter if that doesn't help.",
            Answer(system="Jira", request="POST /search/jql"),
        )

    def _page(self, body: Json) -> Json:
        call = Call(method="POST", path="/search/jql", body=body, reads=True)
        page: Json = self.transport.required(call)
        return page

    def read(
        self, ids: Sequence[str], fields: Sequence[str], properties: Sequence[str]
    ) -> Iterator[Json]:
        for chunk in chunks(ids, BULK_READ):
            body: Json = {"issueIdsOrKeys": chunk, "fields": list(fields) or ["id"]}
            if properties:
                body["properties"] = list(properties)
            call = Call(method="POST", path="/issue/bulkfetch", body=body, reads=True)
            yield from self.transport.required(call).get("issues") or ()

    def jql_error(self, jql: str) -> str | None:
        call = Call(
            method="POST",
            path="/jql/parse",
            params={"validation": "strict"},
            body={"queries": [jql]},
            reads=True,
            accept=(400,),
        )
        answer = self.transport.required(call)
        if "queries" not in answer:
            return said(answer).text or UNREADABLE_JQL
        return " ".join(answer["queries"][0].get("errors") or ()) or None

    def projects(self, query: str) -> Iterator[Json]:
        params = {"orderBy": "key", **({"query": query} if query else {})}
        return listed(self.transport, "/project/search", ("values",), params, size=50)

    def histories(self, issue: str) -> Iterator[Json]:
        return listed(self.transport, f"/issue/{segment(issue)}/changelog", ("values",))

    def attachment(self, attachment_id: str, content_url: str) -> Call:
        """By id: `content_url` names the site, which refuses scoped tokens."""
        return _stream(f"/attachment/content/{segment(attachment_id)}")


class DataCenter(Edition):
    deployment = Deployment.DATA_CENTER
    user_id = "name"
    user_query = "username"
    # Data Center answers 500 where Cloud answers 400.
    failed_transition = "transition"

    def search(self, query: Query) -> Iterator[list[Json]]:
        """Search by position: an issue that leaves the result while its pages are read lets another
        one slip through, so the order should be one that edits don't change, such as the id.

        A search knows no properties here: each issue is asked for them.
        """
        body: Json = {
            "jql": query.jql,
            "fields": list(query.fields) or ["id"],
            "maxResults": query.page_size,
        }
        for issues in self._pages(body):
            self._add_properties(issues, query.properties)
            yield issues

    def _pages(self, body: Json) -> Iterator[list[Json]]:
        start = 0
        while True:
            call = Call(method="POST", path="/search", body={**body, "startAt": start}, reads=True)
            page = self.transport.required(call)
            issues = page.get("issues") or []
            if issues:
                yield issues
            start += len(issues)
            if not issues or start >= page.get("total", 0):
                return

    def _add_properties(self, issues: list[Json], keys: Sequence[str]) -> None:
        if not keys:
            return
        params = {"fields": "created", "properties": ",".join(keys)}
        for each in issues:
            found = self.transport.get(f"/issue/{segment(each['id'])}", params)
            each["properties"] = found.get("properties") or {}

    def read(
        self, ids: Sequence[str], fields: Sequence[str], properties: Sequence[str]
    ) -> Iterator[Json]:
        """By search, because there is no other bulk read.

        An id that is gone would make the whole query an error, were it validated.
        """
        for chunk in chunks(ids, BULK_READ):
            body: Json = {
                "jql": clauses.ids(chunk),
                "fields": list(fields) or ["id"],
                "maxResults": len(chunk),
                "validateQuery": False,
            }
            for issues in self._pages(body):
                self._add_properties(issues, properties)
                yield from issues

    def jql_error(self, jql: str) -> str | None:
        call = Call(
            method="POST",
            path="/search",
            body={"jql": jql, "maxResults": 0, "validateQuery": True},
            reads=True,
            accept=(400,),
        )
        answer = self.transport.required(call)
        return None if "issues" in answer else said(answer).text or UNREADABLE_JQL

    def projects(self, query: str) -> Iterator[Json]:
        wanted = query.casefold()
        for each in self.transport.get("/project"):
            if wanted in each["key"].casefold() or wanted in each.get("name", "").casefold():
                yield each

    def histories(self, issue: str) -> Iterator[Json]:
        params = {"fields": "created", "expand": "changelog"}
        found = self.transport.get(f"/issue/{segment(issue)}", params)
        yield from (found.get("changelog") or {}).get("histories") or ()

    def attachment(self, attachment_id: str, content_url: str) -> Call:
        """Below the address that was configured, whatever host `content_url` names."""
        _, found, name = content_url.partition(f"/secure/attachment/{attachment_id}/")
        if not found:
            raise Refused(
                f"Jira gave no usable address for attachment {attachment_id}.",
                Answer(system="Jira", request=f"GET /attachment/{attachment_id}"),
            )
        return _stream(found + name)


EDITIONS: dict[Deployment, type[Edition]] = {each.deployment: each for each in (Cloud, DataCenter)}


def chunks(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    """`values` in lists of at most `size`."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def _stream(path: str) -> Call:
    redirects = (301, 302, 303, 307, 308)
    return Call(method="GET", path=path, stream=True, accept=redirects, headers=AS_IT_IS)
