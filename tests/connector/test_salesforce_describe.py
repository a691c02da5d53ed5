"""What the describe answer becomes, and where a field path leads."""

import pytest

from connector.salesforce.describe import Field, PicklistValue, SObject
from connector.salesforce.paths import PathError, readable_label, resolve_path

CASE = {
    "name": "Case",
    "label": "Case",
    "labelPlural": "Cases",
    "keyPrefix": "500",
    "queryable": True,
    "feedEnabled": True,
    "urls": {"describe": "/services/data/v67.0/sobjects/Case/describe"},
    "fields": [
        {"name": "Id", "label": "Case ID", "type": "id", "filterable": True},
        {"name": "CaseNumber", "label": "Case Number", "type": "string", "nameField": True},
        {
            "name": "Status",
            "label": "Status",
            "type": "picklist",
            "createable": True,
            "nillable": True,
            "compoundFieldName": None,
            "picklistValues": [
                {"value": "New", "label": "Neu", "active": True, "defaultValue": True},
                {"value": "Closed", "label": "Geschlossen", "active": True, "validFor": None},
            ],
        },
        {
            "name": "AccountId",
            "label": "Account ID",
            "type": "reference",
            "referenceTo": ["Account"],
            "relationshipName": "Account",
        },
        {
            "name": "OwnerId",
            "label": "Owner ID",
            "type": "reference",
            "referenceTo": ["Group", "User"],
            "relationshipName": "Owner",
        },
    ],
    "recordTypeInfos": [
        {
            "recordTypeId": "012000000000000AAA",
            "name": "Master",
            "developerName": "Master",
            "available": True,
            "master": True,
            "defaultRecordTypeMapping": True,
        }
    ],
    "childRelationships": [
        {"childSObject": "CaseComment", "field": "ParentId", "relationshipName": "CaseComments"},
        {"childSObject": "CaseArticle", "field": "CaseId", "relationshipName": None},
    ],
}
ACCOUNT = {
    "name": "Account",
    "label": "Account",
    "fields": [
        {"name": "Name", "label": "Account Name", "type": "string", "nameField": True},
        {"name": "AccountNumber", "label": "Account Number", "type": "string"},
        {
            "name": "ParentId",
            "label": "Parent Account ID",
            "type": "reference",
            "referenceTo": ["Account"],
            "relationshipName": "Parent",
        },
    ],
}
OBJECTS = {"Case": SObject.from_json(CASE), "Account": SObject.from_json(ACCOUNT)}


def resolve(path):
    return resolve_path(OBJECTS["Case"], path, OBJECTS.__getitem__)


def test_the_compact_form_of_a_describe_reads_back_as_the_same_object():
    case = OBJECTS["Case"]

    assert SObject.from_json(case.to_json()) == case


def test_the_compact_form_holds_only_what_is_used():
    compact = OBJECTS["Case"].to_json()

    assert "urls" not in compact
    assert compact["fields"][0] == {
        "name": "Id",
        "label": "Case ID",
        "type": "id",
        "filterable": True,
    }


def test_fields_parents_and_child_lists_are_found_whatever_the_case_of_their_letters():
    case = OBJECTS["Case"]

    assert case.field("casenumber") is case.name_field
    assert case.parent_field("ACCOUNT") is case.field("AccountId")
    assert case.child("casecomments") is case.children[0]


def test_a_picklist_keeps_api_names_apart_from_translated_labels():
    """salesforce trap 8: the label is not the value."""
    status = OBJECTS["Case"].field("Status")

    assert status is not None
    assert [(value.value, value.label) for value in status.picklist_values] == [
        ("New", "Neu"),
        ("Closed", "Geschlossen"),
    ]


@pytest.mark.parametrize(
    ("settings", "required"),
    [
        ({"createable": True}, True),
        ({"createable": True, "nillable": True}, False),
        ({"createable": True, "defaulted": True}, False),
        ({"createable": False}, False),
    ],
)
def test_a_field_is_required_when_nothing_else_would_fill_it(settings, required):
    assert Field(name="X", **settings).required_on_create is required


@pytest.mark.parametrize(("index", "allowed"), [(0, True), (1, False), (2, True), (9, False)])
def test_a_dependent_value_knows_the_controlling_values_it_belongs_to(index, allowed):
    assert PicklistValue(value="x", valid_for="oAAA").allowed_for(index) is allowed


def test_a_path_leads_over_parents_in_salesforces_own_spelling():
    resolved = resolve("account.PARENT.name")

    assert resolved.path == "Account.Parent.Name"
    assert resolved.field.label == "Account Name"
    assert [parent.name for parent in resolved.parents] == ["Account", "Account"]


def test_a_path_over_several_kinds_of_parent_offers_their_common_fields():
    assert resolve("Owner.Name").path == "Owner.Name"
    with pytest.raises(PathError, match=r"Owner\.Department: several kinds .* Name, Id, Type"):
        resolve("Owner.Department")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("Acount.Name", "Case has no parent called Acount. Did you mean Account?"),
        ("AccountId.Name", "Write Account in place of AccountId."),
        ("Account.Parent.Nam", "Account.Nam doesn't exist on Account"),
        ("Subjct", "Subjct doesn't exist on Case, or the integration user may not see it"),
        ("Account.Parent.Parent.Parent.Parent.Parent.Name", "at most 5"),
    ],
)
def test_a_wrong_path_says_which_step_is_wrong_and_what_to_write(path, message):
    with pytest.raises(PathError) as refused:
        resolve(path)

    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("CaseNumber", "Case Number"),
        ("Account.Name", "Account Name"),
        ("Account.AccountNumber", "Account Number"),
        ("Account.Parent.Name", "Account Parent Account Name"),
        ("Owner.Name", "Owner Name"),
        ("Owner.Email", "Owner Email"),
    ],
)
def test_a_path_is_shown_in_the_words_of_the_org(path, label):
    assert readable_label(resolve(path)) == label


def test_a_field_labelled_name_carries_the_label_of_its_object():
    name = {"name": "Name", "label": "Name", "type": "string"}
    opportunity = SObject.from_json({"label": "Opportunity", "fields": [name]})

    assert readable_label(resolve_path(opportunity, "Name", OBJECTS.__getitem__)) == (
        "Opportunity Name"
    )
