"""What a configuration document may say, and what is said about a wrong one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.document.model import Conflict, Direction, Mode, Secret, Visibility
from connector.document.parse import Stored, parse, parse_item
from connector.document.problems import DocumentRefused
from connector.document.text import decode
from tests.connector.documents import (
    ENVIRONMENT,
    problems,
    read,
    whole,
    with_item,
    with_mapping,
    with_org,
    with_site,
)

MINIMAL = {
    "name": "Leads",
    "salesforce": "acme",
    "jira": "acme-jira",
    "mode": "two_way",
    "object": "Lead",
    "jira_projects": ["SUP"],
    "issue_type": "Task",
}


def refusal(text: str) -> list[str]:
    with pytest.raises(DocumentRefused) as refused:
        parse(text, environment={})
    return [str(problem) for problem in refused.value.problems]


def test_it_reads_everything_that_a_document_can_say():
    document = read(whole())

    item = document.items[0]
    assert item.mode is Mode.TWO_WAY
    assert item.preview_fields == ("CaseNumber", "Subject", "Account.Name")
    assert item.mappings[1].direction is Direction.TO_JIRA
    assert item.mappings[2].values == (("High", "Highest"), ("Low", "Low"))
    assert item.mappings[6].salesforce == "Jira_Key__c"
    assert item.status is not None
    assert item.status.to_salesforce == (("Done", "Closed"),)
    site = document.jira_connections[0]
    assert site.users == (("jane.doe@acme.example", "5b10a2844c20165700ede21g"),)


def test_what_is_left_out_has_its_default():
    item = read({**whole(), "items": [MINIMAL]}).items[0]

    assert item.enabled
    assert item.auto_create_issues
    assert not item.backfill
    assert not item.auto_create_records
    assert item.conflict is Conflict.LATEST
    assert item.comments.enabled
    assert item.comments.visibility is Visibility.INTERNAL
    assert item.attachments.enabled
    assert item.jira_remote_link
    assert item.status is None


def test_a_secret_is_read_from_the_named_variable():
    org = read(whole()).salesforce_connections[0]

    assert org.client_secret == Secret(value="sf-secret", env="ACME_SF_SECRET")


def test_a_secret_may_stand_in_the_document_itself():
    org = read(with_org(client_secret="in the file")).salesforce_connections[0]

    assert org.client_secret.value == "in the file"


def test_a_secret_is_not_in_the_representation_of_a_document():
    text = repr(read(with_org(client_secret="in the file")))

    assert "in the file" not in text
    assert "jira-token" not in text


def test_a_variable_that_is_not_set_is_named():
    found = problems(with_org(client_secret={"env": "NOT_SET_ANYWHERE"}))

    assert list(found) == ["salesforce_connections[0].client_secret"]
    assert "NOT_SET_ANYWHERE isn't set" in found["salesforce_connections[0].client_secret"]


def test_an_unset_variable_is_a_mistake_even_if_the_secret_is_stored():
    stored = Stored(salesforce={"acme": frozenset(["client_secret"])})
    document = with_org(client_secret={"env": "NOT_SET_ANYWHERE"})

    assert "salesforce_connections[0].client_secret" in problems(document, stored)


def test_a_secret_that_is_stored_may_be_left_out():
    stored = Stored(salesforce={"acme": frozenset(["client_secret"])})
    document = read(with_org(client_secret=...), stored)

    assert document.salesforce_connections[0].client_secret == Secret()


@pytest.mark.parametrize("secret", [7, None, [], {"env": 1}, {"env": "A B"}, {"file": "x"}, ""])
def test_a_secret_is_a_text_or_names_a_variable(secret):
    assert any("client_secret" in place for place in problems(with_org(client_secret=secret)))


def test_malformed_json_is_refused_with_line_and_column():
    (problem,) = refusal('{\n  "format": "salesforce-connector/1",\n  "items": [,]\n}')

    assert problem.startswith("line 3, column 13: is not JSON")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json_number_is_refused(number):
    (problem,) = refusal('{"format": ' + number + "}")

    assert number in problem


def test_a_number_beyond_all_bounds_is_refused():
    document = with_mapping(salesforce="Subject", jira="summary", default=0)
    text = json.dumps(document).replace('"default": 0', '"default": 1e999')

    with pytest.raises(DocumentRefused, match="too large a number"):
        parse(text, environment=ENVIRONMENT)


def test_an_integer_of_ten_thousand_digits_is_refused():
    assert "not JSON" in refusal('{"format": ' + "9" * 10_000 + "}")[0]


def test_a_key_written_twice_is_refused_with_its_place():
    text = json.dumps(whole()).replace('"mode": "two_way"', '"mode": "one_way", "mode": "two_way"')

    with pytest.raises(DocumentRefused, match=r"items\[0\]\.mode: is written more than once"):
        parse(text, environment=ENVIRONMENT)


def test_deep_nesting_is_refused_without_a_crash():
    assert "too deeply" in refusal("[" * 100_000)[0]


def test_a_deeply_nested_value_under_a_known_key_is_refused():
    text = '{"format": "salesforce-connector/1", "items": ' + "[" * 500 + "]" * 500 + "}"

    assert refusal(text) == ["items[0]: has to be an object, not a list"]


@pytest.mark.parametrize("text", ["[]", "null", "3", '"text"'])
def test_a_document_is_an_object(text):
    assert refusal(text)[0].startswith("document: has to be an object")


def test_a_file_that_is_no_text_is_refused():
    with pytest.raises(DocumentRefused, match="UTF-8"):
        decode('{"name": "Grüße"}'.encode("latin-1"))


def test_a_byte_order_mark_does_no_harm():
    assert decode(b'\xef\xbb\xbf{"a": 1}') == '{"a": 1}'


@pytest.mark.parametrize("name", ["half \ud83d a pair", "null \0 character"])
def test_characters_that_no_database_keeps_are_refused(name):
    assert "items[0].name" in problems(with_item(name=name))


@pytest.mark.parametrize("found", [..., 1, "salesforce-connector/2", ""])
def test_another_format_is_refused(found):
    document = whole()
    document["format"] = found
    if found is ...:
        del document["format"]

    assert list(problems(document)) == ["format"]


def test_every_mistake_is_reported_not_only_the_first():
    document = with_item(
        enabled="yes",
        mode="sometimes",
        object=...,
        mapings=[],
        mappings=[{"salesforce": "Subject", "jira": 5}],
    )
    document["jira_connections"][0]["deployment"] = "moon"

    assert set(problems(document)) == {
        "jira_connections[0].deployment",
        "items[0].enabled",
        "items[0].mode",
        "items[0].object",
        "items[0].mapings",
        "items[0].mappings[0].jira",
    }


def test_an_unknown_key_names_the_one_that_was_probably_meant():
    found = problems(with_mapping(salesforce="Subject", jira="summary", directions="both"))

    assert found == {
        "items[0].mappings[0].directions": "unknown key; did you mean direction?",
    }


def test_an_unknown_word_lists_what_is_allowed():
    message = problems(with_item(mode="twoway"))["items[0].mode"]

    assert message == '"twoway" is not known; use one of display_only, one_way, two_way'


def test_true_is_not_taken_for_a_number_nor_a_number_for_true():
    assert "items[0].backfill" in problems(with_item(backfill=1))
    assert "items[0].name" in problems(with_item(name=True))


def test_names_of_items_are_unique():
    document = whole()
    document["items"].append(document["items"][0])

    assert list(problems(document)) == ["items[1].name"]


def test_names_of_connections_are_unique_within_their_kind():
    document = whole()
    document["salesforce_connections"] *= 2
    document["jira_connections"] *= 2

    assert list(problems(document)) == [
        "salesforce_connections[1].name",
        "jira_connections[1].name",
    ]


def test_an_item_refers_to_connections_that_exist():
    found = problems(with_item(salesforce="acmee", jira="elsewhere"))

    assert "did you mean acme?" in found["items[0].salesforce"]
    assert "no connection" in found["items[0].jira"]


def test_an_item_may_refer_to_stored_connections():
    stored = Stored(salesforce={"acme": frozenset()}, jira={"acme-jira": frozenset()})
    document = {"format": "salesforce-connector/1", "items": whole()["items"]}

    assert read(document, stored).items[0].salesforce == "acme"


def test_a_name_longer_than_the_database_takes_is_refused():
    assert "at most 100" in problems(with_item(name="x" * 101))["items[0].name"]


@pytest.mark.parametrize("name", ["", "   ", "two\nlines"])
def test_a_name_is_one_line_that_says_something(name):
    assert list(problems(with_item(name=name))) == ["items[0].name"]


@pytest.mark.parametrize("mode", ["one_way", "two_way"])
def test_a_synchronized_item_takes_exactly_one_project_and_one_issue_type(mode):
    item = {**MINIMAL, "mode": mode, "jira_projects": ["SUP", "OPS"], "issue_type": ""}

    assert list(problems({**whole(), "items": [item]})) == [
        "items[0].jira_projects",
        "items[0].issue_type",
    ]


def test_a_display_only_item_takes_several_projects():
    item = {**MINIMAL, "mode": "display_only", "jira_projects": ["SUP", "OPS"]}
    del item["issue_type"]

    assert read({**whole(), "items": [item]}).items[0].jira_projects == ("SUP", "OPS")


def test_a_display_only_item_refuses_what_would_do_nothing():
    found = problems(with_item(mode="display_only"))

    assert set(found) == {
        f"items[0].{key}"
        for key in ("issue_type", "mappings", "status", "record_filter", "issue_filter")
    }


def test_a_project_stands_only_once():
    item = {**MINIMAL, "mode": "display_only", "issue_type": "", "jira_projects": ["SUP", "SUP"]}

    assert list(problems({**whole(), "items": [item]})) == ["items[0].jira_projects[1]"]


def test_an_item_without_a_project_is_refused():
    item = {**MINIMAL, "jira_projects": []}

    assert list(problems({**whole(), "items": [item]})) == ["items[0].jira_projects"]


@pytest.mark.parametrize("direction", ["both", "to_salesforce"])
def test_a_one_way_item_never_writes_to_salesforce(direction):
    document = with_mapping(salesforce="Subject", jira="summary", direction=direction)
    document["items"][0]["mode"] = "one_way"

    assert list(problems(document)) == ["items[0].mappings[0].direction"]


def test_a_one_way_item_refuses_a_template_for_salesforce():
    document = with_mapping(template="{{ issue.key }}", uses=["key"], salesforce="Jira_Key__c")
    document["items"][0]["mode"] = "one_way"

    assert list(problems(document)) == ["items[0].mappings[0].salesforce"]


def test_a_one_way_item_creates_no_records():
    found = problems(with_item(mode="one_way", mappings=[], auto_create_records=True))

    assert list(found) == ["items[0].auto_create_records"]


@pytest.mark.parametrize("direction", ["both", "to_salesforce"])
def test_a_parent_record_is_never_written(direction):
    found = problems(
        with_mapping(salesforce="Account.Name", jira="customfield_10050", direction=direction)
    )

    assert list(found) == ["items[0].mappings[0].salesforce"]


@pytest.mark.parametrize("path", ["Account Name", "Account..Name", ".Name", "1st", "Ä", "a b.c"])
def test_a_salesforce_field_is_written_as_its_api_name(path):
    found = problems(with_mapping(salesforce=path, jira="summary"))

    assert list(found) == ["items[0].mappings[0].salesforce"]


def test_a_path_goes_over_five_relationships_at_most():
    five = "Account.Parent.Parent.Parent.Parent.Name"

    assert problems(with_mapping(salesforce=five, jira="customfield_10050")) == {}
    six = problems(with_mapping(salesforce=f"Contact.{five}", jira="customfield_10050"))
    assert "at most 5" in six["items[0].mappings[0].salesforce"]


def test_a_child_list_only_stands_in_uses():
    found = problems(with_mapping(salesforce="CaseComments[].CommentBody", jira="description"))

    assert "`uses`" in found["items[0].mappings[0].salesforce"]


def test_a_jira_field_is_named_by_its_id():
    found = problems(with_mapping(salesforce="Subject", jira="Fix Version/s"))

    assert "field id" in found["items[0].mappings[0].jira"]


def test_a_mapping_needs_both_sides_or_a_template():
    document = with_item(mappings=[{"salesforce": "Subject"}, {"jira": "summary"}])

    assert set(problems(document)) == {
        "items[0].mappings[0].jira",
        "items[0].mappings[1].salesforce",
    }


def test_a_template_computes_one_side_only():
    found = problems(
        with_mapping(template="{{ record.A }}", uses=["A"], salesforce="Subject", jira="summary")
    )

    assert list(found) == ["items[0].mappings[0].template"]


def test_uses_without_a_template_means_nothing():
    found = problems(with_mapping(salesforce="Subject", jira="summary", uses=["Subject"]))

    assert list(found) == ["items[0].mappings[0].uses"]


def test_the_direction_of_a_template_is_that_of_its_target():
    found = problems(
        with_mapping(template="{{ record.A }}", uses=["A"], jira="summary", direction="both")
    )

    assert list(found) == ["items[0].mappings[0].direction"]


def test_two_mappings_into_one_jira_field_are_refused():
    document = with_item(
        mappings=[
            {"salesforce": "Subject", "jira": "summary", "direction": "to_jira"},
            {"salesforce": "Reason", "jira": "summary", "direction": "to_jira"},
        ]
    )

    assert problems(document) == {
        "items[0].mappings[1].jira": "summary is written by mappings[0] already"
    }


def test_two_mappings_into_one_salesforce_field_are_refused():
    document = with_item(
        mappings=[
            {"salesforce": "Subject", "jira": "summary", "direction": "both"},
            {"salesforce": "subject", "jira": "customfield_10050", "direction": "both"},
        ]
    )

    assert list(problems(document)) == ["items[0].mappings[1].salesforce"]


def test_one_field_may_go_to_several_fields():
    document = with_item(
        mappings=[
            {"salesforce": "Subject", "jira": "summary", "direction": "both"},
            {"salesforce": "Subject", "jira": "customfield_10050", "direction": "to_jira"},
        ]
    )

    assert problems(document) == {}


def test_the_same_two_fields_are_joined_once():
    document = with_item(
        mappings=[
            {"salesforce": "Subject", "jira": "summary", "direction": "to_jira"},
            {"salesforce": "Subject", "jira": "summary", "direction": "to_salesforce"},
        ]
    )

    assert list(problems(document)) == ["items[0].mappings[1]"]


def test_a_field_that_the_status_writes_is_not_mapped_as_well():
    document = with_mapping(salesforce="Status", jira="customfield_10050", direction="both")

    assert list(problems(document)) == ["items[0].mappings[0].salesforce"]


def test_the_left_column_of_a_value_table_is_unique():
    found = problems(
        with_mapping(
            salesforce="Priority", jira="priority", values=[["High", "Highest"], ["High", "High"]]
        )
    )

    assert list(found) == ["items[0].mappings[0].values[1][0]"]


@pytest.mark.parametrize("values", [{"High": "Highest"}, [["High"]], [["a", "b", "c"]], [["a", 1]]])
def test_a_value_table_has_two_columns_of_texts(values):
    found = problems(with_mapping(salesforce="Priority", jira="priority", values=values))

    assert len(found) == 1
    assert next(iter(found)).startswith("items[0].mappings[0].values")


@pytest.mark.parametrize("default", ["text", 12, 1.5, True, False, None, ["a", "b"], "", 0])
def test_a_default_is_any_plain_value(default):
    document = read(with_mapping(salesforce="Reason", jira="summary", default=default))

    expected = tuple(default) if isinstance(default, list) else default
    assert document.items[0].mappings[0].default == expected


def test_a_default_is_no_object():
    found = problems(with_mapping(salesforce="Reason", jira="summary", default={"a": 1}))

    assert list(found) == ["items[0].mappings[0].default"]


def test_a_status_needs_its_field():
    found = problems(with_item(status={"to_jira": {"New": 3}}))

    assert set(found) == {"items[0].status.field", "items[0].status.to_jira.New"}


def test_a_status_field_belongs_to_the_object_itself():
    assert list(problems(with_item(status={"field": "Parent.Status"}))) == ["items[0].status.field"]


@pytest.mark.parametrize(
    ("condition", "complaint"),
    [
        ("Priority = 'High", "quote"),
        ("(Priority = 'High'", "parentheses"),
        ("Priority = 'High') OR (Subject != null", "parentheses"),
        ("WHERE Priority = 'High'", "without WHERE"),
        ("Priority = 'High' ORDER BY Id", "without ORDER BY"),
    ],
)
def test_a_record_filter_stays_within_its_parentheses(condition, complaint):
    assert complaint in problems(with_item(record_filter=condition))["items[0].record_filter"]


def test_quoted_brackets_and_escaped_quotes_are_no_mistake():
    document = with_item(
        record_filter=r"Subject = 'it\'s (open' AND Reason = 'a \\'",
        issue_filter="summary ~ \"(a\" AND labels = 'order by'",
    )

    assert problems(document) == {}


def test_a_data_center_connection_has_no_mail():
    assert list(problems(with_site(deployment="data_center"))) == ["jira_connections[0].email"]
    assert problems(with_site(deployment="data_center", email=...)) == {}


def test_a_cloud_connection_needs_a_mail():
    assert list(problems(with_site(email=...))) == ["jira_connections[0].email"]


def test_a_jira_connection_needs_a_token():
    assert list(problems(with_site(api_token=...))) == ["jira_connections[0].api_token"]


def test_users_are_matched_without_regard_to_case():
    users = read(with_site(users=[["Zoe@Acme.example", "z"], ["Bob@acme.example", "b"]]))

    assert users.jira_connections[0].users == (
        ("bob@acme.example", "b"),
        ("zoe@acme.example", "z"),
    )


def test_a_user_stands_only_once_in_the_table():
    found = problems(with_site(users=[["a@acme.example", "x"], ["A@acme.example", "y"]]))

    assert list(found) == ["jira_connections[0].users[1][0]"]


@pytest.mark.parametrize(
    "url",
    ["acme.atlassian.net", "ftp://acme", "https://", "https://a:b@acme.example", "http://x:y"],
)
def test_a_site_is_a_web_address(url):
    assert list(problems(with_site(base_url=url))) == ["jira_connections[0].base_url"]


@pytest.mark.parametrize("url", ["https://", "not an address"])
def test_a_login_url_is_a_web_address(url):
    assert list(problems(with_org(login_url=url))) == ["salesforce_connections[0].login_url"]


def test_the_shared_login_host_is_explained():
    message = problems(with_org(login_url="https://login.salesforce.com"))

    assert "My Domain" in message["salesforce_connections[0].login_url"]


def test_each_way_of_logging_in_says_what_it_needs():
    assert set(problems(with_org(auth="jwt_bearer"))) == {
        "salesforce_connections[0].username",
        "salesforce_connections[0].private_key",
    }
    assert set(problems(with_org(auth="password"))) == {
        "salesforce_connections[0].username",
        "salesforce_connections[0].password",
    }


def test_a_way_of_logging_in_refuses_keys_of_another():
    found = problems(with_org(private_key="-----BEGIN"))

    assert found == {
        "salesforce_connections[0].private_key": '"auth": "client_credentials" doesn\'t use it; '
        "only jwt_bearer does"
    }


def test_a_published_item_is_read_on_its_own():
    assert parse_item(MINIMAL).object == "Lead"


def test_an_empty_key_in_a_status_table_is_refused():
    found = problems(with_item(status={"field": "Status", "to_jira": {"": "To Do"}}))

    assert list(found) == ["items[0].status.to_jira"]


def test_an_empty_variable_counts_as_not_set():
    document = with_org(client_secret={"env": "EMPTY"})

    with pytest.raises(DocumentRefused, match="EMPTY isn't set"):
        parse(json.dumps(document), environment={**ENVIRONMENT, "EMPTY": ""})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(st.data())
def test_whatever_stands_in_a_place_it_is_read_or_refused_with_its_place(data):
    document = whole()
    part: Any = document
    while isinstance(part, dict | list) and part and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(list(part) if isinstance(part, dict) else range(len(part))))
        parent, part = part, part[key]
        if data.draw(st.booleans()):
            parent[key] = data.draw(json_values)
            break

    assert all(place and message for place, message in problems(document).items())


def test_with_an_unknown_mode_nothing_is_said_of_what_depends_on_it():
    found = problems(with_item(mode="sideways", jira_projects=["SUP", "OPS"], issue_type=""))

    assert list(found) == ["items[0].mode"]
