"""Writes copies to Jira: an issue's in their order, those of different issues side by side."""

from collections import defaultdict, deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from connector.errors import Gone, Refused, RemoteError
from connector.salesforce.chunks import slices
from syncjobs.comments.plan import PROPERTY
from syncjobs.comments.read import has_customers
from syncjobs.comments.rows import Write, ask
from syncjobs.pairs import stops_connection
from syncjobs.write import SIDE_BY_SIDE


def write_comments(writes: Sequence[Write]) -> list[Write]:
    """Make and change comments; return those that may not be changed.

    Raises RemoteError for what stops the connection. Calls travel in threads, everything else is
    done in this one.
    """
    refused: list[Write] = []
    waiting: defaultdict[str, deque[Write]] = defaultdict(deque)
    for write in writes:
        waiting[_issue(write)].append(write)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        while queues := [queue for queue in waiting.values() if queue]:
            for some in slices(queues, SIDE_BY_SIDE):
                batch = [queue.popleft() for queue in some]
                ask(batch)
                for write, outcome in zip(batch, pool.map(_sent, batch), strict=True):
                    if not _settled(write, outcome):
                        refused.append(write)
                    if write.comments.pair.error:
                        waiting[_issue(write)].clear()
                _stop(batch)
    return refused


def _issue(write: Write) -> str:
    return str(write.comments.pair.link.issue_id)


def _sent(write: Write) -> str | RemoteError:
    """The id of the comment as it was made or changed; or why it wasn't."""
    client, copy = write.run.site.client, write.copy
    try:
        if write.twin:
            client.edit_comment(_issue(write), write.twin, copy.body)
            return write.twin
        made = client.add_comment(
            _issue(write),
            copy.body,
            # Elsewhere an internal comment would be a plain one with a property.
            internal=not copy.public if has_customers(write.run, write.comments.pair) else None,
            properties={PROPERTY: copy.mark},
        )
    except RemoteError as error:
        return error
    return str(made["id"])


def _settled(write: Write, outcome: str | RemoteError) -> bool:
    """Remember what became of a write; False for a change that isn't allowed."""
    if isinstance(outcome, str):
        write.done(outcome)
    elif write.twin and isinstance(outcome, Gone):
        write.deleted()
    elif write.twin and isinstance(outcome, Refused):
        return False
    elif isinstance(outcome, Refused):
        write.refused(outcome)
    else:
        write.failed(outcome)
    return True


def _stop(writes: Sequence[Write]) -> None:
    error = next((e for w in writes if stops_connection(e := w.comments.pair.error)), None)
    if error:
        raise error
