"""A public Salesforce client talks to the sandbox as it does to the real service."""

import pytest
from simple_salesforce import Salesforce, SalesforceExpiredSession, SalesforceMalformedRequest
from simple_salesforce.format import format_soql

from .salesforce_calls import an_org


@pytest.fixture
def sf():
    with an_org() as caller:
        yield caller


@pytest.fixture
def library(sf):
    token = sf.session.headers["Authorization"].removeprefix("Bearer ")
    return Salesforce(session_id=token, instance_url="https://salesforce.test", version="67.0")


def test_it_walks_all_pages(sf, library):
    sf.org.query_batch = 50
    for number in range(120):
        sf.org.insert("Case", {"Subject": str(number)})
    found = library.query_all("SELECT Id FROM Case")
    assert (found["totalSize"], len(found["records"])) == (120, 120)
    assert len(list(library.query_all_iter("SELECT Id FROM Case"))) == 120


def test_it_finds_what_its_own_quoting_asks_for(sf, library):
    case_id = sf.org.insert("Case", {"Subject": 'it\'s \\ "odd" 100%_'})
    soql = format_soql("SELECT Id FROM Case WHERE Subject = {}", 'it\'s \\ "odd" 100%_')
    assert library.query(soql)["records"][0]["Id"] == case_id
    soql = format_soql("SELECT Id FROM Case WHERE Subject LIKE '%{:like}'", "100%_")
    assert library.query(soql)["records"][0]["Id"] == case_id


def test_it_creates_updates_upserts_and_deletes(sf, library):
    case_id = library.Case.create({"Subject": "a"})["id"]
    assert library.Case.update(case_id, {"Subject": "b"}) == 204
    assert library.Case.get(case_id)["Subject"] == "b"
    assert library.Case.upsert("Jira_Key__c/A-1", {"Subject": "c"}) == 201
    assert library.Case.get_by_custom_id("Jira_Key__c", "A-1")["Subject"] == "c"
    assert library.Case.delete(case_id) == 204


def test_it_describes_searches_and_reads_limits(sf, library):
    sf.org.insert("Case", {"Subject": "Printer on fire"})
    assert library.describe()["maxBatchSize"] == 200
    assert library.Case.describe()["keyPrefix"] == "500"
    assert len(library.quick_search("printer")["searchRecords"]) == 1
    assert library.limits()["DailyApiRequests"]["Max"] == 100_000


def test_it_sends_a_composite_call(library):
    part = {
        "method": "GET",
        "referenceId": "all",
        "url": "/services/data/v67.0/query/?q=SELECT+Id+FROM+Case",
    }
    body = {"compositeRequest": [part]}
    answer = library.restful("composite", method="POST", json=body)
    assert answer["compositeResponse"][0]["httpStatusCode"] == 200


def test_it_understands_the_errors(sf, library):
    with pytest.raises(SalesforceMalformedRequest) as malformed:
        library.query("SELECT Nothing FROM Case")
    assert malformed.value.content[0]["errorCode"] == "INVALID_FIELD"
    sf.org.revoke_tokens()
    with pytest.raises(SalesforceExpiredSession):
        library.query("SELECT Id FROM Case")
