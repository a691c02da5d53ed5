"""Reads comments from the answers of the two systems. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from connector.jira.markup import Html, Wiki, plain_to_html
from connector.jira.markup.inline import Names
from syncjobs.comments.queries import REPEATED
from syncjobs.comments.values import Json, Kind, Message, Side, Text, words_of
from syncjobs.comments.visibility import Audience, audience_in_jira

INTERNAL_PROPERTY = "sd.public.comment"
PUBLISHED = (None, "", "Published")
_PEOPLE = ("assignee", "reporter", "creator")


def case_comment(row: Json) -> Message:
    """Read a CaseComment."""
    audience = Audience.PUBLIC if row["IsPublished"] else Audience.INTERNAL
    return _from_salesforce(row, Kind.CASE_COMMENT, row["CommentBody"] or "", audience)


def posts_and_replies(row: Json) -> Iterator[Message]:
    """Read a post with its replies.

    A case comment shows in the feed as well: its post is no comment of its own, but replies to it
    are.
    """
    if row["Status"] not in PUBLISHED:
        return
    audience = Audience.PUBLIC if row.get("Visibility") == "AllUsers" else Audience.INTERNAL
    post = _from_salesforce(row, Kind.FEED_ITEM, _post_text(row), audience)
    if row["Type"] != REPEATED and row["Body"]:
        yield post
    answers = words_of(post.author, post.text.plain)
    for reply in (row["FeedComments"] or {}).get("records", ()):
        if reply["Status"] in PUBLISHED:
            body = _marked(reply, reply["CommentBody"])
            yield _from_salesforce(reply, Kind.FEED_COMMENT, body, audience, answers)


def _post_text(row: Json) -> str:
    """A post with its title (the question of a question) and the address of a link."""
    body = _marked(row, row["Body"])
    around = [text for text in (row["Title"], row["LinkUrl"]) if text]
    if not around or row["Type"] not in ("LinkPost", "QuestionPost"):
        return body
    title, link = row["Title"] or "", row["LinkUrl"] or ""
    if isinstance(body, Html):
        parts = (plain_to_html(title) if title else "", body, plain_to_html(link) if link else "")
        return Html("".join(parts))
    return "\n".join(part for part in (title, body, link) if part)


def _marked(row: Json, body: str | None) -> str:
    return Html(body or "") if row["IsRichText"] else body or ""


def _from_salesforce(
    row: Json, kind: Kind, body: str, audience: Audience, answers: str = ""
) -> Message:
    return Message(
        side=Side.SALESFORCE,
        kind=kind,
        id=str(row["Id"]),
        text=Text(body, {}),
        author=str((row["CreatedBy"] or {}).get("Name") or ""),
        author_id=str(row["CreatedById"]),
        created_at=datetime.fromisoformat(row["CreatedDate"]),
        audience=audience,
        answers=answers,
    )


def issue_comments(
    raws: Iterable[Json], names: Names, *, user_id: str, service_desk: bool
) -> list[Message]:
    """Read the comments of an issue; `user_id` is the key under which an account has its id."""
    listed = list(raws)
    messages: dict[str, Message] = {}
    for raw in listed:
        parent = messages.get(str(raw.get("parentId") or ""))
        author = raw.get("author") or {}
        messages[str(raw["id"])] = Message(
            side=Side.JIRA,
            kind=Kind.COMMENT,
            id=str(raw["id"]),
            text=Text(Wiki(raw.get("body") or ""), names),
            author=str(author.get("displayName") or ""),
            author_id=str(author.get(user_id) or ""),
            created_at=datetime.fromisoformat(raw["created"]),
            audience=_audience(raw, service_desk=service_desk),
            answers=words_of(parent.author, parent.text.plain) if parent else "",
            properties=tuple(raw.get("properties") or ()),
        )
    return list(messages.values())


def _audience(raw: Json, *, service_desk: bool) -> Audience:
    return audience_in_jira(
        service_desk=service_desk,
        restricted=bool(raw.get("visibility")),
        public=raw.get("jsdPublic"),
        marked=_is_marked(raw),
    )


def _is_marked(raw: Json) -> bool | None:
    """Whether the property says internal; None where properties weren't read."""
    if "properties" not in raw:
        return None
    values = [each.get("value") for each in raw["properties"] if each["key"] == INTERNAL_PROPERTY]
    return any(isinstance(value, dict) and value.get("internal") is True for value in values)


def names_in(issues: Iterable[Json], user_id: str) -> dict[str, str]:
    """The names of the people whom these issues and their comments show, by account."""
    people: list[Mapping[str, str] | None] = []
    for issue in issues:
        fields = issue.get("fields") or {}
        people += [fields.get(name) for name in _PEOPLE]
        people += [raw.get("author") for raw in (fields.get("comment") or {}).get("comments", ())]
    return {p[user_id]: p["displayName"] for p in people if p and p.get(user_id)}
