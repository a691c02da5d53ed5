"""Turns a SELECT list into what writes a row as the JSON of the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..faults import bad_query
from ..schema import Field, SObject
from . import tree
from .scope import Reader, Scope

Row = Mapping[str, Any]
Writer = Callable[[Row], Any]
# Runs a child subquery for one parent row; the executor provides it.
ChildRunner = Callable[[Scope, tree.Query], Writer]


@dataclass
class _Node:
    """The fields asked of one object, in order, with those of its parents below them."""

    writers: dict[str, Writer] = field(default_factory=dict)
    parents: dict[str, tuple[Field, "_Node"]] = field(default_factory=dict)


def compile_select(scope: Scope, query: tree.Query, run_child: ChildRunner) -> Writer:
    """Return what writes one row. Raises Fault for fields that don't exist or appear twice."""
    root = _Node()
    seen: set[tuple[str, ...]] = set()
    for item in _expanded(scope, query):
        if isinstance(item, tree.Path):
            steps = scope.own_steps(item)
            folded = tuple(step.lower() for step in steps)
            if folded in seen:
                raise scope.fault(item.place, f"duplicate field selected: {'.'.join(steps)}")
            seen.add(folded)
            _add_path(scope, root, scope.entry, steps, item)
        elif isinstance(item, tree.TypeOf):
            link = scope.relationship(scope.entry, item.path.name, item.path)
            root.writers[link.relationship] = _type_of(scope, link, item)
        elif isinstance(item, tree.Query):
            root.writers[_child_key(scope, item)] = run_child(scope, item)
        else:
            _add_call(scope, root, item)
    return _writer(scope, scope.entry, root)


def _expanded(scope: Scope, query: tree.Query) -> list[Any]:
    items: list[Any] = []
    for item in query.items:
        if isinstance(item, tree.Call) and item.name == "fields":
            items += _all_fields(scope, query, item)
        else:
            items.append(item)
    return items


def _all_fields(scope: Scope, query: tree.Query, item: tree.Call) -> list[tree.Path]:
    which = item.argument.name.upper() if item.argument else ""
    if which not in ("ALL", "CUSTOM", "STANDARD"):
        raise bad_query("FIELDS function must be ALL, CUSTOM or STANDARD")
    if which != "STANDARD" and (query.limit is None or query.limit > 200):
        message = "The SOQL FIELDS function must have a LIMIT of at most 200"
        raise bad_query(message)
    wanted = {"ALL": (True, False), "CUSTOM": (True,), "STANDARD": (False,)}[which]
    return [
        tree.Path((column.name,), item.place)
        for column in scope.entry.fields.values()
        if column.custom in wanted and scope.actor.sees_field(scope.entry, column)
    ]


def _add_path(
    scope: Scope, node: _Node, entry: SObject | None, steps: tuple[str, ...], path: tree.Path
) -> None:
    if entry is None:
        _, reader = scope.name_reader(steps, path)
        node.writers[_shown_name(steps[0])] = reader
    elif len(steps) == 1:
        column = scope.column(entry, steps[0], path)
        node.writers[column.name] = value_writer(scope, entry, column)
    else:
        link = scope.relationship(entry, steps[0], path)
        _, below = node.parents.setdefault(link.relationship, (link, _Node()))
        _add_path(scope, below, scope.target(link), steps[1:], path)


def _shown_name(step: str) -> str:
    return step[:1].upper() + step[1:]


def value_writer(scope: Scope, entry: SObject, column: Field) -> Reader:
    """Return what reads a field as the JSON of an answer shows it."""
    read = scope.reader(entry, column)
    if column.type == "base64":
        root = f"/services/data/v{scope.version}"
        return lambda row: f"{root}{read(row)}"
    return read


def _add_call(scope: Scope, root: _Node, item: tree.Call) -> None:
    if item.name not in ("tolabel", "format") or item.argument is None:
        raise bad_query(f"Unknown function: {item.name}")
    column, read = scope.resolve(item.argument)
    labels = {choice.value: choice.shown for choice in column.values} if column else {}
    key = item.alias or item.argument.name

    def label(row: Row) -> Any:
        value = read(row)
        return labels.get(value, value)

    root.writers[key] = label if item.name == "tolabel" else read


def _child_key(scope: Scope, item: tree.Query) -> str:
    return item.source.name


def _type_of(scope: Scope, link: Field, item: tree.TypeOf) -> Writer:
    writers: dict[str, Writer] = {}
    for name, paths in item.branches:
        target = scope.org.schema.get(name)
        if target is None or target.name not in link.reference_to:
            raise scope.fault(item.path.place, f"{name} is not a target of {link.relationship}")
        node = _Node()
        for path in paths:
            _add_path(scope, node, target, path.steps, path)
        writers[target.name] = _writer(scope, target, node)
    fallback = _Node()
    for path in item.otherwise:
        _add_path(scope, fallback, None, path.steps, path)

    def write(row: Row) -> Any:
        parent = scope.follow(link, row)
        if parent is None:
            return None
        entry = scope.org.object_of(parent["Id"])
        own = writers.get(entry.name) if entry else None
        return (own or _writer(scope, None, fallback))(parent)

    return write


def _writer(scope: Scope, entry: SObject | None, node: _Node) -> Writer:
    parts = list(node.writers.items())
    for name, (link, below) in node.parents.items():
        parts.append((name, _parent_writer(scope, link, below)))
    attributes = attributes_writer(scope, entry)

    def write(row: Row) -> dict[str, Any]:
        record: dict[str, Any] = {"attributes": attributes(row)}
        for key, part in parts:
            record[key] = part(row)
        return record

    return write


def _parent_writer(scope: Scope, link: Field, below: _Node) -> Writer:
    inner = _writer(scope, scope.target(link), below)

    def write(row: Row) -> Any:
        parent = scope.follow(link, row)
        return None if parent is None else inner(parent)

    return write


def attributes_writer(scope: Scope, entry: SObject | None) -> Writer:
    """Return what writes a record's type and address; of any object it is of the type Name."""
    root = f"/services/data/v{scope.version}/sobjects"
    if entry is not None:
        base = f"{root}/{entry.name}/"
        return lambda row: {"type": entry.name, "url": base + row["Id"]}

    def write(row: Row) -> dict[str, str]:
        found = scope.org.object_of(row["Id"])
        return {"type": "Name", "url": f"{root}/{found.name if found else 'Name'}/{row['Id']}"}

    return write
