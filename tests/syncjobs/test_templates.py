"""Templates of mappings."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connector.jira.markup import Html, Wiki, wiki_to_plain
from syncjobs.templates import render

CONTACT = {"Contact": {"Name": "Jane|Doe", "Title": None}}


def test_parents_are_read_by_dotted_paths():
    record = {"Account": {"Owner": {"Name": "Jane"}}}
    assert render("by {{ record.Account.Owner.Name }}", "record", record) == "by Jane"


def test_a_missing_parent_prints_nothing():
    assert render("[{{ record.Account.Name }}]", "record", {"Account": None}) == "[]"


def test_names_count_without_case_as_in_salesforce():
    assert render("{{ record.account.NAME }}", "record", {"Account": {"Name": "Acme"}}) == "Acme"


def test_child_lists_are_rows():
    record = {
        "Lines": [{"Product2": {"Name": "A"}}, {"Product2": None}, {"Product2": {"Name": "C"}}]
    }
    source = "{% for line in record.Lines %}<{{ line.Product2.Name }}>{% endfor %}"
    assert render(source, "record", record) == "<A><><C>"


def test_a_field_called_like_a_method_is_a_field():
    assert render("{{ record.items }}{{ record.clear }}", "record", {"Items": "7"}) == "7"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (12.0, "12"),
        (Decimal("1200.50"), "1200.5"),
        (7, "7"),
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21, 9, 30, tzinfo=UTC), "2026-11-21T09:30:00Z"),
        (("a", "b"), "a; b"),
    ],
)
def test_values_print_without_regard_to_the_language(value: object, text: str):
    assert render("{{ issue.x }}", "issue", {"x": value}) == text


def test_a_value_in_wiki_reads_literally():
    text = "*not bold* {code} [~jane] h1. - _x_"
    assert wiki_to_plain(render("* {{ record.T }}", "record", {"T": text})) == f"- {text}"


def test_a_bar_or_line_end_in_a_value_does_not_break_a_table_row():
    source = "|| Name | {{ record.Contact.Name }} |\n|| Title | {{ record.Contact.Title }} |"
    record = {"Contact": {"Name": "Jane|Doe\n| x |", "Title": None}}
    assert render(source, "record", record) == "|| Name | Jane¦Doe \\\\ ¦ x ¦ |\n|| Title |  |"


def test_rows_behind_a_tag_are_rows_too():
    source = "{% for l in record.Lines %}| {{ l.Name }} |\n{% endfor %}"
    assert render(source, "record", {"Lines": [{"Name": "a|b"}]}) == "| a¦b |\n"


def test_safe_prints_markup_as_it_is():
    assert render("{{ record.x|safe }}", "record", {"x": "*b*"}) == "*b*"


def test_a_default_written_in_the_template_is_markup_of_its_author():
    assert render('{{ record.x|default:"*none*" }}', "record", {}) == "*none*"


def test_rich_text_becomes_wiki():
    assert render("{{ record.x }}", "record", {"x": Html("<p>a <b>b</b></p>")}) == "a *b*"


def test_a_template_for_salesforce_prints_plain_text():
    assert render(
        "{{ issue.key }}: {{ issue.d }}", "issue", {"key": "SUP-1", "d": Wiki("*b* & <c>")}
    ) == ("SUP-1: b & <c>")


def test_a_text_of_white_space_only_is_no_value():
    assert render(" {{ record.x }}\n", "record", {}) == ""


def test_text_for_jira_is_known_to_be_wiki():
    assert isinstance(render("x", "record", {}), Wiki)
    assert not isinstance(render("x", "record", {}, wiki=False), Wiki)


@pytest.mark.parametrize("tag", ["{% load i18n %}", "{% include 'x' %}", "{% debug %}"])
def test_there_is_no_way_out_of_the_values(tag: str):
    with pytest.raises(Exception, match="Invalid block tag"):
        render(tag, "record", {})


def test_conditions_compare_numbers():
    source = "{% if record.Amount > 100 %}big{% else %}small{% endif %}"
    assert render(source, "record", {"Amount": Decimal(200)}) == "big"
    assert render(source, "record", {"Amount": 20.0}) == "small"
