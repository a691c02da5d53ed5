"""What changed between two versions of an item, in words."""

from dataclasses import replace
from typing import Any

import pytest

from connector.document.diff import differences
from connector.document.model import (
    AttachmentSync,
    CommentSync,
    Direction,
    Item,
    Mapping,
    Mode,
    StatusSync,
    Visibility,
)

SUBJECT = Mapping(salesforce="Subject", jira="summary", direction=Direction.BOTH)
PRIORITY = Mapping(salesforce="Priority", jira="priority", values=(("High", "Highest"),))
KEY = Mapping(salesforce="Jira_Key__c", template="{{ issue.key }}", uses=("key",))
ITEM = Item(
    name="Support cases",
    salesforce="acme",
    jira="acme-jira",
    mode=Mode.TWO_WAY,
    object="Case",
    jira_projects=("SUP",),
    issue_type="Task",
    preview_fields=("Subject", "Status"),
    mappings=(SUBJECT, PRIORITY, KEY),
    status=StatusSync(field="Status", to_jira=(("Closed", "Done"), ("New", "To Do"))),
)


def changed(**values: Any) -> list[str]:
    return differences(ITEM, replace(ITEM, **values))


def with_mapping(before: Mapping, **values: Any) -> list[str]:
    new = tuple(replace(each, **values) if each is before else each for each in ITEM.mappings)
    return changed(mappings=new)


def test_an_item_that_did_not_change_has_no_differences():
    assert changed() == []


def test_a_first_version_is_new():
    assert differences(None, ITEM) == ["Support cases is new."]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"enabled": False}, "Enabled changed from yes to no."),
        ({"issue_type": "Bug"}, "Issue type changed from Task to Bug."),
        ({"record_filter": "A = 1"}, "Record filter changed from nothing to A = 1."),
        ({"jira": "other"}, "Jira changed from acme-jira to other."),
        ({"preview_fields": ("Status", "Subject")}, "Preview fields: order changed."),
        (
            {"comments": CommentSync(visibility=Visibility.SAME)},
            "Comments, visibility changed from internal to same.",
        ),
        (
            {"attachments": AttachmentSync(enabled=False)},
            "Attachments, enabled changed from yes to no.",
        ),
    ],
)
def test_a_changed_setting_says_from_what_to_what(values, sentence):
    assert changed(**values) == [sentence]


def test_entries_of_a_list_come_and_go():
    assert changed(preview_fields=("Subject", "Account.Name")) == [
        "Preview fields: Status removed.",
        "Preview fields: Account.Name added.",
    ]


def test_rows_of_a_status_table_come_go_and_change():
    status = StatusSync(field="Status", to_jira=(("New", "Backlog"), ("Working", "In Progress")))

    assert changed(status=status) == [
        "Status, to Jira: Closed → Done removed.",
        "Status, to Jira: New changed from To Do to Backlog.",
        "Status, to Jira: Working → In Progress added.",
    ]


def test_a_status_sync_that_is_taken_away_is_said():
    assert "Status, field changed from Status to nothing." in changed(status=None)


def test_the_direction_of_a_mapping():
    assert with_mapping(SUBJECT, direction=Direction.TO_JIRA) == [
        "Mapping Subject → summary: direction changed from both to to_jira."
    ]


def test_the_values_of_a_mapping():
    assert with_mapping(PRIORITY, values=(("High", "High"),)) == [
        "Mapping Priority → priority: values: High → Highest removed.",
        "Mapping Priority → priority: values: High → High added.",
    ]


def test_the_template_of_a_mapping():
    assert with_mapping(KEY, template="!") == [
        "Mapping Jira_Key__c → template: template changed from {{ issue.key }} to !."
    ]


def test_a_default_of_one_is_not_a_default_of_true():
    one = replace(ITEM, mappings=(replace(SUBJECT, default=1),))
    true = replace(ITEM, mappings=(replace(SUBJECT, default=True),))

    assert differences(one, true) == ["Mapping Subject → summary: default changed from 1 to yes."]


def test_mappings_come_and_go():
    reason = Mapping(salesforce="Reason", jira="labels")

    assert changed(mappings=(PRIORITY, KEY, reason)) == [
        "Mapping Subject → summary removed.",
        "Mapping Reason → labels added.",
    ]


def test_mappings_in_another_order():
    assert changed(mappings=(PRIORITY, SUBJECT, KEY)) == ["Mappings: order changed."]


def test_another_mode_says_what_is_no_longer_used():
    found = differences(ITEM, replace(ITEM, mode=Mode.DISPLAY_ONLY, mappings=()))

    assert "Mode changed from two_way to display_only." in found
    assert "Mapping Subject → summary removed." in found
