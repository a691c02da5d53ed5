"""Queries: pages, child lists, several queries in one call."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import requests

from connector.errors import Busy, Refused, RemoteError, Scope
from connector.salesforce.answers import QueryPage, failures_in
from connector.salesforce.chunks import QUERIES_PER_COMPOSITE, QUERY_SAFE, fits_address, slices
from connector.salesforce.errors import remote_error
from connector.salesforce.rest import Record, Rest

_SUBQUERY = re.compile(r"\(\s*SELECT\b", re.IGNORECASE)


class Queries(Rest):
    """Reading by SOQL."""

    def query(self, soql: str, *, all_rows: bool = False) -> QueryPage:
        """Return the first page; `all_rows` includes deleted and archived records.

        A query too long for an address goes in the body of a composite call. Whether Salesforce
        takes it there is Salesforce's decision; it raises Refused if not.
        """
        path = self._query_path(soql, all_rows)
        if fits_address(path):
            return QueryPage.from_json(self._get(path))
        result = self._composite_queries([path])[0]
        if isinstance(result, RemoteError):
            raise result
        return result

    def next_page(self, url: str) -> QueryPage:
        """Return the page at a `next_url`. Raises LocatorExpired if Salesforce forgot the query."""
        if not url.startswith("/services/data/"):
            raise ValueError("A next page has an address below /services/data/.")
        return QueryPage.from_json(self._get(url))

    def pages(self, soql: str, *, all_rows: bool = False) -> Iterator[list[Record]]:
        """Yield the records page by page, their child lists complete."""
        page = self.query(soql, all_rows=all_rows)
        while True:
            self.complete_children(soql, page.records)
            yield page.records
            if page.done:
                return
            page = self.next_page(page.next_url)

    def complete_children(self, soql: str, records: list[Record]) -> None:
        """Fetch the rest of the child lists in records that `soql` gave.

        To be done before the next page is asked for: that ends the cursors of this page's lists.
        Lists within these lists are left as they are.
        """
        if not _SUBQUERY.search(soql):
            return
        for record in records:
            for value in record.values():
                if isinstance(value, dict) and "records" in value:
                    self._complete(value)

    def query_many(
        self, soqls: Sequence[str], *, all_rows: bool = False
    ) -> list[QueryPage | RemoteError]:
        """Return each query's first page or its own error, five queries to a call.

        `all_rows` includes deleted and archived records in all of them. What stops all of them,
        such as maintenance, is raised.
        """
        paths = [self._query_path(soql, all_rows) for soql in soqls]
        packs = slices(paths, QUERIES_PER_COMPOSITE)
        return [result for pack in packs for result in self._query_pack(pack)]

    def _query_path(self, soql: str, all_rows: bool = False) -> str:
        resource = "queryAll" if all_rows else "query"
        return f"{self._base}/{resource}/?q={quote_plus(soql, safe=QUERY_SAFE)}"

    def _query_pack(self, paths: list[str]) -> list[QueryPage | RemoteError]:
        if len(paths) > 1 or not fits_address(paths[0]):
            return self._composite_queries(paths)
        try:
            return [QueryPage.from_json(self._get(paths[0]))]
        except (Refused, Busy) as error:
            if isinstance(error, Busy) and error.scope is Scope.CONNECTION:
                raise
            return [error]

    def _composite_queries(self, paths: list[str]) -> list[QueryPage | RemoteError]:
        parts = [
            {"method": "GET", "url": path, "referenceId": f"query{number}"}
            for number, path in enumerate(paths)
        ]
        body = {"allOrNone": False, "collateSubrequests": False, "compositeRequest": parts}
        answers = self._post("/composite", body, writes=False)["compositeResponse"]
        return [_query_part(answer) for answer in answers]

    def _complete(self, child: Record) -> None:
        page = QueryPage.from_json(child)
        while not page.done:
            page = self.next_page(page.next_url)
            child["records"] += page.records
        child["done"] = True
        child.pop("nextRecordsUrl", None)


def _query_part(answer: Mapping[str, Any]) -> QueryPage | RemoteError:
    status = int(answer["httpStatusCode"])
    if status == requests.codes.ok:
        return QueryPage.from_json(answer["body"])
    return remote_error(failures_in(answer["body"], status), "GET composite query")
