"""Full-text search: SOSL and parameterized search."""

from typing import Any

from ..faults import Fault
from ..sosl import Return, Statement, find, parse
from .call import Answer, Call, objects, whole_number

MAX_LIMIT = 2_000


def search(call: Call) -> Answer:
    """GET /search/?q=FIND {...}"""
    text = call.query.get("q", "")
    statement = parse(text)
    records = find(call.org, call.actor, call.version, statement)
    return Answer(200, {"searchRecords": records})


def parameterized(call: Call) -> Answer:
    """GET or POST /parameterizedSearch: plain words instead of SOSL."""
    asked = _asked_by_get(call) if call.method == "GET" else call.record_body()
    words = asked.get("q")
    if not isinstance(words, str) or not words.strip():
        raise Fault(400, "MALFORMED_SEARCH", "q is required")
    default_limit = asked.get("defaultLimit", MAX_LIMIT)
    shared = _names(asked.get("fields")) or ["Id"]
    returns = [
        Return(
            str(one.get("name")),
            tuple(_names(one.get("fields")) or shared),
            str(one.get("where") or ""),
            str(one.get("orderBy") or ""),
            whole_number(one.get("limit", default_limit), "limit"),
        )
        for one in (objects(asked["sobjects"], "sobjects") if asked.get("sobjects") else [])
    ]
    overall = whole_number(asked.get("overallLimit", MAX_LIMIT), "overallLimit")
    where = str(asked.get("in", "ALL")).upper()
    # What a person typed has no operators: every character stands for itself.
    terms = tuple(words.lower().split())
    statement = Statement(terms, where, tuple(returns), min(overall, MAX_LIMIT))
    return Answer(200, {"searchRecords": find(call.org, call.actor, call.version, statement)})


def _names(value: Any) -> list[str]:
    names = value if isinstance(value, list) else str(value or "").split(",")
    return [str(name).strip() for name in names if str(name).strip()]


def _asked_by_get(call: Call) -> dict[str, Any]:
    """The same request as parameters: sobject=Case&Case.fields=Id&Case.limit=5"""
    query = call.query
    objects = [name for name in query.get("sobject", "").split(",") if name]
    sobjects = []
    for name in objects:
        one: dict[str, Any] = {"name": name}
        for key in ("fields", "where", "orderBy"):
            if f"{name}.{key}" in query:
                one[key] = query[f"{name}.{key}"]
        if f"{name}.limit" in query:
            one["limit"] = whole_number(query[f"{name}.limit"], "limit")
        sobjects.append(one)
    asked: dict[str, Any] = {"q": query.get("q"), "sobjects": sobjects}
    asked.update({key: query[key] for key in ("fields", "in") if key in query})
    for key in ("overallLimit", "defaultLimit"):
        if key in query:
            asked[key] = whole_number(query[key], key)
    return asked
