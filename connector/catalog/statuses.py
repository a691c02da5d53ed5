"""What each status of an object means: open, closed, won, converted …

Salesforce keeps the meaning of standard statuses in small tables (CaseStatus, OpportunityStage …).
Custom objects and quotes have plain picklists, whose values mean what the admin says.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connector.salesforce.describe import Field
from connector.salesforce.soql import select

Row = Mapping[str, Any]


class Meaning(StrEnum):
    """What Salesforce takes a status for."""

    OPEN = "open"
    CLOSED = "closed"
    WON = "won"
    CONVERTED = "converted"
    ACTIVATED = "activated"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Status:
    """One value. Records hold `value`; `label` is shown."""

    value: str
    label: str
    meaning: Meaning
    default: bool = False

    @property
    def terminal(self) -> bool:
        """Whether work on the record is over with it."""
        return self.meaning in (Meaning.CLOSED, Meaning.WON, Meaning.CONVERTED)


def _by_closed(row: Row) -> Meaning:
    return Meaning.CLOSED if row["IsClosed"] else Meaning.OPEN


def _by_converted(row: Row) -> Meaning:
    return Meaning.CONVERTED if row["IsConverted"] else Meaning.OPEN


def _by_won(row: Row) -> Meaning:
    return Meaning.WON if row["IsWon"] else _by_closed(row)


def _by_code(row: Row) -> Meaning:
    """Contracts and orders: a category behind each status; activation has rules of its own."""
    code = row["StatusCode"]
    if code == "Activated":
        return Meaning.ACTIVATED
    ended = ("Terminated", "Expired", "Superseded", "Canceled")
    return Meaning.CLOSED if code in ended else Meaning.OPEN


# The columns that carry the meaning, and how to read it.
_TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[Row], Meaning]]] = {
    "CaseStatus": (("IsClosed", "IsDefault"), _by_closed),
    "TaskStatus": (("IsClosed", "IsDefault"), _by_closed),
    "LeadStatus": (("IsConverted", "IsDefault"), _by_converted),
    "OpportunityStage": (("IsClosed", "IsWon", "IsActive"), _by_won),
    "ContractStatus": (("StatusCode", "IsDefault"), _by_code),
    "OrderStatus": (("StatusCode", "IsDefault"), _by_code),
}


def status_query(status_object: str) -> str:
    """Return the query whose rows `statuses_from_rows` reads."""
    columns, _ = _TABLES[status_object]
    return select(("ApiName", "MasterLabel", *columns), status_object, order_by=("SortOrder",))


def statuses_from_rows(status_object: str, rows: Iterable[Row]) -> list[Status]:
    """Read the rows of a status table; values switched off are left out."""
    _, meaning = _TABLES[status_object]
    return [
        Status(
            value=row["ApiName"],
            label=row["MasterLabel"],
            meaning=meaning(row),
            default=bool(row.get("IsDefault", False)),
        )
        for row in rows
        if row.get("IsActive", True)
    ]


def statuses_from_picklist(field: Field) -> list[Status]:
    """Read the statuses of an object without a status table."""
    return [
        Status(value.value, value.label, Meaning.UNKNOWN, value.default)
        for value in field.picklist_values
        if value.active
    ]
