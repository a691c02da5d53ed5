"""Record Ids: their two lengths, their checksum, and the addresses they stand in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.salesforce.ids import id_from_url, is_id, record_url, to_18

SHORT_IDS = st.text("ABCXYZabcxyz0129", min_size=15, max_size=15)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("005D0000001QX8W", "005D0000001QX8WIAW"),
        ("00D50000000IZ3Z", "00D50000000IZ3ZEAW"),
    ],
)
def test_a_short_id_gets_the_checksum_salesforce_gives_it(short, long):
    assert to_18(short) == long


@given(SHORT_IDS)
def test_a_long_id_whose_letters_all_became_capitals_is_put_right(short):
    long = to_18(short)

    assert to_18(long.upper()) == long
    assert to_18(long.lower()) == long


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SUP-12",
        "500xx000001AAA",
        "500xx000001AAA'--",
        "001D000000IqhSLIA!",
        "123456789012345AAZ",
    ],
)
def test_what_is_no_id_is_refused(text):
    assert not is_id(text)
    with pytest.raises(ValueError, match="not a Salesforce Id"):
        to_18(text)


@pytest.mark.parametrize(
    "pasted",
    [
        "001D000000IqhSL",
        " 001D000000IqhSLIAZ ",
        "https://acme.lightning.force.com/lightning/r/Account/001D000000IqhSLIAZ/view",
        "https://acme.lightning.force.com/lightning/r/001D000000IqhSLIAZ/view?x=1",
        "https://acme.my.salesforce.com/001D000000IqhSL",
        "https://acme.my.salesforce.com/console#%2F001D000000IqhSL",
        "https://acme.lightning.force.com/one/one.app?ws=%2Flightning%2Fr%2FAccount%2F"
        "001D000000IqhSLIAZ%2Fview",
    ],
)
def test_a_pasted_address_leads_to_its_record(pasted):
    assert id_from_url(pasted) == "001D000000IqhSLIAZ"


def test_in_the_console_the_record_shown_counts_and_not_the_tab_around_it():
    pasted = (
        "https://acme.lightning.force.com/lightning/r/Account/001D000000IqhSLIAZ/view"
        "?ws=%2Flightning%2Fr%2FUser%2F005D0000001QX8WIAW%2Fview"
    )

    assert id_from_url(pasted) == "001D000000IqhSLIAZ"


@pytest.mark.parametrize(
    "pasted",
    [
        "printer fire",
        "SUP-1",
        "https://acme.my.salesforce.com/home",
        "https://acme.lightning.force.com/lightning/o/OpportunityTeam/list",
    ],
)
def test_text_without_a_record_leads_nowhere(pasted):
    assert id_from_url(pasted) is None


@pytest.mark.parametrize(
    ("instance", "url"),
    [
        (
            "https://acme--dev.sandbox.my.salesforce.com",
            "https://acme--dev.sandbox.lightning.force.com/lightning/r/Case/500/view",
        ),
        ("http://127.0.0.1:8101", "http://127.0.0.1:8101/lightning/r/Case/500/view"),
    ],
)
def test_a_record_has_an_address_for_people(instance, url):
    assert record_url(instance, "Case", "500") == url
