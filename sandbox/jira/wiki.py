"""Wiki markup read into ADF: the common part of it, for clients that speak v3."""

import re
from typing import Any

Node = dict[str, Any]

_HEADING = re.compile(r"h([1-6])\. +(.*)")
_FENCE = re.compile(r"\{(code|noformat)(?::([^}]*))?\}(.*)", re.DOTALL)
_ITEM = re.compile(r"([*#]+|-) +(.*)")
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_BLANKS = re.compile(r"\n{3,}")

_INLINE = re.compile(
    r"""
    (?P<break>\\\\(?=\s|$)|\n)
  | \\(?P<literal>[*_+^~{}\[\]|!\#\\-])
  | \{\{(?P<code>.+?)\}\}
  | \[~(?:accountid:)?(?P<mention>[^\]|]+)\]
  | \[(?:(?P<title>[^\]|\n]+)\|)?(?P<href>(?:https?://|mailto:|ftp://)[^\]|\s]+)(?:\|[^\]]*)?\]
  | \{color(?::(?P<color>[^}]+))?\}
  | (?<!\w)(?P<mark>[*_+^~-])(?=\S)(?P<inner>[^\n]*?\S)(?P=mark)(?!\w)
    """,
    re.VERBOSE,
)
_MARKS: dict[str, Node] = {
    "*": {"type": "strong"},
    "_": {"type": "em"},
    "-": {"type": "strike"},
    "+": {"type": "underline"},
    "^": {"type": "subsup", "attrs": {"type": "sup"}},
    "~": {"type": "subsup", "attrs": {"type": "sub"}},
}


def tidy(text: str) -> str:
    """Return the text as it comes back from Cloud, which keeps a document and not the string."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BLANKS.sub("\n\n", _TRAILING.sub("", text)).strip("\n")


def to_adf(text: str) -> Node:
    """Return the markup as an ADF document."""
    return {"type": "doc", "version": 1, "content": _blocks(tidy(text).split("\n"))}


def _blocks(lines: list[str]) -> list[Node]:
    blocks: list[Node] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        for reader in (_fence, _container, _single, _list, _table, _paragraph):
            block, used = reader(lines[at:])
            if used:
                blocks.append(block)
                at += used
                break
    return blocks


def _fence(lines: list[str]) -> tuple[Node, int]:
    start = _FENCE.match(lines[0])
    if not start:
        return {}, 0
    kind, language, rest = start.groups()
    body, used = _until(f"{{{kind}}}", [rest, *lines[1:]])
    node: Node = {"type": "codeBlock", "content": [_text(body)] if body else []}
    if language:
        node["attrs"] = {"language": language.split("|")[0]}
    return node, used


def _until(end: str, lines: list[str]) -> tuple[str, int]:
    """Return what stands before `end` and how many lines that took."""
    for at, line in enumerate(lines):
        if end in line:
            inside = [*lines[:at], line.split(end)[0]]
            return "\n".join(inside).strip("\n"), at + 1
    return "\n".join(lines).strip("\n"), len(lines)


def _container(lines: list[str]) -> tuple[Node, int]:
    for name, kind in (("quote", "blockquote"), ("panel", "panel")):
        start = re.match(rf"\{{{name}(:[^}}]*)?\}}(.*)", lines[0])
        if start:
            body, used = _until(f"{{{name}}}", [start[2], *lines[1:]])
            node: Node = {"type": kind, "content": _blocks(body.split("\n"))}
            if kind == "panel":
                node["attrs"] = {"panelType": "info"}
            return node, used
    return {}, 0


def _single(lines: list[str]) -> tuple[Node, int]:
    line = lines[0].strip()
    if line == "----":
        return {"type": "rule"}, 1
    heading = _HEADING.match(line)
    if heading:
        node = {"type": "heading", "attrs": {"level": int(heading[1])}}
        return node | {"content": _inline(heading[2])}, 1
    if line.startswith("bq. "):
        return {"type": "blockquote", "content": [_block_of(line[4:])]}, 1
    return {}, 0


def _list(lines: list[str]) -> tuple[Node, int]:
    items: list[tuple[str, str]] = []
    for line in lines:
        item = _ITEM.match(line.strip())
        if not item:
            break
        items.append((item[1].replace("-", "*"), item[2]))
    return (_nested(items, 1), len(items)) if items else ({}, 0)


def _nested(items: list[tuple[str, str]], depth: int) -> Node:
    kind = "orderedList" if items[0][0][depth - 1 : depth] == "#" else "bulletList"
    entries: list[Node] = []
    at = 0
    while at < len(items):
        below = at + 1
        while below < len(items) and len(items[below][0]) > depth:
            below += 1
        content = [_block_of(items[at][1])]
        if below > at + 1:
            content.append(_nested(items[at + 1 : below], depth + 1))
        entries.append({"type": "listItem", "content": content})
        at = below
    return {"type": kind, "content": entries}


def _table(lines: list[str]) -> tuple[Node, int]:
    rows: list[Node] = []
    for line in lines:
        if not line.strip().startswith("|"):
            break
        rows.append(_row(line.strip()))
    return ({"type": "table", "content": rows}, len(rows)) if rows else ({}, 0)


def _row(line: str) -> Node:
    heads = line.startswith("||")
    # A bar inside a link does not end the cell.
    cells = re.split(r"\|+(?![^\[\]]*\])", line.strip("|"))
    kind = "tableHeader" if heads else "tableCell"
    return {
        "type": "tableRow",
        "content": [{"type": kind, "content": [_block_of(cell.strip())]} for cell in cells],
    }


def _paragraph(lines: list[str]) -> tuple[Node, int]:
    used = 1
    while used < len(lines) and lines[used].strip() and not _starts_block(lines[used]):
        used += 1
    return _block_of("\n".join(lines[:used])), used


def _starts_block(line: str) -> bool:
    return bool(
        re.match(r"h[1-6]\. |bq\. |----$|\{(code|noformat|quote|panel)|\||([*#]+|-) ", line)
    )


def _block_of(text: str) -> Node:
    return {"type": "paragraph", "content": _inline(text)}


def _text(text: str, marks: tuple[Node, ...] = ()) -> Node:
    node: Node = {"type": "text", "text": text}
    return node | {"marks": list(marks)} if marks else node


def _inline(text: str, marks: tuple[Node, ...] = ()) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    plain = ""
    for match in _INLINE.finditer(text):
        plain += text[at : match.start()] + (match["literal"] or "")
        at = match.end()
        special = _special(match, marks)
        if special:
            nodes += [_text(plain, marks), *special] if plain else special
            plain = ""
    plain += text[at:]
    return [*nodes, _text(plain, marks)] if plain else nodes


def _special(match: re.Match[str], marks: tuple[Node, ...]) -> list[Node]:
    if match["break"]:
        return [{"type": "hardBreak"}]
    if match["code"]:
        return [_text(match["code"], ({"type": "code"},))]
    if match["mention"]:
        return [{"type": "mention", "attrs": {"id": match["mention"], "text": ""}}]
    if match["href"]:
        link = {"type": "link", "attrs": {"href": match["href"]}}
        return [_text(match["title"] or match["href"], (*marks, link))]
    if match["mark"]:
        return _inline(match["inner"], (*marks, _MARKS[match["mark"]]))
    return []
