"""What the processes say, one file for each."""

from collections import deque
from pathlib import Path

LAST_LINES = 15


class Logs:
    """Writes lines to a file for each process and remembers the last ones."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.log"):
            old.unlink()
        self.folder = folder
        self._last: dict[str, deque[str]] = {}

    def write(self, name: str, line: str) -> None:
        self._last.setdefault(name, deque(maxlen=LAST_LINES)).append(line)
        with (self.folder / f"{name}.log").open("a") as file:
            file.write(line + "\n")

    def last(self, name: str) -> list[str]:
        """Return the last lines of this process, oldest first."""
        return list(self._last.get(name, ()))
