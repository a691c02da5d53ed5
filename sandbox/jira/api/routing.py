"""Which function answers which request, by edition, and what such a function is given."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox.jira.entities import Comment, Issue, Json, Project, User
from sandbox.jira.errors import MISSING_ISSUE, MISSING_ISSUE_SERVER, JiraError
from sandbox.jira.state import Deployment, SiteState
from sandbox.jira.view import View

# An answer: a ready response, a JSON value for 200, or a status with a JSON value (None: no body).
Answer = Response | Json | tuple[int, Json]
Handler = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    rule: str
    handler: Handler
    only: Deployment | None
    base: str


_ROUTES: list[_Route] = []


def route(
    method: str, rule: str, *, only: Deployment | None = None, base: str = "/api"
) -> Callable[[Handler], Handler]:
    """Register a function for a path below /rest/api/{version}, or below another `base`.

    `only` names the one edition that has the path.
    """

    def register(handler: Handler) -> Handler:
        _ROUTES.append(_Route(method, rule, handler, only, base))
        return handler

    return register


@lru_cache
def url_map(deployment: Deployment) -> Map:
    """Return the paths one edition knows."""
    rules = [
        Rule(known.base + known.rule, methods=[known.method], endpoint=known.handler)
        for known in _ROUTES
        if known.only in (None, deployment)
    ]
    return Map(rules, strict_slashes=False, merge_slashes=False)


@dataclass
class Call:
    """A request on its way: who asks (None: nobody who is logged in), and how things look there."""

    site: SiteState
    request: Request
    user: User | None
    view: View

    @property
    def actor(self) -> User:
        """Return who is logged in; raise 401."""
        if self.user is None:
            raise JiraError(
                401, "You are not authenticated. Authentication required to perform this operation."
            )
        return self.user

    @property
    def adf(self) -> bool:
        """Whether texts are ADF objects."""
        return self.view.version == "3"

    @cached_property
    def json(self) -> Json:
        """Return the body; raise 415 for another type and 400 for what isn't JSON."""
        if "json" not in (self.request.content_type or ""):
            raise JiraError(415, "Unsupported Media Type")
        try:
            return json.loads(self.request.get_data(cache=True))
        except ValueError:
            raise JiraError(
                400, "There was an error parsing JSON. Check that your request body is valid."
            ) from None

    @property
    def body(self) -> dict[str, Any]:
        """Return the body, which has to be an object; raise 400."""
        if not isinstance(self.json, dict):
            raise JiraError(
                400, "Invalid request payload. Refer to the REST API documentation and try again."
            )
        return self.json

    def arg(self, name: str, default: str = "") -> str:
        """Return a query parameter."""
        return self.request.args.get(name, default)

    def args(self, name: str) -> list[str]:
        """Return a parameter that may be repeated or separated by commas."""
        values = self.request.args.getlist(name)
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def number(self, name: str, default: int) -> int:
        """Return a query parameter that is a number; raise 400."""
        text = self.arg(name)
        if not text:
            return default
        if not text.lstrip("-").isdecimal():
            raise JiraError(400, f"The value '{text}' of '{name}' is not a number.")
        return int(text)

    @property
    def expand(self) -> frozenset[str]:
        return frozenset(self.args("expand"))

    def issue(self, id_or_key: str) -> Issue:
        """Return an issue the caller may see; raise 404."""
        issue = self.site.find(id_or_key)
        if issue is None or not self.site.may(self.user, "BROWSE_PROJECTS", issue.project):
            raise JiraError(404, MISSING_ISSUE if self.site.cloud else MISSING_ISSUE_SERVER)
        return issue

    def writable(self, id_or_key: str, permission: str, sentence: str = "") -> Issue:
        """Return an issue to be written to; raise 404, 403 or 429."""
        issue = self.issue(id_or_key)
        self.permit(permission, issue.project, sentence)
        self.site.limits.count_write(issue.id)
        return issue

    def permit(self, permission: str, project: Project | None = None, sentence: str = "") -> None:
        """Raise 403 where the caller lacks the permission, 401 where nobody is logged in."""
        if not self.site.may(self.actor, permission, project):
            raise JiraError(403, sentence or "You do not have permission to do this.")

    def project(self, id_or_key: str) -> Project:
        """Return a project the caller may see; raise 404."""
        project = self.site.project(id_or_key)
        if project is None or not self.site.may(self.user, "BROWSE_PROJECTS", project):
            raise JiraError(404, f"No project could be found with key '{id_or_key}'.")
        return project

    def comment(self, issue: Issue, number: str) -> Comment:
        """Return a comment of the issue; raise 404."""
        for comment in issue.comments:
            if str(comment.id) == number:
                return comment
        raise JiraError(404, f"Can not find a comment for the id: {number}.")

    def page(self, entries: list[Any], default: int = 50, most: int = 1000) -> "Page":
        """Return the part of a list that startAt and maxResults name."""
        start = max(0, self.number("startAt", 0))
        size = min(most, max(0, self.number("maxResults", default)))
        return Page(entries[start : start + size], start, size, len(entries))


def whole(body: dict[str, Any], name: str, default: int) -> int:
    """Return a number of a body, `default` where it is absent or null; raise 400."""
    value = body.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise JiraError(400, f"Cannot deserialize value of '{name}': a number is expected.")
    return value


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list."""

    entries: list[Any]
    start: int
    size: int
    total: int

    def show(self, name: str, entries: list[Json]) -> dict[str, Json]:
        """Return the page as JSON, its entries under `name`."""
        shown: dict[str, Json] = {
            "startAt": self.start,
            "maxResults": self.size,
            "total": self.total,
            name: entries,
        }
        if name == "values":
            shown["isLast"] = self.start + len(self.entries) >= self.total
        return shown
