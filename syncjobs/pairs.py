"""A linked pair on its way through a reconcile: both sides as they were just read."""

from dataclasses import dataclass, field

from connector.errors import Busy, ConnectionBroken, RemoteError, Scope
from linking.models import Link
from syncjobs.plan import Json, Note, Plan


@dataclass
class Pair:
    """`record` and `issue` are raw answers of the two systems. `error` puts the pair off."""

    link: Link
    record: Json
    issue: Json = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    notes: list[Note] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    error: RemoteError | None = None
    written: bool = False
    # Due as a whole, comments and files included, and not only for a changed field.
    whole: bool = False
    # Its issue was made just now and is counted as created, not as updated too.
    created: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the two sides' fields are in step now."""
        return self.written or self.plan.is_empty

    @property
    def record_id(self) -> str:
        return self.link.record_id

    @property
    def stamp(self) -> str:
        return str(self.record["SystemModstamp"])


def stops_connection(error: RemoteError | None) -> bool:
    """Whether an error concerns a whole connection: then nothing more is tried on it."""
    if isinstance(error, Busy):
        return error.scope is Scope.CONNECTION
    return isinstance(error, ConnectionBroken)
