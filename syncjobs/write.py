"""Writes planned fields to the two sides.

A field that a system refuses by name is noted and the others are written without it. Anything
else that goes wrong with a pair stays that pair's.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from connector.errors import Refused, RemoteError
from connector.salesforce.client import SaveResult
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair, stops_connection
from syncjobs.plan import Json, Note

# Writes to different issues go out side by side; the client keeps to the site's limits.
SIDE_BY_SIDE = 8


def write_issues(run: ItemRun, pairs: Sequence[Pair]) -> None:
    """Set the issues' fields. When the site has to wait, the rest is not tried any more."""
    if not pairs:
        return
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(pairs))) as pool:
        for pair in pool.map(lambda pair: _write_issue(run, pair), pairs):
            if stops_connection(pair.error):
                pool.shutdown(wait=False, cancel_futures=True)
                break


def _write_issue(run: ItemRun, pair: Pair) -> Pair:
    fields = pair.plan.jira_fields
    issue_id = str(pair.link.issue_id)
    try:
        try:
            run.site.client.edit_issue(issue_id, fields=fields)
        except Refused as refusal:
            rest = _without(pair, fields, refusal.fields)
            if rest:
                run.site.client.edit_issue(issue_id, fields=rest)
    except RemoteError as error:
        pair.error = error
    else:
        pair.written = True
    return pair


def _without(pair: Pair, fields: Json, refused: dict[str, str]) -> Json:
    """The fields that were not refused by name. Raises the refusal again if none was."""
    bad = refused.keys() & fields.keys()
    if not bad:
        raise
    pair.refused |= bad
    pair.notes += [Note(name, refused[name]) for name in sorted(bad)]
    return {name: value for name, value in fields.items() if name not in bad}


def write_records(run: ItemRun, pairs: Sequence[Pair]) -> None:
    """Set the records' fields, two hundred records a call. Raises RemoteError."""
    _save(run, [(pair, pair.plan.salesforce_fields) for pair in pairs])


def _save(run: ItemRun, wanted: Sequence[tuple[Pair, Json]], *, again: bool = True) -> None:
    sobject = run.resolved.sobject.name
    rows = [
        {"attributes": {"type": sobject}, "id": pair.record_id, **fields} for pair, fields in wanted
    ]
    results = run.org.client.update_many(rows) if rows else []
    retry: list[tuple[Pair, Json]] = []
    for (pair, fields), result in zip(wanted, results, strict=True):
        refusal = result.refusal()
        if refusal is None:
            # A pair whose issue has to be written too is in step only after that.
            pair.written = not pair.plan.to_jira
        elif again and (bad := _refused_fields(result, fields)):
            pair.refused |= bad.keys()
            pair.notes += [Note(name, reason) for name, reason in sorted(bad.items())]
            rest = {name: value for name, value in fields.items() if name not in bad}
            if rest:
                retry.append((pair, rest))
        else:
            pair.error = refusal
    if retry:
        _save(run, retry, again=False)


def _refused_fields(result: SaveResult, fields: Json) -> dict[str, str]:
    named = {name: error.message for error in result.errors for name in error.fields}
    return {name: reason for name, reason in named.items() if name in fields}
