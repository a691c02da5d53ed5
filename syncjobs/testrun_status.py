"""Which status a sync of a pair would set, by the same rules as the sync, without its writes.

Whether the workflow leads there is seen only by walking: a transition may change what is offered.
"""

from connector.document.model import Mode, StatusSync
from connector.jira.model import Status as JiraStatus
from connector.status_catalog import StatusCatalog
from syncjobs.digests import Digester
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair
from syncjobs.plan import Note
from syncjobs.status_plan import (
    KEY,
    RECORD_TYPE,
    Facts,
    Memory,
    Move,
    later_move,
    move_of,
    status_problem,
)
from syncjobs.status_times import salesforce_times
from syncjobs.statuses import NoMatch, Status, find, from_jira, from_salesforce, unlisted
from syncjobs.testrun_values import JIRA, SALESFORCE, Operation, Planned


def plan_status(run: ItemRun, pair: Pair) -> Planned:
    """The status that would be set on one side. Raises RemoteError."""
    config, sobject = run.resolved.config.status, run.resolved.sobject
    if config is None or status_problem(config, sobject):
        return Planned()
    look = _Look(run, pair, config)
    move = look.move()
    if move is Move.TO_JIRA and look.value:
        return _outcome(JIRA, look.jira, look.jira_target())
    if move is Move.TO_SALESFORCE:
        return _outcome(SALESFORCE, look.salesforce, look.record_target())
    return Planned()


def _outcome(side: str, current: Status, target: Status | NoMatch) -> Planned:
    if isinstance(target, NoMatch):
        return Planned(notes=(Note(KEY, target.reason),))
    if target.id == current.id:
        return Planned()
    return Planned((Operation(side, "status", KEY, current.name or None, target.name),))


class _Look:
    """Both statuses of one pair as they are, and what they could become."""

    def __init__(self, run: ItemRun, pair: Pair, config: StatusSync) -> None:
        self._run, self._pair, self._config = run, pair, config
        self._catalog = StatusCatalog(run.org.connection, run.org.client)
        self._listed = from_salesforce(self._catalog.statuses(run.resolved.sobject, config.field))
        self.value = str(pair.record[config.field] or "")
        known = next((each for each in self._listed if each.id == self.value), None)
        self.salesforce = known or unlisted(self.value)
        self.jira = from_jira(JiraStatus.from_api(pair.issue["fields"]["status"]))

    def move(self) -> Move:
        memory = Memory.of(self._pair.link.digests)
        facts = Facts(self.value, self.jira.id, "")
        two_way = self._run.resolved.config.mode is Mode.TWO_WAY
        move = move_of(facts, memory, Digester(self._run.digest_key), two_way=two_way)
        if move is Move.NONE and memory.stuck:
            return memory.stuck[0]
        if move is not Move.LATER_WINS:
            return move
        if self.jira_target() == self.jira or self.record_target() == self.salesforce:
            return Move.NONE
        client = self._run.site.client
        account = client.connect().account_id if memory.under_way else ""
        at = salesforce_times(self._run, [self._pair])[self._pair.record_id]
        return later_move(client.status_changes(str(self._pair.link.issue_id)), at, memory, account)

    def jira_target(self) -> Status | NoMatch:
        side = self._run.resolved.jira
        known = self._run.site.catalog.statuses(side.project.key).get(side.issue_type.id, ())
        offered = [from_jira(each) for each in known]
        return find(self.salesforce, offered, dict(self._config.to_jira), self.jira, "Jira")

    def record_target(self) -> Status | NoMatch:
        kind = str(self._pair.record.get(RECORD_TYPE) or "")
        allowed = self._catalog.allowed(self._run.resolved.sobject, self._config.field, kind)
        offered = [each for each in self._listed if allowed is None or each.id in allowed]
        table = dict(self._config.to_salesforce)
        return find(self.jira, offered, table, self.salesforce, "Salesforce")
