"""Programs in Node.js: the public clients and parsers of the two systems, from tests/node."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from tests import services

# Far more than any of the programs takes; it keeps one that hangs from holding up all tests.
SECONDS = 120


@dataclass(frozen=True)
class Outcomes:
    """What became of the steps of a program, by name."""

    steps: dict[str, dict[str, Any]]

    def __getitem__(self, step: str) -> Any:
        """The result of a step that has to have succeeded."""
        outcome = self.steps[step]
        assert "error" not in outcome, f"{step}: {outcome['error']}"
        return outcome["result"]

    def error(self, step: str) -> str:
        """What a step says that has to have failed."""
        outcome = self.steps[step]
        assert "error" in outcome, f"{step} went well: {outcome}"
        return str(outcome["error"])


def run(script: str, given: object) -> Any:
    """Run a script of tests/node with `given` as JSON on its standard input; return its JSON.

    The environment stays outside, so that no proxy comes between a client and this machine.
    """
    done = subprocess.run(
        [services.node() or "node", script],
        cwd=services.NODE_FOLDER,
        env={"PATH": os.environ["PATH"]},
        input=json.dumps(given).encode(),
        capture_output=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return json.loads(done.stdout)


def run_steps(script: str, given: object) -> Outcomes:
    """Run a script that reports on steps."""
    return Outcomes(run(script, given))
