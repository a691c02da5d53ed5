"""The site as a web application."""

from collections.abc import Iterable
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.routing import MapAdapter
from werkzeug.wrappers import Request, Response

from sandbox.jira import outside, times
from sandbox.jira.api import access, load
from sandbox.jira.api.routing import Answer, Call, url_map
from sandbox.jira.errors import JiraError
from sandbox.jira.pages import views as pages
from sandbox.jira.state import SiteState
from sandbox.jira.view import View
from sandbox.web import CallLog, CallRecord, json_response

MAINTENANCE = (
    "<!DOCTYPE html><html><head><title>Atlassian - Maintenance</title></head>"
    "<body><h1>Jira is unavailable while we carry out maintenance.</h1></body></html>"
)
# The REST areas that have no version of their own worth telling apart.
BASES = ("servicedeskapi", "webhooks/1.0", "jira-webhook/1.0")

load()


class JiraApp:
    """Answers a site's requests: REST, downloads, and pages. `calls` is the log of them."""

    def __init__(self, site: SiteState) -> None:
        self.site = site
        self.calls = CallLog()

    def count(self) -> int:
        """Return how many requests came since the log was cleared."""
        return self.calls.requests

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        response = self._answer(request)
        query = request.query_string.decode("latin-1")
        record = CallRecord(request.method, request.path, query, response.status_code)
        self.calls.append(record)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if self.site.maintenance:
            return Response(MAINTENANCE, 503, content_type="text/html;charset=UTF-8")
        try:
            return self._served(request)
        except JiraError as refusal:
            return json_response(refusal.body(), refusal.status, refusal.headers)
        except RequestEntityTooLarge:
            return json_response(JiraError(413, "The file is too large.").body(), 413)

    def _served(self, request: Request) -> Response:
        where = access.address(self.site, request)
        if where is None:
            return _unknown(request.path)
        if where.path.startswith("/rest/"):
            return self._rest(request, where)
        found = outside.serve(self.site, request, where)
        if found is None and not where.gateway:
            _read_upload(request)
            found = pages.serve(self.site, request, where.path or "/", self.site.context_path)
        return found or _unknown(where.path)

    def _rest(self, request: Request, where: access.Address) -> Response:
        user = access.who(self.site, request, gateway=where.gateway)
        base, version, rest = _split(where.path[len("/rest/") :], cloud=self.site.cloud)
        adapter: MapAdapter = url_map(self.site.deployment).bind("localhost")
        try:
            handler, arguments = adapter.match(f"/{base}/{rest}", method=request.method)
        except MethodNotAllowed:
            return json_response(JiraError(405, "Method Not Allowed").body(), 405)
        except HTTPException:
            return _unknown(where.path)
        zone = times.zone(user.time_zone if user else self.site.time_zone)
        view = View(where.root, version, self.site.cloud, zone, self.site.base_url)
        call = Call(self.site, request, user, view)
        _read_upload(request)
        try:
            with self.site.lock:
                self.site.limits.count_call(request.method, handler.__name__)
                response = _response(handler(call, **arguments))
        except JiraError as refusal:
            response = json_response(refusal.body(), refusal.status, refusal.headers)
        if user and self.site.cloud:
            response.headers["X-AAccountId"] = user.account_id
        elif user:
            response.headers["X-AUSERNAME"] = user.name
        return response


def _read_upload(request: Request) -> None:
    """Take in the body before the site is locked, since it may come slowly."""
    if request.mimetype == "multipart/form-data":
        _ = request.files
    elif request.method in ("POST", "PUT"):
        request.get_data(cache=True)


def _split(path: str, *, cloud: bool) -> tuple[str, str, str]:
    """Return what kind of REST path it is, the version asked for, and the rest."""
    for base in BASES:
        if path.startswith(f"{base}/"):
            return base, "2", path[len(base) + 1 :]
    _, _, tail = path.partition("api/")
    version, _, rest = tail.partition("/")
    known = ("2", "3") if cloud else ("2", "latest")
    if not path.startswith("api/") or version not in known:
        return "none", "2", path
    return "api", "3" if version == "3" else "2", rest


def _unknown(path: str) -> Response:
    return json_response({"message": f"null for uri: {path}", "status-code": 404}, 404)


def _response(answer: Answer) -> Response:
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, tuple):
        status, body = answer
        return Response(status=status) if body is None else json_response(body, status)
    return json_response(answer)
