"""Lets `requests` reach WSGI applications in this process instead of the network.

The whole HTTP exchange takes place (method, headers, streamed bodies, status, answer), only the
socket is missing, so a test may run thousands of exchanges a second and break any of them at will.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from http.client import responses as reasons
from time import perf_counter
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict, HTTPResponse

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
# Runs before the application. It may return an answer in its place, raise, or let the call pass.
Fault = Callable[[requests.PreparedRequest], requests.Response | None]
# Runs after the application has done its work. It may raise, and then the answer is lost.
Loss = Callable[[requests.PreparedRequest, requests.Response], None]

STANDARD_PORTS = {"http": 80, "https": 443}


class InProcessNetwork:
    """Routes `requests` to applications by origin for as long as it is entered.

    `calls` holds every request in order, whatever became of it. Any other origin is unreachable.
    """

    def __init__(self) -> None:
        self._applications: dict[str, Application] = {}
        self._original: Any = None
        self.calls: list[requests.PreparedRequest] = []
        self.faults: list[Fault] = []
        self.losses: list[Loss] = []

    def serve(self, origin: str, application: Application) -> None:
        """Answer requests to `origin`, such as http://salesforce.test, with `application`."""
        self._applications[_origin(origin)] = application

    def __enter__(self) -> Self:
        self._original = HTTPAdapter.send
        network = self

        def send(
            adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any
        ) -> requests.Response:
            return network._send(request)

        HTTPAdapter.send = send  # type: ignore[assignment,method-assign]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        HTTPAdapter.send = self._original  # type: ignore[method-assign]

    def _send(self, request: requests.PreparedRequest) -> requests.Response:
        self.calls.append(request)
        for fault in list(self.faults):
            answer = fault(request)
            if answer is not None:
                return answer
        application = self._applications.get(_origin(request.url or ""))
        if application is None:
            raise requests.ConnectionError(f"no such host: {request.url}", request=request)
        response = exchange(application, request)
        for loss in list(self.losses):
            loss(request, response)
        return response


def exchange(application: Application, request: requests.PreparedRequest) -> requests.Response:
    """Have `application` answer `request`; its answer stays a stream until it is read."""
    started = perf_counter()
    captured: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], failure: Any = None) -> Any:
        captured[:] = [status, headers]
        return _refuse_write

    body = application(_environ(request), start_response)
    status, headers = captured
    return _response(request, status, headers, body, perf_counter() - started)


def answer(
    request: requests.PreparedRequest,
    status: int,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> requests.Response:
    """Make up an answer, for a fault to return."""
    status_line = f"{status} {reasons.get(status, '')}"
    return _response(request, status_line, list((headers or {}).items()), [body], 0.0)


def _refuse_write(data: bytes) -> None:
    raise AssertionError("the application used WSGI's old write()")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or STANDARD_PORTS.get(parts.scheme)}"


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(request.url or "")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "REQUEST_URI": parts.path + (f"?{parts.query}" if parts.query else ""),
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or STANDARD_PORTS.get(parts.scheme)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc.rpartition("@")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    environ["wsgi.input"] = _input(request.body)
    return environ


def _input(body: Any) -> Any:
    if body is None:
        return io.BytesIO()
    if isinstance(body, str):
        return io.BytesIO(body.encode())
    if isinstance(body, bytes | bytearray):
        return io.BytesIO(body)
    return io.BufferedReader(_Upload(body))


class _Upload(io.RawIOBase):
    """A streamed request body, read only as fast as the application asks for it."""

    def __init__(self, body: Any) -> None:
        self._read = getattr(body, "read", None)
        self._chunks: Iterator[bytes] = iter(()) if self._read else iter(body)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = self._read(len(buffer)) if self._read else next(self._chunks, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


class _Download(io.RawIOBase):
    """A WSGI answer as a file, so that large ones are never whole in memory."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body
        self._chunks = iter(body)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        close_body = getattr(self._body, "close", None)
        if close_body is not None and not self.closed:
            close_body()
        super().close()


def _response(
    request: requests.PreparedRequest,
    status: str,
    headers: list[tuple[str, str]],
    body: Iterable[bytes],
    seconds: float,
) -> requests.Response:
    code, _, reason = status.partition(" ")
    raw_headers = HTTPHeaderDict(headers)
    raw = HTTPResponse(
        body=io.BufferedReader(_Download(body)),
        headers=raw_headers,
        status=int(code),
        reason=reason,
        request_method=request.method,
        preload_content=False,
        decode_content=False,
    )
    response = requests.Response()
    response.status_code = int(code)
    response.reason = reason
    response.headers = CaseInsensitiveDict(raw_headers)
    response.encoding = get_encoding_from_headers(response.headers)
    response.raw = raw
    response.url = request.url or ""
    response.request = request
    response.elapsed = timedelta(seconds=seconds)
    return response
