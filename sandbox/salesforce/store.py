"""Rows in memory, found by Id, by the record they refer to, and by time.

Rows are replaced, never changed in place, so a journal of the replaced rows is all it takes to
undo a transaction. Nothing here knows a rule of Salesforce.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Row = dict[str, Any]
TIME_FIELDS = ("SystemModstamp", "CreatedDate")


class Table:
    """The rows of one object; `indexed` names the fields that rows are also found by."""

    def __init__(self, indexed: tuple[str, ...]) -> None:
        self.rows: dict[str, Row] = {}
        self.indexed = indexed
        self._by_value: dict[str, dict[Any, dict[str, None]]] = {name: {} for name in indexed}
        self._by_time: dict[str, list[tuple[str, str]]] = {name: [] for name in TIME_FIELDS}

    def put(self, row: Row) -> Row | None:
        """Store the row under its Id and return the one it replaces."""
        old = self.rows.get(row["Id"])
        self.rows[row["Id"]] = row
        self._reindex(row["Id"], old, row)
        return old

    def remove(self, record_id: str) -> Row | None:
        old = self.rows.pop(record_id, None)
        if old is not None:
            self._reindex(record_id, old, None)
        return old

    def add_index(self, name: str) -> None:
        if name in self._by_value:
            return
        self.indexed = (*self.indexed, name)
        found = self._by_value[name] = {}
        for record_id, row in self.rows.items():
            found.setdefault(row.get(name), {})[record_id] = None

    def find(self, field: str, value: Any) -> list[Row]:
        """Return the rows whose indexed field has this value, oldest first."""
        return [self.rows[record_id] for record_id in self._by_value[field].get(value, ())]

    def by_time(self, field: str, low: str | None, high: str | None) -> Iterator[Row]:
        """Yield rows in order of (field, Id) with low <= field <= high, each bound optional."""
        entries = self._by_time[field]
        start = bisect_left(entries, (low, "")) if low else 0
        end = bisect_right(entries, (high, "~")) if high else len(entries)
        for place in range(start, end):
            yield self.rows[entries[place][1]]

    def _reindex(self, record_id: str, old: Row | None, new: Row | None) -> None:
        for name in self.indexed:
            before, after = (row.get(name) if row else None for row in (old, new))
            if before == after and old is not None and new is not None:
                continue
            if old is not None:
                self._by_value[name].get(before, {}).pop(record_id, None)
            if new is not None:
                self._by_value[name].setdefault(after, {})[record_id] = None
        for name in TIME_FIELDS:
            self._retime(self._by_time[name], name, old, new)

    @staticmethod
    def _retime(
        entries: list[tuple[str, str]], name: str, old: Row | None, new: Row | None
    ) -> None:
        before = old.get(name) if old else None
        after = new.get(name) if new else None
        if before == after:
            return
        if old and before:
            del entries[bisect_left(entries, (before, old["Id"]))]
        if new and after:
            insort(entries, (after, new["Id"]))


class Store:
    """All tables of an org, the bytes of its files, and transactions over the tables."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        # Bytes never change under an Id, so they need no part in a transaction.
        self.blobs: dict[str, bytes] = {}
        self._journal: list[tuple[Table, str, Row | None]] | None = None

    def table(self, name: str) -> Table:
        return self.tables[name]

    def ensure(self, name: str, indexed: tuple[str, ...]) -> None:
        """Have a table of this name with at least these indexes."""
        table = self.tables.setdefault(name, Table(()))
        for field in indexed:
            table.add_index(field)

    def put(self, name: str, row: Mapping[str, Any]) -> None:
        table = self.tables[name]
        old = table.put(dict(row))
        if self._journal is not None:
            self._journal.append((table, row["Id"], old))

    def remove(self, name: str, record_id: str) -> None:
        table = self.tables[name]
        old = table.remove(record_id)
        if self._journal is not None and old is not None:
            self._journal.append((table, record_id, old))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Undo everything written inside when an exception leaves the block. May be nested."""
        outer = self._journal
        journal: list[tuple[Table, str, Row | None]] = []
        self._journal = journal
        try:
            yield
        except BaseException:
            self._journal = None
            _undo(journal)
            raise
        else:
            if outer is not None:
                outer.extend(journal)
        finally:
            self._journal = outer


def _undo(journal: list[tuple[Table, str, Row | None]]) -> None:
    for table, record_id, old in reversed(journal):
        if old is None:
            table.remove(record_id)
        else:
            table.put(old)
