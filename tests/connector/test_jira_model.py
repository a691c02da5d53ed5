"""Fields read from Jira's JSON survive a cache."""

import json
from datetime import UTC, datetime

from connector.jira.model import (
    Credentials,
    Deployment,
    Field,
    FieldMeta,
    Option,
    Schema,
    read_time,
)

TIER = {
    "fieldId": "customfield_10060",
    "key": "customfield_10060",
    "name": "Tier",
    "required": True,
    "hasDefaultValue": True,
    "operations": ["set"],
    "schema": {
        "type": "option",
        "custom": "com.atlassian.jira.plugin.system.customfieldtypes:select",
        "customId": 10060,
    },
    "allowedValues": [
        {"id": "10100", "value": "Gold", "children": [{"id": "10110", "value": "Plus"}]},
        {"id": "10101", "value": "Silver"},
    ],
}
ACCOUNT = {
    "id": "customfield_10050",
    "name": "Account",
    "custom": True,
    "clauseNames": ["cf[10050]", "Account"],
    "schema": {"type": "string", "custom": "com.atlassian…:textfield", "customId": 10050},
    "scope": {"type": "PROJECT", "project": {"id": "10010"}},
}


def test_a_field_of_a_screen_survives_a_cache():
    tier = FieldMeta.from_api(TIER)
    assert FieldMeta.from_json(json.loads(json.dumps(tier.to_json()))) == tier


def test_a_field_of_the_site_survives_a_cache():
    account = Field.from_api(ACCOUNT)
    assert Field.from_json(json.loads(json.dumps(account.to_json()))) == account


def test_empty_parts_of_a_field_are_not_cached():
    bare = FieldMeta("summary", "Summary", schema=Schema("string"))
    assert bare.to_json() == {"id": "summary", "name": "Summary", "schema": {"type": "string"}}
    assert FieldMeta.from_json(bare.to_json()) == bare


def test_options_keep_their_children():
    options = FieldMeta.from_api(TIER).allowed
    assert options == (
        Option("10100", "Gold", (Option("10110", "Plus"),)),
        Option("10101", "Silver"),
    )


def test_options_that_have_a_name_are_known_by_it():
    raw = {"allowedValues": [{"id": "3", "name": "High", "iconUrl": "…"}]}
    assert FieldMeta.from_api(raw, "priority").allowed == (Option("3", "High"),)


def test_a_field_of_a_map_is_known_by_its_key_there():
    assert FieldMeta.from_api({"name": "Summary"}, "summary").id == "summary"


def test_jira_trap_team_managed_projects_have_fields_of_their_own():
    """jira trap: the same field name has another id in each team-managed project."""
    assert Field.from_api(ACCOUNT).scope_project == "10010"


def test_times_are_read_with_their_offset():
    expected = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert read_time("2026-11-21T09:30:00.000+0100") == expected


def test_times_in_milliseconds_are_read():
    assert read_time(1763717400000) == datetime(2025, 11, 21, 9, 30, tzinfo=UTC)


def test_credentials_do_not_show_the_token():
    shown = repr(Credentials("https://a.test", Deployment.CLOUD, "a@b.test", "s3cret"))
    assert "s3cret" not in shown
