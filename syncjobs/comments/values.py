"""Comments as they are seen on the two sides, and what is remembered of their copies. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from connector.jira.markup import (
    Html,
    Wiki,
    html_to_plain,
    html_to_wiki,
    plain_to_html,
    plain_to_wiki,
    wiki_to_html,
    wiki_to_plain,
)
from connector.jira.markup.inline import Names
from syncjobs.comments.visibility import Audience

Json = dict[str, Any]
# A keyed digest of a text.
Digest = Callable[[str], str]
# As much of a comment as is quoted to say which one a reply answers.
QUOTED = 60
LONGEST_NAME = 120
_FIRST_LINE = re.compile(
    r"(?P<author>[^\n]{1,120}) \((?:Salesforce|Jira), \d{4}-\d\d-\d\d \d\d:\d\d UTC\)"
    r"(?:, in reply to [^\n]*)?(?:, edited)?:(?:\n|\Z)"
)


class Side(StrEnum):
    SALESFORCE = "salesforce"
    JIRA = "jira"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def other(self) -> "Side":
        return Side.JIRA if self is Side.SALESFORCE else Side.SALESFORCE


class Kind(StrEnum):
    """What a comment is in Salesforce; `COMMENT` is one of Jira's."""

    COMMENT = "comment"
    CASE_COMMENT = "casecomment"
    FEED_ITEM = "feeditem"
    FEED_COMMENT = "feedcomment"


@dataclass(frozen=True)
class Text:
    """A text in its own notation: `Wiki`, `Html`, or plain."""

    body: str
    names: Names

    @property
    def plain(self) -> str:
        if isinstance(self.body, Wiki):
            return wiki_to_plain(self.body, self.names)
        return html_to_plain(self.body) if isinstance(self.body, Html) else self.body

    @property
    def wiki(self) -> Wiki:
        if isinstance(self.body, Wiki):
            return self.body
        return html_to_wiki(self.body) if isinstance(self.body, Html) else plain_to_wiki(self.body)

    @property
    def html(self) -> Html:
        if isinstance(self.body, Wiki):
            return wiki_to_html(self.body, self.names)
        return self.body if isinstance(self.body, Html) else plain_to_html(self.body)


@dataclass(frozen=True)
class Message:
    """A comment, post or reply.

    `author` is the name that is shown, `author_id` the user in its own system; `answers` says which
    comment a reply answers, as in `Grace Hopper: "The printer burns"`.
    """

    side: Side
    kind: Kind
    id: str
    text: Text
    author: str
    author_id: str
    created_at: datetime
    audience: Audience
    answers: str = ""
    properties: tuple[Json, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is remembered of one copy of a comment; `key` names the row.

    `own` is False for an unfinished copy that another item's link is taking care of.
    """

    key: int
    origin: Side
    source: str
    twin: str = ""
    edit: int = 0
    part: int = 1
    complete: bool = True
    digest: str = ""
    twin_digest: str = ""
    public: bool = False
    asked_at: datetime | None = None
    own: bool = True


def words_of(author: str, text: str) -> str:
    """Return how a reply names the comment that it answers, by whoever wrote its original."""
    if copied := _FIRST_LINE.match(text.lstrip()):
        author, text = copied["author"], text.lstrip()[copied.end() :]
    words = " ".join(text.split())
    if len(words) > QUOTED:
        words = words[:QUOTED].rsplit(" ", 1)[0] + "…"
    return f'{author}: "{words}"' if words else author


def first_line(message: Message, *, edited: bool = False) -> str:
    """Return the first line of a copy: who wrote it, where and when."""
    author = " ".join(message.author.split())[:LONGEST_NAME] or "Somebody"
    moment = message.created_at.astimezone(UTC)
    line = f"{author} ({message.side.label}, {moment:%Y-%m-%d %H:%M} UTC)"
    if message.answers:
        line += f", in reply to {message.answers}"
    return f"{line}{', edited' if edited else ''}:"


def looks_like_copy(text: str) -> bool:
    """Whether a plain text begins as the connector's copies of comments do."""
    return _FIRST_LINE.match(text.lstrip()) is not None
