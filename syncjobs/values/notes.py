"""The words in which a value that doesn't fit is reported."""

from connector.jira.markup import cut
from syncjobs.values.canonical import Canonical, Inconvertible, as_text

_LONGEST_SHOWN = 60


def inconvertible(field: str, value: Canonical, reason: str) -> Inconvertible:
    """Names the field, the value (its beginning) and the reason."""
    shown = cut(" ".join(as_text(value).split()), _LONGEST_SHOWN, sign="…")
    return Inconvertible(f"“{field}” was left as it is: it can't take “{shown}”, because {reason}.")
