"""query, queryAll, and the pages that follow."""

import re

from ..faults import Fault
from .call import Answer, Call, whole_number

_BATCH = re.compile(r"batchSize\s*=\s*(\S+)", re.IGNORECASE)
SMALLEST_BATCH, LARGEST_BATCH = 200, 2_000


def query(call: Call) -> Answer:
    """GET /query/?q=, /queryAll/?q= and /query/{locator}"""
    if call.method != "GET":
        raise Fault(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{call.method}' not allowed")
    if len(call.path) == 2:
        return Answer(200, call.org.queries.more(call.path[1]))
    text = call.query.get("q")
    if not text:
        raise Fault(400, "MALFORMED_QUERY", "SOQL statements cannot be empty or null")
    deleted = call.path[0] == "queryAll"
    body = call.org.queries.run(text, call.actor, call.version, _batch(call), deleted)
    return Answer(200, body)


def _batch(call: Call) -> int | None:
    match = _BATCH.search(call.headers.get("sforce-query-options", ""))
    if match is None:
        return None
    size = whole_number(match[1], "batchSize")
    return max(SMALLEST_BATCH, min(size, LARGEST_BATCH))
