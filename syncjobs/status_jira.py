"""Brings issues to a status, by the transitions that Jira offers for each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from connector.errors import Refused, RemoteError
from connector.jira.client import JiraClient
from syncjobs.pairs import stops_connection
from syncjobs.status_route import MOST_STEPS, NoStep, next_step
from syncjobs.statuses import Status

# Transitions of different issues go out side by side; the client keeps to the site's limits.
SIDE_BY_SIDE = 8


@dataclass
class Walk:
    """An issue on its way: where it is, and what came of it.

    `direct` allows one transition only. `steps` counts those that were done; `reason` says why the
    target wasn't reached, `refused` that Jira was asked for a transition and said no.
    """

    issue_id: str
    at: str
    target: Status
    direct: bool = False
    steps: int = 0
    reason: str = ""
    refused: bool = False
    error: RemoteError | None = None
    visited: list[str] = field(default_factory=list)

    @property
    def arrived(self) -> bool:
        return self.at == self.target.id


def walk_all(client: JiraClient, walks: Sequence[Walk]) -> None:
    """Go all the ways. When the site has to wait, those not begun get the same error."""
    if not walks:
        return
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(walks))) as pool:
        for walk in pool.map(lambda walk: _walk(client, walk), walks):
            if stops_connection(walk.error):
                pool.shutdown(wait=False, cancel_futures=True)
                break
    stopped = next((walk.error for walk in walks if stops_connection(walk.error)), None)
    for walk in walks:
        if stopped and not (walk.arrived or walk.reason or walk.error):
            walk.error = stopped


def _walk(client: JiraClient, walk: Walk) -> Walk:
    try:
        while not (walk.arrived or walk.reason):
            _step(client, walk)
    except RemoteError as error:
        walk.error = error
    return walk


def _step(client: JiraClient, walk: Walk) -> None:
    walk.visited.append(walk.at)
    if len(walk.visited) > MOST_STEPS:
        walk.reason = (
            f"“{walk.target.name}” is more than {MOST_STEPS} transitions away in Jira; the "
            "connector goes no further. Move the issue in Jira."
        )
        return
    offered = client.transitions(walk.issue_id, hidden=True)
    step = next_step(offered, walk.target, walk.visited, direct=walk.direct)
    if isinstance(step, NoStep):
        walk.reason = step.reason
        return
    try:
        client.transition(walk.issue_id, step.transition.id, step.fields)
    except Refused as refusal:
        # What a validator asks for stands in its message and nowhere else.
        walk.reason = f"Jira refused the transition “{step.transition.name}”: {refusal.message}"
        walk.refused = True
        return
    walk.at = step.transition.to.id
    walk.steps += 1
