"""Writes copies to Salesforce, two hundred a call."""

from collections.abc import Callable, Sequence

from connector.errors import Gone, Refused, RemoteError
from connector.jira.markup import Html
from connector.salesforce.answers import SaveResult
from connector.salesforce.chunks import SAVE_RECORDS, slices
from syncjobs.comments.plan import Rules
from syncjobs.comments.rows import Write, ask
from syncjobs.comments.values import Json, Side
from syncjobs.pairs import stops_connection

Save = Callable[[Sequence[Json]], Sequence[SaveResult]]


def make(writes: Sequence[Write], rules: Rules, *, visibility: bool) -> None:
    """Make the copies, in their order. Raises RemoteError for what stops the connection.

    `visibility`: whether posts have one in this org.
    """
    for chunk in slices(writes, SAVE_RECORDS):
        ask(chunk)
        records = [_new(write, rules, visibility=visibility) for write in chunk]
        results = _results(chunk, chunk[0].run.org.client.create_many, records)
        for write, result in zip(chunk, results, strict=True):
            refusal = result.refusal()
            if refusal is None:
                write.done(result.id)
            elif isinstance(refusal, Refused):
                write.refused(refusal)
            else:
                write.failed(refusal)
        _stop(chunk)


def change(writes: Sequence[Write], rules: Rules) -> list[Write]:
    """Change copies; return those that may not be changed. Raises RemoteError as `make`."""
    refused: list[Write] = []
    for chunk in slices(writes, SAVE_RECORDS):
        records = [_changed(write, rules) for write in chunk]
        results = _results(chunk, chunk[0].run.org.client.update_many, records)
        for write, result in zip(chunk, results, strict=True):
            refusal = result.refusal()
            if refusal is None:
                write.done(write.twin)
            elif isinstance(refusal, Gone):
                write.deleted()
            elif isinstance(refusal, Refused):
                refused.append(write)
            else:
                write.failed(refusal)
        _stop(chunk)
    return refused


def _results(writes: Sequence[Write], save: Save, records: Sequence[Json]) -> Sequence[SaveResult]:
    try:
        return save(records)
    except RemoteError as error:
        return [SaveResult("", False, failure=error) for _ in writes]


def _stop(writes: Sequence[Write]) -> None:
    error = next((e for w in writes if stops_connection(e := w.comments.pair.error)), None)
    if error:
        raise error


def _new(write: Write, rules: Rules, *, visibility: bool) -> Json:
    place, copy = rules.places[Side.SALESFORCE], write.copy
    record: Json = {"ParentId": write.comments.pair.record_id, **_text(write, rules)}
    if place.case_comment:
        record["IsPublished"] = copy.public
    elif visibility:
        record["Visibility"] = "AllUsers" if copy.public else "InternalUsers"
    return record


def _changed(write: Write, rules: Rules) -> Json:
    return {"id": write.twin, **_text(write, rules)}


def _text(write: Write, rules: Rules) -> Json:
    place, body = rules.places[Side.SALESFORCE], write.copy.body
    if place.case_comment:
        return {"attributes": {"type": "CaseComment"}, "CommentBody": body}
    record: Json = {"attributes": {"type": "FeedItem"}, "Body": body}
    if place.rich:
        record["IsRichText"] = isinstance(body, Html)
    return record
