"""Reading and writing records of an org."""

import json
from datetime import timedelta

import pytest
import requests

from connector.errors import Busy, Gone, Refused
from connector.salesforce.errors import ChangedMeanwhile
from tests.connector.salesforce_world import START, world

NOWHERE = "500000000000999AAA"


@pytest.fixture
def here():
    with world() as here:
        yield here


def new_case(subject="Printer on fire", **fields):
    return {"attributes": {"type": "Case"}, "Subject": subject, **fields}


def changed(record_id, sobject="Case", **fields):
    return {"attributes": {"type": sobject}, "id": record_id, **fields}


def test_a_record_is_created_changed_and_deleted(here):
    client = here.client()

    case = client.create("Case", {"Subject": "Printer on fire"})
    client.update("Case", case, {"Subject": "Printer out", "Description": None})

    assert here.org.get("Case", case)["Subject"] == "Printer out"
    client.delete("Case", case)
    assert here.org.all("Case") == []


def test_deleting_what_is_gone_is_fine(here):
    [case] = here.cases(1)
    here.org.delete("Case", case)

    here.client().delete("Case", case)


def test_changing_what_is_gone_is_not(here):
    [case] = here.cases(1)
    here.org.delete("Case", case)

    with pytest.raises(Gone):
        here.client().update("Case", case, {"Subject": "x"})


def test_an_update_leaves_the_owner_alone(here):
    """salesforce trap 6: assignment rules run on every update unless they are switched off."""
    [case] = here.cases(1)
    owner = here.org.get("Case", case)["OwnerId"]
    here.org.assignment_rules["Case"] = here.org.support_queue_id
    client = here.client()

    client.update("Case", case, {"Subject": "x"})
    client.update_many([changed(case, Subject="y")])

    assert here.org.get("Case", case)["OwnerId"] == owner


def test_a_new_record_goes_where_the_orgs_rules_send_it(here):
    here.org.assignment_rules["Case"] = here.org.support_queue_id

    client = here.client()

    made = [client.create("Case", {"Subject": "x"}), client.create_many([new_case()])[0].id]

    owners = [here.org.get("Case", case)["OwnerId"] for case in made]
    assert owners == [here.org.support_queue_id] * 2


def test_an_update_can_be_bound_to_what_was_read(here):
    [case] = here.cases(1)
    here.clock.advance(60)
    here.org.update("Case", case, {"Subject": "Somebody was faster"})
    client = here.client()

    with pytest.raises(ChangedMeanwhile):
        client.update("Case", case, {"Subject": "x"}, if_unmodified_since=START)
    client.update("Case", case, {"Subject": "y"}, START + timedelta(seconds=60))

    assert here.org.get("Case", case)["Subject"] == "y"


def test_a_validation_rule_speaks_to_the_admin_in_its_own_words(here):
    here.org.add_validation_rule(
        "Case",
        lambda row, old: "Close reason is mandatory" if row.get("Reason") is None else None,
        ("Reason",),
    )

    with pytest.raises(Refused) as refused:
        here.client().create("Case", {"Subject": "x"})

    assert refused.value.message == "Close reason is mandatory"
    assert refused.value.fields == {"Reason": "Close reason is mandatory"}


@pytest.mark.parametrize("name", ["../../sobjects/User", "Case/x", "", "Case?x=1"])
def test_a_name_cannot_lead_a_call_elsewhere(here, name):
    with pytest.raises(ValueError, match="not the API name"):
        here.client().create(name, {})

    assert here.network.calls == []


def test_an_id_cannot_lead_a_call_elsewhere(here):
    with pytest.raises(ValueError, match="not a Salesforce Id"):
        here.client().update("Case", "../Account/001", {})


def test_two_hundred_records_travel_in_one_call(here):
    client = here.client()

    results = client.create_many([new_case(f"Case {number}") for number in range(450)])

    assert all(result.success for result in results)
    assert [here.org.get("Case", result.id)["Subject"] for result in results] == [
        f"Case {number}" for number in range(450)
    ]
    assert client.calls == 3


def test_a_refused_record_does_not_hold_up_the_others(here):
    client = here.client()

    good, bad, also_good = client.create_many([new_case(), new_case("x" * 256), new_case()])

    assert (good.success, bad.success, also_good.success) == (True, False, True)
    assert good.refusal() is None
    refusal = bad.refusal()
    assert isinstance(refusal, Refused)
    assert "Subject" in refusal.fields
    assert len(here.org.all("Case")) == 2


def test_a_deleted_record_in_a_bulk_update_is_gone(here):
    kept, lost = here.cases(2)
    here.org.delete("Case", lost)

    results = here.client().update_many([changed(kept, Subject="x"), changed(lost, Subject="x")])

    assert results[0].success
    assert isinstance(results[1].refusal(), Gone)


def test_records_of_many_types_are_cut_where_salesforce_would_refuse(here):
    """A collection may change from one type to another only ten times."""
    cases = here.cases(12)
    accounts = [here.org.insert("Account", {"Name": f"Acme {number}"}) for number in range(12)]
    records = [
        record
        for case, account in zip(cases, accounts, strict=True)
        for record in (changed(case, Subject="x"), changed(account, "Account", Phone="1"))
    ]
    client = here.client()

    results = client.update_many(records)

    assert [result.id for result in results] == [record["id"] for record in records]
    assert all(result.success for result in results)
    assert client.calls == 3


def losing_call(number):
    """Lose the answer to the n-th collections call, after Salesforce has carried it out."""
    seen = []

    def lose(request, response):
        if "composite/sobjects" in request.url:
            seen.append(request)
            if len(seen) == number:
                raise requests.ReadTimeout(request=request)

    return lose


def test_a_lost_answer_of_the_first_call_is_raised_as_in_doubt(here):
    here.network.losses.append(losing_call(1))

    with pytest.raises(Busy) as busy:
        here.client().create_many([new_case()])

    assert busy.value.may_have_happened
    assert len(here.org.all("Case")) == 1


def test_what_an_earlier_call_wrote_is_known_when_a_later_one_is_lost(here):
    here.network.losses.append(losing_call(2))

    results = here.client().create_many([new_case() for _ in range(401)])

    assert all(result.success for result in results[:200])
    doubts = [result.refusal() for result in results[200:]]
    assert all(isinstance(doubt, Busy) for doubt in doubts)
    assert [doubt.may_have_happened for doubt in doubts] == [True] * 200 + [False]
    assert len(here.org.all("Case")) == 400


def test_nothing_to_write_is_no_call(here):
    client = here.client()

    assert client.create_many([]) == []
    assert client.calls == 0


def test_many_records_are_read_by_id_in_one_call(here):
    cases = here.cases(3)
    client = here.client()

    found = client.read("Case", [*cases, NOWHERE, cases[0]], ["Id", "Subject"])

    assert [record["Id"] for record in found] == cases
    assert found[0]["Subject"] == "Case 0"
    assert client.calls == 1


def test_records_are_found_by_their_words(here):
    here.org.insert("Case", {"Subject": "Printer on fire"})
    here.org.insert("Case", {"Subject": "Door stuck"})

    [found] = here.client().search("printer", "Case", ["Id", "Subject"], limit=5)

    assert found["Subject"] == "Printer on fire"


def test_a_search_can_be_narrowed_by_a_condition(here):
    here.org.insert("Case", {"Subject": "Printer on fire", "Priority": "High"})
    here.org.insert("Case", {"Subject": "Printer jam", "Priority": "Low"})

    found = here.client().search("printer", "Case", ["Subject"], 5, where="Priority = 'Low'")

    assert [record["Subject"] for record in found] == ["Printer jam"]


def test_a_single_letter_is_not_searched_for(here):
    client = here.client()

    assert client.search(" p ", "Case", ["Id"], limit=5) == []
    assert client.calls == 0


def test_every_call_says_who_calls(here):
    here.client().limits()

    call = here.network.calls[-1]
    assert call.headers["Sforce-Call-Options"] == "client=salesforce-connector-for-jira"
    assert call.headers["Accept-Encoding"] == "gzip"


def test_a_body_is_plain_json(here):
    here.client().create_many([new_case()])

    body = json.loads(here.network.calls[-1].body)
    assert body == {"allOrNone": False, "records": [new_case()]}
