"""Writes a document as the HTML that Salesforce's feeds and rich text fields both take.

A feed post allows only `p a b code i u s ul ol li`, and no line break tag: each line is a paragraph
of its own and a blank line a paragraph with a non-breaking space, which is also what Salesforce's
editors write.
"""

import html
from collections.abc import Iterator
from itertools import groupby

from connector.jira.markup.document import (
    Block,
    Code,
    Document,
    Html,
    Item,
    Line,
    Mark,
    Quote,
    Row,
    Rule,
    Span,
    Spans,
    apart,
    merged,
)
from connector.jira.markup.read_html import safe_address

# A browser shows a tab as one space, and these as line ends or not at all.
_SPACES = str.maketrans({"\t": "    ", "\xa0": " ", "\u2028": " ", "\u2029": " "})
_BLANK = "<p>&nbsp;</p>"


def write_html(document: Document) -> Html:
    """HTML that shows `document`; links lead only to web and mail addresses."""
    parts: list[str] = []
    for listed, blocks in groupby(document, lambda block: isinstance(block, Item)):
        if listed:
            parts.append(_lists([block for block in blocks if isinstance(block, Item)]))
        else:
            parts += (_paragraph(line) for block in blocks for line in lines_of(block))
    return Html("".join(parts))


def lines_of(block: Block) -> Iterator[Spans]:
    """A block that isn't a list, as the lines in which it can be read without any formatting."""
    match block:
        case Line(spans, level):
            yield from _split(_bold(spans) if level else spans)
        case Item(spans, path):
            yield from _split((Span("  " * (len(path) - 1) + "- "), *spans))
        case Row(cells):
            yield merged(list(_joined([cell.spans for cell in cells])))
        case Code(text):
            for code in text.split("\n"):
                yield (Span(code, frozenset({Mark.CODE})),) if code.strip() else ()
        case Quote(blocks):
            for inner in blocks:
                for line in lines_of(inner):
                    yield merged([Span("> "), *line])
        case Rule():
            yield (Span("----"),)


def _bold(spans: Spans) -> Spans:
    return tuple(Span(s.text, s.marks | {Mark.BOLD}, s.href) for s in spans)


def _joined(cells: list[Spans]) -> Iterator[Span]:
    for at, cell in enumerate(cells):
        if at:
            yield Span(" | ")
        for span in cell:
            yield Span(span.text.replace("\n", " "), span.marks, span.href)


def _split(spans: Spans) -> Iterator[Spans]:
    """The lines of spans that may hold line ends."""
    line: list[Span] = []
    for span in spans:
        first, *others = span.text.split("\n")
        line.append(Span(first, span.marks, span.href))
        for text in others:
            yield merged(line)
            line = [Span(text, span.marks, span.href)]
    yield merged(line)


def _paragraph(spans: Spans) -> str:
    inside = _inside(spans)
    return f"<p>{inside}</p>" if inside else _BLANK


def _inside(spans: Spans) -> str:
    out = ""
    text = ""
    for at, span in enumerate(spans):
        shown = span.text.rstrip() if at == len(spans) - 1 else span.text
        out += _span(Span(_held(shown, text), span.marks, span.href))
        text += shown
    return out if text.strip() else ""


def _held(text: str, before: str) -> str:
    """Spaces that a browser would drop become non-breaking."""
    held = ""
    for char in text.translate(_SPACES):
        last = (before + held)[-1:]
        held += "\xa0" if char == " " and last in ("", " ", "\xa0") else char
    return held


def _span(span: Span) -> str:
    """Spaces at the ends stay outside of marks and links, as wiki markup needs it."""
    lead, core, trail = apart(span.text)
    out = _escaped(core)
    href = safe_address(span.href)
    if href and core:
        out = f'<a href="{html.escape(href)}">{out}</a>'
    for mark in reversed([mark for mark in Mark if mark in span.marks and core]):
        out = f"<{mark}>{out}</{mark}>"
    return _escaped(lead) + out + _escaped(trail)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\xa0", "&nbsp;")


def _lists(items: list[Item]) -> str:
    """Nested lists from items in sequence; a level that is skipped is opened without a text."""
    out = ""
    open_path = ""
    for item in items:
        same = _common(open_path, item.path)
        if same == len(item.path) == len(open_path):
            out += "</li><li>"
        else:
            out += "".join(f"</li></{_tag(sign)}>" for sign in reversed(open_path[same:]))
            if same == len(item.path):
                out += "</li><li>"
            out += "".join(f"<{_tag(sign)}><li>" for sign in item.path[same:])
        out += "<br>".join(filter(None, (_inside(line) for line in _split(item.spans))))
        open_path = item.path
    return out + "".join(f"</li></{_tag(sign)}>" for sign in reversed(open_path))


def _common(one: str, other: str) -> int:
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return same


def _tag(sign: str) -> str:
    return "ol" if sign == "#" else "ul"
