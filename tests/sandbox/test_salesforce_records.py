"""Creating, changing and deleting records of the sandbox's Salesforce one by one."""

import pytest

from sandbox.salesforce import PicklistValue, RecordType
from sandbox.salesforce.ids import with_checksum
from sandbox.salesforce.standard import fields as field_kinds

from .salesforce_calls import an_org


@pytest.fixture
def sf():
    with an_org() as caller:
        yield caller


def create(sf, sobject, **fields):
    answer = sf.call("POST", f"/sobjects/{sobject}/", json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.mark.parametrize(
    ("short", "suffix"),
    [("001D000000IqhSL", "IAZ"), ("005D0000001QX8W", "IAW"), ("00D50000000IZ3Z", "EAW")],
)
def test_the_last_three_characters_of_an_id_stand_for_its_case(short, suffix):
    assert with_checksum(short) == short + suffix


def test_a_new_record_has_defaults_a_number_an_owner_and_times(sf):
    case = sf.get(f"/sobjects/Case/{create(sf, 'Case', Subject='Broken')}")
    assert (case["Status"], case["Priority"], case["IsClosed"]) == ("New", "Medium", False)
    assert case["CaseNumber"].isdigit()
    assert case["OwnerId"] == case["CreatedById"] == sf.org.integration_user_id
    assert case["SystemModstamp"] == case["CreatedDate"] == "2026-11-20T09:00:00.000+0000"


def test_a_record_made_by_a_person_is_not_the_integrations(sf):
    case_id = sf.org.insert("Case", {"Subject": "By hand"})
    created_by = sf.get(f"/sobjects/Case/{case_id}?fields=CreatedById")["CreatedById"]
    assert created_by == sf.org.human_user_id != sf.org.integration_user_id


def test_every_update_moves_both_times_even_one_that_changes_nothing(sf):
    case_id = create(sf, "Case", Subject="Same")
    sf.clock.advance(60)
    assert sf.call("PATCH", f"/sobjects/Case/{case_id}", json={"Subject": "Same"}).text == ""
    case = sf.org.get("Case", case_id)
    assert case["SystemModstamp"] == case["LastModifiedDate"] == "2026-11-20T09:01:00.000+0000"
    assert case["CreatedDate"] == "2026-11-20T09:00:00.000+0000"


def test_null_clears_a_field(sf):
    case_id = create(sf, "Case", Subject="Gone soon")
    sf.call("PATCH", f"/sobjects/Case/{case_id}", json={"Subject": None})
    assert sf.org.get("Case", case_id)["Subject"] is None


@pytest.mark.parametrize(
    ("sobject", "fields", "code", "at"),
    [
        ("Account", {}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ("Opportunity", {"Name": "x"}, "REQUIRED_FIELD_MISSING", ["StageName", "CloseDate"]),
        ("Case", {"Severity__c": "S9"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["Severity__c"]),
        ("Case", {"Component__c": "Old fan"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", None),
        ("Case", {"Subject": "x" * 256}, "STRING_TOO_LONG", ["Subject"]),
        ("Case", {"Reporter_Mail__c": "nobody"}, "INVALID_EMAIL_ADDRESS", ["Reporter_Mail__c"]),
        ("Case", {"Effort_Hours__c": 12345678}, "NUMBER_OUTSIDE_VALID_RANGE", ["Effort_Hours__c"]),
        ("Case", {"Effort_Hours__c": "many"}, "JSON_PARSER_ERROR", None),
        ("Case", {"Warranty__c": None}, "JSON_PARSER_ERROR", None),
        ("Case", {"Due_Date__c": "21.11.2026"}, "JSON_PARSER_ERROR", None),
        ("Case", {"Subject": ["a"]}, "JSON_PARSER_ERROR", None),
        ("Case", {"Subject": 5}, "JSON_PARSER_ERROR", None),
        ("Case", {"Next_Visit__c": "2026-11-20T09:00:00"}, "JSON_PARSER_ERROR", None),
        ("Case", {"Nothing__c": 1}, "INVALID_FIELD", None),
        ("Case", {"IsClosed": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsClosed"]),
        ("Case", {"Score__c": 1}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Score__c"]),
        ("Case", {"AccountId": "001"}, "MALFORMED_ID", None),
        ("Case", {"AccountId": "0015g0000000099"}, "INVALID_CROSS_REFERENCE_KEY", ["AccountId"]),
        ("Case", {"AccountId": "0035g0000000001"}, "FIELD_INTEGRITY_EXCEPTION", ["AccountId"]),
        ("Account", {"Name": "x", "BillingAddress": {}}, "INVALID_FIELD_FOR_INSERT_UPDATE", None),
    ],
)
def test_a_value_that_does_not_fit_is_refused(sf, sobject, fields, code, at):
    answer = sf.call("POST", f"/sobjects/{sobject}/", json=fields)
    error = answer.json()[0]
    assert (answer.status_code, error["errorCode"]) == (400, code)
    assert at is None or error["fields"] == at
    assert sf.org.all(sobject) == []


def test_an_unrestricted_picklist_takes_what_it_does_not_know(sf):
    case_id = create(sf, "Case", Origin="Carrier pigeon")
    assert sf.org.get("Case", case_id)["Origin"] == "Carrier pigeon"


def test_salesforce_trap_8_values_are_written_by_api_name_and_shown_by_label(sf):
    sf.org.set_picklist("Case", "Severity__c", [PicklistValue("S1", "Schwer")])
    case_id = create(sf, "Case", Severity__c="S1")
    row = sf.rows(f"SELECT toLabel(Severity__c) FROM Case WHERE Id = '{case_id}'")[0]
    assert row["Severity__c"] == "Schwer"
    status, code, _ = sf.error("POST", "/sobjects/Case/", json={"Severity__c": "Schwer"})
    assert (status, code) == (400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")


def test_salesforce_trap_13_a_case_comment_is_limited_in_bytes(sf):
    case_id = create(sf, "Case")
    create(sf, "CaseComment", ParentId=case_id, CommentBody="x" * 4_000)
    comment = {"ParentId": case_id, "CommentBody": "\u00e9" * 2_001}
    assert sf.error("POST", "/sobjects/CaseComment/", json=comment)[1] == "STRING_TOO_LONG"


def test_only_is_published_of_a_case_comment_can_be_changed_without_modify_all(sf):
    case_id = create(sf, "Case")
    comment = create(sf, "CaseComment", ParentId=case_id, CommentBody="first")
    path = f"/sobjects/CaseComment/{comment}"
    assert sf.call("PATCH", path, json={"IsPublished": True}).status_code == 204
    code = sf.error("PATCH", path, json={"CommentBody": "second"})[1]
    assert code == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert sf.error("DELETE", path)[0] == 403
    sf.org.permissions.modify_all = True
    assert sf.call("PATCH", path, json={"CommentBody": "second"}).status_code == 204
    assert sf.call("DELETE", path).status_code == 204


def test_a_case_comment_shows_up_in_the_feed_too(sf):
    case_id = create(sf, "Case")
    create(sf, "CaseComment", ParentId=case_id, CommentBody="twice")
    posts = sf.rows(f"SELECT Type, Body FROM CaseFeed WHERE ParentId = '{case_id}'")
    assert posts == [{"Type": "CaseCommentPost", "Body": "twice"}]


def test_comments_posts_and_files_do_not_touch_the_record(sf):
    case_id = create(sf, "Case")
    sf.clock.advance(60)
    create(sf, "CaseComment", ParentId=case_id, CommentBody="x")
    create(sf, "FeedItem", ParentId=case_id, Body="x")
    sf.org.upload(case_id, "a.txt", b"a")
    assert sf.org.get("Case", case_id)["SystemModstamp"] == "2026-11-20T09:00:00.000+0000"


def test_the_comments_field_writes_a_comment_with_the_change(sf):
    case_id = create(sf, "Case")
    sf.call("PATCH", f"/sobjects/Case/{case_id}", json={"Status": "Closed", "Comments": "done"})
    assert [row["CommentBody"] for row in sf.org.all("CaseComment")] == ["done"]
    assert sf.org.get("Case", case_id)["Comments"] is None


def test_closing_and_reopening_a_case_moves_its_derived_fields(sf):
    case_id = create(sf, "Case")
    sf.call("PATCH", f"/sobjects/Case/{case_id}", json={"Status": "Closed"})
    closed = sf.org.get("Case", case_id)
    assert (closed["IsClosed"], closed["ClosedDate"]) == (True, "2026-11-20T09:00:00.000+0000")
    sf.call("PATCH", f"/sobjects/Case/{case_id}", json={"Status": "New"})
    opened = sf.org.get("Case", case_id)
    assert (opened["IsClosed"], opened["ClosedDate"]) == (False, None)


def test_a_tracked_field_leaves_history(sf):
    case_id = create(sf, "Case")
    sf.call("PATCH", f"/sobjects/Case/{case_id}", json={"Status": "Working"})
    soql = f"SELECT Field, OldValue, NewValue FROM CaseHistory WHERE CaseId = '{case_id}'"
    assert sf.rows(soql) == [{"Field": "Status", "OldValue": "New", "NewValue": "Working"}]


def test_a_formula_follows_the_parent_without_any_time_moving(sf):
    account = create(sf, "Account", Name="Acme", Industry="Energy")
    case_id = create(sf, "Case", AccountId=account)
    sf.clock.advance(60)
    sf.call("PATCH", f"/sobjects/Account/{account}", json={"Industry": "Retail"})
    row = sf.rows("SELECT Account_Industry__c, SystemModstamp FROM Case")[0]
    expected = {"Account_Industry__c": "Retail", "SystemModstamp": "2026-11-20T09:00:00.000+0000"}
    assert row == expected
    assert sf.org.get("Case", case_id)["Account_Industry__c"] == "Retail"


def test_a_validation_rule_speaks_in_the_admins_words(sf):
    def reason_given(row, old):
        return "Close reason is mandatory" if row["IsClosed"] and not row["Reason"] else None

    sf.org.add_validation_rule("Case", reason_given, ("Reason",))
    path = f"/sobjects/Case/{create(sf, 'Case')}"
    answer = sf.call("PATCH", path, json={"Status": "Closed"})
    assert answer.json() == [
        {
            "message": "Close reason is mandatory",
            "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "fields": ["Reason"],
        }
    ]
    body = {"Status": "Closed", "Reason": "Other"}
    assert sf.call("PATCH", path, json=body).status_code == 204


def test_salesforce_trap_6_the_assignment_rule_runs_unless_it_is_told_not_to(sf):
    sf.org.assignment_rules["Case"] = sf.org.support_queue_id
    quiet = {"Sforce-Auto-Assign": "FALSE"}
    case_id = sf.call("POST", "/sobjects/Case/", json={}, headers=quiet).json()["id"]
    sf.call("PATCH", f"/sobjects/Case/{case_id}", json={"Subject": "a"}, headers=quiet)
    assert sf.org.get("Case", case_id)["OwnerId"] == sf.org.integration_user_id
    sf.call("PATCH", f"/sobjects/Case/{case_id}", json={"Subject": "b"})
    assert sf.org.get("Case", case_id)["OwnerId"] == sf.org.support_queue_id


def test_upsert_creates_first_and_updates_then(sf):
    path = "/sobjects/Case/Jira_Key__c/ABC-1"
    first = sf.call("PATCH", path, json={"Subject": "a"})
    assert (first.status_code, first.json()["created"]) == (201, True)
    second = sf.call("PATCH", path, json={"Subject": "b"})
    assert (second.status_code, second.json()["created"]) == (200, False)
    assert [case["Subject"] for case in sf.org.all("Case")] == ["b"]
    assert sf.get(path)["Subject"] == "b"


def test_an_external_id_that_several_records_share_is_ambiguous(sf):
    sf.org.add_field("Case", field_kinds.text("Loose__c", 40, external_id=True, id_lookup=True))
    ids = [create(sf, "Case", Loose__c="x") for _ in range(2)]
    answer = sf.call("PATCH", "/sobjects/Case/Loose__c/x", json={"Subject": "a"})
    assert answer.status_code == 300
    assert [url.rpartition("/")[2] for url in answer.json()] == ids


def test_a_unique_value_names_the_record_that_has_it(sf):
    case_id = create(sf, "Case", Jira_Key__c="ABC-1")
    status, code, message = sf.error("POST", "/sobjects/Case/", json={"Jira_Key__c": "ABC-1"})
    assert (status, code) == (400, "DUPLICATE_VALUE")
    assert case_id in message


def test_a_lookup_may_be_set_by_an_external_id(sf):
    account = create(sf, "Account", Name="Acme", ERP_Number__c="A-1")
    case_id = create(sf, "Case", Account={"ERP_Number__c": "A-1"})
    assert sf.org.get("Case", case_id)["AccountId"] == account


def test_clients_without_patch_may_say_so(sf):
    case_id = create(sf, "Case")
    answer = sf.call("POST", f"/sobjects/Case/{case_id}?_HTTP_METHOD=PATCH", json={"Subject": "a"})
    assert answer.status_code == 204
    assert sf.org.get("Case", case_id)["Subject"] == "a"


def test_a_record_changed_meanwhile_fails_the_condition(sf):
    case_id = create(sf, "Case")
    seen = {"If-Unmodified-Since": "Fri, 20 Nov 2026 09:00:00 GMT"}
    path = f"/sobjects/Case/{case_id}"
    assert sf.call("PATCH", path, json={"Subject": "a"}, headers=seen).status_code == 204
    sf.clock.advance(1)
    sf.org.update("Case", case_id, {"Subject": "b"})
    assert sf.error("PATCH", path, json={"Subject": "c"}, headers=seen)[0] == 412
    wrong = {"If-Unmodified-Since": "yesterday"}
    assert sf.error("PATCH", path, json={"Subject": "c"}, headers=wrong)[0] == 400


def test_unknown_deleted_and_invisible_records_differ(sf):
    gone, hidden = create(sf, "Case"), create(sf, "Case")
    sf.call("DELETE", f"/sobjects/Case/{gone}")
    sf.org.permissions.hidden_records.add(hidden)
    assert sf.error("GET", f"/sobjects/Case/{gone}")[:2] == (404, "ENTITY_IS_DELETED")
    assert sf.error("DELETE", f"/sobjects/Case/{gone}")[:2] == (404, "ENTITY_IS_DELETED")
    assert sf.error("GET", f"/sobjects/Case/{hidden}")[:2] == (404, "NOT_FOUND")
    assert sf.error("GET", "/sobjects/Case/5005g0000000099")[:2] == (404, "NOT_FOUND")
    assert sf.ids("SELECT Id FROM Case") == []


def test_a_deleted_case_takes_its_comments_along(sf):
    case_id = create(sf, "Case")
    create(sf, "CaseComment", ParentId=case_id, CommentBody="x")
    sf.call("DELETE", f"/sobjects/Case/{case_id}")
    assert sf.ids("SELECT Id FROM CaseComment") == []


def test_an_account_with_cases_can_not_be_deleted(sf):
    account = create(sf, "Account", Name="Acme")
    create(sf, "Case", AccountId=account)
    assert sf.error("DELETE", f"/sobjects/Account/{account}")[:2] == (400, "DELETE_FAILED")


def test_salesforce_trap_22_a_merge_deletes_the_loser_and_names_its_master(sf):
    master, loser = create(sf, "Case"), create(sf, "Case")
    create(sf, "CaseComment", ParentId=loser, CommentBody="x")
    sf.org.merge("Case", master, loser)
    soql = f"SELECT IsDeleted, MasterRecordId FROM Case WHERE Id = '{loser}'"
    row = sf.get("/queryAll/", params={"q": soql})["records"][0]
    assert (row["IsDeleted"], row["MasterRecordId"]) == (True, master)
    assert sf.rows("SELECT ParentId FROM CaseComment") == [{"ParentId": master}]


def test_what_changed_lately_and_what_was_deleted(sf):
    kept, gone = create(sf, "Case"), create(sf, "Case")
    sf.clock.advance(120)
    sf.call("DELETE", f"/sobjects/Case/{gone}")
    window = "start=2026-11-20T08:00:00%2B00:00&end=2026-11-20T10:00:00%2B00:00"
    assert sf.get(f"/sobjects/Case/updated/?{window}")["ids"] == [kept]
    deleted = sf.get(f"/sobjects/Case/deleted/?{window}")["deletedRecords"]
    assert deleted == [{"id": gone, "deletedDate": "2026-11-20T09:02:00.000+0000"}]


def test_activation_takes_the_status_alone(sf):
    account = create(sf, "Account", Name="Acme")
    contract = create(sf, "Contract", AccountId=account)
    path = f"/sobjects/Contract/{contract}"
    both = {"Status": "Activated", "Description": "x"}
    assert sf.error("PATCH", path, json=both)[1] == "FIELD_INTEGRITY_EXCEPTION"
    assert sf.call("PATCH", path, json={"Status": "Activated"}).status_code == 204
    assert sf.error("PATCH", path, json={"Status": "Draft"})[1] == "FIELD_INTEGRITY_EXCEPTION"
    assert sf.error("DELETE", path)[1] == "DELETE_FAILED"


def test_the_products_of_an_opportunity_make_its_amount(sf):
    deal = create(
        sf, "Opportunity", Name="Rollout", StageName="Prospecting", CloseDate="2026-12-31"
    )
    product = create(sf, "Product2", Name="Router")
    item = {"OpportunityId": deal, "Product2Id": product, "Quantity": 2, "UnitPrice": 100}
    create(sf, "OpportunityLineItem", **item)
    assert sf.org.get("Opportunity", deal)["Amount"] == 200
    assert sf.rows("SELECT Name FROM OpportunityLineItem") == [{"Name": "Rollout Router"}]


def test_a_won_opportunity_follows_its_stage(sf):
    deal = create(sf, "Opportunity", Name="x", StageName="Prospecting", CloseDate="2026-12-31")
    sf.call("PATCH", f"/sobjects/Opportunity/{deal}", json={"StageName": "Closed Won"})
    row = sf.org.get("Opportunity", deal)
    assert (row["IsClosed"], row["IsWon"], row["Probability"]) == (True, True, 100.0)


def test_a_post_needs_a_feed_a_body_and_a_type_people_may_write(sf):
    case_id = create(sf, "Case")
    quote_deal = create(sf, "Opportunity", Name="x", StageName="a", CloseDate="2026-12-31")
    quote = create(sf, "Quote", Name="q", OpportunityId=quote_deal)
    path = "/sobjects/FeedItem/"
    assert sf.error("POST", path, json={"ParentId": case_id})[1] == "REQUIRED_FIELD_MISSING"
    tracked = {"ParentId": case_id, "Type": "TrackedChange"}
    assert sf.error("POST", path, json=tracked)[1] == "FIELD_INTEGRITY_EXCEPTION"
    on_quote = {"ParentId": quote, "Body": "x"}
    assert sf.error("POST", path, json=on_quote)[1] == "FIELD_INTEGRITY_EXCEPTION"
    sf.org.set_feed("Case", False)
    off = {"ParentId": case_id, "Body": "x"}
    assert sf.error("POST", path, json=off)[1] == "FIELD_INTEGRITY_EXCEPTION"
    assert sf.query_error("SELECT Id FROM CaseFeed")[1] == "INVALID_TYPE"


def test_replies_are_counted_and_go_with_their_post(sf):
    post = create(sf, "FeedItem", ParentId=create(sf, "Case"), Body="question")
    create(sf, "FeedComment", FeedItemId=post, CommentBody="answer")
    soql = "SELECT CommentCount, (SELECT CommentBody FROM FeedComments) FROM CaseFeed"
    row = sf.rows(soql)[0]
    assert row["CommentCount"] == 1
    assert row["FeedComments"]["records"][0]["CommentBody"] == "answer"
    sf.call("DELETE", f"/sobjects/FeedItem/{post}")
    assert sf.ids("SELECT Id FROM FeedComment") == []
    assert sf.get("/queryAll/", params={"q": "SELECT Id FROM FeedItem"})["records"] == []


def test_other_peoples_posts_can_not_be_changed(sf):
    post = sf.org.insert("FeedItem", {"ParentId": create(sf, "Case"), "Body": "mine"})
    assert sf.error("PATCH", f"/sobjects/FeedItem/{post}", json={"Body": "x"})[0] == 403
    assert sf.error("DELETE", f"/sobjects/FeedItem/{post}")[0] == 403


def test_a_field_that_may_only_be_read_is_refused(sf):
    sf.org.make_read_only("Case", "Subject")
    code = sf.error("POST", "/sobjects/Case/", json={"Subject": "a"})[1]
    assert code == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_salesforce_trap_23_a_new_record_gets_the_default_record_type(sf):

    kind = RecordType("012000000000001AAA", "Repair", "Repair", True, {"Status": ("New",)})
    sf.org.set_record_types("Case", [kind])
    case_id = create(sf, "Case")
    assert sf.org.get("Case", case_id)["RecordTypeId"] == kind.id
    path = f"/ui-api/object-info/Case/picklist-values/{kind.id}/Status"
    assert [value["value"] for value in sf.get(path)["values"]] == ["New"]
    infos = sf.get("/sobjects/Case/describe")["recordTypeInfos"]
    assert [info["developerName"] for info in infos] == ["Repair", "Master"]


def test_salesforce_trap_11_an_all_day_event_is_a_day_and_utc_midnight(sf):
    event = create(sf, "Event", Subject="Fair", IsAllDayEvent=True, ActivityDate="2026-12-01")
    row = sf.org.get("Event", event)
    assert row["ActivityDate"] == "2026-12-01"
    assert row["StartDateTime"] == "2026-12-01T00:00:00.000+0000"
    assert sf.error("POST", "/sobjects/Event/", json={})[1] == "REQUIRED_FIELD_MISSING"


def test_malformed_requests(sf):
    headers = {"Content-Type": "application/json"}
    broken = sf.error("POST", "/sobjects/Case/", data="{", headers=headers)
    assert broken[:2] == (400, "JSON_PARSER_ERROR")
    form = sf.error("POST", "/sobjects/Case/", data={"Subject": "x"})
    assert form[:2] == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert sf.error("PUT", "/sobjects/Case/")[:2] == (405, "METHOD_NOT_ALLOWED")
    assert sf.error("GET", "/nothing")[:2] == (404, "NOT_FOUND")


def test_an_admin_may_have_other_statuses(sf):
    sf.org.set_statuses("Case", {"Open": False, "Done": True})
    case_id = create(sf, "Case")
    assert sf.org.get("Case", case_id)["Status"] == "Open"
    sf.call("PATCH", f"/sobjects/Case/{case_id}", json={"Status": "Done"})
    assert sf.org.get("Case", case_id)["IsClosed"] is True
    assert sf.rows("SELECT ApiName, IsClosed FROM CaseStatus ORDER BY SortOrder") == [
        {"ApiName": "Open", "IsClosed": False},
        {"ApiName": "Done", "IsClosed": True},
    ]


def test_a_converted_lead_stays_as_it_is(sf):
    lead = create(sf, "Lead", LastName="Brandt", Company="Brandt & Sons")
    path = f"/sobjects/Lead/{lead}"
    by_status = {"Status": "Closed - Converted"}
    assert sf.error("PATCH", path, json=by_status)[1] == "FIELD_INTEGRITY_EXCEPTION"
    sf.org.convert_lead(lead)
    assert sf.get(path)["ConvertedAccountId"] == sf.org.all("Account")[0]["Id"]
    assert sf.error("PATCH", path, json={"Title": "x"})[1] == "CANNOT_UPDATE_CONVERTED_LEAD"


def test_a_post_can_be_read_through_the_feed_of_its_object(sf):
    post = create(sf, "FeedItem", ParentId=create(sf, "Case"), Body="hello")
    assert sf.get(f"/sobjects/CaseFeed/{post}?fields=Body")["Body"] == "hello"
    assert sf.error("DELETE", f"/sobjects/CaseFeed/{post}")[0] == 403


def test_salesforce_trap_17_an_org_that_moves_can_be_read_but_not_written(sf):
    case_id = create(sf, "Case")
    sf.org.read_only = True
    assert sf.call("GET", f"/sobjects/Case/{case_id}").status_code == 200
    assert sf.error("PATCH", f"/sobjects/Case/{case_id}", json={})[0] == 503


def test_a_record_that_another_transaction_holds_can_not_be_changed(sf):
    case_id = create(sf, "Case")
    sf.org.locked_records.add(case_id)
    status, code, message = sf.error("PATCH", f"/sobjects/Case/{case_id}", json={})
    assert (status, code) == (400, "UNABLE_TO_LOCK_ROW")
    assert case_id in message
