"""Reads the files of many pairs in few calls, and what is remembered of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from connector.errors import RemoteError
from connector.salesforce.answers import QueryPage
from connector.salesforce.soql import id_chunks
from linking.models import AttachmentPair, Link
from syncjobs.attachments.plan import Both, needs_recovery
from syncjobs.attachments.queries import classic_files_of, files_of
from syncjobs.attachments.values import (
    Digest,
    File,
    Json,
    Known,
    Side,
    classic_file,
    jira_file,
    linked_file,
)
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair, stops_connection
from syncjobs.values import fingerprint

CLASSIC_LIST = "Attachments"


@dataclass
class PairFiles:
    """A pair with its files and the rows about them, by their keys."""

    pair: Pair
    both: Both
    rows: dict[int, AttachmentPair] = field(default_factory=dict)
    known: list[Known] = field(default_factory=list)

    @property
    def own_rows(self) -> list[AttachmentPair]:
        """The rows of this pair's own link."""
        return [row for row in self.rows.values() if row.link_id == self.pair.link.pk]

    def fail(self, error: RemoteError) -> None:
        """Put the pair off for an error. Raises what concerns a whole connection."""
        if stops_connection(error):
            raise error
        self.pair.error = self.pair.error or error


def digest_for(run: ItemRun) -> Digest:
    """Return the function that takes the item's keyed digests of texts."""
    return lambda *texts: fingerprint("\0".join(texts), run.digest_key)


def read_pairs(run: ItemRun, pairs: Sequence[Pair]) -> list[PairFiles]:
    """Read the files of both sides; a pair that can't be read is put off and left out.

    Raises RemoteError when none can be read. Jira's files come with the issues; they are read once
    more where a copy may have been made without an answer, since on Data Center the issues come
    from an index that may be behind.
    """
    files = _salesforce_files(run, [pair.record_id for pair in pairs])
    rows = _rows(run, pairs)
    result: list[PairFiles] = []
    for pair in pairs:
        found = rows[pair.record_id, str(pair.link.issue_id)]
        known = [_known(row, pair.link) for row in found]
        each = PairFiles(pair, Both(), {row.pk: row for row in found}, known)
        try:
            each.both = Both(tuple(files[pair.record_id]), _jira_files(run, pair, known))
        except RemoteError as error:
            each.fail(error)
            continue
        result.append(each)
    return result


def our_users(run: ItemRun, loaded: Iterable[PairFiles]) -> dict[Side, str]:
    """Return our user on each side; Jira is asked only where that matters."""
    in_doubt = any(needs_recovery(each.known) for each in loaded)
    jira = run.site.client.account_id() if in_doubt else ""
    return {Side.SALESFORCE: run.org.token.user_id, Side.JIRA: jira}


def _salesforce_files(run: ItemRun, record_ids: Sequence[str]) -> defaultdict[str, list[File]]:
    digest = digest_for(run)
    files: defaultdict[str, list[File]] = defaultdict(list)
    has_classic = run.resolved.sobject.child(CLASSIC_LIST) is not None
    chunks = list(id_chunks(record_ids))
    linked = [files_of(chunk) for chunk in chunks]
    classic = [classic_files_of(chunk) for chunk in chunks] if has_classic else []
    for soql, page in zip(linked + classic, _asked(run, linked + classic), strict=True):
        for row in _rows_from(run, page):
            if soql in classic:
                files[row["ParentId"]].append(classic_file(row))
            elif (row["ContentDocument"] or {}).get("LatestPublishedVersion"):
                files[row["LinkedEntityId"]].append(linked_file(row, digest))
    return files


def _asked(run: ItemRun, soqls: Sequence[str]) -> Iterator[QueryPage]:
    for page in run.org.client.query_many(soqls):
        if isinstance(page, RemoteError):
            raise page
        yield page


def _rows_from(run: ItemRun, page: QueryPage) -> Iterator[Json]:
    while True:
        yield from page.records
        if page.done:
            return
        page = run.org.client.next_page(page.next_url)


def _jira_files(run: ItemRun, pair: Pair, known: Iterable[Known]) -> tuple[File, ...]:
    fields = pair.issue.get("fields") or {}
    if needs_recovery(each for each in known if each.origin is Side.SALESFORCE):
        fields = run.site.client.issue(str(pair.link.issue_id), ["attachment"])["fields"]
    return tuple(jira_file(raw) for raw in fields.get("attachment") or ())


def _rows(
    run: ItemRun, pairs: Sequence[Pair]
) -> defaultdict[tuple[str, str], list[AttachmentPair]]:
    """All rows about these records and issues, those of ended links and other items included:
    what was copied once is not copied again under another link."""
    found = AttachmentPair.objects.filter(
        link__item__salesforce_id=run.item.salesforce_id,
        link__item__jira_id=run.item.jira_id,
        link__record_id__in=[pair.record_id for pair in pairs],
        link__issue_id__in=[str(pair.link.issue_id) for pair in pairs],
    )
    rows: defaultdict[tuple[str, str], list[AttachmentPair]] = defaultdict(list)
    for row in found.select_related("link").order_by("pk"):
        rows[row.link.record_id, str(row.link.issue_id)].append(row)
    return rows


def _known(row: AttachmentPair, link: Link) -> Known:
    return Known(
        key=row.pk,
        origin=Side(row.origin),
        complete=row.state == AttachmentPair.State.COMPLETE,
        version=row.content_version_id,
        document=row.content_document_id,
        jira=row.jira_id,
        twin=row.twin_digest,
        content=row.content_digest,
        asked_at=row.asked_at,
        own=row.link_id == link.pk or row.link.state == Link.State.ENDED,
    )
