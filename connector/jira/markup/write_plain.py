"""Writes a document as plain text."""

from collections.abc import Iterator

from connector.jira.markup.document import (
    ENDED_BY_BLANK,
    Block,
    Code,
    Document,
    Item,
    Quote,
    Row,
    Rule,
    Span,
    Spans,
)


def write_plain(document: Document) -> str:
    """Readable text: no signs for bold and the like, links with their address in parentheses."""
    lines: list[str] = []
    numbers: dict[str, int] = {}
    before: Block | None = None
    for block in document:
        if isinstance(before, Rule) or (
            isinstance(before, ENDED_BY_BLANK) and type(before) is not type(block)
        ):
            lines.append("")
        if isinstance(block, Item):
            lines += _item(block, numbers)
        else:
            numbers.clear()
            lines += _lines(block)
        before = block
    return "\n".join(lines)


def _item(item: Item, numbers: dict[str, int]) -> Iterator[str]:
    for path in [path for path in numbers if not item.path.startswith(path)]:
        del numbers[path]  # another list has begun
    numbers[item.path] = numbers.get(item.path, 0) + 1
    sign = f"{numbers[item.path]}. " if item.path[-1] == "#" else "- "
    indent = "  " * (len(item.path) - 1)
    first, *others = plain(item.spans).split("\n")
    yield indent + sign + first
    for line in others:
        yield indent + " " * len(sign) + line


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Row(cells):
            yield " | ".join(plain(cell.spans).replace("\n", " ") for cell in cells)
        case Code(text):
            yield text
        case Quote(blocks):
            for line in write_plain(blocks).split("\n"):
                yield f"> {line}".rstrip()
        case Rule():
            yield "----"
        case _:
            yield plain(block.spans)


def plain(spans: Spans) -> str:
    """The text of some spans; a link's address follows where the text doesn't already show it."""
    return "".join(_with_address(span) for span in spans)


def _with_address(span: Span) -> str:
    if not span.href or span.text in (span.href, span.href.removeprefix("mailto:")):
        return span.text
    return f"{span.text} ({span.href})"
