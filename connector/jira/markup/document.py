"""A formatted text between two notations: flat blocks of flat spans.

Wiki markup and HTML are both read into this and written from it, so each notation is known in one
place. It holds only what both systems can show.
"""

from dataclasses import dataclass
from enum import StrEnum


class Wiki(str):
    """A text in Jira's wiki markup."""

    __slots__ = ()


class Html(str):
    """A text in Salesforce's rich text (HTML)."""

    __slots__ = ()


class Mark(StrEnum):
    """What a span can look like, named by the HTML tag. The order is the order of nesting."""

    BOLD = "b"
    ITALIC = "i"
    UNDERLINE = "u"
    STRIKE = "s"
    CODE = "code"


@dataclass(frozen=True)
class Span:
    """Text with one look. `href` makes it a link."""

    text: str
    marks: frozenset[Mark] = frozenset()
    href: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Line:
    """A line of a paragraph, or a heading where `level` is 1 to 6. Without spans: a blank line."""

    spans: Spans
    level: int = 0


@dataclass(frozen=True)
class Item:
    """A list item. `path` has a `*` (bullets) or `#` (numbers) for each level, outermost first."""

    spans: Spans
    path: str


@dataclass(frozen=True)
class Cell:
    spans: Spans
    header: bool = False


@dataclass(frozen=True)
class Row:
    """A table row; rows in sequence are one table."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Code:
    """Preformatted lines."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Quote:
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Rule:
    """A horizontal line."""


Block = Line | Item | Row | Code | Quote | Rule
Document = tuple[Block, ...]

# In wiki markup a list or table goes on until a blank line, and what follows a rule directly isn't
# taken as the beginning of a line. The blank line is no line of the text.
ENDED_BY_BLANK = Item | Row | Rule


def text_of(spans: Spans) -> str:
    """The bare text of some spans."""
    return "".join(span.text for span in spans)


def merged(spans: list[Span]) -> Spans:
    """Neighbours that look the same as one span; empty ones dropped."""
    joined: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        last = joined[-1] if joined else None
        if last and (last.marks, last.href) == (span.marks, span.href):
            joined[-1] = Span(last.text + span.text, span.marks, span.href)
        else:
            joined.append(span)
    return tuple(joined)


def apart(text: str) -> tuple[str, str, str]:
    """`text` as the white space before it, the rest, and the white space behind it."""
    core = text.strip()
    start = len(text) - len(text.lstrip())
    return text[:start], core, text[start + len(core) :]
