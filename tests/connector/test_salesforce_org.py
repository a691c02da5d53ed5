"""What an org tells about itself, and what its user may do in it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connector.catalog.groups import module_groups
from connector.catalog.probe import degraded_features
from connector.catalog.profiles import Comments, profile_for
from connector.catalog.statuses import Meaning, status_query, statuses_from_rows
from connector.errors import Busy, Gone
from connector.salesforce.client import ApiUsage
from connector.salesforce.describe import MASTER_RECORD_TYPE_ID, SObject
from connector.salesforce.paths import readable_label, resolve_path
from tests.connector.salesforce_world import START, world
from tests.network import answer


@pytest.fixture
def here():
    with world() as here:
        yield here


def described(here, name="Case"):
    return here.client().describe(name).sobject


def test_the_org_and_its_user_are_known(here):
    client = here.client()

    organization, user = client.organization(), client.user()

    assert (organization.name, organization.id) == ("Acme", client.token.org_id)
    assert not organization.is_sandbox
    assert user.id == here.org.integration_user_id
    assert user.username == "integration@acme.example"
    assert user.time_zone


def test_an_object_is_described_as_this_user_sees_it(here):
    """salesforce trap 7: field-level security hides fields without a word."""
    assert described(here).field("Subject").length == 255

    here.org.hide_field("Case", "Subject")

    assert described(here).field("Subject") is None


def test_an_unchanged_description_is_not_sent_again(here):
    client = here.client()
    first = client.describe("Case")

    assert client.describe("Case", first.last_modified) is None


def test_an_unknown_object_is_gone(here):
    with pytest.raises(Gone):
        here.client().describe("Nothing__c")


def test_the_objects_on_offer_are_the_orgs_own(here):
    groups = {
        group.label: group.objects for group in module_groups(here.client().describe_global())
    }

    assert [offered.name for offered in groups["Service Cloud"]] == ["Case"]
    assert "Project__c" in [offered.name for offered in groups["Custom Objects"]]
    assert not [o for o in groups["Custom Objects"] if not o.name.endswith("__c")]


def test_a_path_is_followed_through_the_org(here):
    def describe(name):
        return described(here, name)

    resolved = resolve_path(described(here), "account.owner.name", describe)

    assert resolved.path == "Account.Owner.Name"
    assert readable_label(resolved) == "Account Owner Name"


def test_a_case_has_comments_files_and_a_status_with_closed_values(here):
    profile = profile_for(described(here))
    rows = here.client().query(status_query(profile.status_object)).records

    closed = [
        status.value
        for status in statuses_from_rows(profile.status_object, rows)
        if status.meaning is Meaning.CLOSED
    ]

    assert profile.comments is Comments.CASE_COMMENT
    assert profile.files
    assert profile.display_fields == ("CaseNumber", "Subject")
    assert closed == ["Closed"]


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("Contact", "LastName"),
        ("Lead", "Company"),
        ("Opportunity", "CloseDate"),
        ("Order", "EffectiveDate"),
        ("Contract", "AccountId"),
    ],
)
def test_standard_objects_name_what_they_need(here, name, required):
    assert required in profile_for(described(here, name)).required_fields


@pytest.mark.parametrize(
    "name",
    ["CaseStatus", "TaskStatus", "LeadStatus", "OpportunityStage", "ContractStatus", "OrderStatus"],
)
def test_every_status_table_can_be_read(here, name):
    rows = here.client().query(status_query(name)).records

    assert statuses_from_rows(name, rows)


def test_a_user_with_all_permissions_degrades_nothing(here):
    objects = [described(here), described(here, "Account")]

    assert degraded_features(here.client(), objects) == []


def test_missing_permissions_are_named_with_what_they_cost(here):
    here.org.permissions.view_all_data = False
    here.org.permissions.query_all_files = False
    client = here.client()

    feeds, files = degraded_features(client, [client.describe("Case").sobject])

    assert "View All Data" in feeds
    assert "feed posts are read record by record" in feeds
    assert "Query All Files" in files


def test_an_object_that_can_only_be_read_is_named(here):
    here.org.permissions.read_only_objects.add("Case")
    client = here.client()

    sentences = degraded_features(client, [client.describe("Case").sobject])

    assert [sentence for sentence in sentences if "create Cases" in sentence]
    assert [sentence for sentence in sentences if "edit Cases" in sentence]


def test_an_object_that_cannot_be_read_is_named(here):
    hidden = SObject(name="Site__c", label_plural="Sites")

    assert degraded_features(here.client(), [hidden]) == [
        "The integration user can't read Sites, so none are synchronized."
    ]


def test_a_busy_org_is_not_taken_for_missing_permissions(here):
    case = described(here)
    busy = [{"message": "", "errorCode": "QUERY_TIMEOUT"}]
    part = {"httpStatusCode": 400, "httpHeaders": {}, "body": busy, "referenceId": "query0"}
    body = json.dumps({"compositeResponse": [part] * 3}).encode()
    here.network.faults.append(
        lambda request: answer(request, 200, body) if "/composite" in request.url else None
    )

    with pytest.raises(Busy):
        degraded_features(here.client(), [case])


def test_only_what_the_objects_need_is_checked(here):
    here.org.permissions.view_all_data = False
    plain = SObject(name="Site__c", queryable=True, createable=True, updateable=True)
    client = here.client()

    assert degraded_features(client, [plain]) == []
    assert client.calls == 0


def test_a_permission_check_takes_one_call(here):
    case = described(here)
    client = here.client()

    degraded_features(client, [case])

    assert client.calls == 1


def test_picklist_values_are_those_of_the_record_type(here):
    values = here.client().picklist_values("Case", MASTER_RECORD_TYPE_ID)

    assert "New" in [entry["value"] for entry in values["Status"]["values"]]


def test_limits_are_read_and_every_call_reports_the_quota(here):
    reported: list[ApiUsage] = []

    limits = here.client(on_usage=reported.append).limits()

    assert limits["DailyApiRequests"]["Max"] == here.org.daily_limit
    assert reported == [ApiUsage(1, here.org.daily_limit)]


def test_salesforces_own_clock_is_the_one_that_counts(here):
    client = here.client()

    client.limits()

    assert client.server_time == START


def test_changed_and_deleted_records_are_told_for_a_span(here):
    kept, lost = here.cases(2)
    here.org.delete("Case", lost)
    here.clock.advance(300)
    client = here.client()
    span = START - timedelta(minutes=5), START + timedelta(minutes=4)

    assert client.updated("Case", *span).ids == (kept,)
    assert client.deleted("Case", *span).ids == (lost,)
    assert client.updated("Case", *span).covered_to > START


def test_one_client_serves_several_threads(here):
    client = here.client()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.limits(), range(40)))

    assert len(answers) == client.calls == 40
    assert here.org.sessions.logins == 1
