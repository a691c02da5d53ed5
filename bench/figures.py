"""What is measured, and what it should be."""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from django.core.management import call_command
from django.utils import timezone

from bench.stage import Json, Stage, pull, running_sandbox
from connector.models import SmartConnectedItem
from connector.salesforce.describe import Field
from linking.models import Link
from syncjobs.models import Watermark
from syncjobs.queries import OVERLAP_SECONDS
from syncjobs.values import fingerprint, read_salesforce

CASES: Json = {
    "name": "Cases",
    "salesforce": "acme",
    "jira": "acme-jira",
    "mode": "one_way",
    "object": "Case",
    "jira_projects": ["SUP"],
    "issue_type": "Task",
    "mappings": [{"salesforce": "Subject", "jira": "summary"}],
    "jira_remote_link": False,
}
TEN_OBJECTS = {
    "Account": "Name",
    "Contact": "LastName",
    "Lead": "LastName",
    "Case": "Subject",
    "Opportunity": "Name",
    "Task": "Subject",
    "Event": "Subject",
    "Quote": "Name",
    "Order": "OrderNumber",
    "Contract": "ContractNumber",
}


@dataclass(frozen=True)
class Figure:
    name: str
    measured: float
    target: float
    unit: str

    @property
    def reached(self) -> bool:
        return self.measured <= self.target


def measure(names: Sequence[str]) -> int:
    """Print the figures (those named, or all) and return 0 when all are reached."""
    call_command("migrate", verbosity=0)
    missed = 0
    print(f"{'figure':<62} {'measured':>10} {'at most':>10}")
    for name, bench in BENCHES.items():
        if names and name not in names:
            continue
        with running_sandbox() as stage:
            for figure in bench(stage):
                missed += not figure.reached
                _show(figure)
    return 1 if missed else 0


def _show(figure: Figure) -> None:
    verdict = "" if figure.reached else "  MISSED"
    numbers = f"{figure.measured:>10.4g} {figure.target:>10.4g} {figure.unit}"
    print(f"{figure.name:<62} {numbers}{verdict}", flush=True)


def create(stage: Stage) -> list[Figure]:
    """1,000 new records become 1,000 issues."""
    stage.configure([CASES])
    _let_the_overlap_pass()
    stage.new_cases(1_000, "New")
    result, cpu = _timed()
    calls = result["salesforce_calls"] + result["jira_calls"]
    bare = _bare_creates(stage)
    _expect(result["created"] == 1_000)
    return [
        Figure(
            "1,000 new records: calls (1 query, 20 creates, 5 notes)", calls, 26 * 1.05, "calls"
        ),
        Figure(
            "  our own CPU for an issue, beside that of its HTTP",
            (cpu - bare) * 1_000 / 1_000,
            bare * 1_000 / 1_000,
            "ms",
        ),
        Figure("  wall time", result["seconds"], 600, "s"),
    ]


def edit(stage: Stage) -> list[Figure]:
    """1,000 changed records become 1,000 edits."""
    stage.configure([CASES])
    ids = stage.new_cases(1_000, "New")
    pull()
    _let_the_overlap_pass()
    pull()  # the safety net looks once at what we have made ourselves
    stage.change_cases(ids, "Changed")
    result, cpu = _timed()
    calls = result["salesforce_calls"] + result["jira_calls"]
    _expect(result["updated"] == 1_000)
    again, _ = _timed()
    bare = _bare_edits(stage)
    return [
        Figure(
            "1,000 changed records: calls (1 query, 10 reads, 1,000 edits)",
            calls,
            1011 * 1.05,
            "calls",
        ),
        Figure("  our own CPU for an edit, beside that of its HTTP", cpu - bare, bare, "ms"),
        Figure("  edits when nothing differs any more", again["updated"], 0, "edits"),
        Figure("  calls to Jira when nothing differs any more", again["jira_calls"], 1, "calls"),
        Figure("  wall time", result["seconds"], 600, "s"),
    ]


def idle(stage: Stage) -> list[Figure]:
    """A poll with nothing changed: 25 items over ten objects, comments and files on."""
    items = []
    for number in range(25):
        name = list(TEN_OBJECTS)[number % 10]
        mappings = [{"salesforce": TEN_OBJECTS[name], "jira": "summary"}]
        if name in ("Case", "Contact", "Opportunity", "Order", "Contract"):
            mappings.append({"salesforce": "Account.Name", "jira": "customfield_10050"})
        items.append({**CASES, "name": f"Item {number}", "object": name, "mappings": mappings})
    stage.configure(items)
    _let_the_overlap_pass()
    pull()
    results = pull()
    salesforce = sum(result["salesforce_calls"] for result in results)
    jira = sum(result["jira_calls"] for result in results)
    seconds = max(result["seconds"] for result in results)
    return [
        Figure("idle poll of 25 items over ten objects: Salesforce calls", salesforce, 3, "calls"),
        Figure("  calls to Jira", jira, 1, "calls"),
        Figure("  wall time", seconds, 60, "s"),
    ]


def read(stage: Stage) -> list[Figure]:
    """10,000 changed records are read."""
    stage.configure([{**CASES, "auto_create_issues": False}])
    _let_the_overlap_pass()
    stage.new_cases(10_000, "Changed")
    before = _peak_megabytes()
    result, cpu = _timed()
    return [
        Figure("10,000 changed records read: calls", result["salesforce_calls"], 5, "calls"),
        Figure("  CPU", cpu / 1_000, 1, "s"),
        Figure("  memory", _peak_megabytes() - before, 100, "MB"),
    ]


def linked(stage: Stage) -> list[Figure]:
    """100,000 linked records of which 100 changed, beside 1,000 of which 100 changed."""
    costs: dict[int, tuple[float, float]] = {}
    for count in (1_000, 100_000):
        stage.configure([CASES])
        ids = stage.new_cases(100, "Linked")
        pull()
        others = stage.new_cases(count - 100, "Linked")
        _link(others)
        _let_the_overlap_pass()
        pull()
        stage.change_cases(ids, "Changed")
        before = _peak_megabytes()
        result, cpu = _timed()
        _expect(result["updated"] == 100)
        costs[count] = cpu, _peak_megabytes() - before
    few, many = costs[1_000], costs[100_000]
    return [
        Figure("100 of 100,000 linked records changed: CPU", many[0], few[0] * 1.5, "ms"),
        Figure("  memory beyond that for 100 of 1,000", many[1] - few[1], 10, "MB"),
    ]


BENCHES: dict[str, Callable[[Stage], list[Figure]]] = {
    "create": create,
    "edit": edit,
    "idle": idle,
    "read": read,
    "linked": linked,
}


def _timed() -> tuple[Json, float]:
    """Pull; return the one item's result and the CPU time in milliseconds."""
    start = time.process_time()
    (result,) = pull()
    return result, (time.process_time() - start) * 1_000


def _link(ids: Sequence[str]) -> None:
    """Links as a pull would have left them, without a thousand minutes of pulling."""
    item = SmartConnectedItem.objects.get()
    key = bytes.fromhex(item.digest_key)
    subject = Field(name="Subject", type="string")
    Link.objects.bulk_create(
        (
            Link(
                item=item,
                record_id=record_id,
                issue_id=str(10_000_000 + number),
                issue_key=f"SUP-{10_000_000 + number}",
                state=Link.State.ACTIVE,
                digests={
                    "Subject>summary": [
                        fingerprint(read_salesforce(f"Linked {number}", subject), key)
                    ]
                    * 2
                },
                synced_at=timezone.now(),
            )
            for number, record_id in enumerate(ids)
        ),
        batch_size=500,
    )


def _let_the_overlap_pass() -> None:
    """Set the watermark to now plus the overlap, as if it had been idle for so long."""
    time.sleep(1.1)
    stamp = timezone.now() + timedelta(seconds=OVERLAP_SECONDS)
    Watermark.objects.update(stamp=stamp)
    time.sleep(1.1)


def _bare(calls: Sequence[tuple[str, str, Any]]) -> float:
    """CPU milliseconds of a plain loop that makes these calls."""
    with requests.Session() as session:
        session.auth = ("connector@acme.example", "sandbox-api-token")
        start = time.process_time()
        for method, url, body in calls:
            answer = session.request(method, url, json=body, timeout=120)
            answer.raise_for_status()
            if answer.content:
                answer.json()
        return (time.process_time() - start) * 1_000


def _bare_creates(stage: Stage) -> float:
    update = {
        "fields": {
            "project": {"key": "SUP"},
            "issuetype": {"name": "Task"},
            "summary": "Bare",
        },
        "properties": [{"key": "bare", "value": {"record": "500", "item": "bare"}}],
    }
    url = f"{stage.jira}/rest/api/2/issue/bulk"
    return _bare([("POST", url, {"issueUpdates": [update] * 50})] * 20)


def _bare_edits(stage: Stage) -> float:
    ids = list(Link.objects.values_list("issue_id", flat=True)[:1_000])
    base = f"{stage.jira}/rest/api/2/issue"
    reads = [
        ("POST", f"{base}/bulkfetch", {"issueIdsOrKeys": ids[at : at + 100], "fields": ["summary"]})
        for at in range(0, 1_000, 100)
    ]
    edits = [("PUT", f"{base}/{each}", {"fields": {"summary": "Bare"}}) for each in ids]
    return _bare([*reads, *edits])


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _expect(ok: bool) -> None:
    if not ok:
        raise SystemExit("The bench did not do what it measures.")
