"""How Jira says no."""

from typing import Any

MISSING_ISSUE = "Issue does not exist or you do not have permission to see it."
MISSING_ISSUE_SERVER = "Issue Does Not Exist"
NOT_ON_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


class JiraError(Exception):
    """A refusal: the status, sentences about the whole call, and sentences by field id."""

    def __init__(
        self,
        status: int,
        *messages: str,
        errors: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, *messages, errors)
        self.status = status
        self.messages = list(messages)
        self.errors = errors or {}
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Return the error as the API shows it."""
        return {"errorMessages": self.messages, "errors": self.errors}


class Invalid(Exception):
    """A value that does not fit its field; becomes the sentence for that field."""
