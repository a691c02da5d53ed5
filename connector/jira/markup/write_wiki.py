"""Writes a document as wiki markup."""

from dataclasses import replace
from itertools import pairwise

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
    Wiki,
    apart,
)
from connector.jira.markup.escape import JOINER, escape

_SIGNS = {Mark.BOLD: "*", Mark.ITALIC: "_", Mark.UNDERLINE: "+", Mark.STRIKE: "-"}
# The text of a link can't hold these, escaped or not, and neither can its address.
_LINK_TEXT = str.maketrans({"[": "(", "]": ")", "|": "¦", "\n": " "})
_ADDRESS = str.maketrans(
    {"[": "%5B", "]": "%5D", "|": "%7C", " ": "%20", "\\": "%5C", "^": "%5E", '"': "%22", "\n": ""}
)


def write_wiki(document: Document) -> Wiki:
    """Wiki markup that Jira reads as `document`."""
    if not document:
        return Wiki("")
    parts = [_block(document[0])]
    for before, block in pairwise(document):
        # A list or table goes on until a blank line.
        ends = isinstance(before, Item | Row) and type(before) is not type(block)
        parts.append(("\n" if ends else "") + _block(block))
    return Wiki("\n".join(parts))


def _block(block: Block) -> str:
    match block:
        case Line(spans, 0):
            return _spans(spans)
        case Line(spans, level):
            return f"h{level}. {_spans(spans).replace(chr(10), ' ')}"
        case Item(spans, path):
            return f"{path} {_without_blank_lines(_spans(spans))}"
        case Row(cells):
            return _row(cells)
        case Code(text, language):
            return _code(text, language)
        case Quote(blocks):
            return f"{{quote}}\n{write_wiki(blocks)}\n{{quote}}"
        case Rule():
            return "----"


def _without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


def _row(cells: tuple[Cell, ...]) -> str:
    out, bar = "", "|"
    for cell in cells:
        bar = "||" if cell.header else "|"
        content = _spans(cell.spans, cell=True).strip()
        out += f"{bar} {content} " if content else f"{bar} "
    return out + bar


def _code(text: str, language: str) -> str:
    # The macro ends at its own name, whatever stands before it.
    for name in ("code", "noformat"):
        text = text.replace(f"{{{name}}}", f"{{{JOINER}{name}}}")
    if language:
        return f"{{code:{language}}}\n{text}\n{{code}}"
    return f"{{noformat}}\n{text}\n{{noformat}}"


def _spans(spans: Spans, *, cell: bool = False) -> str:
    out = ""
    for at, span in enumerate(spans):
        following = spans[at + 1].text[:1] if at + 1 < len(spans) else ""
        out += _span(span, out[-1:], following, cell=cell)
    return out


def _span(span: Span, before: str, following: str, *, cell: bool) -> str:
    if not span.marks and not span.href:
        return escape(span.text, embedded=bool(following), cell=cell)
    text = span.text.replace("|", "¦") if cell else span.text
    return (" \\\\ " if cell else "\n").join(
        _marked(replace(span, text=line), before, following) for line in text.split("\n")
    )


def _marked(span: Span, before: str, following: str) -> str:
    """Marks and links can't begin or end with a space, so spaces at the ends move outside."""
    lead, core, trail = apart(span.text)
    before, following = (before + lead)[-1:], (trail + following)[:1]
    marks = span.marks
    if not core:
        return span.text
    if span.href:
        wiki = _link(core, span.href)
    else:
        wiki = escape(core, marked=True, embedded=True)
        # There is no form of monospaced text that may touch a word.
        if Mark.CODE in marks and not _touches(before) and not _touches(following):
            wiki = f"{{{{{wiki}}}}}"
    return lead + _wrapped(wiki, marks, before, following) + trail


def _link(text: str, href: str) -> str:
    href = href.strip().translate(_ADDRESS)
    text = text.translate(_LINK_TEXT)
    return f"[{href}]" if text == href else f"[{escape(text, marked=True)}|{href}]"


def _wrapped(wiki: str, marks: frozenset[Mark], before: str, following: str) -> str:
    """`wiki` between the signs of `marks`; in braces where a sign would touch a word."""
    braces = _touches(before) or _touches(following)
    for mark in reversed([mark for mark in Mark if mark in marks and mark in _SIGNS]):
        sign = f"{{{_SIGNS[mark]}}}" if braces else _SIGNS[mark]
        wiki = f"{sign}{wiki}{sign}"
    return wiki


def _touches(neighbour: str) -> bool:
    return bool(neighbour) and not neighbour.isspace()
