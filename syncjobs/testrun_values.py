"""What a test run tells: one operation for each thing that a sync would write."""

from dataclasses import dataclass

from syncjobs.plan import Note

JIRA, SALESFORCE = "jira", "salesforce"


@dataclass(frozen=True)
class Operation:
    """One write. `kind` is create, field, status, comment, attachment or note; `before` and
    `after` are texts for people, None for nothing."""

    side: str
    kind: str
    target: str
    before: str | None
    after: str | None

    def to_json(self) -> dict[str, str | None]:
        return {
            "side": self.side,
            "kind": self.kind,
            "target": self.target,
            "from": self.before,
            "to": self.after,
        }


@dataclass(frozen=True)
class Planned:
    """What one part of a pair would have written, and what it couldn't carry over."""

    operations: tuple[Operation, ...] = ()
    notes: tuple[Note, ...] = ()

    def __add__(self, other: "Planned") -> "Planned":
        return Planned(self.operations + other.operations, self.notes + other.notes)
