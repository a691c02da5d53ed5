"""Reads Salesforce's rich text (HTML) into a document.

Salesforce's editors give each line a paragraph and show blank lines as paragraphs that hold a
non-breaking space, so a paragraph is read as one line. Pictures stand for their alternative text:
their address works only within a Salesforce session.
"""

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

from connector.jira.markup.document import (
    Block,
    Cell,
    Code,
    Document,
    Item,
    Line,
    Mark,
    Quote,
    Row,
    Rule,
    Span,
    Spans,
    merged,
    text_of,
)
from connector.jira.markup.escape import JOINER, clean

_MARKS = {
    "b": Mark.BOLD,
    "strong": Mark.BOLD,
    "i": Mark.ITALIC,
    "em": Mark.ITALIC,
    "cite": Mark.ITALIC,
    "u": Mark.UNDERLINE,
    "ins": Mark.UNDERLINE,
    "s": Mark.STRIKE,
    "strike": Mark.STRIKE,
    "del": Mark.STRIKE,
    "code": Mark.CODE,
    "tt": Mark.CODE,
    "kbd": Mark.CODE,
    "samp": Mark.CODE,
}
_BLOCKS = frozenset(
    (
        *("p", "div", "section", "article", "header", "footer", "main", "aside", "address"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "hr", "center", "form"),
        *("ul", "ol", "li", "dl", "dt", "dd", "figure"),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th"),
    )
)
_DROPPED = frozenset(
    ("script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg")
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_SCHEMES = frozenset({"http", "https", "mailto", "ftp"})
_WHITESPACE = re.compile(r"[ \t\n\r\f\u2028\u2029]+")


def read_html(html: str) -> Document:
    """The document that `html` describes. Unknown tags give their text, scripts nothing."""
    reader = _Reader()
    reader.feed(clean(html).replace(JOINER, ""))
    reader.close()
    return reader.document()


def safe_address(href: str) -> str:
    """`href` if a link may lead there (web, mail), else an empty text."""
    # Browsers drop line ends and tabs inside an address, so they can't hide its scheme.
    href = re.sub(r"[\t\n\r]", "", href).strip().replace(" ", "%20")
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:
        return ""
    return href if scheme in _SCHEMES else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outer: list[list[Block]] = []  # what stood before each quote that is open
        self.blocks: list[Block] = []
        self.spans: list[Span] = []
        self.marks: list[Mark] = []
        self.href = ""
        self.lists: list[str] = []
        self.in_item = False
        self.level = 0
        self.cells: list[Cell] = []
        self.header: bool | None = None  # within a table cell: whether it is a header
        self.pre: list[str] | None = None
        self.dropped = 0

    def document(self) -> Document:
        """What was read; whatever is still open counts as closed."""
        for tag in ("pre", "td", "tr"):
            self._end(tag)
        self._end_line()
        while self.outer:
            self._end("blockquote")
        return tuple(self.blocks)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self.dropped += 1
        elif not self.dropped:
            self._start(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self.dropped = max(0, self.dropped - 1)
        elif not self.dropped:
            self._end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _DROPPED or tag in _MARKS or tag in ("a", "p"):
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if self.pre is not None:
            self.pre.append(data)
        elif not self.dropped:
            text = _WHITESPACE.sub(" ", data)
            before = self.spans[-1].text[-1:] if self.spans else "\n"
            self._add(text.removeprefix(" ") if before in " \n" else text)

    def _add(self, text: str, href: str = "") -> None:
        if text:
            self.spans.append(Span(text, frozenset(self.marks), self.href or href))

    def _start(self, tag: str, attrs: dict[str, str]) -> None:
        if tag in _MARKS:
            self.marks.append(_MARKS[tag])
        elif tag == "a":
            self.href = safe_address(attrs.get("href", ""))
        elif tag == "br":
            self._break()
        elif tag == "img":
            self._picture(attrs)
        elif tag in _BLOCKS:
            self._start_block(tag, attrs)

    def _end(self, tag: str) -> None:
        if tag in _MARKS:
            if _MARKS[tag] in self.marks:
                self.marks.remove(_MARKS[tag])
        elif tag == "a":
            self.href = ""
        elif tag in _BLOCKS:
            self._end_block(tag)

    def _break(self) -> None:
        if self.pre is not None:
            self.pre.append("\n")
        elif self.header is not None or self.in_item:
            self._add("\n")
        elif self.spans:
            self._end_line()
        else:
            self.blocks.append(Line(()))

    def _picture(self, attrs: dict[str, str]) -> None:
        name = (attrs.get("alt") or attrs.get("title") or "").strip() or "picture"
        source = attrs.get("src", "")
        if self.href or "/servlet/" in source or not source.startswith(("http:", "https:")):
            self._add(f"[{name}]")
        else:
            self._add(name, safe_address(source))

    def _start_block(self, tag: str, attrs: dict[str, str]) -> None:
        if tag in ("td", "th"):
            self._end("td")
            self.header = tag == "th"
            return
        self._end_line()
        if tag in ("ul", "ol"):
            self.lists.append("*" if tag == "ul" else "#")
            self.in_item = False
        elif tag == "li":
            self.in_item = True
        elif tag in _HEADINGS:
            self.level = int(tag[1])
        elif tag == "pre":
            self.pre = []
        elif tag == "hr":
            self._put(Rule())
        elif tag == "blockquote" and self.header is None and not self.lists:
            self.outer.append(self.blocks)
            self.blocks = []

    def _end_block(self, tag: str) -> None:
        if tag in ("td", "th"):
            if self.header is not None:
                self.cells.append(Cell(self._taken(), self.header))
                self.header = None
            return
        if tag == "pre":
            self._end_pre()
        self._end_line()
        if tag in ("ul", "ol"):
            self.lists = self.lists[:-1]
            self.in_item = bool(self.lists)
        elif tag == "li":
            self.in_item = False
        elif tag in _HEADINGS:
            self.level = 0
        elif tag == "tr" and self.cells:
            self.blocks.append(Row(tuple(self.cells)))
            self.cells = []
        elif tag == "blockquote" and self.outer:
            quoted = tuple(self.blocks)
            self.blocks = self.outer.pop()
            self._put(Quote(quoted))

    def _end_pre(self) -> None:
        text, self.pre = "".join(self.pre or ()).replace("\xa0", " "), None
        if self.header is not None or self.in_item:
            self._add(text)
        elif text.strip():
            self._put(Code(text.removeprefix("\n").removesuffix("\n")))

    def _end_line(self) -> None:
        """A line, list item or heading is complete; within a cell or item, a line of it."""
        if self.header is not None:
            if self.spans and not self.spans[-1].text.endswith("\n"):
                self._add("\n")
            return
        if not self.spans:
            return
        spans = self._taken()
        if self.lists:
            if spans:
                self.blocks.append(Item(spans, "".join(self.lists)))
        else:
            self.blocks.append(Line(spans, self.level if spans else 0))

    def _put(self, block: Block) -> None:
        if self.header is None and not (isinstance(block, Quote) and not block.blocks):
            self.blocks.append(block)

    def _taken(self) -> Spans:
        """The spans collected so far, without white space that browsers don't show."""
        spans, self.spans = list(merged(self.spans)), []
        if not text_of(tuple(spans)).strip():
            return ()
        while not (shown := spans[-1].text.rstrip(" \n")):
            spans.pop()
        spans[-1] = replace(spans[-1], text=shown)
        return tuple(replace(span, text=span.text.replace("\xa0", " ")) for span in spans)
