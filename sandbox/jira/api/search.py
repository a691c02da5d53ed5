"""Search: Cloud's search/jql with tokens, Data Center's search with startAt, and JQL's checkers."""

import secrets
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from sandbox.jira import show
from sandbox.jira.api.routing import Answer, Call, route, whole
from sandbox.jira.entities import Issue, Json
from sandbox.jira.errors import JiraError
from sandbox.jira.jql import search as jql_search

MOST_ON_DC = 1000
MOST_PLAIN = 5000
MOST_WITH_FIELDS = 100
TOKENS_KEPT = 1000


def _listed(value: Any) -> list[str]:
    """Return names that came as a list or separated by commas."""
    if value is None:
        return []
    parts = value.split(",") if isinstance(value, str) else value
    return [str(part).strip() for part in parts if str(part).strip()]


def _issue_id(text: str) -> int:
    if not text.isdecimal():
        raise JiraError(400, "reconcileIssues takes at most 50 numeric issue ids.")
    return int(text)


@route("GET", "/search", only="cloud")
@route("POST", "/search", only="cloud")
def removed_search(call: Call) -> Answer:
    raise JiraError(
        410,
        "The requested API has been removed. Please migrate to the "
        "/rest/api/3/search/jql API. A full migration guideline is available at "
        "https://developer.atlassian.com/changelog/#CHANGE-2046",
    )


@route("GET", "/search/jql", only="cloud")
def get_search(call: Call) -> Answer:
    body: dict[str, Json] = {
        "jql": call.arg("jql"),
        "fields": call.args("fields"),
        "properties": call.args("properties"),
        "expand": call.arg("expand"),
        "maxResults": call.number("maxResults", 50),
        "nextPageToken": call.arg("nextPageToken") or None,
        "reconcileIssues": [_issue_id(id) for id in call.args("reconcileIssues")],
    }
    return _enhanced(call, body)


@route("POST", "/search/jql", only="cloud")
def post_search(call: Call) -> Answer:
    return _enhanced(call, call.body)


def _enhanced(call: Call, body: dict[str, Any]) -> Answer:
    unknown = body.keys() - {"jql", "fields", "properties", "expand", "maxResults", "fieldsByKeys",
                             "nextPageToken", "reconcileIssues"}  # fmt: skip
    if unknown or not isinstance(body.get("expand") or "", str):
        raise JiraError(
            400, "Invalid request payload. Refer to the REST API documentation and try again."
        )
    properties = _listed(body.get("properties"))
    reconcile = body.get("reconcileIssues") or []
    if len(properties) > 5:
        raise JiraError(400, "The maximum number of properties is 5.")
    if len(reconcile) > 50 or not all(isinstance(id, int) for id in reconcile):
        raise JiraError(400, "reconcileIssues takes at most 50 numeric issue ids.")
    names = _listed(body.get("fields"))
    plain = not set(names) - {"id", "key"} and not properties
    most = MOST_PLAIN if plain else MOST_WITH_FIELDS
    size = whole(body, "maxResults", 50)
    if not 0 < size <= MOST_PLAIN:
        raise JiraError(400, "maxResults must be between 1 and 5000.")
    jql = str(body.get("jql") or "")
    token = body.get("nextPageToken")
    found = (
        _resumed(call, str(token), jql)
        if token
        else jql_search.search(call.site, call.user, jql, bounded=True, fresh=reconcile)
    )
    return _token_page(call, body, jql, found, min(size, most), names, properties)


def _token_page(
    call: Call,
    body: dict[str, Any],
    jql: str,
    found: list[Issue],
    size: int,
    names: list[str],
    properties: list[str],
) -> Answer:
    page, rest = found[:size], found[size:]
    fields = show.chosen_fields(call.site, names)
    expand = frozenset(_listed(body.get("expand")))
    shown: list[Json] = []
    for issue in page:
        entry = show.show_issue(call.site, issue, call.view, fields, properties, expand)
        if not names:
            entry = {"id": entry["id"]} | (
                {"properties": entry["properties"]} if properties else {}
            )
        elif not fields:
            del entry["fields"]
        shown.append(entry)
    answer: dict[str, Json] = {"issues": shown, "isLast": not rest}
    if rest:
        answer["nextPageToken"] = _remember(call, jql, rest)
    if "names" in expand:
        answer["names"] = {field.id: field.name for field in fields}
    return answer


def _remember(call: Call, jql: str, rest: list[Issue]) -> str:
    tokens: OrderedDict[str, tuple[str, list[Issue]]] = call.site.search_tokens
    token = "Ck" + secrets.token_urlsafe(24)
    tokens[token] = (jql, rest)
    while len(tokens) > TOKENS_KEPT:
        tokens.popitem(last=False)
    return token


def _resumed(call: Call, token: str, jql: str) -> list[Issue]:
    known = call.site.search_tokens.get(token)
    if known is None or known[0] != jql:
        raise JiraError(
            400, "The provided next page token is invalid or doesn't belong to the query."
        )
    return [issue for issue in known[1] if issue.id in call.site.issues]


@route("GET", "/search", only="data_center")
def get_old_search(call: Call) -> Answer:
    body: dict[str, Json] = {
        "jql": call.arg("jql"),
        "fields": call.args("fields"),
        "expand": call.args("expand"),
        "startAt": call.number("startAt", 0),
        "maxResults": call.number("maxResults", 50),
        "validateQuery": call.arg("validateQuery", "true").lower() != "false",
    }
    return _old(call, body)


@route("POST", "/search", only="data_center")
def post_old_search(call: Call) -> Answer:
    body = call.body
    known = {"jql", "fields", "expand", "startAt", "maxResults", "validateQuery"}
    for name in body.keys() - known:
        raise JiraError(
            400,
            f'Unrecognized field "{name}" (Class com.atlassian.jira.rest.v2.search'
            ".SearchRequestBean), not marked as ignorable",
        )
    return _old(call, body)


def _old(call: Call, body: dict[str, Any]) -> Answer:
    start, size = whole(body, "startAt", 0), whole(body, "maxResults", 50)
    size = MOST_ON_DC if size < 0 else min(size, MOST_ON_DC)
    strict = body.get("validateQuery") not in (False, "none", "warn", "false")
    found = jql_search.search(call.site, call.user, str(body.get("jql") or ""), strict=strict)
    fields = show.chosen_fields(call.site, _listed(body.get("fields")) or ["*navigable"])
    expand = frozenset(_listed(body.get("expand")))
    return {
        "expand": "schema,names",
        "startAt": start,
        "maxResults": size,
        "total": len(found),
        "issues": _shown(call, found[start : start + size], fields, expand),
    }


def _shown(call: Call, page: Iterable[Issue], fields: Any, expand: frozenset[str]) -> list[Json]:
    return [show.show_issue(call.site, issue, call.view, fields, (), expand) for issue in page]


@route("POST", "/search/approximate-count", only="cloud")
def approximate_count(call: Call) -> Answer:
    jql = str(call.body.get("jql") or "")
    return {"count": len(jql_search.search(call.site, call.user, jql, bounded=True))}


@route("POST", "/jql/match", only="cloud")
def match(call: Call) -> Answer:
    matches: list[Json] = []
    for jql in call.body.get("jqls") or ():
        try:
            found = {issue.id for issue in jql_search.search(call.site, call.user, str(jql))}
            wanted = call.body.get("issueIds") or ()
            matches.append({"matchedIssues": [id for id in wanted if id in found], "errors": []})
        except JiraError as refusal:
            matches.append({"matchedIssues": [], "errors": refusal.messages})
    return {"matches": matches}


@route("POST", "/jql/parse", only="cloud")
def parse(call: Call) -> Answer:
    mode = call.arg("validation", "strict")
    if mode not in ("strict", "warn", "none"):
        raise JiraError(400, "validation must be strict, warn or none.")
    queries: list[Json] = []
    for jql in call.body.get("queries") or ():
        try:
            jql_search.check(call.site, call.user, str(jql), strict=mode == "strict")
            queries.append({"query": jql, "structure": {}})
        except JiraError as refusal:
            queries.append({"query": jql, "errors": refusal.messages})
    return {"queries": queries}
