"""Finds the rows of a query: by index where the WHERE clause allows it, else one by one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from .. import ids
from ..faults import Fault
from . import tree
from .scope import Scope
from .where import SubSelect, bounds, compile_where, fixed_values, folded

Row = Mapping[str, Any]
_TIMES = {"systemmodstamp": "SystemModstamp", "createddate": "CreatedDate"}


def matching(
    scope: Scope, query: tree.Query, subselect: SubSelect, include_deleted: bool
) -> list[Row]:
    """Return the rows of a query in order, with its limit and offset. Raises Fault."""
    order = [(entry, *scope.resolve(entry.path)) for entry in query.order]
    for entry, column, _ in order:
        if column is not None and not column.sortable:
            message = f"field '{column.name}' can not be sorted in a query call"
            raise scope.fault(entry.path.place, message)
    wanted = _visible(scope, query, include_deleted)
    if query.where is not None:
        test = compile_where(scope, query.where, subselect)
        visible = wanted
        wanted = lambda row: visible(row) and test(row)  # noqa: E731
    candidates, ordered = _candidates(scope, query)
    end = None if query.limit is None else query.offset + query.limit
    found = filter(wanted, candidates)
    if order and not ordered:
        rows = list(found)
        for entry, column, read in reversed(order):
            rows.sort(key=_sort_key(folded(column, read), entry), reverse=entry.descending)
        return rows[query.offset : end]
    return list(islice(found, query.offset, end))


def _sort_key(read: Callable[[Row], Any], order: tree.Order) -> Callable[[Row], Any]:
    # Nulls come first unless asked otherwise, whatever the direction.
    null_rank = 1 if order.nulls_last != order.descending else -1

    def key(row: Row) -> Any:
        value = read(row)
        if value is None:
            return (null_rank, 0)
        return (0, value)

    return key


def _visible(scope: Scope, query: tree.Query, include_deleted: bool) -> Callable[[Row], bool]:
    hidden = scope.actor.permissions.hidden_records if scope.actor.permissions else frozenset()
    only_own = _sees_only_own_files(scope, query)
    user = scope.actor.user_id

    def visible(row: Row) -> bool:
        if row.get("IsDeleted") and not include_deleted:
            return False
        if hidden and not hidden.isdisjoint(
            (row["Id"], row.get("ParentId"), row.get("LinkedEntityId"))
        ):
            return False
        return not only_own or row.get("OwnerId") == user

    return visible


def _sees_only_own_files(scope: Scope, query: tree.Query) -> bool:
    """Without Query All Files and an Id to go by, files seen through a record stay out."""
    if scope.entry.name not in ("ContentVersion", "ContentDocument"):
        return False
    if scope.actor.queries_all_files:
        return False
    return fixed_values(query.where).keys().isdisjoint({"id", "contentdocumentid"})


def _candidates(scope: Scope, query: tree.Query) -> tuple[Iterable[Row], bool]:
    """Return rows among which all matches are, and whether they are in the order asked for."""
    entry = scope.entry
    table = scope.org.table_of(entry)
    fixed = fixed_values(query.where)
    if "id" in fixed:
        return _by_id(scope, table.rows, fixed["id"]), False
    for name, texts in fixed.items():
        column = entry.folded.get(name)
        if column is not None and column.name in table.indexed:
            values = [_key(text) for text in dict.fromkeys(texts)]
            found = (row for value in values for row in table.find(column.name, value))
            return _of_view(scope, found), False
    in_order = _time_order(query)
    if in_order:
        limits = bounds(query.where, in_order)
        return _of_view(scope, table.by_time(in_order, limits.low, limits.high)), True
    for name in _TIMES.values():
        limits = bounds(query.where, name)
        if limits.low or limits.high:
            return _of_view(scope, table.by_time(name, limits.low, limits.high)), False
    return _of_view(scope, list(table.rows.values())), False


def _key(text: str) -> str:
    try:
        return ids.canonical(text)
    except Fault:
        return text


def _by_id(scope: Scope, rows: Mapping[str, Row], texts: list[str]) -> Iterator[Row]:
    wanted = dict.fromkeys(_key(text) for text in texts)
    return _of_view(scope, (rows[record_id] for record_id in wanted if record_id in rows))


def _of_view(scope: Scope, rows: Iterable[Row]) -> Iterator[Row]:
    """Of all posts, a feed view shows those on records of its own object."""
    if not scope.entry.feed_of:
        return iter(rows)
    prefix = scope.org.schema.require(scope.entry.feed_of).prefix
    return (row for row in rows if row["ParentId"].startswith(prefix))


def _time_order(query: tree.Query) -> str | None:
    """The time field of an order that the index on it already has: (time), or (time, Id)."""
    names = [entry.path.name.lower() for entry in query.order]
    plain = all(len(o.path.steps) == 1 and not o.descending for o in query.order)
    if not plain or names[1:] not in ([], ["id"]) or not names:
        return None
    return _TIMES.get(names[0])
