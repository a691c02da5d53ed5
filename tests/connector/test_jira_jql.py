"""Values and names go into JQL without breaking it."""

from datetime import timedelta

import pytest

from connector.jira import jql


def test_it_quotes_quotes_and_backslashes():
    assert jql.quote('a "b" \\ c') == '"a \\"b\\" \\\\ c"'


def test_a_value_cannot_end_its_string_early():
    quoted = jql.quote('x" OR project = SECRET OR "')
    assert '"' not in quoted[1:-1].replace('\\"', "")


def test_line_ends_are_escaped():
    assert jql.quote("a\r\nb") == '"a\\r\\nb"'


def test_custom_fields_go_by_number():
    assert jql.clause("customfield_10050") == "cf[10050]"


@pytest.mark.parametrize("name", ["summary", "customfield_x", "customfield_"])
def test_other_fields_go_by_name(name):
    assert jql.clause(name) == name


def test_lists_are_quoted_one_by_one():
    assert jql.one_of("project", ["SUP", 'O"PS']) == 'project in ("SUP", "O\\"PS")'


def test_ids_are_numbers_only():
    assert jql.ids(["10042", "7"]) == "id in (10042, 7)"
    with pytest.raises(ValueError, match="invalid literal"):
        jql.ids(["1) OR (project = X"])


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(minutes=15), "-15m"),
        (timedelta(minutes=15, seconds=1), "-16m"),
        (timedelta(0), "-1m"),
        (timedelta(days=2), "-2880m"),
    ],
)
def test_windows_are_relative_and_rounded_up(age, expected):
    assert jql.since("updated", age) == f'updated >= "{expected}"'


def test_conditions_are_kept_together():
    assert jql.both("a = 1 OR b = 2", "", "c = 3") == "(a = 1 OR b = 2) AND (c = 3)"


def test_a_single_condition_stays_as_it_is():
    assert jql.both("", "a = 1") == "a = 1"


def test_control_characters_are_escaped():
    """Atlassian's parser refuses them inside quotes."""
    assert jql.quote("a\tb\x00") == '"a\\u0009b\\u0000"'
