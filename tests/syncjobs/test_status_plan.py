"""Whose status moved and which side it goes to."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.document.model import StatusSync
from connector.jira.model import StatusChange
from connector.salesforce.describe import Field, SObject
from syncjobs.digests import Digester
from syncjobs.status_plan import (
    KEY,
    Facts,
    Memory,
    Move,
    is_open,
    is_tried_again,
    later_move,
    move_of,
    status_problem,
)

DIGESTER = Digester(b"a key of the tests")
THEN = Facts("New", "10000", "then")
AGREED = THEN.agreed(DIGESTER)
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
US = "5b10-connector"


@pytest.mark.parametrize(
    ("value", "status_id", "move"),
    [
        ("New", "10000", Move.NONE),
        ("Closed", "10000", Move.TO_JIRA),
        ("New", "10002", Move.TO_SALESFORCE),
        ("Closed", "10002", Move.LATER_WINS),
    ],
)
def test_the_side_that_moved_wins(value: str, status_id: str, move: Move) -> None:
    assert move_of(Facts(value, status_id, ""), AGREED, DIGESTER, two_way=True) is move


def test_the_first_link_takes_salesforces() -> None:
    assert move_of(THEN, Memory(), DIGESTER, two_way=True) is Move.TO_JIRA


@pytest.mark.parametrize(("value", "move"), [("New", Move.NONE), ("Closed", Move.TO_JIRA)])
def test_one_way_jira_never_wins(value: str, move: Move) -> None:
    assert move_of(Facts(value, "10002", ""), AGREED, DIGESTER, two_way=False) is move


def test_what_is_remembered_holds_no_status_in_clear() -> None:
    kept = str(AGREED.kept_in({}))
    assert "New" not in kept
    assert "10000" not in kept


def test_a_memory_is_read_as_it_was_kept() -> None:
    stuck = THEN.stuck(DIGESTER, Move.TO_JIRA, refused=True)
    kept = stuck.going().kept_in({"Subject>summary": ["a", "b"]})
    assert Memory.of(kept) == stuck.going()
    assert kept["Subject>summary"] == ["a", "b"]


def test_a_new_agreement_forgets_what_stood_in_the_way() -> None:
    stuck = THEN.stuck(DIGESTER, Move.TO_JIRA, refused=True)
    assert AGREED.kept_in(stuck.going().kept_in({})).keys() == {KEY}


def test_what_was_refused_is_tried_again_only_when_something_changed() -> None:
    stuck = THEN.stuck(DIGESTER, Move.TO_JIRA, refused=True)
    assert not is_tried_again(THEN, stuck, DIGESTER)
    assert is_tried_again(Facts("New", "10000", "now"), stuck, DIGESTER)


@pytest.mark.parametrize(
    ("value", "memory", "expected"),
    [
        ("New", AGREED, False),
        ("Closed", AGREED, True),
        ("New", Memory(), True),
        ("New", AGREED.going(), True),
        ("New", THEN.stuck(DIGESTER, Move.TO_SALESFORCE, refused=True), True),
    ],
)
def test_a_changed_record_is_looked_at_where_its_status_moved_or_waits(
    value: str, memory: Memory, expected: bool
) -> None:
    assert is_open(value, memory, DIGESTER) is expected


def test_what_was_not_offered_is_looked_for_every_time() -> None:
    assert is_tried_again(THEN, THEN.stuck(DIGESTER, Move.TO_JIRA, refused=False), DIGESTER)


def change(seconds: float, author: str = "5b10-jane") -> StatusChange:
    return StatusChange(AT + timedelta(seconds=seconds), "10000", "3", author)


@pytest.mark.parametrize(
    ("seconds", "move"),
    [(-1, Move.TO_JIRA), (0.9, Move.TO_JIRA), (1, Move.TO_SALESFORCE)],
)
def test_the_later_change_wins_and_salesforce_in_the_same_second(
    seconds: float, move: Move
) -> None:
    assert later_move([change(-9), change(seconds)], AT, AGREED, US) is move


def test_a_transition_of_ours_that_broke_off_is_nobodys_change() -> None:
    assert later_move([change(60, US)], AT, AGREED.going(), US) is Move.TO_JIRA


def test_somebody_elses_transition_on_the_way_is_a_change() -> None:
    changes = [change(60, US), change(90)]
    assert later_move(changes, AT, AGREED.going(), US) is Move.TO_SALESFORCE


def test_a_person_may_share_the_connectors_account() -> None:
    assert later_move([change(60, US)], AT, AGREED, US) is Move.TO_SALESFORCE


PICKLIST = Field("Type", "Type", "picklist", updateable=True)
ACCOUNT = SObject("Account", "Account", fields=(Field("Name", "Account Name", "string"), PICKLIST))


def test_a_picklist_can_be_a_status() -> None:
    assert status_problem(StatusSync(field="type"), ACCOUNT) is None
    assert status_problem(None, ACCOUNT) is None


@pytest.mark.parametrize(
    ("field", "words"),
    [("Status", "Account has no field Status"), ("Name", "Account Name is no picklist")],
)
def test_without_a_usable_field_the_reason_says_what_could_be_used(field: str, words: str) -> None:
    problem = status_problem(StatusSync(field=field), ACCOUNT)
    assert problem is not None
    assert words in problem
    assert "Fields that could: Type." in problem
