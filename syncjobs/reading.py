"""Which queries one poll of an org sends, and how their pages are walked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.salesforce.answers import QueryPage
from connector.salesforce.client import SalesforceClient
from connector.salesforce.errors import LocatorExpired
from syncjobs.models import Watermark
from syncjobs.opened import ItemRun
from syncjobs.plan import Json
from syncjobs.queries import (
    OVERLAP_SECONDS,
    Keyset,
    changed_ids,
    changed_records,
    changed_records_after,
    matching_records,
)
from syncjobs.resolve import Relation

Resume = Callable[[Keyset], str]
MOST_RESTARTS = 5


@dataclass
class Changes:
    """The changed records of one object, for all the items that share it."""

    sobject: str
    runs: list[ItemRun]
    marks: dict[int, Watermark]
    soql: str = ""
    resume: Resume = field(default=lambda place: "")

    @classmethod
    def of(cls, sobject: str, runs: list[ItemRun], marks: dict[int, Watermark]) -> "Changes":
        paths = list(dict.fromkeys(path for run in runs for path in run.resolved.paths))
        since = since_of(runs, marks)
        return cls(
            sobject,
            runs,
            marks,
            changed_records(sobject, paths, since),
            lambda place: changed_records_after(sobject, paths, place),
        )


@dataclass
class Backfill:
    """The records of one item that were there before it: read once, from where it got to."""

    run: ItemRun
    mark: Watermark
    soql: str = ""
    resume: Resume = field(default=lambda place: "")

    @classmethod
    def of(cls, run: ItemRun, mark: Watermark) -> "Backfill":
        config = run.resolved.config
        paths, condition = run.resolved.paths, config.record_filter
        place = Keyset(mark.stamp, mark.record_id) if mark.stamp else None
        return cls(
            run,
            mark,
            matching_records(config.object, paths, condition, place),
            lambda place: matching_records(config.object, paths, condition, place),
        )


@dataclass
class Relatives:
    """The changed rows of an object that records of several items are related to."""

    sobject: str
    relations: list[tuple[ItemRun, Relation]]
    soql: str = ""

    @classmethod
    def of(
        cls, sobject: str, relations: list[tuple[ItemRun, Relation]], marks: dict[int, Watermark]
    ) -> "Relatives":
        keys = sorted({relation.key for _, relation in relations})
        since = since_of([run for run, _ in relations], marks)
        return cls(sobject, relations, changed_ids(sobject, keys, since))

    @property
    def runs(self) -> list[ItemRun]:
        return [run for run, _ in self.relations]


Read = Changes | Backfill | Relatives


def plan_reads(
    runs: Sequence[ItemRun], changes: dict[int, Watermark], backfills: dict[int, Watermark]
) -> list[Read]:
    """Return what one poll asks: items that share an object share its query."""
    by_object: dict[str, list[ItemRun]] = {}
    for run in runs:
        by_object.setdefault(run.resolved.sobject.name, []).append(run)
    reads: list[Read] = [Changes.of(name, group, changes) for name, group in by_object.items()]
    reads += [Backfill.of(run, backfills[run.item.pk]) for run in runs if run.item.pk in backfills]
    return reads + _relatives(runs, changes)


def _relatives(runs: Sequence[ItemRun], changes: dict[int, Watermark]) -> list[Read]:
    by_object: dict[str, list[tuple[ItemRun, Relation]]] = {}
    for run in runs:
        for relation in sorted(run.resolved.relations, key=lambda each: each.id_path):
            by_object.setdefault(relation.sobject, []).append((run, relation))
    return [Relatives.of(name, relations, changes) for name, relations in by_object.items()]


def since_of(runs: Iterable[ItemRun], marks: dict[int, Watermark]) -> datetime:
    """From when on these items have to read, the overlap for late commits included."""
    stamps = [stamp for run in runs if (stamp := marks[run.item.pk].stamp)]
    return min(stamps) - timedelta(seconds=OVERLAP_SECONDS)


def walk(
    client: SalesforceClient, soql: str, first: QueryPage, resume: Resume | None = None
) -> Iterator[list[Json]]:
    """Yield the pages of a query from its first page on, child lists complete.

    When Salesforce has forgotten the query, it is asked again from the last record on. Raises
    LocatorExpired when that happens again and again.
    """
    page, query, restarts = first, soql, 0
    while True:
        try:
            client.complete_children(soql, page.records)
            following = None if page.done else client.next_page(page.next_url)
        except LocatorExpired:
            restarts += 1
            if resume is None or restarts > MOST_RESTARTS:
                raise
            page = client.query(query)
            continue
        yield page.records
        if following is None:
            return
        if resume:
            query = resume(place_of(page.records[-1]))
        page = following


def place_of(record: Json) -> Keyset:
    """Return where a record stands in the order that pages come in."""
    return Keyset(datetime.fromisoformat(record["SystemModstamp"]), record["Id"])
