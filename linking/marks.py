"""The marks that the connector leaves in the two systems. Pure."""

from dataclasses import dataclass
from typing import Any

# Every comment or note that the connector writes for itself begins with this.
SIGNATURE = "[Salesforce Connector for Jira]"
PROPERTY_KEY = "salesforce-connector"


@dataclass(frozen=True)
class PairMark:
    """The issue entity property: which record of which org an issue was made from, and why.

    Everybody who sees the issue can read it, so it holds ids and names only.
    """

    org: str
    record: str
    object: str
    item: str

    def to_json(self) -> dict[str, str]:
        return vars(self)

    @classmethod
    def from_json(cls, raw: Any) -> "PairMark | None":
        """Read a property's value; None for anything that isn't a mark."""
        names = ("org", "record", "object", "item")
        if not isinstance(raw, dict) or not all(isinstance(raw.get(n), str) for n in names):
            return None
        return cls(**{name: raw[name] for name in names})


def link_note(issue_key: str, issue_url: str, item: str, origin: str) -> str:
    """Return the note that a linked record gets; `origin` is `automatic` or `manual`."""
    return (
        f"{SIGNATURE} Linked to Jira issue {issue_key}\n{issue_url}\nItem: {item}\nLink: {origin}"
    )


def remote_link_id(org_id: str, record_id: str) -> str:
    """Return the global id of the issue's remote link to a record."""
    return f"salesforce={org_id}&record={record_id}"
