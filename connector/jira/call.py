"""One call to Jira, before it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

API = "/rest/api/2"


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is asked of Jira.

    `path` belongs to the REST API, version 2, or starts with `/rest/`, `/secure/` or `/_edge/` and
    belongs to the site. `issue` is the id of the issue that is written to, for the limits per
    issue. `reads` says that nothing is changed, so that the call may be repeated; a GET always
    may. `hint` narrows down what a failure means (policy.py). `accept` lists failed statuses that
    are given back instead of raised. `upload` is a stream that can be sent only once.
    """

    method: str
    path: str
    params: Mapping[str, Any] | None = None
    body: Any = None
    issue: str = ""
    reads: bool = False
    hint: str = ""
    accept: tuple[int, ...] = ()
    anonymous: bool = False
    stream: bool = False
    upload: Any = None
    headers: Mapping[str, str] | None = None

    @property
    def changes(self) -> bool:
        return self.method != "GET" and not self.reads

    def __str__(self) -> str:
        """Method and path, without the query: it can hold JQL and mail addresses."""
        return f"{self.method} {self.path}"


def segment(value: str | int) -> str:
    """`value` as one part of a path."""
    return quote(str(value), safe="")


def full_path(path: str) -> str:
    """The path below the site's or gateway's root."""
    return path if path.startswith(("/rest/", "/secure/", "/_edge/")) else API + path
