"""The SOQL that the sandbox's Salesforce understands, and how it refuses the rest."""

import pytest

from .salesforce_calls import an_org


@pytest.fixture
def sf():
    with an_org() as caller:
        yield caller


@pytest.fixture
def cases(sf):
    """Three cases ten seconds apart, of one account."""
    account = sf.org.insert("Account", {"Name": "Acme", "BillingCity": "Bonn"})
    subjects = ["Printer on fire", "Paper jam", "printer offline"]
    ids = []
    for place, subject in enumerate(subjects):
        fields = {"Subject": subject, "AccountId": account, "Effort_Hours__c": place}
        ids.append(sf.org.insert("Case", fields))
        sf.clock.advance(10)
    return ids


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Subject = 'PAPER JAM'", [1]),
        ("Subject != 'Paper jam'", [0, 2]),
        ("Subject LIKE 'printer%'", [0, 2]),
        ("Subject LIKE '%o_ f%'", [0]),
        ("NOT Subject LIKE '%printer%'", [1]),
        ("Subject IN ('Paper jam', 'nothing')", [1]),
        ("Subject NOT IN ('Paper jam')", [0, 2]),
        ("Effort_Hours__c >= 1", [1, 2]),
        ("Effort_Hours__c < 1.5 AND Subject LIKE 'p%'", [0, 1]),
        ("(Subject = 'Paper jam' OR Effort_Hours__c = 0) AND IsClosed = FALSE", [0, 1]),
        ("CreatedDate > 2026-11-20T09:00:05Z", [1, 2]),
        ("CreatedDate = 2026-11-20T10:00:10+01:00", [1]),
        ("CreatedDate = TODAY", [0, 1, 2]),
        ("CreatedDate < TODAY", []),
        ("CreatedDate = LAST_N_DAYS:3", [0, 1, 2]),
        ("Priority != null AND Reason = null", [0, 1, 2]),
        ("Account.Name = 'acme' AND Account.Owner.LastName = 'Miller'", [0, 1, 2]),
        ("Owner.Type = 'Group'", []),
        ("AccountId IN (SELECT Id FROM Account WHERE BillingCity = 'Bonn')", [0, 1, 2]),
        ("Id NOT IN (SELECT ParentId FROM CaseComment)", [0, 1, 2]),
    ],
)
def test_a_condition_finds_its_rows(sf, cases, where, expected):
    found = sf.ids(f"SELECT Id FROM Case WHERE {where} ORDER BY CreatedDate")
    assert found == [cases[place] for place in expected]


def test_fifteen_characters_of_an_id_are_enough(sf, cases):
    assert sf.ids(f"SELECT Id FROM Case WHERE Id = '{cases[0][:15]}'") == [cases[0]]


def test_multi_select_picklists_are_asked_with_includes(sf):
    both = sf.org.insert("Case", {"Affected_Areas__c": "Kitchen;Cellar"})
    one = sf.org.insert("Case", {"Affected_Areas__c": "Kitchen"})
    base = "SELECT Id FROM Case WHERE Affected_Areas__c"
    assert sf.ids(f"{base} INCLUDES ('Kitchen;Cellar', 'Garage')") == [both]
    assert sf.ids(f"{base} EXCLUDES ('Cellar')") == [one]


def test_escapes_in_strings_mean_what_the_language_says(sf):
    quoted = sf.org.insert("Case", {"Subject": "it's 100%\\"})
    base = "SELECT Id FROM Case WHERE Subject"
    assert sf.ids(base + r" = 'it\'s 100%\\'") == [quoted]
    assert sf.ids(base + r" LIKE '%100\%%'") == [quoted]
    assert sf.ids(base + r" LIKE '%10\_%'") == []
    status, code, _ = sf.query_error(base + r" = 'a\d'")
    assert (status, code) == (400, "MALFORMED_QUERY")


def test_parents_come_nested_with_their_type_and_a_missing_parent_is_null(sf, cases):
    row = sf.rows(
        "SELECT Account.Name, Account.BillingAddress, Contact.Name, Owner.Name, Owner.Type "
        f"FROM Case WHERE Id = '{cases[0]}'"
    )[0]
    assert row["Account"]["attributes"]["type"] == "Account"
    assert row["Account"]["BillingAddress"]["city"] == "Bonn"
    assert row["Contact"] is None
    assert row["Owner"]["attributes"]["type"] == "Name"
    assert (row["Owner"]["Name"], row["Owner"]["Type"]) == ("Grace Miller", "User")


def test_typeof_picks_fields_by_the_kind_of_owner(sf, cases):
    sf.org.update("Case", cases[1], {"OwnerId": sf.org.support_queue_id})
    rows = sf.rows(
        "SELECT TYPEOF Owner WHEN User THEN Email WHEN Group THEN DeveloperName END FROM Case "
        "ORDER BY CreatedDate"
    )
    assert rows[0]["Owner"]["Email"] == "grace.miller@acme.example"
    assert rows[1]["Owner"]["DeveloperName"] == "Support"


def test_children_come_as_an_answer_of_their_own_and_none_as_null(sf, cases):
    sf.org.insert("CaseComment", {"ParentId": cases[0], "CommentBody": "hi"})
    rows = sf.rows(
        "SELECT Id, (SELECT CommentBody FROM CaseComments) FROM Case ORDER BY CreatedDate"
    )
    assert rows[0]["CaseComments"]["records"][0]["CommentBody"] == "hi"
    assert rows[0]["CaseComments"]["done"] is True
    assert rows[1]["CaseComments"] is None


def test_children_have_pages_that_the_next_page_of_parents_ends(sf):
    sf.org.child_batch = 2
    for _ in range(201):
        sf.org.insert("Account", {"Name": "A"})
    account = sf.org.all("Account")[0]["Id"]
    for number in range(3):
        sf.org.insert("Contact", {"LastName": str(number), "AccountId": account})
    soql = "SELECT Id, (SELECT LastName FROM Contacts) FROM Account ORDER BY CreatedDate, Id"
    page = sf.query(soql, headers={"Sforce-Query-Options": "batchSize=200"})
    contacts = page["records"][0]["Contacts"]
    assert (contacts["totalSize"], contacts["done"]) == (3, False)
    assert [r["LastName"] for r in sf.get(contacts["nextRecordsUrl"])["records"]] == ["2"]
    sf.get(page["nextRecordsUrl"])
    assert sf.error("GET", contacts["nextRecordsUrl"])[1] == "INVALID_QUERY_LOCATOR"


def test_nulls_come_first_unless_asked_otherwise(sf):
    none = sf.org.insert("Case", {})
    some = sf.org.insert("Case", {"Subject": "b"})
    assert sf.ids("SELECT Id FROM Case ORDER BY Subject") == [none, some]
    assert sf.ids("SELECT Id FROM Case ORDER BY Subject DESC") == [none, some]
    assert sf.ids("SELECT Id FROM Case ORDER BY Subject ASC NULLS LAST") == [some, none]


def test_salesforce_trap_1_rows_of_one_second_come_in_the_order_of_their_ids(sf):
    ids = [sf.org.insert("Case", {"Subject": str(number)}) for number in range(5)]
    stamp = "2026-11-20T09:00:00Z"
    rest = sf.ids(
        f"SELECT Id FROM Case WHERE (SystemModstamp > {stamp} OR (SystemModstamp = {stamp} "
        f"AND Id > '{ids[1]}')) AND SystemModstamp <= {stamp} ORDER BY SystemModstamp, Id LIMIT 2"
    )
    assert rest == ids[2:4]


def test_salesforce_trap_2_a_row_committed_late_appears_below_a_cursor(sf, cases):
    cursor = "SELECT Id FROM Case WHERE SystemModstamp > 2026-11-20T09:00:20Z"
    late = sf.org.insert("Case", {"Subject": "late"})
    assert sf.ids(cursor) == [late]
    sf.org.set_stamp("Case", late, sf.clock.now().replace(second=1))
    assert sf.ids(cursor) == []


def test_counts_and_groups(sf, cases):
    assert sf.query("SELECT COUNT() FROM Case WHERE Subject LIKE 'p%'")["totalSize"] == 3
    rows = sf.rows("SELECT Status, COUNT(Id) total, MAX(CreatedDate) FROM Case GROUP BY Status")
    expected = {"Status": "New", "total": 3, "expr0": "2026-11-20T09:00:20.000+0000"}
    assert rows == [expected]


def test_fields_all_needs_a_small_limit(sf, cases):
    assert "Subject" in sf.rows("SELECT FIELDS(ALL) FROM Case LIMIT 1")[0]
    assert sf.query_error("SELECT FIELDS(ALL) FROM Case")[1] == "MALFORMED_QUERY"


def test_pages_end_by_done_and_next_records_url_alone(sf):
    for number in range(450):
        sf.org.insert("Case", {"Subject": str(number)})
    page = sf.query("SELECT Id FROM Case", headers={"Sforce-Query-Options": "batchSize=200"})
    sizes = [len(page["records"])]
    while not page["done"]:
        page = sf.get(page["nextRecordsUrl"])
        sizes.append(len(page["records"]))
    assert sizes == [200, 200, 50]
    assert page["totalSize"] == 450


def test_two_custom_long_texts_make_the_pages_small(sf):
    for _ in range(201):
        sf.org.insert("Case", {})
    page = sf.query("SELECT Id, Steps__c, Resolution__c FROM Case")
    assert (len(page["records"]), page["done"]) == (200, False)


def test_cursors_end_after_two_days_or_earlier(sf):
    sf.org.query_batch = 1
    sf.org.insert("Case", {})
    sf.org.insert("Case", {})
    expected = (400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    first = sf.query("SELECT Id FROM Case")["nextRecordsUrl"]
    sf.org.expire_locators()
    assert sf.error("GET", first) == expected
    second = sf.query("SELECT Id FROM Case")["nextRecordsUrl"]
    sf.clock.advance(2 * 24 * 3600 + 1)
    sf.log_in()
    assert sf.error("GET", second) == expected


def test_deleted_rows_are_found_by_query_all_only(sf, cases):
    sf.org.delete("Case", cases[0])
    soql = "SELECT Id FROM Case WHERE IsDeleted = true"
    assert sf.ids(soql) == []
    found = sf.get("/queryAll/", params={"q": soql})["records"]
    assert [row["Id"] for row in found] == [cases[0]]


def test_an_unknown_field_is_shown_where_it_stands(sf):
    status, code, message = sf.query_error("SELECT Id, Foo__c FROM Case")
    assert (status, code) == (400, "INVALID_FIELD")
    assert message.startswith(
        "\nSELECT Id, Foo__c FROM Case\n           ^\nERROR at Row:1:Column:12\n"
        "No such column 'Foo__c' on entity 'Case'."
    )


def test_salesforce_trap_7_a_hidden_field_is_an_unknown_one(sf, cases):
    sf.org.hide_field("Case", "Steps__c")
    assert "No such column 'Steps__c'" in sf.query_error("SELECT Steps__c FROM Case")[2]
    assert "Steps__c" not in sf.rows("SELECT FIELDS(CUSTOM) FROM Case LIMIT 1")[0]


@pytest.mark.parametrize(
    ("soql", "code", "part"),
    [
        ("SELECT Id FROM Nothing__c", "INVALID_TYPE", "'Nothing__c' is not supported"),
        ("SELECT Id FROM Case WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id FROM Case WHERE a = 1 AND b = 1 OR c = 1", "MALFORMED_QUERY", "'OR'"),
        ("SELECT Foo.Name FROM Case", "INVALID_FIELD", "Didn't understand relationship 'Foo'"),
        ("SELECT Id, id FROM Case", "INVALID_FIELD", "duplicate field selected"),
        ("SELECT Owner.Manager FROM Case", "INVALID_FIELD", "on entity 'Name'"),
        ("SELECT Name FROM Case", "INVALID_FIELD", "No such column 'Name'"),
        ("SELECT Id FROM Case WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Case ORDER BY Description", "INVALID_FIELD", "can not be sorted"),
        ("SELECT Id FROM Case WHERE Subject = 5", "INVALID_FIELD", "should be enclosed"),
        (
            "SELECT Id FROM Case WHERE CreatedDate > '2026-11-20T09:00:00Z'",
            "INVALID_FIELD",
            "must be of type dateTime and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Case WHERE AccountId = 'xyz'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid ID field: xyz",
        ),
        (
            "SELECT Id FROM FeedItem WHERE SystemModstamp > 2026-11-20T09:00:00Z",
            "INVALID_FIELD",
            "can not be filtered",
        ),
        ("SELECT Id FROM Case LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE", "2000"),
        (
            "SELECT Id, (SELECT Id FROM Nothings) FROM Case",
            "INVALID_TYPE",
            "Didn't understand relationship 'Nothings'",
        ),
        (
            "SELECT Id FROM Case WHERE Id IN (SELECT ParentId FROM CaseComment) OR IsClosed = true",
            "MALFORMED_QUERY",
            "not allowed with the 'OR' operator",
        ),
    ],
)
def test_what_salesforce_refuses_is_refused(sf, soql, code, part):
    status, found, message = sf.query_error(soql)
    assert (status, found) == (400, code)
    assert part in message


def test_a_plus_that_is_not_encoded_breaks_the_time(sf):
    soql = "SELECT+Id+FROM+Case+WHERE+CreatedDate+>+2026-11-20T09:00:00+01:00"
    assert sf.error("GET", f"/query/?q={soql}")[1] == "MALFORMED_QUERY"


def test_salesforce_trap_9_an_address_of_more_than_16384_bytes_is_refused(sf):
    ids = ",".join(f"'5005g{number:010d}'" for number in range(900))
    answer = sf.call("GET", "/query/", params={"q": f"SELECT Id FROM Case WHERE Id IN ({ids})"})
    assert answer.status_code == 414


LINKS = "SELECT Id FROM ContentDocumentLink"


def test_file_links_need_an_id_unless_the_user_may_query_all_files(sf, cases):
    sf.org.upload(cases[0], "a.txt", b"a")
    assert len(sf.ids(LINKS)) == 2
    sf.org.permissions.query_all_files = False
    assert "requires a filter by a single Id" in sf.query_error(LINKS)[2]
    found = sf.ids(f"{LINKS} WHERE LinkedEntityId IN ('{cases[0]}', '{cases[1]}')")
    assert len(found) == 1


def test_file_links_of_several_records_take_no_other_filter(sf, cases):
    sf.org.upload(cases[0], "a.txt", b"a")
    since = "SystemModstamp > 2026-11-20T09:00:00Z"
    message = sf.query_error(f"{LINKS} WHERE LinkedEntityId IN ('{cases[0]}') AND {since}")[2]
    assert "filtering on non-id fields is only permitted" in message
    assert len(sf.ids(f"{LINKS} WHERE LinkedEntityId = '{cases[0]}' AND {since}")) == 1


def test_without_query_all_files_a_sweep_misses_files_seen_through_records(sf, cases):
    version = sf.org.upload(cases[0], "a.txt", b"a")
    soql = "SELECT Id FROM ContentVersion"
    assert sf.ids(soql) == [version]
    sf.org.permissions.query_all_files = False
    assert sf.ids(soql) == []
    assert sf.ids(f"{soql} WHERE Id = '{version}'") == [version]


def test_without_view_all_data_posts_are_read_by_record(sf, cases):
    sf.org.insert("FeedItem", {"ParentId": cases[0], "Body": "hello"})
    sf.org.permissions.view_all_data = False
    assert sf.query_error("SELECT Id FROM FeedItem")[1] == "MALFORMED_QUERY"
    assert len(sf.ids(f"SELECT Id FROM CaseFeed WHERE ParentId IN ('{cases[0]}')")) == 1


def test_a_feed_shows_the_posts_of_its_own_object(sf, cases):
    account = sf.org.all("Account")[0]["Id"]
    sf.org.insert("FeedItem", {"ParentId": account, "Body": "on the account"})
    sf.org.insert("FeedItem", {"ParentId": cases[0], "Body": "on the case"})
    assert [row["Body"] for row in sf.rows("SELECT Body FROM CaseFeed")] == ["on the case"]
    assert [row["Body"] for row in sf.rows("SELECT Body FROM AccountFeed")] == ["on the account"]


def test_an_empty_text_is_no_text(sf):
    none = sf.org.insert("Case", {})
    sf.org.insert("Case", {"Subject": "some"})
    assert sf.ids("SELECT Id FROM Case WHERE Subject = ''") == [none]


def test_a_walk_by_time_and_id_meets_every_row_once(sf):
    for number in range(60):
        sf.org.insert("Case", {"Subject": str(number)})
        sf.clock.advance(number % 3 // 2)
    for row in sf.org.all("Case")[::7]:
        sf.org.update("Case", row["Id"], {"Subject": "again"})
    met, stamp, last = [], "2026-01-01T00:00:00Z", "000000000000000AAA"
    while True:
        rows = sf.rows(
            f"SELECT Id, SystemModstamp FROM Case WHERE (SystemModstamp > {stamp} OR "
            f"(SystemModstamp = {stamp} AND Id > '{last}')) ORDER BY SystemModstamp, Id LIMIT 7"
        )
        if not rows:
            break
        met += [row["Id"] for row in rows]
        stamp, last = f"{rows[-1]['SystemModstamp'][:19]}Z", rows[-1]["Id"]
    assert sorted(met) == sorted(row["Id"] for row in sf.org.all("Case"))


def test_an_invisible_record_hides_what_hangs_on_it(sf, cases):
    sf.org.insert("CaseComment", {"ParentId": cases[0], "CommentBody": "x"})
    sf.org.permissions.hidden_records.add(cases[0])
    assert sf.ids("SELECT Id FROM CaseComment") == []
    assert len(sf.ids("SELECT Id FROM Case")) == 2


def test_a_hidden_object_can_not_be_reached_through_a_lookup(sf, cases):
    sf.org.permissions.hidden_objects.add("Account")
    assert "Didn't understand relationship" in sf.query_error("SELECT Account.Name FROM Case")[2]
    assert sf.query_error("SELECT Id FROM AccountFeed")[1] == "INVALID_TYPE"
