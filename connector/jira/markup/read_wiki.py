"""Reads wiki markup, as people type it and as Jira returns it, into a document."""

import re
from collections.abc import Iterator

from connector.jira.markup.document import (
    ENDED_BY_BLANK,
    Block,
    Cell,
    Code,
    Document,
    Item,
    Line,
    Quote,
    Row,
    Rule,
    Spans,
    merged,
)
from connector.jira.markup.escape import JOINER, clean
from connector.jira.markup.inline import Names, read_inline

_MACRO = re.compile(r"(?<!\\)\{(code|noformat|quote|panel)(?::([^}\n]*))?\}", re.IGNORECASE)
_HEADING = re.compile(r"\s*h([1-6])\.\s*(.*)", re.DOTALL)
_QUOTED = re.compile(r"\s*bq\.\s*(.*)", re.DOTALL)
_ITEM = re.compile(r"\s*([*#][*#\-]*|-)\s+(.*)", re.DOTALL)
_RULE = re.compile(r"\s*-{4,}\s*\Z")
_ROW = re.compile(r"\s*\|")
_BAR = re.compile(r"\[[^\[\]\n]*\]|(?<!\\)(\|\|?)")


def read_wiki(text: str, names: Names | None = None) -> Document:
    """The document that `text` describes. `names` gives people's names by the id in a mention."""
    return tuple(_blocks(clean(text), names or {}))


def _blocks(text: str, names: Names) -> Iterator[Block]:
    while True:
        macro = _MACRO.search(text)
        closing = macro and re.compile(rf"(?<!\\)\{{{macro[1]}\}}", re.I).search(text, macro.end())
        if not macro or not closing:
            yield from _lines(text, names)
            return
        if before := text[: macro.start()]:
            yield from _lines(before.removesuffix("\n"), names)
        yield from _macro(macro, text[macro.end() : closing.start()], names)
        text = text[closing.end() :].removeprefix("\n")
        if not text:
            return


def _macro(macro: re.Match[str], inside: str, names: Names) -> Iterator[Block]:
    inside = inside.removeprefix("\n").removesuffix("\n")
    name = macro[1].lower()
    if name in ("code", "noformat"):
        first = (macro[2] or "").split("|")[0]
        yield Code(inside.replace(f"{{{JOINER}", "{"), "" if "=" in first else first)
    elif name == "quote":
        yield Quote(tuple(_blocks(inside, names)))
    else:
        yield from _panel(macro[2] or "", inside, names)


def _panel(settings: str, inside: str, names: Names) -> Iterator[Block]:
    title = re.search(r"title=([^|]*)", settings)
    if title:
        yield Line(tuple(read_inline(f"*{title[1].strip()}*", names)))
    yield from _blocks(inside, names)


def _lines(text: str, names: Names) -> Iterator[Block]:
    """The blocks of text without macros. The blank line behind a list or table belongs to it."""
    block: Block | None = None
    for line in _logical_lines(text):
        if not line.strip() and isinstance(block, ENDED_BY_BLANK):
            block = None
            continue
        block = _line(line, names)
        yield block


def _line(line: str, names: Names) -> Block:
    def spans(text: str) -> Spans:
        return merged(read_inline(text, names))

    if _RULE.match(line):
        return Rule()
    if heading := _HEADING.match(line):
        return Line(spans(heading[2]), level=int(heading[1]))
    if quoted := _QUOTED.match(line):
        return Quote((Line(spans(quoted[1])),))
    if item := _ITEM.match(line):
        return Item(spans(item[2]), item[1].replace("-", "*"))
    if _ROW.match(line):
        return Row(tuple(Cell(spans(text), header) for text, header in _cells(line)))
    return Line(spans(line))


def _cells(line: str) -> Iterator[tuple[str, bool]]:
    """The cells of a table row as (text, whether it is a header). Bars inside links don't count."""
    start, header = None, False
    for bar in _BAR.finditer(line):
        if not bar[1]:
            continue
        if start is not None:
            yield line[start : bar.start()].strip(), header
        start, header = bar.end(), bar[1] == "||"
    if start is not None and (rest := line[start:].strip()):
        yield rest, header


def _logical_lines(text: str) -> Iterator[str]:
    """Lines; one that goes on a list item or a table cell is joined to it."""
    pending: str | None = None
    for line in text.split("\n"):
        if pending is not None and line.strip() and _goes_on(pending, line):
            pending += "\n" + line
            continue
        if pending is not None:
            yield pending
        pending = line
    if pending is not None:
        yield pending


def _goes_on(pending: str, line: str) -> bool:
    if _ITEM.match(line) or _ROW.match(line) or _RULE.match(line):
        return False
    if _HEADING.match(line) or _QUOTED.match(line) or _RULE.match(pending):
        return False
    if _ITEM.match(pending):
        return True
    return bool(_ROW.match(pending)) and not pending.rstrip().endswith("|")
