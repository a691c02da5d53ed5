"""One call of the REST API and its answer, whether it came by itself or as part of another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..access import Actor
from ..faults import Fault

if TYPE_CHECKING:
    from ..org import SalesforceOrg


# Bytes of an address, its query included.
URI_LIMIT = 16_384


@dataclass(frozen=True)
class Call:
    """`path` holds the decoded segments after the version; header names are in lower case.

    `body` is the parsed JSON, None without any. `part` tells a part of a composite call.
    """

    org: "SalesforceOrg"
    actor: Actor
    version: str
    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None
    # The binary part of a multipart upload: name of the field, bytes.
    upload: tuple[str, bytes] | None = None
    part: bool = False

    @property
    def root(self) -> str:
        return f"/services/data/v{self.version}"

    def record_body(self) -> dict[str, Any]:
        """The body as the fields of a record. Raises Fault JSON_PARSER_ERROR."""
        if not isinstance(self.body, dict):
            raise Fault(400, "JSON_PARSER_ERROR", "The HTTP entity body is required")
        return self.body


@dataclass(frozen=True)
class Answer:
    """`body` becomes JSON; `stream` is sent as it is, with `kind` as its media type."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterable[bytes] | None = None
    kind: str = "application/octet-stream"


def method_not_allowed(call: Call, allowed: str) -> Fault:
    message = f"HTTP Method '{call.method}' not allowed. Allowed are {allowed}"
    return Fault(405, "METHOD_NOT_ALLOWED", message)


def objects(value: Any, name: str) -> list[dict[str, Any]]:
    """Return a list of JSON objects with at least one in it. Raises Fault JSON_PARSER_ERROR."""
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        raise Fault(400, "JSON_PARSER_ERROR", f"{name} has to be a list of objects")
    return value


def whole_number(text: object, name: str) -> int:
    """Read a number of a header, a parameter or a body. Raises Fault."""
    try:
        return int(str(text))
    except ValueError:
        raise Fault(400, "INVALID_FIELD", f"{name} is not a number: {text}") from None
