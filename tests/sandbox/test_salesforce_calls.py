"""Calls that carry many records or many calls, the quota, and searching."""

import json

import pytest
import requests

from .salesforce_calls import ORIGIN, an_org


@pytest.fixture
def sf():
    with an_org() as caller:
        yield caller


ROOT = "/services/data/v67.0"


def part(name, method, path, body=None, **headers):
    request = {"method": method, "referenceId": name, "url": ROOT + path, "body": body}
    return {**request, "httpHeaders": headers} if headers else request


def composite(sf, *parts, all_or_none=False):
    body = {"allOrNone": all_or_none, "compositeRequest": list(parts)}
    return sf.call("POST", "/composite", json=body)


def parts_of(answer):
    assert answer.status_code == 200, answer.text
    return {one["referenceId"]: one for one in answer.json()["compositeResponse"]}


def test_a_part_may_use_the_answer_of_an_earlier_one(sf):
    answer = parts_of(
        composite(
            sf,
            part("account", "POST", "/sobjects/Account", {"Name": "Acme"}),
            part("case", "POST", "/sobjects/Case", {"AccountId": "@{account.id}"}),
            part("found", "GET", "/query/?q=SELECT+AccountId+FROM+Case"),
            part("read", "GET", "/sobjects/Account/@{found.records[0].AccountId}?fields=Name"),
        )
    )
    assert [one["httpStatusCode"] for one in answer.values()] == [201, 201, 200, 200]
    assert answer["read"]["body"]["Name"] == "Acme"
    assert answer["account"]["httpHeaders"]["Location"].startswith(f"{ROOT}/sobjects/Account/001")


def test_the_whole_succeeds_though_a_part_fails(sf):
    answer = parts_of(
        composite(
            sf,
            part("bad", "POST", "/sobjects/Case", {"Severity__c": "S9"}),
            part("good", "POST", "/sobjects/Case", {}),
            part("lost", "GET", "/sobjects/Case/@{bad.id}"),
        )
    )
    assert answer["bad"]["body"][0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert answer["good"]["httpStatusCode"] == 201
    assert answer["lost"]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert len(sf.org.all("Case")) == 1


def test_all_or_none_leaves_nothing_behind(sf):
    answer = parts_of(
        composite(
            sf,
            part("good", "POST", "/sobjects/Account", {"Name": "Acme"}),
            part("bad", "POST", "/sobjects/Account", {}),
            part("later", "POST", "/sobjects/Account", {"Name": "Later"}),
            all_or_none=True,
        )
    )
    codes = [one["body"][0]["errorCode"] for one in answer.values()]
    assert codes == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]
    assert sf.org.all("Account") == []


def test_a_condition_travels_in_the_headers_of_a_part(sf):
    case_id = sf.org.insert("Case", {})
    sf.clock.advance(1)
    sf.org.update("Case", case_id, {"Subject": "newer"})
    headers = {"If-Unmodified-Since": "Fri, 20 Nov 2026 09:00:00 GMT"}
    patch = part("upd", "PATCH", f"/sobjects/Case/{case_id}", {"Subject": "older"}, **headers)
    assert parts_of(composite(sf, patch))["upd"]["httpStatusCode"] == 412


def test_a_composite_has_25_parts_and_5_queries_at_most(sf):
    many = [part(f"p{n}", "GET", "/sobjects/Account") for n in range(26)]
    assert composite(sf, *many).status_code == 400
    queries = [part(f"q{n}", "GET", "/query/?q=SELECT+Id+FROM+Case") for n in range(6)]
    assert composite(sf, *queries).status_code == 400
    assert composite(sf, *queries[:5]).status_code == 200


def test_a_composite_counts_once_and_each_part_of_a_batch(sf):
    sf.app.calls.clear()
    used = sf.org.calls_used
    queries = [part(f"q{n}", "GET", "/query/?q=SELECT+Id+FROM+Case") for n in range(5)]
    composite(sf, *queries)
    assert sf.app.calls.counted == 1
    batch = [{"method": "GET", "url": "v67.0/limits"} for _ in range(3)]
    answer = sf.call("POST", "/composite/batch", json={"batchRequests": batch}).json()
    assert [one["statusCode"] for one in answer["results"]] == [200, 200, 200]
    assert sf.app.calls.counted == 4
    assert sf.org.calls_used == used + 4


def test_every_answer_says_how_much_of_the_quota_is_used(sf):
    sf.org.daily_limit, sf.org.calls_used = 20, 17
    assert sf.call("GET", "/limits").headers["Sforce-Limit-Info"] == "api-usage=18/20"
    sf.org.calls_used = 20
    assert sf.error("GET", "/limits") == (
        403,
        "REQUEST_LIMIT_EXCEEDED",
        "TotalRequests Limit exceeded.",
    )


def records(*pairs):
    return [{"attributes": {"type": kind}, **fields} for kind, fields in pairs]


def test_a_collection_has_an_outcome_for_every_record(sf):
    body = {"records": records(("Account", {"Name": "a"}), ("Account", {}), ("Case", {}))}
    outcomes = sf.call("POST", "/composite/sobjects", json=body).json()
    assert [one["success"] for one in outcomes] == [True, False, True]
    assert outcomes[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert "errorCode" not in outcomes[1]["errors"][0]


def test_a_collection_may_be_all_or_none(sf):
    body = {
        "allOrNone": True,
        "records": records(("Account", {"Name": "a"}), ("Account", {})),
    }
    outcomes = sf.call("POST", "/composite/sobjects", json=body).json()
    codes = [one["errors"][0]["statusCode"] for one in outcomes]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]
    assert sf.org.all("Account") == []


def test_a_collection_updates_upserts_reads_and_deletes(sf):
    one, two = (sf.org.insert("Case", {"Jira_Key__c": f"A-{n}"}) for n in (1, 2))
    update = {"records": records(("Case", {"id": one, "Subject": "u"}))}
    assert sf.call("PATCH", "/composite/sobjects", json=update).json()[0]["success"]
    upsert = {
        "records": records(
            ("Case", {"Jira_Key__c": "A-2", "Subject": "v"}), ("Case", {"Jira_Key__c": "A-3"})
        )
    }
    outcomes = sf.call("PATCH", "/composite/sobjects/Case/Jira_Key__c", json=upsert).json()
    assert [outcome["created"] for outcome in outcomes] == [False, True]
    wanted = {"ids": [one, two, "5005g0000000099"], "fields": ["Subject"]}
    found = sf.call("POST", "/composite/sobjects/Case", json=wanted).json()
    assert [row and row["Subject"] for row in found] == ["u", "v", None]
    gone = sf.call("DELETE", f"/composite/sobjects?ids={one},{two}").json()
    assert [outcome["success"] for outcome in gone] == [True, True]


def test_a_collection_has_200_records_and_10_changes_of_object_at_most(sf):
    many = {"records": records(*[("Case", {})] * 201)}
    assert sf.error("POST", "/composite/sobjects", json=many)[0] == 400
    mixed = {"records": records(*[("Case", {}), ("Account", {"Name": "a"})] * 6)}
    assert sf.error("POST", "/composite/sobjects", json=mixed)[0] == 400
    assert sf.org.all("Case") == []


def test_a_tree_makes_parents_and_children_together(sf):
    def named(name, **fields):
        return {"attributes": {"type": "x", "referenceId": name}, **fields}

    contacts = {"records": [named("c1", LastName="One"), named("c2", LastName="Two")]}
    body = {"records": [named("a", Name="Acme", Contacts=contacts)]}
    answer = sf.call("POST", "/composite/tree/Account", json=body)
    assert answer.status_code == 201
    assert [one["referenceId"] for one in answer.json()["results"]] == ["a", "c1", "c2"]
    account = sf.org.all("Account")[0]["Id"]
    assert {contact["AccountId"] for contact in sf.org.all("Contact")} == {account}


def multipart(data, **fields):
    return {
        "entity_content": (None, json.dumps(fields), "application/json"),
        "VersionData": ("upload.bin", data, "application/octet-stream"),
    }


def test_a_file_makes_a_document_and_links(sf):
    case_id = sf.org.insert("Case", {})
    data = bytes(range(256)) * 1_000
    fields = {"PathOnClient": "log.TXT", "FirstPublishLocationId": case_id}
    answer = sf.call("POST", "/sobjects/ContentVersion/", files=multipart(data, **fields))
    assert answer.status_code == 201
    version = sf.org.get("ContentVersion", answer.json()["id"])
    assert (version["Title"], version["FileExtension"]) == ("log", "txt")
    assert version["ContentSize"] == 256_000
    link = sf.rows(
        "SELECT ContentDocument.LatestPublishedVersionId FROM ContentDocumentLink "
        f"WHERE LinkedEntityId = '{case_id}'"
    )[0]
    assert link["ContentDocument"]["LatestPublishedVersionId"] == version["Id"]
    path = f"/sobjects/ContentVersion/{version['Id']}/VersionData"
    assert sf.call("GET", path).content == data
    inside = parts_of(composite(sf, part("blob", "GET", path)))["blob"]
    assert inside["httpStatusCode"] == 400


def test_a_new_version_replaces_the_latest(sf):
    case_id = sf.org.insert("Case", {})
    first = sf.org.get("ContentVersion", sf.org.upload(case_id, "a.txt", b"one"))
    document = first["ContentDocumentId"]
    fields = {"PathOnClient": "a.txt", "ContentDocumentId": document}
    second = sf.call("POST", "/sobjects/ContentVersion/", files=multipart(b"two!", **fields))
    second_id = second.json()["id"]
    rows = sf.rows(
        f"SELECT Id, IsLatest, VersionNumber FROM ContentVersion "
        f"WHERE ContentDocumentId = '{document}' ORDER BY Id"
    )
    assert [(row["IsLatest"], row["VersionNumber"]) for row in rows] == [(False, "1"), (True, "2")]
    assert sf.org.get("ContentDocument", document)["LatestPublishedVersionId"] == second_id
    assert sf.org.get("ContentDocument", document)["ContentSize"] == 4


def test_a_document_is_linked_to_a_record_only_once(sf):
    case_id = sf.org.insert("Case", {})
    version = sf.org.get("ContentVersion", sf.org.upload(case_id, "a.txt", b"x"))
    link = {"ContentDocumentId": version["ContentDocumentId"], "LinkedEntityId": case_id}
    assert sf.error("POST", "/sobjects/ContentDocumentLink/", json=link)[1] == "DUPLICATE_VALUE"


def test_deleting_a_document_removes_versions_and_links(sf):
    case_id = sf.org.insert("Case", {})
    version = sf.org.get("ContentVersion", sf.org.upload(case_id, "a.txt", b"x"))
    sf.call("DELETE", f"/sobjects/ContentDocument/{version['ContentDocumentId']}")
    assert sf.ids("SELECT Id FROM ContentVersion") == []
    assert sf.ids("SELECT Id FROM ContentDocumentLink") == []


def test_an_old_attachment_has_its_bytes_under_body(sf):
    fields = {"ParentId": sf.org.insert("Case", {}), "Name": "a.txt", "Body": "aGVsbG8="}
    attachment = sf.call("POST", "/sobjects/Attachment/", json=fields).json()["id"]
    assert sf.org.get("Attachment", attachment)["BodyLength"] == 5
    assert sf.call("GET", f"/sobjects/Attachment/{attachment}/Body").content == b"hello"


def test_sosl_finds_words_anywhere_in_a_record(sf):
    case_id = sf.org.insert("Case", {"Subject": "Printer on fire", "Description": "third floor"})
    sf.org.insert("Case", {"Subject": "Printer offline"})
    sosl = "FIND {print* floor} IN ALL FIELDS RETURNING Case(Id)"
    found = sf.get("/search/", params={"q": sosl})["searchRecords"]
    assert [record["Id"] for record in found] == [case_id]
    assert found[0]["attributes"]["type"] == "Case"


def test_sosl_refuses_one_character_and_characters_with_a_meaning(sf):
    for term in ("a", "a-b", "(x"):
        params = {"q": f"FIND {{{term}}} RETURNING Case(Id)"}
        assert sf.error("GET", "/search/", params=params)[1] == "MALFORMED_SEARCH"


def test_a_plain_search_takes_any_text(sf):
    case_id = sf.org.insert("Case", {"Subject": "Error (500) in C++"})
    body = {
        "q": "error (500)",
        "sobjects": [{"name": "Case", "fields": ["Id", "Subject"], "where": "IsClosed = false"}],
    }
    found = sf.call("POST", "/parameterizedSearch", json=body).json()["searchRecords"]
    assert [record["Id"] for record in found] == [case_id]
    params = {"q": "error", "sobject": "Case", "Case.fields": "Id", "Case.limit": "1"}
    assert len(sf.get("/parameterizedSearch", params=params)["searchRecords"]) == 1


def test_a_case_number_is_found_without_its_zeros(sf):
    case_id = sf.org.insert("Case", {})
    number = sf.org.get("Case", case_id)["CaseNumber"].lstrip("0")
    body = {"q": number, "sobjects": [{"name": "Case"}]}
    found = sf.call("POST", "/parameterizedSearch", json=body).json()["searchRecords"]
    assert [record["Id"] for record in found] == [case_id]


def test_describe_says_what_a_field_is(sf):
    case = sf.get("/sobjects/Case/describe")
    fields = {field["name"]: field for field in case["fields"]}
    assert fields["CaseNumber"]["nameField"] is True
    assert fields["CaseNumber"]["createable"] is False
    assert fields["OwnerId"]["referenceTo"] == ["User", "Group"]
    assert fields["Resolution__c"]["htmlFormatted"] is True
    assert fields["Score__c"]["calculated"] is True
    component = {v["value"]: v for v in fields["Component__c"]["picklistValues"]}
    assert fields["Component__c"]["controllerName"] == "Product_Line__c"
    assert component["Antenna"]["validFor"] == "gA=="
    assert component["Old fan"]["active"] is False
    children = {
        child["relationshipName"]: child["childSObject"] for child in case["childRelationships"]
    }
    assert children["CaseComments"] == "CaseComment"
    assert children["Histories"] == "CaseHistory"
    assert children["Feeds"] == "CaseFeed"


def test_an_unchanged_description_is_not_sent_again(sf):
    first = sf.call("GET", "/sobjects/Case/describe")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert sf.call("GET", "/sobjects/Case/describe", headers=since).status_code == 304
    sf.clock.advance(1)
    sf.org.hide_field("Case", "Steps__c")
    again = sf.call("GET", "/sobjects/Case/describe", headers=since)
    assert "Steps__c" not in {field["name"] for field in again.json()["fields"]}


def test_the_global_describe_lists_what_the_user_sees(sf):
    names = {entry["name"]: entry for entry in sf.get("/sobjects/")["sobjects"]}
    assert names["Project__c"]["custom"] is True
    assert names["Project__c"]["keyPrefix"] == "a0X"
    assert (names["CaseComment"]["layoutable"], names["Case"]["feedEnabled"]) == (False, True)
    sf.org.permissions.hidden_objects.add("Quote")
    assert "Quote" not in {entry["name"] for entry in sf.get("/sobjects/")["sobjects"]}
    assert sf.error("GET", "/sobjects/Quote/describe")[:2] == (404, "NOT_FOUND")


def test_dependent_values_name_the_places_of_those_that_control_them(sf):
    path = "/ui-api/object-info/Case/picklist-values/012000000000000AAA/Component__c"
    values = sf.get(path)
    assert values["controllerValues"] == {"Routers": 0, "Switches": 1}
    assert {v["value"]: v["validFor"] for v in values["values"]} == {
        "Antenna": [0],
        "Power supply": [0, 1],
        "Port module": [1],
    }


def test_salesforce_trap_16_maintenance_answers_with_a_page(sf):
    sf.org.maintenance = True
    answer = sf.call("GET", "/limits")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("text/html")


def test_the_clock_of_the_answers_is_the_orgs(sf):
    assert sf.call("GET", "/limits").headers["Date"] == "Fri, 20 Nov 2026 09:00:00 GMT"


def test_an_edition_without_api_says_so(sf):
    sf.org.permissions.api_enabled = False
    assert sf.error("GET", "/limits")[:2] == (403, "API_DISABLED_FOR_ORG")


def test_the_log_holds_calls_with_status_and_cost(sf):
    sf.app.calls.clear()
    sf.call("GET", "/sobjects/Nothing/describe")
    requests.get(f"{ORIGIN}/services/data/", timeout=5)
    kept = [(record.method, record.status, record.counted) for record in sf.app.calls]
    assert kept == [("GET", 404, 1), ("GET", 200, 0)]
    assert (sf.app.count(), sf.app.calls.counted) == (2, 1)
