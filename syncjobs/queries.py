"""The SOQL that a pull sends. Pure: field paths and windows in, statements out.

Names come from describes and were checked there; values go through the quoting of
`connector.salesforce.soql`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.salesforce.soql import datetime_literal, id_list, quote

# Salesforce stamps a record when its transaction starts, so rows can appear behind a stamp that
# has been read already: reference values are 10 to 15 minutes.
OVERLAP_SECONDS = 15 * 60

# Read with every record, whatever its mappings need.
SYSTEM_FIELDS = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp", "IsDeleted")


@dataclass(frozen=True)
class Keyset:
    """A place in the order (SystemModstamp, Id)."""

    stamp: datetime
    record_id: str


def changed_records(sobject: str, paths: Iterable[str], since: datetime) -> str:
    """All records changed at or after `since`, oldest first."""
    return (
        f"SELECT {select_list(paths)} FROM {sobject} "
        f"WHERE SystemModstamp >= {datetime_literal(since)} ORDER BY SystemModstamp, Id"
    )


def changed_records_after(sobject: str, paths: Iterable[str], place: Keyset) -> str:
    """The same from a keyset on: for a page walk whose locator has expired."""
    return (
        f"SELECT {select_list(paths)} FROM {sobject} "
        f"WHERE {_after(place)} ORDER BY SystemModstamp, Id"
    )


def matching_records(
    sobject: str, paths: Iterable[str], condition: str, place: Keyset | None
) -> str:
    """All records that match an item's filter, from a keyset on: for a backfill."""
    wanted = ["IsDeleted = false"]
    if condition:
        wanted.append(f"({condition})")
    if place:
        wanted.append(_after(place))
    where = " AND ".join(wanted)
    return f"SELECT {select_list(paths)} FROM {sobject} WHERE {where} ORDER BY SystemModstamp, Id"


def matching_of(sobject: str, condition: str, ids: Sequence[str]) -> str:
    """Which of some records match an item's filter."""
    return f"SELECT Id FROM {sobject} WHERE Id IN {id_list(ids)} AND ({condition})"


def records_by(sobject: str, paths: Iterable[str], id_path: str, ids: Sequence[str]) -> str:
    """The records whose `id_path` (Id, AccountId, Account.OwnerId …) is one of `ids`."""
    return f"SELECT {select_list(paths)} FROM {sobject} WHERE {id_path} IN {id_list(ids)}"


def fates(sobject: str, has_master: bool, ids: Sequence[str]) -> str:
    """What became of records that can't be read any more; asked of all rows, deleted ones too."""
    master = ", MasterRecordId" if has_master else ""
    return f"SELECT Id, IsDeleted{master} FROM {sobject} WHERE Id IN {id_list(ids)}"


def changed_ids(sobject: str, fields: Iterable[str], since: datetime) -> str:
    """The ids (and `fields`) of records changed since: parents and children of what is linked."""
    names = ", ".join(dict.fromkeys(["Id", *fields]))
    return f"SELECT {names} FROM {sobject} WHERE SystemModstamp >= {datetime_literal(since)}"


def select_list(paths: Iterable[str]) -> str:
    """Return what stands between SELECT and FROM for field paths.

    `Rows[].Product2.Name` reads a child list: all its fields travel in one subquery.
    """
    own: dict[str, None] = dict.fromkeys(SYSTEM_FIELDS)
    lists: dict[str, dict[str, None]] = {}
    for path in paths:
        child, is_list, field = path.partition("[].")
        if is_list:
            lists.setdefault(child, {})[field] = None
        else:
            own[path] = None
    subqueries = [f"(SELECT {', '.join(fields)} FROM {child})" for child, fields in lists.items()]
    return ", ".join([*own, *subqueries])


def _after(place: Keyset) -> str:
    stamp = datetime_literal(place.stamp)
    return (
        f"((SystemModstamp > {stamp}) "
        f"OR (SystemModstamp = {stamp} AND Id > {quote(place.record_id)}))"
    )
