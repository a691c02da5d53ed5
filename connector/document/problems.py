"""What is wrong with a document, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One mistake. `place` names it within the document, as in `items[0].mappings[2].jira`."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class DocumentRefused(ValueError):
    """The document can't be applied; `problems` lists every mistake that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class Report:
    """Collects problems, one per place: what follows from a mistake isn't said as well."""

    def __init__(self) -> None:
        self._problems: dict[str, Problem] = {}

    def add(self, place: str, message: str) -> None:
        """Note a problem unless something is already wrong at that place."""
        self._problems.setdefault(place, Problem(place, message))

    def has(self, place: str) -> bool:
        return place in self._problems

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._problems.values())

    def refuse(self) -> None:
        """Raise DocumentRefused if anything was noted."""
        if self._problems:
            raise DocumentRefused(self.problems)


def did_you_mean(wrong: str, names: Sequence[str]) -> str:
    """Return `; did you mean X?` for the nearest of `names`, or nothing."""
    by_folded = {name.lower(): name for name in names}
    near = get_close_matches(wrong.lower(), list(by_folded), n=1)
    return f"; did you mean {by_folded[near[0]]}?" if near else ""


def shown(value: str, limit: int = 60) -> str:
    """Quote a value from the document for a message, shortened."""
    return f'"{value}"' if len(value) <= limit else f'"{value[:limit]}…"'
