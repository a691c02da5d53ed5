"""Writes a document as wiki markup."""

from dataclasses import replace
from itertools import pairwise

from connector.jira.markup.document import (
    ENDED_BY_BLANK,
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
    text_of,
)
from connector.jira.markup.escape import JOINER, UNCLOSED, escape

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
        ends = isinstance(before, Rule) or (
            isinstance(before, ENDED_BY_BLANK) and type(before) is not type(block)
        )
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
        content = _spans(without_open_brackets(cell.spans), cell=True).strip()
        out += f"{bar} {content} " if content else f"{bar} "
    return out + bar


def without_open_brackets(spans: Spans) -> Spans:
    """A bracket that a cell doesn't close would be closed by another cell's, bar and all."""
    if not UNCLOSED.search(text_of(spans)):
        return spans
    return tuple(replace(span, text=span.text.replace("[", "(")) for span in spans)


def _code(text: str, language: str) -> str:
    # The macro ends at its own name, whatever stands before it.
    for name in ("code", "noformat"):
        text = text.replace(f"{{{name}}}", f"{{{JOINER}{name}}}")
    if language:
        return f"{{code:{language}}}\n{text}\n{{code}}"
    return f"{{noformat}}\n{text}\n{{noformat}}"


def _spans(spans: Spans, *, cell: bool = False) -> str:
    """Marks depend on their neighbours: from the right to know what follows each span, then from
    the left to write it behind what stands there."""
    follows = [""]
    for at in reversed(range(len(spans))):
        plain = at > 0 and not spans[at - 1].marks and not spans[at - 1].href
        before = spans[at - 1].text[-1:] if plain else ""
        follows.append(_span(spans[at], before, follows[-1], cell=cell)[:1])
    follows.pop()
    out = ""
    for span in spans:
        piece = _span(span, out[-1:], follows.pop(), cell=cell)
        # Two word joiners would be read as one of the text's own.
        out += piece[1:] if out.endswith(JOINER) and piece.startswith(JOINER) else piece
    # A backslash would take the line end with it.
    return out + JOINER if out.endswith("\\") else out


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
        if Mark.CODE in marks and _may_stand(before, following):
            wiki = f"{{{{{wiki}}}}}"
    return lead + _wrapped(wiki, marks, before, following) + trail


def _link(text: str, href: str) -> str:
    href = href.strip().translate(_ADDRESS)
    text = text.translate(_LINK_TEXT)
    if text.count("!") > 1 and text.count("!") % 2:
        text = text.replace("!", "", 1)  # Jira pairs them and looks for the bar outside of pairs
    return f"[{href}]" if text == href else f"[{escape(text, marked=True)}|{href}]"


def _wrapped(wiki: str, marks: frozenset[Mark], before: str, following: str) -> str:
    """`wiki` between the signs of `marks`; in braces where a sign would touch a word.

    Cloud looks for the closing sign from the first one on, so in braces it takes no text with that
    sign in it; such a text stays without the mark.
    """
    braces = not _may_stand(before, following)
    for mark in reversed([mark for mark in Mark if mark in marks and mark in _SIGNS]):
        sign = _SIGNS[mark]
        if braces and sign in wiki:
            continue
        sign = f"{{{sign}}}" if braces else sign
        wiki = f"{sign}{wiki}{sign}"
    return wiki


def _may_stand(before: str, following: str) -> bool:
    """Whether a mark is seen as one between these characters."""
    return not (
        _is_word(before) or before in ("\\", "{") or _is_word(following) or following == "}"
    )


def _is_word(neighbour: str) -> bool:
    return bool(neighbour) and (neighbour.isalnum() or not neighbour.isascii())
