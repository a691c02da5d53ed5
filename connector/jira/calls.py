"""What every group of the client's calls stands on."""

from collections.abc import Mapping
from typing import Any

from connector.jira.call import Call, segment
from connector.jira.edition import Edition
from connector.jira.model import Json, User
from connector.jira.transport import Transport


class Calls:
    """A group of calls; JiraClient is made of all groups and sets the two attributes.

    Every method raises the errors of connector/errors.py. An issue is named by its numeric id
    or its key; the id is better, because keys change when an issue moves.
    """

    transport: Transport
    edition: Edition

    def _change(
        self,
        method: str,
        issue: str,
        path: str = "",
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        hint: str = "",
        required: bool = False,
    ) -> Any:
        """A write to an issue, or to something at `path` below it.

        The answer as JSON, None for an empty one; `required` says that there has to be one.
        """
        call = Call(
            method=method,
            path=f"/issue/{segment(issue)}{path}",
            body=body,
            params=params,
            issue=issue,
            hint=hint,
        )
        return self.transport.required(call) if required else self.transport.json(call)

    def _account(self, raw: Json | None) -> str:
        """The id that this edition knows a user by; empty for nobody."""
        return str((raw or {}).get(self.edition.user_id) or "")

    def _user(self, raw: Json) -> User:
        return User(
            id=self._account(raw),
            name=raw.get("displayName") or "",
            active=bool(raw.get("active", True)),
            kind=raw.get("accountType") or "",
            mail=raw.get("emailAddress") or "",
        )


def property_list(properties: Mapping[str, Any]) -> list[Json]:
    """Entity properties in the shape that creating and editing take."""
    return [{"key": key, "value": value} for key, value in properties.items()]
