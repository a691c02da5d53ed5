"""What people do on both sides, and what they may expect to find in the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from linking.models import Link
from sandbox.jira.errors import JiraError
from tests.world import World

SALESFORCE, JIRA = "salesforce", "jira"
# Salesforce's field and Jira's, for each mapping that goes both ways.
FIELDS = {"Subject": "summary", "Serial_Number__c": "customfield_10050"}
STATUSES = {"New": "To Do", "Escalated": "In Progress", "Closed": "Done"}


@dataclass
class Edits:
    """One field of one pair: the value on which both sides agreed, and the edits since."""

    agreed: Any = None
    since: list[tuple[str, Any]] = field(default_factory=list)

    def possible(self) -> set[Any]:
        """The values that may be left: of each side its last edit, as a rule decides."""
        return {value for _, value in dict(self.since).items()} or {self.agreed}


@dataclass
class Case:
    """A record, and what people did to it and to its issue."""

    record: str
    edits: dict[str, Edits]
    statuses: Edits
    deleted: bool = False
    comments: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class People:
    """They act at random; `cases` is the book of what they did."""

    def __init__(self, dice: Random, world: World) -> None:
        self.dice = dice
        self.world = world
        self.cases: list[Case] = []
        self._count = 0

    def act(self) -> None:
        """Do one thing on either side."""
        kinds: list[tuple[int, Callable[[], None]]] = [
            (2, self.new_record),
            (5, self._edit_record),
            (5, self._edit_issue),
            (2, self._set_status),
            (2, self._transition),
            (2, self._comment_on_record),
            (2, self._comment_on_issue),
            (1, self._upload),
            (1, self._attach),
        ]
        weights, actions = zip(*kinds, strict=True)
        (action,) = self.dice.choices(actions, weights)
        action()

    def new_record(self) -> None:
        """Open a case; there are at most four."""
        if len(self.cases) >= 4:
            return
        subject, status = self._word("case"), self.dice.choice(list(STATUSES))
        record = self.world.org.insert("Case", {"Subject": subject, "Status": status})
        edits = {name: Edits() for name in FIELDS}
        edits["Subject"].agreed = subject
        self.cases.append(Case(record, edits, Edits(status)))

    def _word(self, kind: str) -> str:
        self._count += 1
        return f"{kind}-{self._count:03}"

    def _a_case(self) -> Case | None:
        here = [case for case in self.cases if not case.deleted]
        return self.dice.choice(here) if here else None

    def _a_pair(self) -> tuple[Case, str] | None:
        """A case that has its issue, and the issue's id."""
        case = self._a_case()
        issue = case and issue_of(self.world, case.record)
        return (case, issue) if case and issue else None

    def _edit_record(self) -> None:
        if case := self._a_case():
            name = self.dice.choice(list(FIELDS))
            value = self._word("sf")
            self.world.org.update("Case", case.record, {name: value})
            case.edits[name].since.append((SALESFORCE, value))

    def _edit_issue(self) -> None:
        if pair := self._a_pair():
            case, issue = pair
            name = self.dice.choice(list(FIELDS))
            value = self._word("jira")
            self.world.site.edit(issue, None, **{FIELDS[name]: value})
            case.edits[name].since.append((JIRA, value))

    def _set_status(self) -> None:
        if case := self._a_case():
            status = self.dice.choice(list(STATUSES))
            self.world.org.update("Case", case.record, {"Status": status})

    def _transition(self) -> None:
        if pair := self._a_pair():
            status = self.dice.choice(list(STATUSES.values()))
            try:
                self.world.site.transition(pair[1], status)
            except JiraError:
                return

    def _comment_on_record(self) -> None:
        if case := self._a_case():
            word = self._word("said")
            self.world.org.insert("CaseComment", {"ParentId": case.record, "CommentBody": word})
            case.comments.append(word)

    def _comment_on_issue(self) -> None:
        if pair := self._a_pair():
            word = self._word("said")
            self.world.site.comment(pair[1], word)
            pair[0].comments.append(word)

    def _upload(self) -> None:
        if case := self._a_case():
            word = self._word("file")
            self.world.org.upload(case.record, f"{word}.txt", word.encode())
            case.files.append(word)

    def _attach(self) -> None:
        if pair := self._a_pair():
            word = self._word("file")
            self.world.site.attach(pair[1], f"{word}.txt", word.encode())
            pair[0].files.append(word)


def issue_of(world: World, record: str) -> str:
    """The id of the record's issue, as far as the product knows it; else nothing."""
    link = Link.objects.filter(record_id=record, state=Link.State.ACTIVE).first()
    return str(link.issue_id) if link else ""
