"""Jira's values as Salesforce's fields take them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.jira.markup import Html, Wiki
from connector.jira.model import FieldMeta, Schema
from connector.salesforce.describe import Field, PicklistValue
from syncjobs.values import Canonical, Inconvertible, WriteContext, write_salesforce

PLAIN = WriteContext()
BERLIN = WriteContext(time_zone=ZoneInfo("Europe/Berlin"))


def field(kind: str, **more: object) -> Field:
    settings = {"name": "X__c", "label": "X", "nillable": True, "updateable": True, **more}
    return Field(type=kind, **settings)  # type: ignore[arg-type]


def picklist(*values: PicklistValue | str, kind: str = "picklist") -> Field:
    entries = tuple(PicklistValue(v, v, active=True) if isinstance(v, str) else v for v in values)
    return field(kind, picklist_values=entries, length=255)


def written(value: Canonical, target: Field, context: WriteContext = PLAIN) -> object:
    return write_salesforce(value, None, target, context)


def refusal(value: Canonical, target: Field, context: WriteContext = PLAIN) -> str:
    result = written(value, target, context)
    assert isinstance(result, Inconvertible)
    return result.reason


def test_wiki_becomes_plain_text():
    wiki = Wiki("h1. T\n*b* \\*c*")
    assert written(wiki, field("textarea", length=32000)) == "T\nb *c*"
    assert written(wiki, field("string", length=255)) == "T b *c*"


def test_wiki_becomes_rich_text():
    """salesforce trap 12: rich text is sanitised both ways."""
    target = field("textarea", html=True, length=32000)
    assert written(Wiki("*b* <script>"), target) == "<p><b>b</b> &lt;script&gt;</p>"
    assert written("*b*", target) == "<p>*b*</p>"


def test_rich_text_that_is_too_long_arrives_shortened_without_formatting():
    """salesforce trap 12: stored HTML counts against length."""
    result = written(Wiki("*word* " * 100), field("textarea", html=True, length=500))
    assert isinstance(result, str)
    assert len(result) <= 500
    assert "(shortened)" in result


def test_text_is_cut_to_the_fields_length():
    assert written("word " * 60, field("string", length=20)) == "word word word word…"


def test_a_field_that_counts_bytes_is_cut_by_bytes():
    result = written("€" * 40, field("string", length=60, byte_length=60))
    assert isinstance(result, str)
    assert len(result.encode()) <= 60


def test_numbers_are_rounded_to_the_fields_scale():
    target = field("double", precision=18, scale=2)
    assert written(Decimal("12.345"), target) == 12.35
    assert written("12.5 EUR", field("currency", precision=18, scale=2)) == 12.5
    assert written(Decimal("12.6"), field("int", digits=9)) == 13


def test_too_large_a_number_is_a_note():
    assert "3 digits" in refusal(Decimal(1000), field("double", precision=5, scale=2))
    assert "digits" in refusal(Decimal(10) ** 40, field("int", digits=9))


def test_dates_and_moments_go_by_the_users_zone():
    """salesforce trap 11: time zones."""
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert written(late, field("date"), BERLIN) == "2026-11-22"
    assert written(date(2026, 11, 21), field("date"), BERLIN) == "2026-11-21"
    assert written(date(2026, 11, 21), field("datetime"), BERLIN) == "2026-11-20T23:00:00Z"
    assert written(late, field("datetime"), BERLIN) == "2026-11-21T23:30:00Z"


@pytest.mark.parametrize(
    ("value", "ticked"),
    [
        ("Yes", True),
        ("no", False),
        (("VIP",), True),
        (None, False),
        (Decimal(0), False),
        ("true", True),
    ],
)
def test_a_checkbox_is_ticked_by_what_means_yes(value: Canonical, ticked: bool):
    assert written(value, field("boolean", nillable=False)) is ticked


def test_a_checkbox_is_not_ticked_by_guessing():
    assert "neither yes nor no" in refusal("perhaps", field("boolean"))


def test_a_picklist_takes_its_value_for_the_label_that_people_see():
    """salesforce trap 8: label and API name; only active values are written."""
    status = picklist(
        PicklistValue("InProg", "In Arbeit", active=True), PicklistValue("Old", "Alt")
    )
    assert written("In Arbeit", status) == "InProg"
    assert written("inprog", status) == "InProg"
    assert "InProg" in refusal("Old", status)


def test_a_cascading_option_finds_the_picklist_value_of_two_levels():
    assert written("EMEA > Bonn", picklist("EMEA - Bonn")) == "EMEA - Bonn"


def test_a_combobox_takes_any_text():
    assert written("Call back", picklist("Call", kind="combobox")) == "Call back"


def test_several_values_are_joined_by_semicolons():
    target = picklist("A", "B", kind="multipicklist")
    assert written(("a", "B", "A"), target) == "A;B"
    assert written("A; B", target) == "A;B"


def test_a_user_field_takes_the_user_behind_the_account():
    owner = field("reference", reference_to=("User", "Group"), nillable=False)
    context = WriteContext(user_ids={"5b10": "005xx0000012345AAA"}, user_names={"5b11": "Joe"})
    assert written("5b10", owner, context) == "005xx0000012345AAA"
    assert "nobody in Salesforce matches Joe" in refusal("5b11", owner, context)


def test_a_reference_takes_an_id_in_its_long_form():
    account = field("reference", reference_to=("Account",))
    assert written("001D000000IqhSL", account) == "001D000000IqhSLIAZ"
    assert "Id" in refusal("Acme", account)


def test_a_person_arrives_by_name_or_mail():
    assignee = FieldMeta("assignee", "Assignee", schema=Schema("user"))
    context = WriteContext(user_names={"5b10": "Jane"}, user_mails={"5b10": "jane@acme.example"})
    text, mail = field("string", length=80), field("email", length=80)
    assert write_salesforce("5b10", assignee, text, context) == "Jane"
    assert write_salesforce("5b10", assignee, mail, context) == "jane@acme.example"
    hidden = write_salesforce("5b11", assignee, mail, context)
    assert isinstance(hidden, Inconvertible)


def test_a_mail_address_is_checked():
    assert written("jane@acme.example", field("email")) == "jane@acme.example"
    assert "mail" in refusal("jane", field("email"))


def test_no_value_clears_only_what_may_be_empty():
    assert written(None, field("string")) is None
    assert "required" in refusal(None, field("string", nillable=False))


@pytest.mark.parametrize("kind", ["address", "location", "base64", "id"])
def test_compound_fields_and_files_are_never_written(kind: str):
    """salesforce trap 10: compound fields are read-only objects."""
    assert isinstance(written("x", field(kind)), Inconvertible)


VALUES = st.one_of(
    st.none(),
    st.text(),
    st.text().map(Html),
    st.text().map(Wiki),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.text(min_size=1), max_size=3).map(tuple),
)
KINDS = (
    *("string", "textarea", "boolean", "int", "double", "currency", "percent", "date", "datetime"),
    *("picklist", "multipicklist", "combobox", "reference", "email", "phone", "url", "address"),
)


@given(VALUES, st.sampled_from(KINDS), st.booleans())
def test_no_value_raises_in_any_field(value: Canonical, kind: str, html: bool):
    target = field(kind, length=40, precision=8, scale=2, digits=4, html=html)
    result = written(value, target, BERLIN)
    assert not isinstance(result, str) or kind in ("email", "multipicklist") or len(result) <= 40
