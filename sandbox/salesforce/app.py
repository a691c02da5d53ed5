"""The org's web side: a WSGI application that answers as Salesforce does."""

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from ..web import CallLog, CallRecord, json_response
from .api.call import URI_LIMIT, Answer, Call
from .api.composite import batch_size
from .api.router import dispatch
from .faults import Fault, not_found
from .org import SalesforceOrg
from .pages import Pages
from .sessions import LoginRefused

OLDEST_VERSION, NEWEST_VERSION = 31, 68
_VERSION = re.compile(r"v(\d{2,3})\.0")
_SEASONS = ("Spring", "Summer", "Winter")
_MAINTENANCE = "<html><body><h1>We are down for maintenance.</h1></body></html>"


class SalesforceApp:
    """Serves one org. `calls` is the log of requests with what they took from the quota."""

    def __init__(self, org: SalesforceOrg) -> None:
        self.org = org
        self.calls = CallLog()
        self._pages = Pages(org)

    def count(self) -> int:
        """How many requests came since the log was last cleared."""
        return self.calls.requests

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        with self.org.lock:
            response, counted = self._respond(request)
        if "SERVER_SOFTWARE" not in environ:
            # A server writes the time itself; without one nobody would.
            response.headers["Date"] = format_datetime(self.org.clock.now(), usegmt=True)
        status = response.status_code
        query = environ.get("QUERY_STRING", "")
        self.calls.append(CallRecord(request.method, request.path, query, status, counted))
        return response(environ, start_response)

    def _respond(self, request: Request) -> tuple[Response, int]:
        path = request.path
        if len(_uri(request)) > URI_LIMIT:
            return Response("URI Too Long", 414), 0
        if self.org.maintenance:
            return Response(_MAINTENANCE, 503, content_type="text/html"), 0
        if request.host.endswith(".lightning.force.com") and request.method == "POST":
            # The host of the pages takes no calls and sends them to the login page.
            return Response("", 302, {"Location": f"{self.org.base_url}/"}), 0
        if path == "/services/oauth2/token":
            return self._token(request), 0
        if path == "/services/oauth2/revoke":
            return self._revoke(request), 0
        if path.rstrip("/") == "/services/data":
            return json_response(_versions()), 0
        if path.startswith(("/services/", "/id/")):
            return self._data(request)
        return self._pages.respond(request), 0

    def _token(self, request: Request) -> Response:
        if request.method != "POST":
            body = {"error": "invalid_request", "error_description": "must use HTTP POST"}
            return json_response(body, 400)
        form = request.form.to_dict()
        authorization = request.headers.get("Authorization", "")
        try:
            host = request.host.partition(":")[0]
            return json_response(self.org.sessions.log_in(form, authorization, host))
        except LoginRefused as refused:
            return json_response(refused.body, refused.status)

    def _revoke(self, request: Request) -> Response:
        try:
            self.org.sessions.revoke(request.values.get("token", ""))
        except LoginRefused as refused:
            return json_response(refused.body, refused.status)
        return Response("")

    def _data(self, request: Request) -> tuple[Response, int]:
        """Answer a call that needs a token and counts against the quota."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        actor = self.org.sessions.actor(token.strip()) if scheme in ("Bearer", "OAuth") else None
        if actor is None:
            message = "Session expired or invalid"
            return json_response(Fault(401, "INVALID_SESSION_ID", message).body(), 401), 0
        counted = 1
        try:
            if self.org.calls_used >= self.org.daily_limit:
                message = "TotalRequests Limit exceeded."
                raise Fault(403, "REQUEST_LIMIT_EXCEEDED", message)
            if "api" not in self.org.sessions.scope.split():
                message = "This session is not valid for use with the REST API"
                raise Fault(401, "INVALID_SESSION_ID", message)
            if not self.org.permissions.api_enabled:
                message = "The REST API is not enabled for this Organization."
                raise Fault(403, "API_DISABLED_FOR_ORG", message)
            call = _read_call(self.org, actor, request)
            if call.path[:2] == ("composite", "batch"):
                counted = batch_size(call.body)
            answer = dispatch(call)
        except Fault as fault:
            answer = Answer(fault.status, fault.body())
        self.org.calls_used += counted
        return self._response(answer), counted

    def _response(self, answer: Answer) -> Response:
        usage = f"api-usage={self.org.calls_used}/{self.org.daily_limit}"
        headers = {**answer.headers, "Sforce-Limit-Info": usage}
        if answer.stream is not None:
            return Response(
                answer.stream,
                answer.status,
                headers,
                content_type=answer.kind,
            )
        if answer.body is None:
            return Response(b"", answer.status, headers)
        return json_response(answer.body, answer.status, headers)


def _uri(request: Request) -> str:
    raw = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI")
    return str(raw) if raw else f"{request.path}?{request.environ.get('QUERY_STRING', '')}"


def _versions() -> list[dict[str, str]]:
    versions = []
    for number in range(OLDEST_VERSION, NEWEST_VERSION + 1):
        season, year = _SEASONS[number % 3], 4 + (number + 1) // 3
        label = f"{season} '{year:02d}"
        url = f"/services/data/v{number}.0"
        versions.append({"label": label, "url": url, "version": f"{number}.0"})
    return versions


def _read_call(org: SalesforceOrg, actor: Any, request: Request) -> Call:
    segments = tuple(unquote(step) for step in _uri(request).partition("?")[0].split("/") if step)
    if segments[:1] == ("id",):
        return Call(org, actor, f"{NEWEST_VERSION}.0", "GET", ("identity",), {}, {})
    if segments[:2] == ("services", "oauth2") and segments[2:] == ("userinfo",):
        return Call(org, actor, f"{NEWEST_VERSION}.0", "GET", ("identity",), {}, {})
    if segments[:2] != ("services", "data") or len(segments) < 3:
        raise not_found()
    version = _checked_version(segments[2])
    headers = {name.lower(): value for name, value in request.headers.items()}
    body, upload = _read_body(request)
    query = request.args.to_dict()
    path = segments[3:]
    method = "GET" if request.method == "HEAD" else request.method
    return Call(org, actor, version, method, path, query, headers, body, upload)


def _checked_version(text: str) -> str:
    match = _VERSION.fullmatch(text)
    if match is None or int(match[1]) > NEWEST_VERSION:
        raise not_found()
    if int(match[1]) < OLDEST_VERSION:
        message = "The requested API version has been retired. Use a newer one."
        raise Fault(410, "UNSUPPORTED_API_VERSION", message)
    return text[1:]


def _read_body(request: Request) -> tuple[Any, tuple[str, bytes] | None]:
    """Return the JSON of a request, and the binary part of a multipart one. Raises Fault."""
    if request.method in ("GET", "HEAD", "DELETE"):
        return None, None
    if request.mimetype == "multipart/form-data":
        return _read_multipart(request)
    data = request.get_data()
    if not data:
        return None, None
    if request.headers.get("Content-Encoding") == "gzip":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            raise Fault(400, "MALFORMED_COMPRESSED_DATA", "Not in gzip format") from None
    if request.mimetype != "application/json":
        message = f"Content type {request.mimetype} is not supported"
        raise Fault(415, "UNSUPPORTED_MEDIA_TYPE", message)
    return _parsed(data), None


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        message = "Unexpected character in the request body: it is not valid JSON"
        raise Fault(400, "JSON_PARSER_ERROR", message) from None


def _read_multipart(request: Request) -> tuple[Any, tuple[str, bytes] | None]:
    """One part holds the fields as JSON; the part named for a field holds that field's bytes."""
    try:
        form: Mapping[str, str] = request.form
        files = request.files
    except HTTPException:
        raise Fault(400, "INVALID_MULTIPART_REQUEST", "The multipart body is broken") from None
    fields = next(iter(form.values()), None)
    if fields is None or len(files) != 1:
        message = "A multipart request has a JSON part first and then one binary part."
        raise Fault(400, "INVALID_MULTIPART_REQUEST", message)
    name, upload = next(iter(files.items()))
    return _parsed(fields.encode()), (name, upload.read())
