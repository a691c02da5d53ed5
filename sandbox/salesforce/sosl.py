"""Full-text search as SOSL describes it: FIND {words} IN ALL FIELDS RETURNING Case(Id, Subject).

An asterisk stands for any end of a word, a question mark for one character. Every word has to be
found in one record. The index is as fresh as the rows, which the platform's own is not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .access import Actor
from .faults import Fault
from .schema import SObject

if TYPE_CHECKING:
    from .org import SalesforceOrg

OBJECT_LIMIT = 250
_STATEMENT = re.compile(
    r"\s*FIND\s*\{(?P<words>(?:\\.|[^\\}])*)\}\s*(?:IN\s+(?P<where>\w+)\s+FIELDS\s*)?"
    r"(?:RETURNING\s+(?P<returns>.*?))?(?:\s+LIMIT\s+(?P<limit>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_RETURN = re.compile(
    r"\s*(?P<name>\w+)\s*(?:\((?P<inside>(?:'(?:\\.|[^'\\])*'|[^()']|\([^()]*\))*)\))?\s*"
)
_INSIDE = re.compile(
    r"\s*(?P<fields>[\w.,\s]*?)(?:\s+WHERE\s+(?P<where>.*?))?(?:\s+ORDER\s+BY\s+(?P<order>.*?))?"
    r"(?:\s+LIMIT\s+(?P<limit>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_RESERVED = set("?&|!{}[]()^~*:\\\"'+-")
_GROUPS = {"NAME": "name", "EMAIL": "email", "PHONE": "phone"}
_TEXTS = frozenset({"string", "textarea", "email", "phone", "url", "combobox"})


@dataclass(frozen=True)
class Return:
    """One object to look in, and what to answer of it."""

    name: str
    fields: tuple[str, ...] = ("Id",)
    where: str = ""
    order: str = ""
    limit: int = OBJECT_LIMIT


@dataclass(frozen=True)
class Statement:
    """`words` are in lower case, wildcards included; `where` is ALL, NAME, EMAIL or PHONE."""

    words: tuple[str, ...]
    where: str = "ALL"
    returns: tuple[Return, ...] = field(default_factory=tuple)
    limit: int = 2_000


def parse(text: str) -> Statement:
    """Read a SOSL statement. Raises Fault MALFORMED_SEARCH."""
    match = _STATEMENT.fullmatch(text)
    if match is None:
        raise _malformed("No search term found. The search term must be enclosed in braces.")
    returns = tuple(_returns(match["returns"])) if match["returns"] else ()
    words = tuple(_words(match["words"]))
    limit = int(match["limit"]) if match["limit"] else 2_000
    return Statement(words, (match["where"] or "ALL").upper(), returns, limit)


def _malformed(message: str) -> Fault:
    return Fault(400, "MALFORMED_SEARCH", message)


def _words(text: str) -> Iterator[str]:
    """Split the search term; a reserved character that isn't escaped is an error."""
    word, place = "", 0
    plain = text.strip()
    if len(plain) > 1 and plain[0] == plain[-1] == '"':
        plain = plain[1:-1]
    while place < len(plain):
        char = plain[place]
        if char == "\\" and place + 1 < len(plain):
            word += plain[place + 1]
            place += 2
            continue
        if char in _RESERVED - set("*?"):
            raise _malformed(f"line 1:{place + 1} unexpected character '{char}' in search term")
        if char.isspace():
            if word:
                yield word.lower()
            word = ""
        else:
            word += {"*": "\0", "?": "\1"}.get(char, char)
        place += 1
    if word:
        yield word.lower()


def _returns(text: str) -> Iterator[Return]:
    place = 0
    while place < len(text):
        match = _RETURN.match(text, place)
        inside = _INSIDE.fullmatch(match["inside"] or "Id") if match else None
        if match is None or inside is None:
            raise _malformed(f"unexpected token in RETURNING: '{text[place:]}'")
        fields = tuple(name.strip() for name in inside["fields"].split(",") if name.strip())
        limit = int(inside["limit"]) if inside["limit"] else OBJECT_LIMIT
        yield Return(match["name"], fields, inside["where"] or "", inside["order"] or "", limit)
        place = match.end()
        if text[place : place + 1] == ",":
            place += 1
        elif place < len(text):
            raise _malformed(f"unexpected token: '{text[place:]}'")


def find(
    org: "SalesforceOrg", actor: Actor, version: str, statement: Statement
) -> list[dict[str, Any]]:
    """Return the records found, object by object in the order asked for. Raises Fault."""
    letters = sum(len(word.strip("\0\1")) for word in statement.words)
    if letters < 2:
        raise _malformed(
            "search term must be longer than one character: " + "".join(statement.words)
        )
    records: list[dict[str, Any]] = []
    for wanted in statement.returns or tuple(_everything(org)):
        entry = org.schema.get(wanted.name)
        if entry is None or not entry.searchable or not actor.sees_object(entry):
            message = f"sObject type '{wanted.name}' is not supported in search"
            raise Fault(400, "INVALID_TYPE", message)
        records += _in_object(org, actor, version, statement, entry, wanted)
    return records[: statement.limit]


def _everything(org: "SalesforceOrg") -> Iterator[Return]:
    for entry in org.schema.objects.values():
        if entry.searchable and entry.layoutable:
            yield Return(entry.name)


def _in_object(
    org: "SalesforceOrg",
    actor: Actor,
    version: str,
    statement: Statement,
    entry: SObject,
    wanted: Return,
) -> list[dict[str, Any]]:
    names = _searched(entry, statement.where, actor)
    patterns = [_pattern(word) for word in statement.words]
    found = [row["Id"] for row in _live(org, entry) if _matches(row, names, patterns)]
    found = found[: 2_000 if wanted.where or wanted.order else OBJECT_LIMIT]
    if not found:
        return []
    # The rest is a query like any other, so it fails and answers like one.
    where = "Id IN ('" + "','".join(found) + "')"
    where += f" AND ({wanted.where})" if wanted.where else ""
    order = f" ORDER BY {wanted.order}" if wanted.order else ""
    fields = ", ".join(dict.fromkeys(wanted.fields))
    text = f"SELECT {fields} FROM {entry.name} WHERE {where}{order} LIMIT {wanted.limit}"
    return list(org.queries.run(text, actor, version, None)["records"])


def _live(org: "SalesforceOrg", entry: SObject) -> Iterator[Mapping[str, Any]]:
    rows = org.store.table(entry.name).rows.values()
    return (row for row in rows if not row.get("IsDeleted"))


def _searched(entry: SObject, where: str, actor: Actor) -> list[str]:
    group = _GROUPS.get(where, "")
    return [
        column.name
        for column in entry.fields.values()
        if column.type in _TEXTS
        and actor.sees_field(entry, column)
        and (not group or column.type == group or (group == "name" and column.name_field))
    ]


def _pattern(word: str) -> re.Pattern[str]:
    expression = re.escape(word).replace("\0", r"\w*").replace("\1", r"\w")
    # Case numbers are found with and without their leading zeros.
    zeros = "0*" if word.isdigit() else ""
    return re.compile(rf"(?<!\w){zeros}{expression}(?!\w)", re.IGNORECASE)


def _matches(row: Mapping[str, Any], names: list[str], patterns: list[re.Pattern[str]]) -> bool:
    text = "\n".join(row[name] for name in names if row.get(name))
    return all(pattern.search(text) for pattern in patterns)
