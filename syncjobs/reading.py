"""Which queries one poll of an org sends, and how their pages are walked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.salesforce.answers import QueryPage
from connector.salesforce.client import SalesforceClient
from connector.salesforce.errors import LocatorExpired
from syncjobs.attachments.queries import changed_since as files_changed_since
from syncjobs.comments.queries import changed_since as comments_changed_since
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
    relations: list[tuple[ItemRun, Relation]] = field(default_factory=list)

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

    @property
    def concerned(self) -> list[ItemRun]:
        """The items that miss something when this can't be read."""
        return [*self.runs, *(run for run, _ in self.relations)]


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

    @property
    def concerned(self) -> list[ItemRun]:
        return [self.run]


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
    def concerned(self) -> list[ItemRun]:
        return [run for run, _ in self.relations]


@dataclass
class Activity:
    """New comments or files: their rows name records, which don't change themselves."""

    runs: list[ItemRun]
    key: str
    soql: str


Read = Changes | Backfill | Relatives | Activity


def plan_reads(
    runs: Sequence[ItemRun],
    changes: dict[int, Watermark],
    backfills: dict[int, Watermark],
    degraded: Sequence[str],
) -> list[Read]:
    """Return what one poll asks, in the order in which the answers are dealt with.

    Items that share an object share its query. What makes other records due comes before the
    changes, as the watermarks move on with these. `degraded` are the sentences of the
    connection's probes.
    """
    by_object: dict[str, list[ItemRun]] = {}
    for run in runs:
        by_object.setdefault(run.resolved.sobject.name, []).append(run)
    relations = _relations(runs)
    own = [Changes.of(name, group, changes) for name, group in by_object.items()]
    for read in own:
        if _tells_relations(read, relations.get(read.sobject, ())):
            # The object's own changes say as much as a query for the relations: one less.
            read.relations = relations.pop(read.sobject)
    return [
        *_activity(runs, changes, degraded),
        *(Relatives.of(name, group, changes) for name, group in relations.items()),
        *sorted(own, key=lambda read: not read.relations),
        *(Backfill.of(run, backfills[run.item.pk]) for run in runs if run.item.pk in backfills),
    ]


def _tells_relations(read: Changes, relations: Sequence[tuple[ItemRun, Relation]]) -> bool:
    """Whether an object's own query can serve those who are related to it.

    It is dealt with before theirs, so it must not wait for others itself.
    """
    waits = any(run.resolved.relations for run in read.runs)
    return bool(relations) and not waits and all(r.key == "Id" for _, r in relations)


def _relations(runs: Sequence[ItemRun]) -> dict[str, list[tuple[ItemRun, Relation]]]:
    by_object: dict[str, list[tuple[ItemRun, Relation]]] = {}
    for run in runs:
        for relation in sorted(run.resolved.relations, key=lambda each: each.id_path):
            by_object.setdefault(relation.sobject, []).append((run, relation))
    return by_object


def _activity(
    runs: Sequence[ItemRun], marks: dict[int, Watermark], degraded: Sequence[str]
) -> list[Activity]:
    reads: list[Activity] = []
    if talking := [run for run in runs if run.resolved.config.comments.enabled]:
        objects = {run.resolved.sobject.name: run.resolved.sobject for run in talking}
        since = since_of(talking, marks)
        for soql in comments_changed_since(objects.values(), degraded, since):
            reads.append(Activity(talking, "ParentId", soql))
    if filing := [run for run in runs if run.resolved.config.attachments.enabled]:
        found = files_changed_since(degraded, since_of(filing, marks))
        reads += [Activity(filing, "LinkedEntityId", found)] if found else []
    return reads


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
