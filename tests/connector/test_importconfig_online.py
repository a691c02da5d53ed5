"""`importconfig` asks both systems whether what a document says can work."""

import json
from dataclasses import replace

import pytest

from connector.models import SalesforceConnection, SmartConnectedItem
from sandbox.salesforce.schema import Field
from tests.connector.both_worlds import ENVIRONMENT, HOSTS, both_worlds
from tests.connector.commands import run
from tests.connector.jira_world import GATEWAY
from tests.network import answer

pytestmark = pytest.mark.django_db

FIRST = "items[0].mappings[0]"
SUBJECT = {"salesforce": "Subject", "jira": "summary"}


@pytest.fixture(autouse=True)
def _environment(monkeypatch, settings):
    settings.EXTRA_HOSTS = HOSTS
    settings.ATLASSIAN_API_URL = GATEWAY
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["cloud"])
def worlds(request):
    with both_worlds(request.param) as worlds:
        yield worlds


@pytest.fixture
def importconfig(tmp_path, capsys):
    """Import a document; return exit code, output and errors."""

    def importconfig(document, *options):
        file = tmp_path / "config.json"
        file.write_text(json.dumps(document))
        return run(capsys, "importconfig", str(file), *options)

    return importconfig


@pytest.fixture
def complaints(worlds, importconfig):
    """Import the sound document with keys of its item changed; return messages by place."""

    def complaints(**changes):
        ran = importconfig(worlds.document(**changes))
        assert ran.code in (0, 1)
        lines = [line.partition(": ") for line in ran.err.splitlines()]
        return {place: message for place, _, message in lines if message}

    return complaints


@pytest.fixture
def complaint(complaints):
    """As above for one mapping beside that of the summary."""

    def complaint(**mapping):
        return complaints(mappings=[mapping, SUBJECT], status=None)

    return complaint


@pytest.mark.parametrize("worlds", ["cloud", "data_center"], indirect=True)
def test_a_sound_document_is_applied(worlds, importconfig):
    ran = importconfig(worlds.document())

    assert (ran.code, ran.err) == (0, "")
    assert SmartConnectedItem.objects.get().published is not None


def test_records_count_from_the_time_by_salesforces_clock(worlds, importconfig):
    importconfig(worlds.document())

    assert SmartConnectedItem.objects.get().first_published_at == worlds.clock.now()


def test_a_refusal_changes_nothing(worlds, importconfig):
    ran = importconfig(worlds.document(object="Casket"))

    assert ran.code == 1
    assert not SalesforceConnection.objects.exists()


def test_offline_asks_nobody(worlds, importconfig):
    ran = importconfig(worlds.document(object="Casket"), "--offline")

    assert ran.code == 0
    assert worlds.network.calls == []


def test_check_asks_and_changes_nothing(worlds, importconfig):
    ran = importconfig(worlds.document(), "--check")

    assert ran.code == 0
    assert worlds.network.calls
    assert not SalesforceConnection.objects.exists()


def test_nothing_is_asked_when_the_document_contradicts_itself(worlds, importconfig):
    importconfig(worlds.document(mode="sideways"))

    assert worlds.network.calls == []


def test_a_wrong_secret_is_reported_at_its_connection(worlds, importconfig, monkeypatch):
    monkeypatch.setenv("ACME_SF_SECRET", "hush-hush")

    ran = importconfig(worlds.document())

    assert ran.code == 1
    assert ran.err.startswith("salesforce_connections[0]: ")
    assert "hush-hush" not in ran.err


def test_a_wrong_token_is_reported_at_its_connection(worlds, importconfig):
    document = worlds.document()
    document["jira_connections"][0]["api_token"] = "wrong"

    ran = importconfig(document)

    assert ran.code == 1
    assert ran.err.startswith("jira_connections[0]: ")


def test_a_host_that_is_not_allowed_gets_no_secret(worlds, importconfig, settings):
    settings.EXTRA_HOSTS = []

    ran = importconfig(worlds.document())

    assert ran.code == 1
    assert "EXTRA_HOSTS" in ran.err
    assert "salesforce_connections[0].login_url" in ran.err
    assert not any("salesforce.test" in str(call.url) for call in worlds.network.calls)


def test_an_org_that_cannot_be_reached_is_reported(worlds, importconfig, settings):
    settings.EXTRA_HOSTS = ["elsewhere.test"]
    document = worlds.document()
    document["salesforce_connections"][0]["login_url"] = "https://elsewhere.test"

    ran = importconfig(document)

    assert ran.code == 1
    assert "salesforce_connections[0]: " in ran.err
    assert "elsewhere.test" in ran.err


def test_an_item_may_use_stored_connections(worlds, importconfig):
    importconfig(worlds.document())
    document = {"format": "salesforce-connector/1", "items": worlds.document(name="More")["items"]}

    assert importconfig(document).code == 0


def test_another_org_under_the_same_name_is_refused(worlds, importconfig):
    """salesforce trap 20: a refreshed sandbox has a new org id and copies of our links."""
    importconfig(worlds.document())
    SalesforceConnection.objects.update(org_id="00D000000000001AAA")

    ran = importconfig(worlds.document(backfill=True))

    assert ran.code == 1
    assert ran.err.startswith("salesforce_connections[0]: ")


def test_an_unknown_object_is_reported(complaints):
    assert "no object Casket" in complaints(object="Casket")["items[0].object"]


def test_an_unknown_project_is_reported(complaints):
    """jira trap: a 404 may also mean that this account may not see it."""
    message = complaints(jira_projects=["NOPE"])["items[0].jira_projects[0]"]

    assert "no project NOPE" in message
    assert "may not see it" in message


def test_an_object_that_cannot_be_queried_is_reported(worlds, complaints):
    worlds.org.add_object(replace(worlds.org.schema.objects["Case"], name="Odd", queryable=False))

    assert "can't be queried" in complaints(object="Odd")["items[0].object"]


def test_the_former_key_of_a_project_is_reported_with_the_present_one(worlds, complaints):
    """jira trap: a project key renamed; stored keys and JQL break slowly."""
    worlds.site.rename_project("SUP", "CARE")

    message = complaints(jira_projects=["SUP"])["items[0].jira_projects[0]"]

    assert message == "the key of that project is CARE"


def test_an_object_is_written_as_salesforce_spells_it(complaints):
    assert complaints(object="case") == {"items[0].object": "is spelled Case"}


def test_each_project_of_a_display_only_item_is_checked(worlds, importconfig):
    item = {
        "name": "Look",
        "salesforce": "acme",
        "jira": "acme-jira",
        "mode": "display_only",
        "object": "Account",
        "jira_projects": ["SUP", "NOPE", "OPS"],
        "preview_fields": ["Name", "Owner.Nmae"],
    }

    ran = importconfig({**worlds.document(), "items": [item]})

    assert [line.partition(":")[0] for line in ran.err.splitlines()[:-1]] == [
        "items[0].preview_fields[1]",
        "items[0].jira_projects[1]",
    ]


def test_an_unknown_issue_type_lists_those_there_are(complaints):
    message = complaints(issue_type="Incident")["items[0].issue_type"]

    assert "it has Task, Bug" in message


def test_an_unknown_salesforce_field_names_the_nearest(complaint):
    """salesforce trap 7: a field hidden from the user looks like one that doesn't exist."""
    message = complaint(salesforce="Subjekt", jira="customfield_10050")[f"{FIRST}.salesforce"]

    assert "Did you mean Subject?" in message
    assert "may not see it" in message


def test_a_field_hidden_from_the_integration_user_is_reported(worlds, complaint):
    """salesforce trap 7: each mapping is checked against the describe beforehand."""
    worlds.org.hide_field("Case", "Reason")

    assert f"{FIRST}.salesforce" in complaint(salesforce="Reason", jira="customfield_10050")


def test_an_unknown_step_of_a_parent_path_is_reported(complaint):
    message = complaint(salesforce="Acount.Name", jira="customfield_10050")[f"{FIRST}.salesforce"]

    assert "Did you mean Account?" in message


def test_an_unknown_jira_field_is_reported(complaint):
    assert f"{FIRST}.jira" in complaint(salesforce="Reason", jira="customfield_99999")


def test_the_name_of_a_jira_field_leads_to_its_id(complaint):
    """jira trap: names instead of ids; they are translated and renamed."""
    message = complaint(salesforce="Account.Name", jira="Account")[f"{FIRST}.jira"]

    assert "did you mean customfield_10050?" in message


@pytest.mark.parametrize("field", ["created", "creator", "resolutiondate", "project", "status"])
def test_a_jira_field_that_cannot_be_written_is_reported(complaint, field):
    assert f"{FIRST}.jira" in complaint(salesforce="Reason", jira=field, direction="to_jira")


def test_a_jira_field_on_no_screen_cannot_be_written(worlds, complaint):
    """jira trap: a field that isn't on the screen is refused with a 400."""
    worlds.site.take_off_screen("SUP", "customfield_10050")

    message = complaint(salesforce="Reason", jira="customfield_10050")[f"{FIRST}.jira"]

    assert "neither the create nor the edit screen of Task in SUP" in message


def test_a_jira_field_on_the_edit_screen_alone_can_be_written(worlds, complaint):
    worlds.site.take_off_screen("SUP", "customfield_10050", "create")
    worlds.site.create_issue("SUP", "Task", "Any issue shows the edit screen")

    assert complaint(salesforce="Reason", jira="customfield_10050") == {}


def test_an_issue_that_is_found_but_gone_does_not_stop_the_check(worlds, importconfig):
    """jira trap: search on Cloud lags behind."""
    worlds.site.create_issue("SUP", "Task", "Here a moment ago")
    worlds.network.faults.append(
        lambda request: answer(request, 404) if "/editmeta" in str(request.url) else None
    )

    assert importconfig(worlds.document()).code == 0
    assert any("/editmeta" in str(call.url) for call in worlds.network.calls)


def test_a_field_of_another_team_managed_project_is_refused(worlds, complaint):
    """jira trap: in team-managed projects the same name has another id in each project."""
    like = worlds.site.fields["customfield_10050"]
    field = worlds.site.add_field("Account", like.kind, like.type_key, scope="OPS")

    message = complaint(salesforce="Reason", jira=field.id)[f"{FIRST}.jira"]

    assert "belongs to another project than SUP" in message


def test_a_jira_field_that_can_only_be_read_may_go_to_salesforce(complaint):
    assert complaint(salesforce="Jira_Key__c", jira="key", direction="to_salesforce") == {}


@pytest.mark.parametrize("field", ["CaseNumber", "IsClosed", "Score__c"])
def test_a_salesforce_field_that_cannot_be_written_is_reported(complaint, field):
    found = complaint(salesforce=field, jira="customfield_10050", direction="both")

    assert "can't be written" in found[f"{FIRST}.salesforce"]


def test_without_a_direction_a_field_that_cannot_be_written_is_only_read(complaint):
    assert complaint(salesforce="CaseNumber", jira="customfield_10050") == {}


def test_a_compound_field_is_only_read_and_only_as_text(complaints):
    """salesforce trap 10: addresses are read-only objects."""
    item: dict[str, object] = {"object": "Account", "preview_fields": [], "status": None}
    item["record_filter"] = ""
    name = {"salesforce": "Name", "jira": "summary"}
    address = {"salesforce": "BillingAddress", "jira": "customfield_10050"}

    assert complaints(**item, mappings=[address, name]) == {}
    both = complaints(**item, mappings=[{**address, "direction": "both"}, name])
    assert "only its parts can, such as Billing" in both[f"{FIRST}.salesforce"]
    number = complaints(**item, mappings=[{**address, "jira": "customfield_10052"}, name])
    assert f"{FIRST}.jira" in number


def test_a_field_that_can_only_be_set_on_creation_needs_create_only(worlds, complaint):
    worlds.org.add_field("Case", Field("Once__c", length=80, updateable=False))
    mapping = {"salesforce": "Once__c", "jira": "customfield_10050", "direction": "both"}

    assert '"create_only": true' in complaint(**mapping)[f"{FIRST}.salesforce"]
    assert complaint(**mapping, create_only=True) == {}


def test_with_a_value_table_the_kinds_need_not_fit(complaint):
    values = [["true", "Gold"], ["false", "Silver"]]

    assert complaint(salesforce="Warranty__c", jira="customfield_10055", values=values) == {}


def test_two_mappings_that_both_write_by_default_are_reported(complaints):
    mappings = [SUBJECT, {"salesforce": "Subject", "jira": "customfield_10050"}]

    assert "items[0].mappings[1].salesforce" in complaints(mappings=mappings, status=None)


@pytest.mark.parametrize(
    ("salesforce", "jira"),
    [
        ("Warranty__c", "duedate"),
        ("Due_Date__c", "customfield_10052"),
        ("AccountId", "customfield_10055"),
        ("AccountId", "assignee"),
        ("Effort_Hours__c", "assignee"),
        ("Subject", "timetracking"),
        ("Subject", "parent"),
    ],
)
def test_kinds_that_can_never_fit_are_reported(complaint, salesforce, jira):
    assert f"{FIRST}.jira" in complaint(salesforce=salesforce, jira=jira, direction="to_jira")


@pytest.mark.parametrize(
    ("salesforce", "jira"),
    [
        ("Effort_Hours__c", "customfield_10052"),
        ("Due_Date__c", "customfield_10054"),
        ("Affected_Areas__c", "customfield_10056"),
        ("Product_Line__c", "customfield_10057"),
        ("Warranty__c", "customfield_10058"),
        ("Owner.Email", "assignee"),
        ("OwnerId", "customfield_10060"),
        ("Device_Page__c", "customfield_10059"),
        ("Resolution__c", "description"),
        ("Origin", "labels"),
        ("Reason", "components"),
    ],
)
def test_kinds_that_fit_are_accepted(complaint, salesforce, jira):
    assert complaint(salesforce=salesforce, jira=jira, direction="to_jira") == {}


def test_an_unknown_value_in_a_value_table_is_reported_on_its_side(complaint):
    """jira trap: an option may exist, but not for this project or type."""
    values = [["Hihg", "Highest"], ["Low", "Lowly"]]

    found = complaint(salesforce="Priority", jira="priority", values=values)

    assert "did you mean High?" in found[f"{FIRST}.values[0][0]"]
    assert f"{FIRST}.values[1][1]" in found


def test_what_a_template_uses_is_checked(complaint):
    found = complaint(
        template="{{ record.Contact.Nmae }}{% for c in record.CaseComments %}{{ c.Body }}"
        "{% endfor %}{% for c in record.Coments %}{{ c.A }}{% endfor %}",
        uses=["Contact.Nmae", "CaseComments[].Body", "Coments[].A"],
        jira="description",
    )

    assert set(found) == {f"{FIRST}.uses[{index}]" for index in range(3)}


def test_what_a_template_for_salesforce_uses_is_checked(complaint):
    found = complaint(
        template="{{ issue.key }} {{ issue.sumary }}",
        uses=["key", "sumary"],
        salesforce="Jira_Key__c",
    )

    assert "did you mean summary?" in found[f"{FIRST}.uses[1]"]


def test_a_template_cannot_fill_a_field_whose_values_cannot_be_moved(complaint):
    assert f"{FIRST}.jira" in complaint(template="x", jira="timetracking")


def test_a_required_field_that_nothing_fills_is_reported(complaints):
    found = complaints(mappings=[{"salesforce": "Description", "jira": "description"}])

    assert "Summary (summary)" in found["items[0].mappings"]


def test_a_required_field_with_a_mapping_is_filled(worlds, complaints):
    worlds.site.require("SUP", "customfield_10050")

    assert "Account (customfield_10050)" in complaints(mappings=[SUBJECT])["items[0].mappings"]
    assert complaints() == {}


def test_nothing_has_to_be_filled_where_no_issues_are_created(complaints):
    mappings = [{"salesforce": "Description", "jira": "description"}]

    assert complaints(mappings=mappings, auto_create_issues=False) == {}


def test_records_that_are_created_need_their_required_fields(complaints):
    found = complaints(
        object="Opportunity",
        preview_fields=[],
        record_filter="",
        mappings=[{"salesforce": "Name", "jira": "summary"}],
        status={"field": "StageName", "to_salesforce": {"Done": "Closed Won"}},
        auto_create_records=True,
    )

    assert "nothing fills CloseDate, which Salesforce requires" in found["items[0].mappings"]


def test_a_status_field_has_to_exist(complaints):
    found = complaints(status={"field": "Statsu"})

    assert "Did you mean Status?" in found["items[0].status.field"]


def test_a_status_field_is_a_picklist(complaints):
    assert (
        "no picklist" in complaints(status={"field": "Reporter_Mail__c"})["items[0].status.field"]
    )


def test_a_status_that_jira_is_to_change_has_to_be_writable(worlds, complaints):
    worlds.org.make_read_only("Case", "Status")

    assert "items[0].status.field" in complaints(mappings=[SUBJECT])
    to_jira = {"field": "Status", "to_jira": {"New": "To Do"}}
    assert complaints(mappings=[SUBJECT], status=to_jira) == {}


def test_statuses_have_to_exist_on_their_side(complaints):
    found = complaints(
        status={
            "field": "Status",
            "to_jira": {"Nwe": "To Do", "Closed": "Finished"},
            "to_salesforce": {"Gone": "Closed", "Done": "Over"},
        }
    )

    assert set(found) == {
        "items[0].status.to_jira.Nwe",
        "items[0].status.to_jira.Closed",
        "items[0].status.to_salesforce.Gone",
        "items[0].status.to_salesforce.Done",
    }


def test_a_record_filter_that_salesforce_cannot_read_is_reported(complaints):
    found = complaints(record_filter="Nonsense__c = 'x'")

    assert found["items[0].record_filter"].startswith("Salesforce refuses it")


def test_an_issue_filter_that_jira_cannot_read_is_reported(complaints):
    found = complaints(issue_filter="nonsense = = 3")

    assert found["items[0].issue_filter"].startswith("Jira refuses it")


def test_every_mistake_of_both_sides_is_reported_at_once(complaints):
    found = complaints(
        preview_fields=["Nonsense"],
        record_filter="Nonsense = 1",
        issue_type="Incident",
        issue_filter="nonsense = = 3",
    )

    assert set(found) == {
        "items[0].preview_fields[0]",
        "items[0].record_filter",
        "items[0].issue_type",
        "items[0].issue_filter",
    }
