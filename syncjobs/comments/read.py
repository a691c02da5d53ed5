"""Reads the comments of many pairs in few calls, and what is remembered of them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from connector.catalog.profiles import Comments, profile_for
from connector.document.model import Visibility
from connector.errors import RemoteError
from connector.jira.markup import wiki_to_plain
from connector.salesforce.answers import QueryPage
from connector.salesforce.describe import Field, SObject
from connector.salesforce.soql import id_chunks
from linking.models import CommentPair, Link
from syncjobs.comments.messages import case_comment, issue_comments, names_in, posts_and_replies
from syncjobs.comments.plan import Rules, in_doubt, needs_our_user
from syncjobs.comments.queries import FEED_ROWS, case_comments_of, posts_of
from syncjobs.comments.texts import CASE_COMMENT, FEED_CHARACTERS, JIRA, Place, is_own_note
from syncjobs.comments.values import Json, Known, Message, Side
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair
from syncjobs.values import fingerprint

SERVICE_DESK = "service_desk"


@dataclass
class PairComments:
    """A pair with its comments, the rows about them by key, and the copies of other links."""

    pair: Pair
    messages: list[Message] = field(default_factory=list)
    rows: dict[int, CommentPair] = field(default_factory=dict)
    known: list[Known] = field(default_factory=list)
    foreign: set[tuple[Side, str]] = field(default_factory=set)


def read_pairs(run: ItemRun, pairs: Sequence[Pair]) -> list[PairComments]:
    """Read the comments of both sides. Raises RemoteError for what concerns all pairs.

    Jira's come with the issues, as far as these hold them all and say what has to be known.
    """
    loaded = _with_rows(run, pairs)
    from_salesforce = _salesforce_messages(run, [pair.record_id for pair in pairs])
    user_id = run.site.client.edition.user_id
    names = names_in([pair.issue for pair in pairs], user_id)
    for each in loaded:
        raws = _raw_comments(run, each)
        in_jira = issue_comments(
            raws, names, user_id=user_id, service_desk=has_customers(run, each.pair)
        )
        each.messages = [*from_salesforce[each.pair.record_id], *in_jira]
    return loaded


def rules_for(run: ItemRun, loaded: Sequence[PairComments]) -> Rules:
    """Return what the plans have in common. Raises RemoteError."""
    places = {Side.JIRA: JIRA}
    if place := salesforce_place(run):
        places[Side.SALESFORCE] = place
    return Rules(
        visibility=run.resolved.config.comments.visibility,
        places=places,
        me={Side.SALESFORCE: run.org.token.user_id, Side.JIRA: _our_account(run, loaded)},
        digest=lambda text: fingerprint(text, run.digest_key),
    )


def has_customers(run: ItemRun, pair: Pair) -> bool:
    """Whether customers read comments of the issue's project, to which it may have been moved."""
    project = (pair.issue.get("fields") or {}).get("project") or {}
    return (project.get("projectTypeKey") or run.resolved.jira.project.type) == SERVICE_DESK


def salesforce_place(run: ItemRun) -> Place | None:
    """Return where comments on the item's records go; None where nothing can hold them."""
    profile = profile_for(run.resolved.sobject)
    if profile.comments is Comments.CASE_COMMENT:
        return CASE_COMMENT
    if not profile.feed:
        return None
    body, rich = (post_field(run, name) for name in ("Body", "IsRichText"))
    limit = body.length if body and body.length else FEED_CHARACTERS
    return Place(Side.SALESFORCE, limit=limit, rich=rich is not None and rich.createable)


def post_field(run: ItemRun, name: str) -> Field | None:
    """Return a field of feed posts; some are there only in some orgs."""
    return run.org.catalog.describe("FeedItem").field(name)


def _our_account(run: ItemRun, loaded: Sequence[PairComments]) -> str:
    """Our account in Jira; asked for only where it matters and isn't known."""
    if not any(needs_our_user(each.messages, each.known, Side.JIRA) for each in loaded):
        return ""
    return run.site.connection.account_id or run.site.client.connect().account_id


# Salesforce


def _salesforce_messages(
    run: ItemRun, record_ids: Sequence[str]
) -> defaultdict[str, list[Message]]:
    sobject, chunks = run.resolved.sobject, list(id_chunks(record_ids))
    profile = profile_for(sobject)
    comments: list[str] = []
    if profile.comments is Comments.CASE_COMMENT:
        comments = [case_comments_of(chunk) for chunk in chunks]
    decides = run.resolved.config.comments.visibility is not Visibility.INTERNAL
    visibility = profile.feed and decides and post_field(run, "Visibility") is not None
    posts = [posts_of(sobject, chunk, visibility=visibility) for chunk in chunks]
    posts = posts if profile.feed else []
    pages = run.org.client.query_many(comments + posts) if comments + posts else []
    found: defaultdict[str, list[Message]] = defaultdict(list)
    for soql, page in zip(comments, pages, strict=False):
        for row in _rows(run, soql, page):
            found[row["ParentId"]].append(case_comment(row))
    for chunk, soql, page in zip(chunks, posts, pages[len(comments) :], strict=False):
        for row in _posts(run, sobject, chunk, soql, page, visibility=visibility):
            found[row["ParentId"]] += posts_and_replies(row)
    return found


def _posts(
    run: ItemRun,
    sobject: SObject,
    ids: Sequence[str],
    soql: str,
    page: QueryPage | RemoteError,
    *,
    visibility: bool,
) -> Iterator[Json]:
    """All posts of these records: a query of a feed gives a limited number of them."""
    while True:
        rows = list(_rows(run, soql, page))
        yield from rows
        if len(rows) < FEED_ROWS:
            return
        last = rows[-1]["CreatedDate"], rows[-1]["Id"]
        soql = posts_of(sobject, ids, visibility=visibility, after=last)
        page = run.org.client.query(soql)


def _rows(run: ItemRun, soql: str, page: QueryPage | RemoteError) -> Iterator[Json]:
    if isinstance(page, RemoteError):
        raise page
    while True:
        run.org.client.complete_children(soql, page.records)
        yield from page.records
        if page.done:
            return
        page = run.org.client.next_page(page.next_url)


# Jira


def _raw_comments(run: ItemRun, each: PairComments) -> Sequence[Json]:
    """The comments that came with the issue; all of them anew where these don't do.

    On Data Center issues come from an index that may be behind, so a copy whose answer was lost is
    looked for among the comments themselves, where its property shows as well.
    """
    listed = (each.pair.issue.get("fields") or {}).get("comment") or {}
    raws: Sequence[Json] = listed.get("comments") or ()
    if (
        "comments" not in listed
        or int(listed.get("total") or 0) > len(raws)
        or in_doubt(each.known, Side.JIRA)
        or any(_needs_properties(run, each, raw) for raw in raws)
    ):
        return run.site.client.comments(str(each.pair.link.issue_id))
    return raws


def _needs_properties(run: ItemRun, each: PairComments, raw: Json) -> bool:
    """Whether only a property says who may read a comment, and something is to be done about it."""
    setting = run.resolved.config.comments.visibility
    customers = has_customers(run, each.pair)
    shown = "jsdPublic" in raw if customers else setting is not Visibility.PUBLIC
    if setting is Visibility.INTERNAL or shown:
        return False
    digest = fingerprint(raw.get("body") or "", run.digest_key)
    settled = (
        row.origin == Side.SALESFORCE or row.digest == digest
        for row in each.rows.values()
        if row.jira_id == raw["id"]
    )
    return not any(settled) and not is_own_note(wiki_to_plain(raw.get("body") or ""))


# Rows


def _with_rows(run: ItemRun, pairs: Sequence[Pair]) -> list[PairComments]:
    rows = _rows_of(run, pairs)
    loaded: list[PairComments] = []
    for pair in pairs:
        link = pair.link
        each = PairComments(pair)
        for row in {
            row.pk: row for row in rows[link.record_id] + rows[str(link.issue_id)]
        }.values():
            same = (row.link.record_id, row.link.issue_id) == (link.record_id, link.issue_id)
            if same:
                each.rows[row.pk] = row
                each.known.append(_known(row, link))
            elif (known := _known(row, link)).twin:
                each.foreign.add((known.origin.other, known.twin))
        loaded.append(each)
    return loaded


def _rows_of(run: ItemRun, pairs: Sequence[Pair]) -> defaultdict[str, list[CommentPair]]:
    """Rows about these records or issues, those of other links included, by either id.

    What was copied once is not copied again under another link.
    """
    found = CommentPair.objects.filter(
        Q(link__record_id__in=[pair.record_id for pair in pairs])
        | Q(link__issue_id__in=[str(pair.link.issue_id) for pair in pairs]),
        link__item__salesforce_id=run.item.salesforce_id,
        link__item__jira_id=run.item.jira_id,
    ).exclude(origin=CommentPair.Origin.CONNECTOR)
    rows: defaultdict[str, list[CommentPair]] = defaultdict(list)
    for row in found.select_related("link").order_by("pk"):
        rows[row.link.record_id].append(row)
        rows[str(row.link.issue_id)].append(row)
    return rows


def _known(row: CommentPair, link: Link) -> Known:
    origin = Side(row.origin)
    ids = {Side.SALESFORCE: row.salesforce_id, Side.JIRA: row.jira_id}
    return Known(
        key=row.pk,
        origin=origin,
        source=ids[origin],
        twin=ids[origin.other],
        edit=row.edit,
        part=row.part,
        complete=row.state == CommentPair.State.COMPLETE,
        digest=row.digest,
        twin_digest=row.twin_digest,
        public=row.public,
        asked_at=row.asked_at,
        own=row.link_id == link.pk or row.link.state == Link.State.ENDED,
    )
