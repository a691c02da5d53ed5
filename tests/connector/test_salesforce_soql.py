"""Values and names on their way into a query."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from connector.salesforce.soql import (
    check_name,
    check_path,
    datetime_literal,
    id_chunks,
    id_list,
    like,
    literal,
    quote,
    select,
)


def test_a_value_cannot_end_its_own_literal():
    assert quote("x' OR Name != '\\") == r"'x\' OR Name != \'\\'"


def test_wildcards_in_a_search_text_are_taken_literally():
    assert like("50%_off'") == r"'50\%\_off\'%'"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (12, "12"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 11, 20), "2026-11-20"),
        (
            datetime(2026, 11, 20, 10, 15, 42, 999, timezone(timedelta(hours=1))),
            "2026-11-20T09:15:42Z",
        ),
        ("Ada", "'Ada'"),
    ],
)
def test_values_are_written_as_soql_reads_them(value, written):
    assert literal(value) == written


def test_a_moment_without_a_zone_is_refused():
    """salesforce trap 11: a guessed zone would shift the window."""
    with pytest.raises(ValueError, match="time zone"):
        datetime_literal(datetime(2026, 11, 20))


@pytest.mark.parametrize("name", ["", "Name FROM User", "Na-me", "1Name", "Name'", "Account.Name"])
def test_what_is_no_name_never_becomes_part_of_a_query(name):
    with pytest.raises(ValueError, match="not the API name"):
        check_name(name)


def test_a_path_is_checked_step_by_step():
    assert check_path("Account.Owner.Name") == "Account.Owner.Name"
    with pytest.raises(ValueError, match="not the API name"):
        check_path("Account..Name")


def test_ids_travel_in_lists_of_at_most_300_each_once():
    """salesforce trap 9: an address ends at 16,384 bytes."""
    ids = [f"500{number:012}AAA" for number in range(301)]

    chunks = list(id_chunks([*ids, ids[0]]))

    assert [len(chunk) for chunk in chunks] == [300, 1]
    assert id_list(chunks[1]) == f"('{ids[300]}')"


def test_an_admins_condition_stays_one_condition():
    soql = select(
        ["Id", "Account.Name", "Id"],
        "Case",
        where=["Priority = 'High' OR IsEscalated = true", f"CreatedDate > {literal(MOMENT)}"],
        order_by=["SystemModstamp", "Id"],
        limit=10,
        subqueries=["SELECT Id FROM CaseComments"],
    )

    assert soql == (
        "SELECT Id, Account.Name, (SELECT Id FROM CaseComments) FROM Case "
        "WHERE (Priority = 'High' OR IsEscalated = true) AND (CreatedDate > 2026-11-20T00:00:00Z) "
        "ORDER BY SystemModstamp, Id LIMIT 10"
    )


MOMENT = datetime(2026, 11, 20, tzinfo=UTC)
