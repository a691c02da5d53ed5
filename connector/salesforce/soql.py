"""Writing SOQL.

Values go into a query only through `quote` and `literal`, names only through `check_name` and
`check_path`, so that nothing read from a record, an issue or a form can change what a query means.
Escaping is simple-salesforce's, which has it right for texts and for LIKE; dates and decimals are
written here, since it writes offsets that would have to be URL-encoded and knows no Decimal.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from simple_salesforce.format import format_soql

# An Id in a list costs over 20 bytes of address, and addresses end at 16,384.
IDS_PER_QUERY = 300
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
Value = str | bool | int | float | Decimal | date | datetime | None


def check_name(name: str) -> str:
    """Return `name` if it can be an object, field or relationship name; else raise ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is not the API name of an object or field.")
    return name


def check_path(path: str) -> str:
    """Return `path` if each step of it (`Account.Owner.Name`) is a name; else raise ValueError."""
    for step in path.split("."):
        check_name(step)
    return path


def quote(value: str) -> str:
    """Return a text as a SOQL literal, quotes included."""
    return str(format_soql("{}", value))


def like(text: str) -> str:
    """Return a LIKE pattern literal for values that begin with `text`, taken literally."""
    return f"'{format_soql('{:like}', text)}%'"


def datetime_literal(moment: datetime) -> str:
    """Return a moment as SOQL writes it: in UTC, to the second, without quotes.

    Raises ValueError for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("A datetime in a query needs a time zone.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def literal(value: Value) -> str:
    """Return any value as a SOQL literal."""
    if isinstance(value, datetime):
        return datetime_literal(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(format_soql("{}", value))


def id_list(values: Iterable[str]) -> str:
    """Return texts or Ids as the list behind IN."""
    return f"({','.join(quote(value) for value in values)})"


def id_chunks(ids: Iterable[str], size: int = IDS_PER_QUERY) -> Iterator[list[str]]:
    """Yield the distinct Ids, in order, in lists short enough for one query."""
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), size):
        yield distinct[start : start + size]


def select(
    fields: Sequence[str],
    sobject: str,
    *,
    where: Sequence[str] = (),
    order_by: Sequence[str] = (),
    limit: int | None = None,
    subqueries: Sequence[str] = (),
) -> str:
    """Build a query. Fields are paths, each named once; `where` parts are joined by AND.

    The conditions come from this module's functions or from an admin, whose own condition stays
    one condition whatever it holds: each is put into parentheses.
    """
    columns = [check_path(field) for field in dict.fromkeys(fields)]
    columns += [f"({subquery})" for subquery in subqueries]
    soql = f"SELECT {', '.join(columns)} FROM {check_name(sobject)}"
    if where:
        soql += " WHERE " + " AND ".join(f"({condition})" for condition in where)
    if order_by:
        soql += f" ORDER BY {', '.join(order_by)}"
    return soql if limit is None else f"{soql} LIMIT {limit}"
