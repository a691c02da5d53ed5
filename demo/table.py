"""A table for a terminal."""

import textwrap
from collections.abc import Iterable

from demo.play import Outcome

HEADINGS = ("What was done", "What was read back", "Result")
WIDTHS = (44, 58, 6)


def heading() -> str:
    return "\n".join([_line(HEADINGS), "-+-".join("-" * width for width in WIDTHS)])


def row(outcome: Outcome) -> str:
    """Return the lines of one outcome."""
    cells = (outcome.done, outcome.read, "ok" if outcome.good else "FAILED")
    wrapped = [textwrap.wrap(cell, width) for cell, width in zip(cells, WIDTHS, strict=True)]
    height = max(map(len, wrapped))
    filled = (lines + [""] * (height - len(lines)) for lines in wrapped)
    return "\n".join(_line(line) for line in zip(*filled, strict=True))


def _line(cells: Iterable[str]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    return " | ".join(padded).rstrip()
