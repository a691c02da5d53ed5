"""Keeps the statuses of linked pairs in step, whatever directions their fields have.

    load  →  who moved (pure)  →  closest safe status (pure)  →  transitions, one collection PATCH

What is written is remembered, so that our own change plans nothing when it comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.document.model import Mode, StatusSync
from connector.errors import Refused, RemoteError
from connector.jira.model import Status as JiraStatus
from connector.salesforce.client import SaveResult
from connector.status_catalog import StatusCatalog
from linking.saving import save_rows
from syncjobs.digests import Digester
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair, stops_connection
from syncjobs.plan import Json, Note
from syncjobs.status_jira import Walk, walk_all
from syncjobs.status_plan import (
    KEY,
    RECORD_TYPE,
    Facts,
    Memory,
    Move,
    is_open,
    is_tried_again,
    later_move,
    move_of,
    status_fields,
    status_problem,
)
from syncjobs.status_times import salesforce_times
from syncjobs.statuses import NoMatch, Status, find, from_jira, from_salesforce, unlisted


def sync_statuses(run: ItemRun, pairs: Sequence[Pair]) -> None:
    """Bring the statuses of these pairs in step.

    What can't be done is noted with its pair; an error of one pair is its own. Raises RemoteError
    when a connection has to wait: what was done before is remembered, and the pairs that weren't
    have the error.
    """
    config = run.resolved.config.status
    todo = [pair for pair in pairs if pair.error is None]
    if config is None or not todo or status_problem(config, run.resolved.sobject):
        return
    try:
        _Statuses(run, config).sync(todo)
    except RemoteError as error:
        for pair in todo:
            pair.error = pair.error or error
    stopped = next((pair.error for pair in todo if stops_connection(pair.error)), None)
    if stopped:
        raise stopped


def has_status_moved(run: ItemRun, record: Json, digests: Mapping[str, Any]) -> bool:
    """Whether a changed record is to be given to `sync_statuses`.

    Its status isn't the one of the last agreement, or the two couldn't agree. `record` has to hold
    the fields named by `status_fields`.
    """
    paths = status_fields(run.resolved.config.status, run.resolved.sobject)
    if not paths:
        return False
    return is_open(str(record[paths[0]] or ""), Memory.of(digests), Digester(run.digest_key))


@dataclass
class _Work:
    """One pair: both statuses as they are, and what is remembered of them."""

    pair: Pair
    facts: Facts
    memory: Memory
    salesforce: Status
    jira: Status
    move: Move = Move.NONE
    again: bool = False

    def note(self, reason: str) -> None:
        self.pair.notes.append(Note(KEY, reason))


class _Statuses:
    """The statuses of one item in one reconcile."""

    def __init__(self, run: ItemRun, config: StatusSync) -> None:
        self._run = run
        self._config = config
        self._digester = Digester(run.digest_key)
        self._catalog = StatusCatalog(run.org.connection, run.org.client)
        side, sobject = run.resolved.jira, run.resolved.sobject
        known = run.site.catalog.statuses(side.project.key).get(side.issue_type.id, ())
        self._jira = tuple(from_jira(each) for each in known)
        field = sobject.field(config.field)
        assert field is not None, "status_problem has looked for it"
        self._field = field
        self._salesforce = from_salesforce(self._catalog.statuses(sobject, field.name))

    def sync(self, pairs: Sequence[Pair]) -> None:
        self._load(pairs)
        works = [self._work(pair) for pair in pairs]
        for work in works:
            self._decide(work)
        self._let_the_later_win([each for each in works if each.move is Move.LATER_WINS])
        self._write_salesforce([each for each in works if each.move is Move.TO_SALESFORCE])
        self._write_jira([each for each in works if each.move is Move.TO_JIRA])

    def _load(self, pairs: Sequence[Pair]) -> None:
        """Read what a caller that didn't know of the status hasn't read."""
        names = status_fields(self._config, self._run.resolved.sobject)
        records = [pair for pair in pairs if any(name not in pair.record for name in names)]
        if records:
            sobject, ids = self._run.resolved.sobject.name, [each.record_id for each in records]
            found = {r["Id"]: r for r in self._run.org.client.read(sobject, ids, ["Id", *names])}
            for pair in records:
                pair.record |= {n: found.get(pair.record_id, {}).get(n) for n in names}
        issues = [pair for pair in pairs if "status" not in pair.issue["fields"]]
        if issues:
            read = self._run.site.client.issues([str(p.link.issue_id) for p in issues], ["status"])
            for pair in issues:
                pair.issue["fields"] |= read[str(pair.link.issue_id)]["fields"]

    def _work(self, pair: Pair) -> _Work:
        value = str(pair.record[self._field.name] or "")
        jira = from_jira(JiraStatus.from_api(pair.issue["fields"]["status"]))
        updated = pair.issue["fields"].get("updated")
        facts = Facts(value, jira.id, f"{pair.stamp} {updated} {self._config}")
        salesforce = next((s for s in self._salesforce if s.id == value), None)
        memory = Memory.of(pair.link.digests)
        return _Work(pair, facts, memory, salesforce or unlisted(value), jira)

    def _decide(self, work: _Work) -> None:
        two_way = self._run.resolved.config.mode is Mode.TWO_WAY
        move = move_of(work.facts, work.memory, self._digester, two_way=two_way)
        if move is Move.NONE and work.memory.stuck:
            self._decide_again(work)
        elif (move is Move.LATER_WINS and self._agree(work)) or (
            move is Move.NONE and work.memory.under_way
        ):
            self._remember([(work, work.facts.agreed(self._digester))])
        else:
            work.move = move

    def _decide_again(self, work: _Work) -> None:
        """A side that couldn't follow: try once more, or say once more why it can't."""
        assert work.memory.stuck is not None
        if is_tried_again(work.facts, work.memory, self._digester):
            work.move, work.again = work.memory.stuck[0], True
            return
        for note in work.pair.link.notes:
            if note["target"] == KEY:
                work.note(note["reason"])

    def _agree(self, work: _Work) -> bool:
        return self._jira_target(work) == work.jira or self._record_target(work) == work.salesforce

    def _let_the_later_win(self, works: Sequence[_Work]) -> None:
        if not works:
            return
        times = salesforce_times(self._run, [work.pair for work in works])
        client = self._run.site.client
        account = client.connect().account_id if _any_under_way(works) else ""
        stopped: RemoteError | None = None
        for work in works:
            try:
                if stopped:
                    raise stopped
                changes = client.status_changes(str(work.pair.link.issue_id))
            except RemoteError as error:
                stopped = error if stops_connection(error) else None
                self._failed(work, error)
            else:
                at = times[work.pair.record_id]
                work.move = later_move(changes, at, work.memory, account)

    # Salesforce → Jira

    def _jira_target(self, work: _Work) -> Status | NoMatch:
        table = dict(self._config.to_jira)
        return find(work.salesforce, self._jira, table, work.jira, "Jira")

    def _write_jira(self, works: Sequence[_Work]) -> None:
        walks: list[tuple[_Work, Walk]] = []
        known: list[tuple[_Work, Memory]] = []
        for work in works:
            target = self._jira_target(work) if work.facts.value else work.jira
            if isinstance(target, NoMatch):
                known.append((work, self._stuck(work, Move.TO_JIRA, target.reason)))
            elif target.id == work.jira.id:
                known.append((work, work.facts.agreed(self._digester)))
            else:
                issue_id = str(work.pair.link.issue_id)
                walks.append((work, Walk(issue_id, work.jira.id, target, direct=work.again)))
        known += [(work, work.memory.going()) for work, _ in walks]
        self._remember(known)
        try:
            walk_all(self._run.site.client, [walk for _, walk in walks])
        finally:
            self._remember([(w, m) for w, walk in walks if (m := self._walked(w, walk))])

    def _walked(self, work: _Work, walk: Walk) -> Memory | None:
        """What to remember after a walk; None if its intent has to stand."""
        self._run.counts.statuses += 1 if walk.steps else 0
        if walk.error is not None:
            self._failed(work, walk.error)
            return None
        facts = Facts(work.facts.value, walk.at, work.facts.circumstances)
        if walk.arrived:
            return facts.agreed(self._digester)
        if not walk.reason:
            return None
        work.note(walk.reason)
        return facts.stuck(self._digester, Move.TO_JIRA, refused=walk.refused)

    # Jira → Salesforce

    def _record_target(self, work: _Work) -> Status | NoMatch:
        sobject, kind = self._run.resolved.sobject, str(work.pair.record.get(RECORD_TYPE) or "")
        allowed = self._catalog.allowed(sobject, self._field.name, kind)
        offered = [s for s in self._salesforce if allowed is None or s.id in allowed]
        table = dict(self._config.to_salesforce)
        return find(work.jira, offered, table, work.salesforce, "Salesforce")

    def _write_salesforce(self, works: Sequence[_Work]) -> None:
        writes: list[tuple[_Work, Status]] = []
        known: list[tuple[_Work, Memory]] = []
        for work in works:
            target = self._record_target(work)
            if isinstance(target, NoMatch):
                known.append((work, self._stuck(work, Move.TO_SALESFORCE, target.reason)))
            elif target.id == work.facts.value:
                known.append((work, work.facts.agreed(self._digester)))
            else:
                writes.append((work, target))
        results = self._save(writes)
        for (work, target), result in zip(writes, results, strict=True):
            memory = self._saved(work, target, result)
            known += [(work, memory)] if memory else []
        self._remember(known)

    def _save(self, writes: Sequence[tuple[_Work, Status]]) -> list[SaveResult]:
        """Write the status alone: an activation with any other field beside it is refused."""
        kind = {"type": self._run.resolved.sobject.name}
        rows = [
            {"attributes": kind, "id": work.pair.record_id, self._field.name: target.id}
            for work, target in writes
        ]
        try:
            return self._run.org.client.update_many(rows) if rows else []
        except RemoteError as error:
            return [SaveResult("", False, failure=error) for _ in rows]

    def _saved(self, work: _Work, target: Status, result: SaveResult) -> Memory | None:
        refusal = result.refusal()
        if refusal is None:
            self._run.counts.statuses += 1
            facts = Facts(target.id, work.facts.status_id, work.facts.circumstances)
            return facts.agreed(self._digester)
        if not isinstance(refusal, Refused):
            self._failed(work, refusal)
            return None
        work.note(f"Salesforce refused the status “{target.name}”: {refusal.message}")
        return work.facts.stuck(self._digester, Move.TO_SALESFORCE, refused=True)

    # What is remembered

    def _stuck(self, work: _Work, side: Move, reason: str) -> Memory:
        work.note(reason)
        return work.facts.stuck(self._digester, side, refused=False)

    def _failed(self, work: _Work, error: RemoteError) -> None:
        work.move = Move.NONE
        work.pair.error = error

    @staticmethod
    def _remember(known: Sequence[tuple[_Work, Memory]]) -> None:
        for work, memory in known:
            work.pair.link.digests = memory.kept_in(work.pair.link.digests)
        save_rows([work.pair.link for work, _ in known], "digests")


def _any_under_way(works: Sequence[_Work]) -> bool:
    return any(work.memory.under_way for work in works)
