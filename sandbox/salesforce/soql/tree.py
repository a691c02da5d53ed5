"""A SOQL statement as a tree of immutable values."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Path:
    """A field, perhaps of a parent: Account.Owner.Name. `place` is its offset in the statement."""

    steps: tuple[str, ...]
    place: int = 0

    @property
    def name(self) -> str:
        return self.steps[-1]


@dataclass(frozen=True)
class Literal:
    """A value as written: kind is string, number, boolean, null, date, datetime or named."""

    kind: str
    text: str
    place: int = 0


@dataclass(frozen=True)
class Compare:
    path: Path
    operator: str
    value: Literal


@dataclass(frozen=True)
class In:
    path: Path
    values: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True)
class InQuery:
    path: Path
    query: "Query"
    negated: bool = False


@dataclass(frozen=True)
class Includes:
    path: Path
    values: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True)
class Not:
    term: "Condition"


@dataclass(frozen=True)
class All:
    terms: tuple["Condition", ...]


@dataclass(frozen=True)
class Either:
    terms: tuple["Condition", ...]


Condition = Compare | In | InQuery | Includes | Not | All | Either


@dataclass(frozen=True)
class Call:
    """A function in the SELECT list: COUNT(Id) total, toLabel(Status), FIELDS(ALL)."""

    name: str
    argument: Path | None
    alias: str = ""
    place: int = 0


@dataclass(frozen=True)
class TypeOf:
    path: Path
    branches: tuple[tuple[str, tuple[Path, ...]], ...]
    otherwise: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Order:
    path: Path
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True)
class Query:
    items: tuple["Path | Call | TypeOf | Query", ...]
    source: Path
    alias: str = ""
    where: Condition | None = None
    group: tuple[Path, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    text: str = field(default="", compare=False)
