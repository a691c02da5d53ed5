"""Pieces of JQL, Jira's query language."""

import re
from collections.abc import Iterable
from datetime import timedelta

# Control characters and non-characters, which Atlassian's parser refuses inside quotes.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def quote(value: str) -> str:
    """`value` as a JQL string that can't end early."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r")
    return '"' + _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'


def clause(field_id: str) -> str:
    """The name that JQL knows a field by; names of custom fields needn't be unique, ids are."""
    number = field_id.removeprefix("customfield_")
    return f"cf[{number}]" if number != field_id and number.isdigit() else field_id


def one_of(name: str, values: Iterable[str]) -> str:
    """`name in (…)` over quoted values. There has to be at least one."""
    return f"{name} in ({', '.join(quote(each) for each in values)})"


def ids(issue_ids: Iterable[str]) -> str:
    """`id in (…)` over numeric ids; anything else in the list is a ValueError."""
    return f"id in ({', '.join(str(int(each)) for each in issue_ids)})"


def since(name: str, age: timedelta) -> str:
    """`name` within the last `age`, rounded up to a minute.

    Relative, because JQL reads absolute times in the time zone of the calling user.
    """
    minutes = max(1, -(-age // timedelta(minutes=1)))
    return f'{name} >= "-{minutes}m"'


def both(*conditions: str) -> str:
    """All of the conditions, the empty ones left out, each kept together by brackets."""
    present = [each.strip() for each in conditions if each.strip()]
    return present[0] if len(present) == 1 else " AND ".join(f"({each})" for each in present)
