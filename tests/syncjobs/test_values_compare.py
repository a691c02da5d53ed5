"""Value tables, digests, and which fields go together."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.document.model import Direction
from connector.jira.model import FieldMeta, Schema
from connector.salesforce.describe import Field
from syncjobs.values import Canonical, Missing, apply_table, compatible, fingerprint

TABLE = [["High", "Highest"], ["Urgent", "Highest"], ["Low", "Low"], ["", "None"]]


def test_a_table_is_read_in_both_directions():
    assert apply_table("Low", TABLE, Direction.TO_JIRA) == "Low"
    assert apply_table("Urgent", TABLE, Direction.TO_JIRA) == "Highest"


def test_the_first_row_wins_where_the_way_back_is_ambiguous():
    assert apply_table("Highest", TABLE, Direction.TO_SALESFORCE) == "High"


def test_a_table_is_exact():
    assert apply_table("high", TABLE, Direction.TO_JIRA) == Missing(("high",))


def test_an_empty_cell_stands_for_no_value():
    assert apply_table(None, TABLE, Direction.TO_JIRA) == "None"
    assert apply_table("None", TABLE, Direction.TO_SALESFORCE) is None
    assert apply_table(None, [["a", "b"]], Direction.TO_JIRA) is None


def test_several_values_are_translated_one_by_one():
    assert apply_table(("High", "Urgent", "Low"), TABLE, Direction.TO_JIRA) == ("Highest", "Low")
    assert apply_table(("High", "x", "y"), TABLE, Direction.TO_JIRA) == Missing(("x", "y"))


def test_a_checkbox_and_a_number_can_stand_in_a_table():
    assert apply_table(True, [["true", "Gold"]], Direction.TO_JIRA) == "Gold"
    assert apply_table(Decimal("1.0"), [["1", "One"]], Direction.TO_JIRA) == "One"


KEY = b"key"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal(12), Decimal("12.00")),
        (Decimal("1E+2"), Decimal(100)),
        (Decimal("-0"), Decimal(0)),
        ("a\r\nb \n", "a\nb"),
        (("a", "b"), ("b", "a", "a")),
        (None, ""),
        (None, ()),
        (NOON, NOON.astimezone(timezone(timedelta(hours=2)))),
        (NOON, NOON.replace(microsecond=999)),
    ],
)
def test_what_means_the_same_has_the_same_digest(one: Canonical, other: Canonical):
    assert fingerprint(one, KEY) == fingerprint(other, KEY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12", Decimal(12)),
        ("true", True),
        (Decimal(1), True),
        ("2026-11-21", NOON.date()),
        (NOON.date(), NOON),
        (("ab",), ("a", "b")),
        (("a;b",), ("a", "b")),
        ("a", ("a",)),
        (False, None),
        (Decimal(0), None),
        ("none", None),
    ],
)
def test_what_means_something_else_has_another_digest(one: Canonical, other: Canonical):
    assert fingerprint(one, KEY) != fingerprint(other, KEY)


def test_a_digest_depends_on_the_key_and_shows_nothing():
    assert fingerprint("a", KEY) != fingerprint("a", b"other")
    assert len(fingerprint("a", KEY)) == 32


@given(st.lists(st.text(min_size=1), max_size=4), st.lists(st.text(min_size=1), max_size=4))
def test_two_sets_have_one_digest_only_if_they_are_equal(one: list[str], other: list[str]):
    same = fingerprint(tuple(one), KEY) == fingerprint(tuple(other), KEY)
    assert same == (set(one) == set(other))


def sf(kind: str, **more: object) -> Field:
    return Field(name="X__c", label="X", type=kind, updateable=True, **more)  # type: ignore[arg-type]


def jira(kind: str, items: str = "", **more: object) -> FieldMeta:
    return FieldMeta("customfield_1", "Y", schema=Schema(kind, items), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("salesforce", "target"),
    [
        (sf("string"), jira("string")),
        (sf("textarea"), jira("string")),
        (sf("picklist"), jira("option")),
        (sf("boolean"), jira("option")),
        (sf("date"), jira("datetime")),
        (sf("currency"), jira("number")),
        (sf("multipicklist"), jira("array", "component")),
        (sf("reference", reference_to=("User",)), jira("user")),
        (sf("address"), jira("string")),
        (sf("email"), jira("user")),
    ],
)
def test_fields_that_go_together(salesforce: Field, target: FieldMeta):
    assert compatible(salesforce, target, Direction.TO_JIRA) is None


@pytest.mark.parametrize(
    ("salesforce", "target", "word"),
    [
        (sf("boolean"), jira("date"), "date"),
        (sf("picklist"), jira("user"), "user"),
        (sf("base64"), jira("string"), "base64"),
        (sf("reference", reference_to=("Account",)), jira("option"), "behind it"),
        (sf("string"), jira("timetracking"), "can't be set"),
        (sf("string"), jira("string", operations=("add",)), "can't be set"),
        (sf("string"), FieldMeta("status", "Status", schema=Schema("status")), "can't be set"),
    ],
)
def test_fields_that_cannot_go_together_give_the_reason(
    salesforce: Field, target: FieldMeta, word: str
):
    reason = compatible(salesforce, target, Direction.TO_JIRA)
    assert reason is not None
    assert word in reason


@pytest.mark.parametrize(
    "target",
    [
        sf("double", calculated=True),
        sf("string", auto_number=True),
        sf("address"),
        Field(type="string"),
    ],
)
def test_a_field_that_salesforce_keeps_to_itself_is_no_target(target: Field):
    """salesforce trap 10: compound fields are read-only."""
    assert compatible(target, jira("string"), Direction.TO_SALESFORCE) is not None
    assert compatible(target, jira("string"), Direction.BOTH) is not None


def test_the_status_can_be_read_although_it_cannot_be_set():
    status = FieldMeta("status", "Status", schema=Schema("status"))
    assert compatible(sf("string"), status, Direction.TO_SALESFORCE) is None


def test_a_value_table_joins_kinds_that_do_not_fit():
    assert compatible(sf("boolean"), jira("user"), Direction.TO_JIRA) is not None
    assert compatible(sf("boolean"), jira("user"), Direction.TO_JIRA, table=True) is None
