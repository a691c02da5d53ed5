"""Transitions, and what an issue's change log says of its status."""

from collections.abc import Mapping
from typing import Any

from connector.jira.call import segment
from connector.jira.calls import Calls
from connector.jira.model import FieldMeta, Json, Status, StatusChange, Transition, read_time


class Workflow(Calls):
    def transitions(self, issue: str, *, hidden: bool = False) -> list[Transition]:
        """The transitions open to our account from the issue's present status.

        None without the right to transition issues; conditions hide some. Cloud names these too
        if `hidden` ones are asked for; Data Center can't.
        """
        path = f"/issue/{segment(issue)}/transitions"
        more = {"includeUnavailableTransitions": "true"} if hidden else {}
        found = self.transport.get(path, {"expand": "transitions.fields", **more})
        # A way that no condition closes isn't hidden, it begins elsewhere.
        return [
            _transition(each)
            for each in found["transitions"]
            if each.get("isAvailable", True) or each.get("isConditional")
        ]

    def transition(
        self, issue: str, transition_id: str, fields: Mapping[str, Any] | None = None
    ) -> None:
        """Do a transition. `fields` may hold only fields of its screen."""
        body: Json = {"transition": {"id": transition_id}}
        if fields:
            body["fields"] = dict(fields)
        hint = self.edition.failed_transition
        self._change("POST", issue, "/transitions", body, hint=hint)

    def status_changes(self, issue: str) -> list[StatusChange]:
        """The issue's status changes, oldest first.

        Data Center gives out its whole change log at once, cut after about a hundred entries.
        """
        changes = [
            StatusChange(
                at=read_time(entry["created"]),
                from_status=str(item.get("from") or ""),
                to_status=str(item.get("to") or ""),
                author=self._account(entry.get("author")),
            )
            for entry in self.edition.histories(issue)
            for item in entry.get("items") or ()
            if item.get("fieldId", item.get("field")) == "status"
        ]
        return sorted(changes, key=lambda each: each.at)


def _transition(raw: Json) -> Transition:
    fields = (raw.get("fields") or {}).items()
    return Transition(
        id=str(raw["id"]),
        name=raw.get("name") or "",
        to=Status.from_api(raw["to"]),
        fields=tuple(FieldMeta.from_api(each, field_id) for field_id, each in fields),
        available=bool(raw.get("isAvailable", True)),
    )
