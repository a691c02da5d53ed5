"""Makes many issues in one call and finds out which became which."""

import json
from collections.abc import Sequence
from typing import Any

from connector.errors import Answer, Busy, Refused, RemoteError
from connector.jira.call import Call
from connector.jira.calls import property_list
from connector.jira.edition import Edition
from connector.jira.model import CreatedIssue, Json, NewIssue
from connector.jira.policy import refusal, said
from connector.jira.transport import Transport

BULK_CREATE = 50

Result = CreatedIssue | Refused


class Creation:
    """One bulk creation; `confirm_property` is the property that tells the issues apart."""

    def __init__(self, transport: Transport, edition: Edition, confirm_property: str = "") -> None:
        self._transport = transport
        self._edition = edition
        self._confirm_property = confirm_property

    def create(self, new: Sequence[NewIssue]) -> list[Result]:
        """A result for each of `new`, in their order. See Issues.create_chunk."""
        if len(new) > BULK_CREATE:
            raise ValueError(f"Jira makes at most {BULK_CREATE} issues in one call.")
        if not new:
            return []
        body = {"issueUpdates": [_update(each) for each in new]}
        call = Call(method="POST", path="/issue/bulk", body=body, accept=(400,))
        response = self._transport.send(call)
        answer = _read(response.content)
        if response.status_code == 400 and not _elements(answer):
            raise self._transport.failure(call, response)
        return self._results(new, answer, call)

    def _results(self, new: Sequence[NewIssue], answer: Json, call: Call) -> list[Result]:
        failed = self._failed(answer, call)
        rest = [index for index in range(len(new)) if index not in failed]
        made = [CreatedIssue(str(each["id"]), each["key"]) for each in answer.get("issues") or ()]
        if len(made) != len(rest) or (failed and len(made) > 1 and self._confirm_property):
            paired = self._confirmed(new, rest, made, call)
        else:
            paired = dict(zip(rest, made, strict=True))
        return [failed.get(index) or paired[index] for index in range(len(new))]

    def _failed(self, answer: Json, call: Call) -> dict[int, Refused]:
        """The errors by their place in the request.

        A server error isn't one of them: behind it, the issue may have been made.
        """
        return {
            int(each["failedElementNumber"]): refusal(
                int(each.get("status") or 400),
                said(each.get("elementErrors") or {}),
                host=self._transport.roots.host,
                call=str(call),
            )
            for each in _elements(answer)
            if int(each.get("status") or 400) < 500
        }

    def _confirmed(
        self, new: Sequence[NewIssue], rest: list[int], made: list[CreatedIssue], call: Call
    ) -> dict[int, CreatedIssue]:
        """The issues by the place of the request whose property they bear."""
        marks = self._marks(made)
        found = {
            index: marks[mark]
            for index in rest
            if (mark := _mark(new[index].properties.get(self._confirm_property))) in marks
        }
        if len(found) != len(rest) or len({each.id for each in found.values()}) != len(rest):
            raise Busy(
                f"{self._transport.roots.host} made issues, but didn't say clearly which ({call}). "
                "They will be looked for.",
                Answer(system="Jira", request=str(call)),
                may_have_happened=True,
            )
        return found

    def _marks(self, made: list[CreatedIssue]) -> dict[str, CreatedIssue]:
        """The issues by their property. One that can't be read is missing.

        An error here must not come out: it would say that nothing was made.
        """
        key = self._confirm_property
        by_id = {each.id: each for each in made}
        try:
            read = list(self._edition.read(list(by_id), ["created"], [key])) if key else []
        except RemoteError:
            return {}
        return {
            _mark((each.get("properties") or {}).get(key)): by_id[str(each["id"])] for each in read
        }


def _update(new: NewIssue) -> Json:
    properties = property_list(new.properties)
    return {"fields": dict(new.fields), **({"properties": properties} if properties else {})}


def _read(content: bytes) -> Json:
    """The answer; one that can't be read tells of no issue and no error."""
    try:
        answer = json.loads(content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _elements(answer: Json) -> list[Json]:
    """The errors of single issues. An error of the whole call has a mapping in their place."""
    errors = answer.get("errors")
    return errors if isinstance(errors, list) else []


def _mark(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
