"""Answers queries page by page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import ids
from ..access import Actor
from ..faults import Fault, bad_query
from . import aggregate, restrictions, rows, tree
from .grammar import parse, pointed_at
from .scope import Scope
from .select import Writer, compile_select

if TYPE_CHECKING:
    from ..org import SalesforceOrg

DEFAULT_BATCH = 2_000
MIN_BATCH = 200
LONG_TEXT_BATCH = 200
MAX_CHILD_QUERIES = 20
CURSOR_SECONDS = 2 * 24 * 3600


@dataclass
class _Cursor:
    """A query's rows that are still to be fetched, as they were when it ran."""

    found: list[Mapping[str, Any]]
    write: Writer
    batch: int
    version: str
    opened: float
    children: list[str] = field(default_factory=list)


class QueryEngine:
    """Runs SOQL for one org and keeps the cursors of answers with more than one page."""

    def __init__(self, org: "SalesforceOrg") -> None:
        self._org = org
        self._cursors: dict[str, _Cursor] = {}
        self._opened_children: list[str] = []

    def run(
        self, text: str, actor: Actor, version: str, batch: int | None, deleted: bool = False
    ) -> dict[str, Any]:
        """Answer a query; `deleted` includes what is in the recycle bin. Raises Fault."""
        query = parse(text)
        scope = self._scope(query, text, actor, version)
        found = self._found(scope, query, deleted)
        if aggregate.is_count(query):
            return {"totalSize": len(found), "done": True, "records": []}
        if aggregate.is_aggregate(query):
            records = aggregate.records(scope, query, found)
            return {"totalSize": len(records), "done": True, "records": records}
        children = sum(isinstance(item, tree.Query) for item in query.items)
        if children > MAX_CHILD_QUERIES:
            raise bad_query("Maximum 20 child subqueries are allowed.")
        write = compile_select(scope, query, lambda s, child: self._child(s, child, deleted))
        size = _batch_size(batch or self._org.query_batch, scope, query)
        return self._open(found, write, size, version)

    def more(self, locator: str) -> dict[str, Any]:
        """Answer the next page. Raises Fault INVALID_QUERY_LOCATOR."""
        name, _, place = locator.rpartition("-")
        cursor = self._cursors.get(name)
        now = self._org.clock.now().timestamp()
        if cursor is None or not place.isdigit() or now - cursor.opened > CURSOR_SECONDS:
            raise Fault(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        for child in cursor.children:
            self._cursors.pop(child, None)
        return self._page(name, cursor, int(place))

    def expire(self) -> None:
        """Forget every cursor, as the platform may at any time."""
        self._cursors.clear()

    def _scope(self, query: tree.Query, text: str, actor: Actor, version: str) -> Scope:
        name = query.source.name
        entry = self._org.schema.get(name) if len(query.source.steps) == 1 else None
        if entry is None or not entry.queryable or not actor.sees_object(entry):
            message = (
                f"sObject type '{name}' is not supported. If you are attempting to use a custom "
                "object, be sure to append the '__c' after the entity name. Please reference your "
                "WSDL or the describe call for the appropriate names."
            )
            raise Fault(400, "INVALID_TYPE", pointed_at(text, query.source.place, message))
        return Scope(self._org, actor, entry, query.alias, text, version)

    def _found(self, scope: Scope, query: tree.Query, deleted: bool) -> list[Mapping[str, Any]]:
        restrictions.check(scope.entry, query, scope.actor)

        def subselect(inner: tree.Query) -> frozenset[Any]:
            inner_scope = self._scope(inner, scope.text, scope.actor, scope.version)
            if len(inner.items) != 1 or not isinstance(inner.items[0], tree.Path):
                raise bad_query("A semi join sub-select has to select one field")
            _, read = inner_scope.resolve(inner.items[0])
            return frozenset(read(row) for row in self._found(inner_scope, inner, deleted))

        return rows.matching(scope, query, subselect, deleted)

    def _child(self, scope: Scope, query: tree.Query, deleted: bool) -> Writer:
        name = query.source.name
        known = self._org.schema.children(scope.entry.name)
        pair = next((pair for pair in known if pair[1].children.lower() == name.lower()), None)
        if pair is None or not scope.actor.sees_object(pair[0]):
            message = f"Didn't understand relationship '{name}' in FROM part of query call."
            raise scope.fault(query.source.place, message, "INVALID_TYPE")
        entry, column = pair
        inner = Scope(scope.org, scope.actor, entry, query.alias, scope.text, scope.version)
        write = compile_select(inner, query, lambda s, child: self._child(s, child, deleted))
        size = self._org.child_batch

        def run(parent: Mapping[str, Any]) -> Any:
            own = tree.Compare(tree.Path((column.name,)), "=", tree.Literal("string", parent["Id"]))
            where = own if query.where is None else tree.All((own, query.where))
            limited = tree.Query(
                query.items, query.source, query.alias, where, (), query.order, query.limit
            )
            found = self._found(inner, limited, deleted)
            return self._open_child(found, write, size, scope.version) if found else None

        return run

    def _open_child(
        self, found: list[Mapping[str, Any]], write: Writer, size: int, version: str
    ) -> dict[str, Any]:
        page = self._open(found, write, size, version)
        if not page["done"]:
            self._opened_children.append(
                page["nextRecordsUrl"].rpartition("/")[2].rpartition("-")[0]
            )
        return page

    def _open(
        self, found: list[Mapping[str, Any]], write: Writer, size: int, version: str
    ) -> dict[str, Any]:
        opened = self._org.clock.now().timestamp()
        cursor = _Cursor(found, write, size, version, opened)
        if len(found) <= size:
            return self._page("", cursor, 0)
        name = ids.numbered("0r8", self._org.next_count("cursor"))
        self._cursors[name] = cursor
        return self._page(name, cursor, 0)

    def _page(self, name: str, cursor: _Cursor, start: int) -> dict[str, Any]:
        earlier, self._opened_children = self._opened_children, []
        end = start + cursor.batch
        records = [cursor.write(row) for row in cursor.found[start:end]]
        cursor.children, self._opened_children = self._opened_children, earlier
        page: dict[str, Any] = {"totalSize": len(cursor.found), "done": end >= len(cursor.found)}
        if not page["done"]:
            page["nextRecordsUrl"] = f"/services/data/v{cursor.version}/query/{name}-{end}"
        page["records"] = records
        return page


def _batch_size(wanted: int, scope: Scope, query: tree.Query) -> int:
    """The page size; two or more custom long texts make the pages small."""
    long_texts = 0
    for item in query.items:
        if isinstance(item, tree.Path) and len(scope.own_steps(item)) == 1:
            column = scope.entry.folded.get(item.name.lower())
            long_texts += bool(column and column.custom and column.extra_type.endswith("textarea"))
    size = max(1, min(wanted, DEFAULT_BATCH))
    return min(size, LONG_TEXT_BATCH) if long_texts >= 2 else size
