"""Salesforce's values as Jira's fields take them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.jira.markup import Html, Wiki, clean, wiki_to_plain
from connector.jira.model import Deployment, FieldMeta, Option, Schema
from connector.salesforce.describe import Field
from syncjobs.values import Canonical, Inconvertible, WriteContext, write_jira

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"
PLAIN = WriteContext()
BERLIN = WriteContext(time_zone=ZoneInfo("Europe/Berlin"))
JANE = WriteContext(users={"jane@acme.example": "5b10", "005xx0000012345AAA": "5b10"})

SUMMARY = FieldMeta("summary", "Summary", required=True, schema=Schema("string", system="summary"))
DESCRIPTION = FieldMeta("description", "Description", schema=Schema("string", system="description"))
TEXT = FieldMeta("customfield_1", "Account", schema=Schema("string", custom=f"{CUSTOM}textfield"))
PARAGRAPH = FieldMeta("customfield_2", "Notes", schema=Schema("string", custom=f"{CUSTOM}textarea"))
URL = FieldMeta("customfield_3", "Site", schema=Schema("string", custom=f"{CUSTOM}url"))
NUMBER = FieldMeta("customfield_4", "Amount", schema=Schema("number"))
DATE = FieldMeta("duedate", "Due", schema=Schema("date", system="duedate"))
DATE_TIME = FieldMeta("customfield_5", "When", schema=Schema("datetime"))
LABELS = FieldMeta("labels", "Labels", schema=Schema("array", "string", "labels"))
ASSIGNEE = FieldMeta("assignee", "Assignee", schema=Schema("user", system="assignee"))


def options(*names: str) -> tuple[Option, ...]:
    return tuple(Option(str(at), name) for at, name in enumerate(names, 1))


def select(*names: str) -> FieldMeta:
    return FieldMeta("customfield_6", "Tier", schema=Schema("option"), allowed=options(*names))


def boxes(*names: str) -> FieldMeta:
    schema = Schema("array", "option", custom=f"{CUSTOM}multicheckboxes")
    return FieldMeta("customfield_7", "Flags", schema=schema, allowed=options(*names))


def written(value: Canonical, target: FieldMeta, context: WriteContext = PLAIN) -> object:
    return write_jira(value, None, target, context)


def refusal(value: Canonical, target: FieldMeta, context: WriteContext = PLAIN) -> str:
    result = written(value, target, context)
    assert isinstance(result, Inconvertible)
    return result.reason


def test_a_summary_is_one_line():
    """jira trap "newline in summary": 400; also over 255 characters."""
    assert written("a\r\n b\tc", SUMMARY) == "a b c"


def test_a_long_summary_is_cut_at_a_word():
    """jira trap "newline in summary": 400; also over 255 characters."""
    result = written("word " * 100, SUMMARY)
    assert isinstance(result, str)
    assert len(result) <= 255
    assert result.endswith("word…")


def test_a_summary_of_white_space_is_refused():
    assert "Summary" in refusal(" \n", SUMMARY)


def test_plain_text_is_escaped_in_a_description():
    assert written("*a*\n# b", DESCRIPTION) == "\\*a*\n\\# b"


def test_plain_text_is_not_escaped_in_a_short_text():
    assert written("*a* {b}", TEXT) == "*a* {b}"


def test_rich_text_becomes_wiki_in_a_paragraph_and_plain_in_a_short_text():
    """salesforce trap 12: rich text."""
    rich = Html("<p>a <b>b</b></p><p>c</p>")
    assert written(rich, PARAGRAPH) == "a *b*\nc"
    assert written(rich, TEXT) == "a b c"


def test_wiki_from_a_template_stays_wiki():
    assert written(Wiki("|| a ||"), DESCRIPTION) == "|| a ||"


def test_too_long_a_description_is_cut_and_says_so():
    """jira reference 3.4: 32,767 characters of a form whose length isn't documented."""
    result = written("word " * 10_000, DESCRIPTION)
    assert isinstance(result, str)
    assert len(result) <= 30_000
    assert result.endswith("(shortened)")


def test_a_cut_does_not_leave_a_macro_open():
    result = written(Html(f"<pre>{'code ' * 9_000}</pre><p>end</p>"), DESCRIPTION)
    assert isinstance(result, str)
    assert result.count("{noformat}") == 2
    assert len(result) <= 30_000


@pytest.mark.parametrize(
    ("value", "number"),
    [(Decimal("12.50"), 12.5), (Decimal(12), 12), ("-3.5", -3.5), ("12.50 EUR", 12.5), (True, 1)],
)
def test_numbers_have_no_language(value: Canonical, number: float):
    assert written(value, NUMBER) == number


@pytest.mark.parametrize("text", ["1,200", "12 apples", "nan", ""])
def test_a_text_that_is_no_number_is_a_note(text: str):
    result = written(text, NUMBER)
    assert result is None if not text else isinstance(result, Inconvertible)


def test_an_amount_in_a_text_has_its_currency():
    """salesforce trap 14: orgs with several currencies."""
    amount = Field(name="Amount", type="currency")
    context = WriteContext(currency="EUR")
    assert write_jira(Decimal("1234.50"), amount, TEXT, context) == "1234.5 EUR"
    assert write_jira(Decimal("1234.50"), amount, TEXT, WriteContext()) == "1234.5"
    assert write_jira(Decimal("1234.50"), amount, PARAGRAPH, context) == "1234.5 EUR"
    assert write_jira(Decimal("1234.50"), amount, NUMBER, context) == 1234.5


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Auckland", "UTC"])
def test_a_date_is_the_same_in_every_zone(zone: str):
    """salesforce trap 11: dates have no zone and never pass through UTC."""
    context = WriteContext(time_zone=ZoneInfo(zone))
    assert written(date(2026, 11, 21), DATE, context) == "2026-11-21"


def test_a_date_becomes_midnight_in_the_users_zone():
    assert written(date(2026, 11, 21), DATE_TIME, BERLIN) == "2026-11-20T23:00:00.000+0000"


def test_a_moment_becomes_the_day_in_the_users_zone():
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert written(late, DATE, BERLIN) == "2026-11-22"


def test_an_all_day_event_keeps_its_day():
    """salesforce trap 11: all-day events are dates at midnight UTC."""
    context = WriteContext(time_zone=ZoneInfo("America/Los_Angeles"), all_day=True)
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    assert written(midnight, DATE, context) == "2026-11-21"
    assert written(midnight, TEXT, context) == "2026-11-21"


def test_a_moment_is_written_with_milliseconds_and_offset():
    moment = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert written(moment, DATE_TIME) == "2026-11-21T09:30:00.000+0000"


def test_a_moment_in_a_text_is_in_the_users_zone():
    moment = datetime(2026, 7, 21, 9, 30, tzinfo=UTC)
    assert written(moment, TEXT, BERLIN) == "2026-07-21 11:30+02:00"


@pytest.mark.parametrize(("text", "option"), [("Gold", "1"), ("gold ", "1"), ("GOLD", "2")])
def test_an_option_is_found_by_its_exact_name_before_any_other_case(text: str, option: str):
    """jira trap "field context": the option's id comes from what this project allows."""
    assert written(text, select("Gold", "GOLD")) == {"id": option}


def test_an_unknown_option_is_a_note_that_names_field_value_and_choice():
    reason = refusal("Platinum", select("Gold", "Silver"))
    assert "Tier" in reason
    assert "Platinum" in reason
    assert "Gold, Silver" in reason


def test_several_values_become_several_options():
    assert written(("A", "b"), boxes("A", "B", "C")) == [{"id": "1"}, {"id": "2"}]


def test_one_unknown_value_of_several_is_a_note():
    assert "X" in refusal(("A", "X"), boxes("A"))


@pytest.mark.parametrize(
    ("ticked", "target", "result"),
    [
        (True, select("Yes", "No"), {"id": "1"}),
        (False, select("Yes", "No"), {"id": "2"}),
        (True, boxes("VIP"), [{"id": "1"}]),
        (False, boxes("VIP"), []),
        (True, TEXT, "true"),
        (False, TEXT, "false"),
        (True, LABELS, ["true"]),
    ],
)
def test_a_checkbox_becomes_what_the_field_offers(ticked: bool, target: FieldMeta, result: object):
    assert written(ticked, target) == result


CASCADE = FieldMeta(
    "customfield_8",
    "Region",
    schema=Schema("option-with-child"),
    allowed=(Option("1", "EMEA", options("Bonn", "Oslo")), Option("9", "US - East")),
)


@pytest.mark.parametrize("text", ["EMEA > Oslo", "EMEA - Oslo", "EMEA::Oslo", "emea > oslo"])
def test_a_text_of_two_levels_becomes_a_cascading_option(text: str):
    assert written(text, CASCADE) == {"id": "1", "child": {"id": "2"}}


def test_a_text_of_one_level_is_the_parent_alone():
    assert written("EMEA", CASCADE) == {"id": "1"}
    assert written("US - East", CASCADE) == {"id": "9"}


def test_a_label_has_no_spaces():
    """jira trap "space in a label": 400."""
    assert written(("Key Account", "EMEA", "Key  Account"), LABELS) == ["Key_Account", "EMEA"]
    assert written("Acme, Inc.", LABELS) == ["Acme,_Inc."]


def test_priority_components_and_versions_go_by_the_ids_of_their_names():
    """jira trap "names instead of ids": names are translated and renamed."""
    high = FieldMeta("priority", "Priority", schema=Schema("priority"), allowed=options("High"))
    parts = FieldMeta(
        "components", "Parts", schema=Schema("array", "component"), allowed=options("UI", "API")
    )
    assert written("high", high) == {"id": "1"}
    assert written("UI; API", parts) == [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize(
    ("edition", "user"),
    [(Deployment.CLOUD, {"accountId": "5b10"}), (Deployment.DATA_CENTER, {"name": "5b10"})],
)
def test_a_user_is_named_as_the_edition_wants_it(edition: Deployment, user: Mapping[str, str]):
    """jira trap "name/username sent to Cloud": 400."""
    context = WriteContext(users=JANE.users, deployment=edition)
    assert written("Jane@Acme.example", ASSIGNEE, context) == user
    assert written("005xx0000012345AAA", ASSIGNEE, context) == user


def test_a_user_of_a_sandbox_is_found_although_its_mail_is_spoilt():
    """salesforce trap 20: sandboxes put .invalid behind mail addresses."""
    assert written("jane@acme.example.invalid", ASSIGNEE, JANE) == {"accountId": "5b10"}


def test_a_person_whom_nobody_knows_is_a_note():
    """jira trap "user matched by display name": only mails and the table count."""
    assert "nobody in Jira matches joe@acme.example" in refusal("joe@acme.example", ASSIGNEE, JANE)
    assert "nobody in Jira matches Jane" in refusal("Jane", ASSIGNEE, JANE)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://acme.example/a?b=c", "https://acme.example/a?b=c"),
        ("www.acme.example", "https://www.acme.example"),
    ],
)
def test_a_web_address_is_complete(text: str, address: str):
    assert written(text, URL) == address


@pytest.mark.parametrize("text", ["javascript:alert(1)", "no address", "https://", "https://[x"])
def test_what_is_no_web_address_is_a_note(text: str):
    assert "Site" in refusal(text, URL)


@pytest.mark.parametrize(
    ("target", "empty"),
    [(TEXT, None), (NUMBER, None), (LABELS, []), (boxes("A"), []), (ASSIGNEE, None)],
)
def test_no_value_clears(target: FieldMeta, empty: object):
    assert written(None, target) == empty


def test_a_required_field_is_not_cleared():
    assert "required" in refusal(None, SUMMARY)


def test_a_field_of_an_unknown_type_is_a_note():
    tracking = FieldMeta("timetracking", "Time", schema=Schema("timetracking"))
    assert "type" in refusal("2d", tracking)


def test_a_long_value_in_a_note_is_shortened():
    assert len(refusal("x" * 5000, NUMBER)) < 300


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
TARGETS = st.sampled_from(
    [
        *(SUMMARY, DESCRIPTION, TEXT, PARAGRAPH, URL, NUMBER, DATE, DATE_TIME, LABELS, ASSIGNEE),
        *(
            CASCADE,
            select("A"),
            boxes("A", "B"),
            select(),
            FieldMeta("x", "X", schema=Schema("any")),
        ),
    ]
)


@given(VALUES, TARGETS)
def test_no_value_raises_in_any_field(value: Canonical, target: FieldMeta):
    result = written(value, target, BERLIN)
    assert not isinstance(result, str) or len(result) <= 30_000


@given(st.text().map(clean))
def test_text_in_a_description_reads_as_it_was_written(text: str):
    result = written(text, DESCRIPTION)
    assert wiki_to_plain(str(result or "")) == text
