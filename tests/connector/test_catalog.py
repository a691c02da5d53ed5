"""What the connector offers of an org and how it treats each kind of record."""

import pytest

from connector.catalog.groups import module_groups
from connector.catalog.profiles import Comments, profile_for, status_candidates
from connector.catalog.statuses import (
    Meaning,
    status_query,
    statuses_from_picklist,
    statuses_from_rows,
)
from connector.salesforce.describe import ChildRelationship, Field, PicklistValue, SObject

CASE_COMMENTS = ChildRelationship("CaseComment", "ParentId", "CaseComments")
SHOWN = {"queryable": True, "layoutable": True}


def entry(name, label="", **settings):
    return {"name": name, "label": label or name, **SHOWN, **settings}


def names(groups):
    return {group.label: [offered.name for offered in group.objects] for group in groups}


def test_standard_objects_stand_in_the_groups_people_know():
    described = [entry(name) for name in ("Contract", "Task", "Case", "Lead", "Account")]

    assert names(module_groups(described)) == {
        "Service Cloud": ["Case"],
        "CRM": ["Account", "Lead"],
        "Activities": ["Task"],
        "Revenue": ["Contract"],
    }


def test_a_renamed_object_is_offered_under_its_new_label():
    """salesforce trap 18: tabs may be renamed."""
    [group] = module_groups([entry("Case", "Ticket")])

    assert group.objects[0].label == "Ticket"


def test_custom_objects_are_offered_by_label_and_those_behind_the_scenes_are_not():
    described = [
        entry("Site__c", "Site", custom=True),
        entry("Asset_Check__c", "Asset check", custom=True),
        entry("Site__History", custom=True),
        entry("Site__Feed", custom=True),
        entry("Alert__e", custom=True),
        entry("Rule__mdt", custom=True),
        entry("Settings__c", custom=True, customSetting=True),
        entry("Old__c", custom=True, deprecatedAndHidden=True),
        entry("Join__c", custom=True, layoutable=False),
        entry("CaseHistory"),
    ]

    assert names(module_groups(described)) == {"Custom Objects": ["Asset_Check__c", "Site__c"]}


def case(**settings):
    fields = ("CaseNumber", "Subject", "SuppliedEmail", "Status")
    return SObject(
        name="Case",
        label="Case",
        fields=tuple(
            Field(name=name, filterable=True, createable=True, nillable=True) for name in fields
        ),
        **settings,
    )


def test_a_case_is_called_by_its_number_and_subject():
    profile = profile_for(case())

    assert profile.display_fields == ("CaseNumber", "Subject")
    assert profile.display_name({"CaseNumber": "00001026", "Subject": "Printer on fire"}) == (
        "00001026 [Printer on fire]"
    )
    assert profile.display_name({"CaseNumber": "00001026", "Subject": None}) == "00001026"


def test_only_fields_this_user_sees_are_used():
    """salesforce trap 7: a field hidden by field-level security is absent from the describe."""
    profile = profile_for(SObject(name="Case", fields=(Field(name="CaseNumber", filterable=True),)))

    assert profile.display_fields == ("CaseNumber",)
    assert profile.search_fields == ("CaseNumber",)
    assert profile.status_field == ""
    assert profile.status_object == ""


def test_a_parent_is_searched_by_name_where_the_relation_exists():
    account = Field(name="AccountId", relationship_name="Account", reference_to=("Account",))
    number = Field(name="ContractNumber", filterable=True)
    contract = SObject(name="Contract", fields=(number, account))

    assert profile_for(contract).search_fields == ("ContractNumber", "Account.Name")
    assert profile_for(SObject(name="Contract", fields=(number,))).search_fields == (
        "ContractNumber",
    )


def test_a_field_that_cannot_be_filtered_is_not_searched():
    fields = (Field(name="CaseNumber", filterable=True), Field(name="Subject"))

    assert profile_for(SObject(name="Case", fields=fields)).search_fields == ("CaseNumber",)


@pytest.mark.parametrize(
    ("sobject", "comments"),
    [
        (
            case(children=(ChildRelationship("CaseComment", "ParentId", "CaseComments"),)),
            "case_comment",
        ),
        (SObject(name="Account", feed_enabled=True), "feed"),
        (SObject(name="Quote"), "none"),
    ],
)
def test_the_orgs_own_metadata_says_where_comments_are_kept(sobject, comments):
    assert profile_for(sobject).comments is Comments(comments)


@pytest.mark.parametrize("name", ["ContentDocumentLinks", "AttachedContentDocuments"])
def test_the_orgs_own_metadata_says_whether_files_hang_on_an_object(name):
    with_files = case(children=(ChildRelationship("ContentDocumentLink", "LinkedEntityId", name),))

    assert profile_for(with_files).files
    assert not profile_for(case()).files


def test_the_history_object_is_found_in_the_metadata():
    children = (ChildRelationship("OpportunityFieldHistory", "OpportunityId", "Histories"),)

    profile = profile_for(SObject(name="Opportunity", children=children))

    assert profile.history_object == "OpportunityFieldHistory"
    assert profile.history_parent == "OpportunityId"


def test_required_fields_are_the_standard_ones_and_the_orgs_own():
    fields = (
        Field(name="LastName", createable=True),
        Field(name="Company", createable=True, nillable=True),
        Field(name="Region__c", createable=True),
        Field(name="Fax", createable=True, nillable=True),
    )

    assert profile_for(SObject(name="Lead", fields=fields)).required_fields == (
        "LastName",
        "Company",
        "Region__c",
    )


def test_a_name_that_is_put_together_from_others_is_not_asked_for():
    """salesforce trap 10: a person account's Name is read-only."""
    fields = (Field(name="Name"), Field(name="LastName", createable=True))

    assert profile_for(SObject(name="Account", fields=fields)).required_fields == ("LastName",)


def test_a_custom_object_gets_its_profile_from_its_describe():
    fields = (
        Field(name="Name", name_field=True, filterable=True),
        Field(name="Legacy__c", external_id=True, filterable=True),
        Field(name="Color__c", label="Color", type="picklist", updateable=True),
        Field(name="Stage__c", label="Stage", type="picklist", calculated=True),
        Field(name="Progress__c", label="Status", type="picklist", updateable=True),
    )
    site = SObject(name="Site__c", label="Site", custom=True, fields=fields)

    profile = profile_for(site)

    assert profile.display_fields == ("Name",)
    assert profile.search_fields == ("Name", "Legacy__c")
    assert profile.status_field == "Progress__c"
    assert [field.name for field in status_candidates(site)] == ["Color__c", "Progress__c"]


def test_case_statuses_know_which_of_them_close():
    rows = [
        {"ApiName": "New", "MasterLabel": "New", "IsClosed": False, "IsDefault": True},
        {"ApiName": "Closed", "MasterLabel": "Closed", "IsClosed": True, "IsDefault": False},
    ]

    new, closed = statuses_from_rows("CaseStatus", rows)

    assert (new.meaning, new.default, new.terminal) == (Meaning.OPEN, True, False)
    assert (closed.meaning, closed.terminal) == (Meaning.CLOSED, True)


def test_a_stage_that_is_won_lost_or_switched_off_is_told_apart():
    def stage(name, closed, won, active=True):
        flags = {"IsClosed": closed, "IsWon": won, "IsActive": active}
        return {"ApiName": name, "MasterLabel": name, **flags}

    rows = [
        stage("Prospecting", False, False),
        stage("Won", True, True),
        stage("Lost", True, False),
        stage("Old", False, False, active=False),
    ]

    meanings = {each.value: each.meaning for each in statuses_from_rows("OpportunityStage", rows)}

    assert meanings == {
        "Prospecting": Meaning.OPEN,
        "Won": Meaning.WON,
        "Lost": Meaning.CLOSED,
    }


def test_a_converted_lead_is_a_status_of_its_own():
    rows = [{"ApiName": "Qualified", "MasterLabel": "Q", "IsConverted": True, "IsDefault": False}]

    assert statuses_from_rows("LeadStatus", rows)[0].meaning is Meaning.CONVERTED


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("Draft", Meaning.OPEN),
        ("InApproval", Meaning.OPEN),
        ("Activated", Meaning.ACTIVATED),
        ("Expired", Meaning.CLOSED),
    ],
)
def test_contract_statuses_follow_their_category(code, meaning):
    rows = [{"ApiName": "Eigen", "MasterLabel": "Eigen", "StatusCode": code, "IsDefault": False}]

    assert statuses_from_rows("ContractStatus", rows)[0].meaning is meaning


def test_a_status_table_is_read_in_the_orgs_order():
    assert status_query("CaseStatus") == (
        "SELECT ApiName, MasterLabel, IsClosed, IsDefault FROM CaseStatus ORDER BY SortOrder"
    )


def test_values_of_a_plain_picklist_mean_what_the_admin_says():
    """salesforce trap 8: inactive values are not offered."""
    field = Field(
        name="Status",
        picklist_values=(
            PicklistValue("Draft", "Entwurf", active=True, default=True),
            PicklistValue("Old", "Alt"),
        ),
    )

    [draft] = statuses_from_picklist(field)

    assert (draft.value, draft.label, draft.meaning) == ("Draft", "Entwurf", Meaning.UNKNOWN)
