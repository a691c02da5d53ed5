"""The one way in which the sandbox org refuses something."""

from collections.abc import Sequence
from typing import Any


class Fault(Exception):
    """A refusal as Salesforce words it; `fields` names those at fault."""

    def __init__(self, status: int, code: str, message: str, fields: Sequence[str] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = list(fields)

    def body(self) -> list[dict[str, Any]]:
        """The error as a single call shows it."""
        entry: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields:
            entry["fields"] = self.fields
        return [entry]

    def collection_error(self) -> dict[str, Any]:
        """The error as a part of a collection call shows it, where the code has another name."""
        return {"statusCode": self.code, "message": self.message, "fields": self.fields}


def not_found() -> Fault:
    """What an address leads to that names nothing."""
    return Fault(404, "NOT_FOUND", "The requested resource does not exist")


def bad_query(message: str) -> Fault:
    """A query that can't be understood or isn't allowed in this form."""
    return Fault(400, "MALFORMED_QUERY", message)
