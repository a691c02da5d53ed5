"""Queries against an org: pages, child lists, many at once, long ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.errors import Busy, Refused
from connector.salesforce.chunks import LONGEST_ADDRESS
from connector.salesforce.client import QueryPage
from connector.salesforce.errors import LocatorExpired
from connector.salesforce.soql import id_chunks, id_list, quote
from tests.connector.salesforce_world import world

AWKWARD = "aZ 0'\"\\%_\n\t&+?#=ü🎉"
BY_ID = "SELECT Id FROM Case ORDER BY Id"


@pytest.fixture
def small_pages():
    with world(query_batch=2) as here:
        yield here


@pytest.fixture
def here():
    with world() as here:
        yield here


def ids(pages):
    return [record["Id"] for page in pages for record in page]


def test_a_walk_yields_every_record_once_whatever_the_page_size(small_pages):
    cases = small_pages.cases(5)
    client = small_pages.client()

    pages = list(client.pages(BY_ID))

    assert [len(page) for page in pages] == [2, 2, 1]
    assert ids(pages) == cases
    assert client.calls == 3


def test_the_first_page_says_how_many_rows_there_are_and_where_it_goes_on(small_pages):
    small_pages.cases(3)

    page = small_pages.client().query(BY_ID)

    assert (page.total, page.done, len(page.records)) == (3, False, 2)
    assert page.next_url.startswith("/services/data/v67.0/query/")


def test_a_token_that_dies_between_two_pages_costs_nothing(small_pages):
    """salesforce trap 4: the token dies between two pages."""
    cases = small_pages.cases(5)
    walk = small_pages.client().pages(BY_ID)

    first = next(walk)
    small_pages.org.revoke_tokens()

    assert ids([first, *walk]) == cases


def test_a_query_that_salesforce_forgot_is_started_again_by_the_caller(small_pages):
    small_pages.cases(3)
    walk = small_pages.client().pages(BY_ID)
    next(walk)
    small_pages.org.expire_locators()

    with pytest.raises(LocatorExpired):
        next(walk)


def test_a_next_page_is_only_fetched_from_salesforces_own_paths(here):
    with pytest.raises(ValueError, match="/services/data/"):
        here.client().next_page("https://evil.example/services/data/v67.0/query/x")


def test_child_lists_are_complete_before_the_page_is_handed_out(small_pages):
    cases = small_pages.cases(3)
    for case in cases:
        for number in range(5):
            small_pages.org.insert("CaseComment", {"ParentId": case, "CommentBody": f"{number}"})

    soql = "SELECT Id, (SELECT CommentBody FROM CaseComments) FROM Case ORDER BY Id"
    pages = list(small_pages.client().pages(soql))

    bodies = [
        sorted(comment["CommentBody"] for comment in record["CaseComments"]["records"])
        for page in pages
        for record in page
    ]
    assert bodies == [["0", "1", "2", "3", "4"]] * 3
    assert all(record["CaseComments"]["done"] for page in pages for record in page)


def test_an_empty_child_list_is_left_as_it_is(here):
    here.cases(1)

    [[record]] = here.client().pages("SELECT Id, (SELECT Id FROM CaseComments) FROM Case")

    assert record["CaseComments"] is None


def test_deleted_records_are_read_on_request(here):
    [gone] = here.cases(1)
    here.org.delete("Case", gone)
    client = here.client()

    assert client.query(BY_ID).records == []
    assert [r["Id"] for r in client.query(BY_ID, all_rows=True).records] == [gone]


def test_five_queries_travel_in_one_call(here):
    here.cases(1)
    client = here.client()

    pages = client.query_many([BY_ID] * 11)

    assert [len(page.records) for page in pages] == [1] * 11
    assert here.paths() == [
        "/services/data/v67.0/composite",
        "/services/data/v67.0/composite",
        "/services/data/v67.0/query/",
    ]
    assert client.calls == 3


def test_no_queries_are_no_calls(here):
    client = here.client()

    assert client.query_many([]) == []
    assert client.calls == 0


@pytest.mark.parametrize("others", [0, 2])
def test_a_failing_query_does_not_hurt_its_neighbours(here, others):
    """salesforce trap 7: a field that is hidden now is refused in its own query only."""
    wrong = "SELECT Id, Hidden__c FROM Case"

    refused, *fine = here.client().query_many([wrong, *[BY_ID] * others])

    assert isinstance(refused, Refused)
    assert "Hidden__c" in refused.message
    assert all(isinstance(page, QueryPage) for page in fine)


def test_maintenance_stops_all_queries_at_once(here):
    here.org.maintenance = True

    with pytest.raises(Busy):
        here.client().query_many([BY_ID])


def test_a_query_too_long_for_an_address_travels_in_a_body(here):
    """salesforce trap 9: an address ends at 16,384 bytes."""
    cases = here.cases(3)
    made_up = [f"500{number:012}AAA" for number in range(700)]
    soql = f"SELECT Id FROM Case WHERE Id IN {id_list([*made_up, *cases])} ORDER BY Id"
    assert len(soql) > LONGEST_ADDRESS

    assert [record["Id"] for record in here.client().query(soql).records] == cases
    assert here.paths() == ["/services/data/v67.0/composite"]


def test_a_single_long_query_among_many_travels_in_a_body_too(here):
    [case] = here.cases(1)
    made_up = [f"500{number:012}AAA" for number in range(700)]

    [page] = here.client().query_many(
        [f"SELECT Id FROM Case WHERE Id IN {id_list([*made_up, case])}"]
    )

    assert [record["Id"] for record in page.records] == [case]
    assert here.paths() == ["/services/data/v67.0/composite"]


def test_a_full_list_of_ids_fits_into_an_address(here):
    cases = here.cases(300)
    [chunk] = id_chunks(cases)

    page = here.client().query(f"SELECT Id, Subject FROM Case WHERE Id IN {id_list(chunk)}")

    assert len(page.records) == 300
    assert here.paths() == ["/services/data/v67.0/query/"]


def test_a_query_longer_than_salesforce_takes_at_all_is_refused_alone(here):
    too_long = "SELECT Id FROM Case WHERE Subject = '" + "x" * 20_000 + "'"

    refused, fine = here.client().query_many([too_long, BY_ID])

    assert isinstance(refused, Refused)
    assert "Make the item's record filter shorter" in refused.message
    assert isinstance(fine, QueryPage)


@given(st.text(AWKWARD, min_size=1, max_size=30).map(str.strip).filter(bool))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_looked_for_and_nothing_else_is_found(text):
    with world() as here:
        here.org.insert("Case", {"Subject": "something else"})
        case = here.org.insert("Case", {"Subject": text})

        page = here.client().query(f"SELECT Id FROM Case WHERE Subject = {quote(text)}")

        assert [record["Id"] for record in page.records] == [case]


def test_values_with_signs_of_all_kinds_arrive_as_they_are(here):
    subject = "50% off & more? #1 + 'quotes' \\ Grüße 🎉"
    here.org.insert("Case", {"Subject": subject})

    soql = "SELECT Subject FROM Case WHERE Subject LIKE '50\\% off & more? #1 + \\'%'"

    assert here.client().query(soql).records[0]["Subject"] == subject
