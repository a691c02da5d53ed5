"""COUNT() and the other aggregate functions, with or without GROUP BY."""

from collections.abc import Callable, Mapping
from typing import Any

from ..faults import bad_query
from . import tree
from .scope import Scope

Row = Mapping[str, Any]
_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "count_distinct": lambda values: len(set(values)),
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
    "sum": lambda values: sum(values) if values else None,
    "avg": lambda values: sum(values) / len(values) if values else None,
}


def is_count(query: tree.Query) -> bool:
    """Whether the query is SELECT COUNT(), whose answer is its size and no rows."""
    if len(query.items) != 1 or not isinstance(query.items[0], tree.Call):
        return False
    return query.items[0].name == "count" and query.items[0].argument is None


def is_aggregate(query: tree.Query) -> bool:
    calls = (item for item in query.items if isinstance(item, tree.Call))
    return bool(query.group) or any(call.name in _FUNCTIONS for call in calls)


def records(scope: Scope, query: tree.Query, found: list[Row]) -> list[dict[str, Any]]:
    """Return one record for each group of rows, or one for all of them. Raises Fault."""
    if scope.entry.name == "FeedItem" or scope.entry.feed_of:
        raise bad_query("Aggregate functions are not supported on feeds")
    keys = [scope.resolve(path)[1] for path in query.group]
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in found:
        groups.setdefault(tuple(key(row) for key in keys), []).append(row)
    if not keys:
        groups = {(): found}
    columns = _columns(scope, query)
    return [
        {
            "attributes": {"type": "AggregateResult"},
            **{name: compute(members) for name, compute in columns},
        }
        for members in groups.values()
    ]


def _columns(scope: Scope, query: tree.Query) -> list[tuple[str, Callable[[list[Row]], Any]]]:
    grouped = {path.name.lower() for path in query.group}
    columns: list[tuple[str, Callable[[list[Row]], Any]]] = []
    unnamed = 0
    for item in query.items:
        if isinstance(item, tree.Path):
            if item.name.lower() not in grouped:
                message = f"Field must be grouped or aggregated: {item.name}"
                raise bad_query(message)
            columns.append((item.name, _first(scope.resolve(item)[1])))
            continue
        if not isinstance(item, tree.Call) or item.name not in _FUNCTIONS:
            raise bad_query("Only fields and aggregate functions can be selected here")
        name = item.alias or f"expr{unnamed}"
        unnamed += not item.alias
        columns.append((name, _aggregate(scope, item)))
    return columns


def _first(read: Callable[[Row], Any]) -> Callable[[list[Row]], Any]:
    return lambda members: read(members[0])


def _aggregate(scope: Scope, call: tree.Call) -> Callable[[list[Row]], Any]:
    function = _FUNCTIONS[call.name]
    if call.argument is None:
        return len
    _, read = scope.resolve(call.argument)

    def compute(members: list[Row]) -> Any:
        values = (read(row) for row in members)
        return function([value for value in values if value is not None])

    return compute
