"""The main job, told as steps: what a person does on one side and what then is on the other."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from demo.people import JiraUser, SalesforceUser

MARK = "[Salesforce Connector for Jira]"
PROPERTY = "salesforce-connector"
ACCOUNT_FIELD = "customfield_10050"
ISSUE_KEY = re.compile(r"\b[A-Z][A-Z0-9]+-[0-9]+\b")


class NotYet(Exception):
    """The other side doesn't show it so far; the message is what it shows."""


@dataclass
class Story:
    """The people, and what came of their doings so far."""

    salesforce: SalesforceUser
    jira: JiraUser
    # Tells the stories of several runs against one sandbox apart.
    tag: str = field(default_factory=lambda: uuid4().hex[:6])
    account_id: str = ""
    case_id: str = ""
    issue_key: str = ""


@dataclass(frozen=True)
class Step:
    """`act` does something and returns what; `read` returns what the other side shows of it.

    `read` raises NotYet until it shows what it should. A step without `act` looks at what an
    earlier one brought about. `pushed`: Jira tells of it by itself, so that no pull is asked for.
    """

    read: Callable[[Story], str]
    act: Callable[[Story], str] | None = None
    pushed: bool = False


def create_case(story: Story) -> str:
    story.account_id = story.salesforce.create(
        "Account", {"Name": f"Harbour Logistics {story.tag}"}
    )
    story.case_id = story.salesforce.create("Case", _case(story))
    return f"Salesforce: new case {_number(story)}, priority High"


def link_note(story: Story) -> str:
    """Find the issue's key where the connector leaves it, in a note on the case."""
    for note in _notes(story):
        found = ISSUE_KEY.search(note.removeprefix(MARK))
        if found:
            story.issue_key = found.group()
            return f"Salesforce: the case's link note names {story.issue_key}"
    raise NotYet("Salesforce: no link note on the case")


def created_issue(story: Story) -> str:
    expected = {
        "summary": _case(story)["Subject"],
        "priority": "Highest",
        ACCOUNT_FIELD: f"Harbour Logistics {story.tag}",
    }
    return expect_fields(story, expected)


def entity_property(story: Story) -> str:
    value = story.jira.property(story.issue_key, PROPERTY)
    if story.case_id not in value.values():
        raise NotYet(f"Jira: the property {PROPERTY} is {value}")
    return f"Jira: the property {PROPERTY} of {story.issue_key} names the case"


def change_case(story: Story) -> str:
    values = {"Subject": f"Solved by a restart {story.tag}", "Priority": "Low"}
    story.salesforce.update("Case", story.case_id, values)
    return "Salesforce: other subject, priority Low"


def changed_issue(story: Story) -> str:
    expected = {"summary": f"Solved by a restart {story.tag}", "priority": "Low"}
    return expect_fields(story, expected)


def rename_account(story: Story) -> str:
    story.salesforce.update("Account", story.account_id, {"Name": f"Port Cargo {story.tag}"})
    return "Salesforce: the case's account gets another name"


def renamed_account(story: Story) -> str:
    return expect_fields(story, {ACCOUNT_FIELD: f"Port Cargo {story.tag}"})


def _case(story: Story) -> dict[str, Any]:
    return {
        "Subject": f"Crane display stays dark {story.tag}",
        "Description": "The display on crane 4 stays dark after the update.",
        "Priority": "High",
        "AccountId": story.account_id,
    }


def _number(story: Story) -> str:
    return str(story.salesforce.get("Case", story.case_id)["CaseNumber"])


def _notes(story: Story) -> list[str]:
    where = f"ParentId = '{story.case_id}'"
    rows = story.salesforce.query(f"SELECT CommentBody FROM CaseComment WHERE {where}")
    return [row["CommentBody"] for row in rows if row["CommentBody"].startswith(MARK)]


def expect_fields(story: Story, expected: dict[str, str]) -> str:
    """Return what the issue shows of these fields. Raises NotYet unless it is as expected."""
    fields = story.jira.issue(story.issue_key)
    shown = {name: _shown(fields.get(name)) for name in expected}
    told = f"Jira: {story.issue_key} " + ", ".join(f"{k} “{v}”" for k, v in shown.items())
    if shown != expected:
        raise NotYet(told)
    return told


def _shown(value: Any) -> str:
    return str(value["name"] if isinstance(value, dict) else value)
