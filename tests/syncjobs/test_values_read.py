"""What the two APIs return, read into canonical values."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connector.jira.markup import Html, Wiki
from connector.jira.model import Schema
from connector.salesforce.describe import Field
from syncjobs.values import read_jira, read_salesforce, show_jira

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        (None, Field(type="string"), None),
        ("", Field(type="string"), None),
        ("a\r\nb", Field(type="textarea"), "a\nb"),
        (12, Field(type="int"), Decimal(12)),
        (0.1, Field(type="double"), Decimal("0.1")),
        (Decimal("12.50"), Field(type="currency"), Decimal("12.5")),
        (50, Field(type="percent"), Decimal(50)),
        (False, Field(type="boolean"), False),
        ("2026-11-21", Field(type="date"), date(2026, 11, 21)),
        (
            "2026-11-21T09:30:00.000+0000",
            Field(type="datetime"),
            datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        ),
        ("High", Field(type="picklist"), "High"),
        ("A;B;C", Field(type="multipicklist"), ("A", "B", "C")),
        ("500xx000001AAAAAA2", Field(type="reference"), "500xx000001AAAAAA2"),
        ("not a date", Field(type="date"), "not a date"),
        (
            {"street": "1 Main St", "city": "Bonn", "postalCode": "53111", "country": "DE"},
            Field(type="address"),
            "1 Main St\n53111 Bonn\nDE",
        ),
        ({"latitude": 50.7, "longitude": 7.1}, Field(type="location"), "50.7, 7.1"),
    ],
)
def test_it_reads_a_salesforce_value(raw: object, field: Field, value: object):
    """salesforce traps 10 and 15: compound fields are objects, numbers come as floats."""
    assert read_salesforce(raw, field) == value


def test_a_rich_text_field_is_known_to_be_html():
    assert isinstance(read_salesforce("<p>a</p>", Field(type="textarea", html=True)), Html)


@pytest.mark.parametrize(
    ("raw", "schema", "value"),
    [
        (None, Schema("string"), None),
        ([], Schema("array", "string"), None),
        ("text", Schema("string"), "text"),
        (12.5, Schema("number"), Decimal("12.5")),
        ("2026-11-21", Schema("date"), date(2026, 11, 21)),
        (
            "2026-11-21T10:30:00.000+0100",
            Schema("datetime"),
            datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        ),
        ({"self": "…", "id": "10100", "value": "Gold"}, Schema("option"), "Gold"),
        (
            [{"id": "1", "value": "A"}, {"id": "2", "value": "B"}],
            Schema("array", "option"),
            ("A", "B"),
        ),
        (
            {"id": "1", "value": "EMEA", "child": {"id": "2", "value": "Bonn"}},
            Schema("option-with-child"),
            "EMEA > Bonn",
        ),
        ({"accountId": "5b10", "displayName": "Jane"}, Schema("user"), "5b10"),
        ({"name": "jdoe", "key": "JIRAUSER1", "displayName": "Jane"}, Schema("user"), "jdoe"),
        ({"id": "2", "name": "High"}, Schema("priority"), "High"),
        ([{"id": "1", "name": "1.2"}], Schema("array", "version"), ("1.2",)),
        (["vip", "emea"], Schema("array", "string", "labels"), ("vip", "emea")),
        ({"id": "3", "name": "In Progress"}, Schema("status"), "In Progress"),
        ("SUP-17", Schema(""), "SUP-17"),
        ({"key": "SUP", "name": "Support", "id": "10000"}, Schema("project"), "Support"),
    ],
)
def test_it_reads_a_jira_value(raw: object, schema: Schema, value: object):
    assert read_jira(raw, schema) == value


@pytest.mark.parametrize(
    "schema", [Schema("string", system="description"), Schema("string", custom=f"{CUSTOM}textarea")]
)
def test_a_long_text_in_jira_is_known_to_be_wiki(schema: Schema):
    assert isinstance(read_jira("*a*", schema), Wiki)


def test_templates_see_people_by_name():
    jane = {"accountId": "5b10", "displayName": "Jane"}
    assert show_jira(jane, Schema("user")) == "Jane"
    assert show_jira([jane], Schema("array", "user")) == ("Jane",)
