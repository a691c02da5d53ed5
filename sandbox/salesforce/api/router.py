"""Leads a call below /services/data/vNN.N to what answers it."""

from ..faults import not_found
from . import collections, composite, identity, queries, search, sobjects, tree, uiapi
from .call import Answer, Call, method_not_allowed


def dispatch(call: Call) -> Answer:
    """Answer a call. Raises Fault."""
    first = call.path[0] if call.path else ""
    if first == "sobjects":
        return sobjects.sobjects(call)
    if first in ("query", "queryAll"):
        return queries.query(call)
    if first == "composite":
        return _composite(call)
    if first == "search":
        return search.search(call)
    if first == "parameterizedSearch":
        return search.parameterized(call)
    if first == "limits":
        return limits(call)
    if first == "ui-api":
        return uiapi.ui_api(call)
    if first == "identity":
        return identity.identity(call)
    if not first:
        return Answer(200, _resources(call))
    raise not_found()


def _resources(call: Call) -> dict[str, str]:
    names = ("sobjects", "query", "queryAll", "composite", "search", "limits", "ui-api")
    identity = call.org.sessions.identity_url(call.actor.user_id)
    return {"identity": identity} | {name: f"{call.root}/{name}" for name in names}


def _composite(call: Call) -> Answer:
    if call.path[1:2] == ("sobjects",):
        return collections.collections(call)
    if call.method != "POST":
        raise method_not_allowed(call, "POST")
    if len(call.path) == 1:
        return composite.composite(call, dispatch)
    if call.path[1:] == ("batch",):
        return composite.batch(call, dispatch)
    if call.path[1] == "tree" and len(call.path) == 3:
        return tree.tree(call)
    raise not_found()


def limits(call: Call) -> Answer:
    """GET /limits"""
    org = call.org
    used = {"Max": org.daily_limit, "Remaining": max(0, org.daily_limit - org.calls_used)}
    storage = {"Max": 1024, "Remaining": 1000}
    return Answer(
        200,
        {
            "DailyApiRequests": used,
            "DataStorageMB": storage,
            "FileStorageMB": storage,
            "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": 10_000},
            "DailyStreamingApiEvents": {"Max": 10_000, "Remaining": 10_000},
        },
    )
