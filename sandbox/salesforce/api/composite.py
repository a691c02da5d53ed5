"""Many calls in one: /composite, whose parts may use each other's answers, and /composite/batch."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ..faults import Fault
from .call import URI_LIMIT, Answer, Call, objects

MAX_PARTS = 25
MAX_QUERIES = 5
_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)((?:\.[A-Za-z0-9_]+|\[\d+\])*)\}")
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]")
_NAME = re.compile(r"[A-Za-z0-9_]+")
_COUNTS_AS_QUERY = re.compile(r"/services/data/v[\d.]+/(query|queryAll|composite/sobjects)\b")
Dispatch = Callable[[Call], Answer]


class _RolledBack(Exception):
    """Leaves the transaction of an all-or-none call."""


def composite(call: Call, dispatch: Dispatch) -> Answer:
    """POST /composite"""
    body = call.record_body()
    parts = objects(body.get("compositeRequest"), "compositeRequest")
    _check_parts(parts)
    all_or_none = body.get("allOrNone") is True
    answers: list[dict[str, Any]] = []
    results: dict[str, Any] = {}
    try:
        with call.org.store.transaction():
            for part in parts:
                answers.append(_answer_part(call, part, results, dispatch))
                if all_or_none and answers[-1]["httpStatusCode"] >= 300:
                    raise _RolledBack
    except _RolledBack:
        answers = _halted(parts, answers[-1])
    return Answer(200, {"compositeResponse": answers})


def _check_parts(parts: list[dict[str, Any]]) -> None:
    if len(parts) > MAX_PARTS:
        message = f"The request can't have more than {MAX_PARTS} operations."
        raise Fault(400, "LIMIT_EXCEEDED", message)
    names = [part.get("referenceId") for part in parts]
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise Fault(400, "INVALID_INPUT", f"Provided referenceId ('{name}') is invalid.")
    if len(set(names)) != len(names):
        raise Fault(400, "INVALID_INPUT", "Duplicate ReferenceId provided")
    queries = sum(bool(_COUNTS_AS_QUERY.match(str(part.get("url")))) for part in parts)
    if queries > MAX_QUERIES:
        message = f"The request can't have more than {MAX_QUERIES} query or collection operations."
        raise Fault(400, "LIMIT_EXCEEDED", message)


def _answer_part(
    call: Call, part: dict[str, Any], results: dict[str, Any], dispatch: Dispatch
) -> dict[str, Any]:
    name = part["referenceId"]
    try:
        url = str(_filled(part.get("url", ""), results))
        body = _filled(part.get("body"), results)
    except LookupError as missing:
        message = f"Invalid reference specified. No value for {missing} found"
        answer = Answer(400, Fault(400, "PROCESSING_HALTED", message).body())
    else:
        headers = part.get("httpHeaders")
        headers = headers if isinstance(headers, dict) else {}
        answer = run_part(call, part.get("method", ""), url, headers, body, dispatch)
    if answer.status < 300:
        results[name] = answer.body
    return {
        "body": answer.body,
        "httpHeaders": dict(answer.headers),
        "httpStatusCode": answer.status,
        "referenceId": name,
    }


def run_part(
    call: Call, method: str, url: str, headers: dict[str, str], body: Any, dispatch: Dispatch
) -> Answer:
    """Run one part as if it had come by itself, but for its errors, which become its answer."""
    if len(url) > URI_LIMIT:
        return Answer(414, Fault(414, "URI_TOO_LONG", "URI too long").body())
    parts = urlsplit(url)
    segments = [unquote(step) for step in parts.path.split("/") if step]
    if segments[:2] != ["services", "data"]:
        segments = ["services", "data", *segments]
    version = segments[2].removeprefix("v") if len(segments) > 2 else call.version
    inner = Call(
        call.org,
        call.actor,
        version,
        str(method).upper(),
        tuple(segments[3:]),
        dict(parse_qsl(parts.query, keep_blank_values=True)),
        {key.lower(): str(value) for key, value in headers.items()},
        body,
        part=True,
    )
    try:
        with call.org.store.transaction():
            return dispatch(inner)
    except Fault as fault:
        return Answer(fault.status, fault.body())


def _filled(value: Any, results: dict[str, Any]) -> Any:
    """Replace @{name.path} by what the named part answered. Raises LookupError."""
    if isinstance(value, dict):
        return {key: _filled(inner, results) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, results) for inner in value]
    if not isinstance(value, str):
        return value
    return _REFERENCE.sub(lambda match: str(_looked_up(match, results)), value)


def _looked_up(match: re.Match[str], results: dict[str, Any]) -> Any:
    found = results
    try:
        found = found[match[1]]
        for key, place in _STEP.findall(match[2]):
            found = found[key] if key else found[int(place)]
    except (LookupError, TypeError):
        raise LookupError(match[0][2:-1]) from None
    return found


def _halted(parts: list[dict[str, Any]], failed: dict[str, Any]) -> list[dict[str, Any]]:
    message = (
        "The transaction was rolled back since another operation in the same transaction failed."
    )
    halted = Fault(400, "PROCESSING_HALTED", message).body()
    return [
        failed
        if part["referenceId"] == failed["referenceId"]
        else {
            "body": halted,
            "httpHeaders": {},
            "httpStatusCode": 400,
            "referenceId": part["referenceId"],
        }
        for part in parts
    ]


def batch(call: Call, dispatch: Dispatch) -> Answer:
    """POST /composite/batch: independent parts, each counted as a call of its own."""
    body = call.record_body()
    parts = objects(body.get("batchRequests"), "batchRequests")
    if len(parts) > MAX_PARTS:
        message = f"The request can't have more than {MAX_PARTS} subrequests."
        raise Fault(400, "LIMIT_EXCEEDED", message)
    results: list[dict[str, Any]] = []
    failed = False
    for part in parts:
        if failed and body.get("haltOnError") is True:
            message = "The batch was halted by a failed subrequest."
            answer = Answer(412, Fault(412, "BATCH_PROCESSING_HALTED", message).body())
        else:
            url = f"/services/data/{str(part.get('url', '')).lstrip('/')}"
            method = part.get("method", "")
            answer = run_part(call, method, url, {}, part.get("richInput"), dispatch)
        failed = failed or answer.status >= 300
        results.append({"statusCode": answer.status, "result": answer.body})
    return Answer(200, {"hasErrors": failed, "results": results})


def batch_size(body: Any) -> int:
    """How many calls a batch counts for."""
    parts = body.get("batchRequests") if isinstance(body, dict) else None
    return max(1, len(parts)) if isinstance(parts, list) else 1
