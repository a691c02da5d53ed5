"""ADF written out as wiki markup, and as HTML for rendered fields."""

from collections.abc import Callable
from html import escape

from sandbox.jira.wiki import Node

_SIGNS = {"strong": "*", "em": "_", "strike": "-", "underline": "+"}
_TAGS = {"strong": "b", "em": "em", "strike": "del", "underline": "ins", "code": "tt"}
_BLOCK_TAGS = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "blockquote": "blockquote",
    "panel": "div",
    "table": "table",
    "tableRow": "tr",
    "tableHeader": "th",
    "tableCell": "td",
    "codeBlock": "pre",
}


def to_wiki(document: Node) -> str:
    """Return the document as wiki markup; nodes without a wiki form leave their text."""
    return "\n\n".join(_block(node) for node in document.get("content", ()))


def _children(node: Node) -> list[Node]:
    return list(node.get("content", ()))


def _attr(node: Node, name: str) -> str:
    return str((node.get("attrs") or {}).get(name, "") or "")


def _block(node: Node) -> str:
    writer = _WRITERS.get(node.get("type", ""))
    if writer:
        return writer(node)
    children = _children(node)
    if children and children[0].get("type") in ("text", "hardBreak", "mention"):
        return _run(children)
    return "\n".join(_block(child) for child in children)


def _run(nodes: list[Node]) -> str:
    return "".join(_inline(node) for node in nodes)


def _inline(node: Node) -> str:
    kind = node.get("type")
    if kind == "text":
        return _marked(node)
    if kind == "hardBreak":
        return "\n"
    if kind == "mention":
        return f"[~accountid:{_attr(node, 'id')}]"
    if kind == "inlineCard":
        return f"[{_attr(node, 'url')}]"
    return _attr(node, "text") or _attr(node, "shortName")


def _marked(node: Node) -> str:
    text = str(node.get("text", ""))
    for mark in node.get("marks", ()):
        kind = mark.get("type")
        if kind == "link":
            href = _attr(mark, "href")
            text = f"[{href}]" if href == text else f"[{text}|{href}]"
        elif kind == "code":
            text = f"{{{{{text}}}}}"
        elif kind == "subsup":
            sign = "^" if _attr(mark, "type") == "sup" else "~"
            text = f"{sign}{text}{sign}"
        elif kind == "textColor":
            text = f"{{color:{_attr(mark, 'color')}}}{text}{{color}}"
        else:
            sign = _SIGNS.get(kind, "")
            text = f"{sign}{text}{sign}"
    return text


def _code(node: Node) -> str:
    language = _attr(node, "language")
    start = f"{{code:{language}}}" if language else "{code}"
    return f"{start}\n{_run(_children(node))}\n{{code}}"


def _quote(node: Node) -> str:
    return "{quote}\n" + to_wiki(node) + "\n{quote}"


def _panel(node: Node) -> str:
    return "{panel}\n" + to_wiki(node) + "\n{panel}"


def _heading(node: Node) -> str:
    return f"h{_attr(node, 'level') or 1}. {_run(_children(node))}"


def _list(node: Node, prefix: str = "") -> str:
    prefix += "#" if node["type"] == "orderedList" else "*"
    lines: list[str] = []
    for item in _children(node):
        for child in _children(item):
            nested = child.get("type") in ("bulletList", "orderedList")
            lines.append(_list(child, prefix) if nested else f"{prefix} {_block(child)}")
    return "\n".join(lines)


def _table(node: Node) -> str:
    return "\n".join(_row(row) for row in _children(node))


def _row(row: Node) -> str:
    cells = _children(row)
    bar = "||" if cells and cells[0].get("type") == "tableHeader" else "|"
    return (
        bar + bar.join(" ".join(_block(part) for part in _children(cell)) for cell in cells) + bar
    )


_WRITERS: dict[str, Callable[[Node], str]] = {
    "heading": _heading,
    "bulletList": _list,
    "orderedList": _list,
    "codeBlock": _code,
    "blockquote": _quote,
    "panel": _panel,
    "table": _table,
    "rule": lambda node: "----",
}


def to_html(node: Node) -> str:
    """Return the document as HTML."""
    kind = node.get("type", "")
    if kind == "text":
        return _html_text(node)
    if kind in ("rule", "hardBreak"):
        return "<hr/>" if kind == "rule" else "<br/>"
    if kind == "mention":
        who = escape(_attr(node, "id"))
        return f'<a class="user-hover" rel="{who}">@{who}</a>'
    inner = "".join(to_html(child) for child in _children(node))
    tag = f"h{_attr(node, 'level')}" if kind == "heading" else _BLOCK_TAGS.get(kind)
    return f"<{tag}>{inner}</{tag}>" if tag else inner


def _html_text(node: Node) -> str:
    html = escape(str(node.get("text", "")))
    for mark in node.get("marks", ()):
        if mark["type"] == "link":
            html = f'<a href="{escape(_attr(mark, "href"))}" rel="nofollow">{html}</a>'
        elif mark["type"] in _TAGS:
            html = f"<{_TAGS[mark['type']]}>{html}</{_TAGS[mark['type']]}>"
        elif mark["type"] == "subsup":
            html = f"<{_attr(mark, 'type')}>{html}</{_attr(mark, 'type')}>"
    return html
