"""A comment as the other side can hold it: with its first line, and in parts if it is too long.

Pure. A marked-up text that is too long is split as plain text, because a split could end a list or
a block of code in its middle.
"""

from collections.abc import Callable
from dataclasses import dataclass

from connector.jira.markup import (
    Html,
    Wiki,
    plain_to_html,
    plain_to_wiki,
    split,
    utf8_bytes,
)
from linking.marks import SIGNATURE
from syncjobs.comments.values import Message, Side, first_line

# Cloud counts the form in which it stores a comment, which is longer than what was sent.
JIRA_CHARACTERS = 30_000
CASE_COMMENT_BYTES = 4_000
FEED_CHARACTERS = 10_000
NOTHING_LEFT = "(The text has become shorter: this part is no longer needed.)"


@dataclass(frozen=True)
class Place:
    """Where copies go: in Jira a comment; in Salesforce a case comment or a post.

    `limit` is in bytes for a case comment, else in characters. `rich` says that a post may hold
    HTML.
    """

    side: Side
    case_comment: bool = False
    limit: int = JIRA_CHARACTERS
    rich: bool = False


JIRA = Place(Side.JIRA)
CASE_COMMENT = Place(Side.SALESFORCE, case_comment=True, limit=CASE_COMMENT_BYTES)


def bodies(message: Message, place: Place, *, edited: bool = False) -> list[str]:
    """Return a message's copy, in as many parts as it needs.

    Its notation shows in its class: `Wiki`, `Html`, or a plain text.
    """
    line = first_line(message, edited=edited)
    whole = _whole(message, place, line)
    measure, write = _measure(place), _written(place)
    if measure(whole) <= place.limit:
        return [whole]
    room = place.limit - measure(write(f"{line}\n"))
    parts = split(message.text.plain, room, lambda text: measure(write(text)))
    return [write(f"{line}\n{part}") for part in parts]


def is_own_note(text: str) -> bool:
    """Whether the connector wrote this text for itself: a link note, a note about a file."""
    return text.lstrip().startswith(SIGNATURE)


def _whole(message: Message, place: Place, line: str) -> str:
    if place.side is Side.JIRA:
        return Wiki(f"{plain_to_wiki(line)}\n{message.text.wiki}")
    if place.rich and _has_looks(message):
        return Html(plain_to_html(line) + message.text.html)
    return f"{line}\n{message.text.plain}"


def _has_looks(message: Message) -> bool:
    """Whether a text has more to it than its words: else plain text shows it as well."""
    return message.text.html != plain_to_html(message.text.plain)


def _measure(place: Place) -> Callable[[str], int]:
    return utf8_bytes if place.case_comment else len


def _written(place: Place) -> Callable[[str], str]:
    return plain_to_wiki if place.side is Side.JIRA else str


def shorter(message: Message, place: Place) -> str:
    """Return what stands in a part that an edit has made needless."""
    return _written(place)(f"{first_line(message)}\n{NOTHING_LEFT}")
