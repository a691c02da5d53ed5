"""What can be configured against, on both editions."""

import pytest

from connector.errors import Gone, Refused
from connector.jira.model import IssueType, Option
from tests.connector.jira_world import JiraWorld


@pytest.fixture(params=["cloud", "data_center"])
def world(request):
    world = JiraWorld(request.param)
    with world.network:
        yield world


@pytest.fixture
def client(world):
    return world.client()


def test_it_lists_the_projects(client):
    listed = {each.key: each for each in client.projects()}
    assert listed.keys() == {"SUP", "OPS", "HELP"}
    assert (listed["SUP"].id, listed["SUP"].name) == ("10000", "Support")
    assert listed["HELP"].type == "service_desk"


@pytest.mark.parametrize("query", ["sup", "Support"])
def test_it_finds_projects_by_key_or_name(client, query):
    assert "SUP" in [each.key for each in client.projects(query)]
    assert "OPS" not in [each.key for each in client.projects(query)]


def test_it_reads_all_pages_of_projects(world, client):
    workflow = next(iter(world.site.project("SUP").workflows.values()))
    for number in range(120):
        world.site.add_project(f"P{number}", f"Project {number}", ["Task"], workflow)
    assert len(client.projects()) == 123


def test_a_project_knows_its_issue_types(client):
    types = client.project("SUP").issue_types
    assert IssueType("10001", "Task", False) in types
    assert IssueType("10003", "Sub-task", True) in types


def test_a_hidden_project_is_gone(world, client):
    world.site.hide_project("SUP")
    with pytest.raises(Gone):
        client.project("SUP")


def test_jira_trap_statuses_are_known_by_id_and_category_not_by_name(world, client):
    """jira trap: statuses are translated and renamed."""
    world.site.status("Done").name = "Erledigt"
    statuses = client.project_statuses("SUP")["10001"]
    assert [(each.id, each.name, each.category) for each in statuses] == [
        ("10000", "To Do", "new"),
        ("3", "In Progress", "indeterminate"),
        ("10002", "Erledigt", "done"),
    ]


def test_jira_trap_a_renamed_project_is_found_under_its_id(world, client):
    """jira trap: a project's key is renamed."""
    world.site.rename_project("SUP", "CARE")
    assert client.project("10000").key == "CARE"


def test_it_tells_what_the_account_may_do(world, client):
    world.site.deny("CREATE_ISSUES", "SUP")
    assert client.permissions("SUP", ["CREATE_ISSUES", "EDIT_ISSUES"]) == {
        "CREATE_ISSUES": False,
        "EDIT_ISSUES": True,
    }


def test_it_tells_whether_the_account_is_an_admin(world, client):
    assert client.permissions("", ["ADMINISTER"]) == {"ADMINISTER": True}
    world.site.deny("ADMINISTER")
    assert client.permissions("", ["ADMINISTER"]) == {"ADMINISTER": False}


def test_it_lists_the_fields_of_the_site(client):
    fields = {each.id: each for each in client.fields()}
    account = fields["customfield_10050"]
    assert (account.name, account.custom) == ("Account", True)
    assert account.schema.type == "string"
    assert account.schema.custom.endswith(":textfield")
    assert "cf[10050]" in account.clause_names
    assert fields["summary"].schema.system == "summary"


def test_it_lists_the_priorities(client):
    names = [each.name for each in client.priorities()]
    assert names == ["Highest", "High", "Medium", "Low", "Lowest"]


def test_it_lists_the_issue_types_that_can_be_created(client):
    assert IssueType("10001", "Task") in client.issue_types("SUP")


def test_jira_trap_both_shapes_of_create_metadata_are_read(client):
    """jira trap: Data Center lists under `values`, Cloud under `issueTypes` and `fields`."""
    fields = {each.id: each for each in client.create_fields("SUP", "10001")}
    assert fields["summary"].required
    assert not fields["summary"].has_default
    assert fields["summary"].operations == ("set",)
    assert fields["customfield_10055"].schema.type == "option"
    assert [each.value for each in fields["customfield_10055"].allowed] == [
        "Gold",
        "Silver",
        "Bronze",
    ]


def test_jira_trap_create_metadata_has_more_than_one_page(world, client):
    """jira trap: whoever reads one page of create metadata misses fields."""
    kind = world.site.fields["customfield_10050"].kind
    added = [world.site.add_field(f"Field {n}", kind, "textfield").id for n in range(260)]
    found = {each.id for each in client.create_fields("SUP", "10001")}
    assert found >= set(added)


def test_cascading_options_have_children(client):
    fields = {each.id: each for each in client.create_fields("SUP", "10001")}
    emea = fields["customfield_10057"].allowed[0]
    assert emea.value == "EMEA"
    assert [each.value for each in emea.children] == ["Germany", "France"]


def test_jira_trap_allowed_values_are_those_of_the_project(world, client):
    """jira trap: an option exists, but not for this project or type."""
    world.site.add_component("OPS", "Only here")
    fields = {each.id: each for each in client.create_fields("SUP", "10001")}
    assert "Only here" not in [each.value for each in fields["components"].allowed]


def test_a_field_that_is_off_the_create_screen_cannot_be_set_on_creation(world, client):
    world.site.take_off_screen("SUP", "customfield_10050", "create")
    assert "customfield_10050" not in [each.id for each in client.create_fields("SUP", "10001")]


def test_create_metadata_of_an_unknown_project_is_refused(client):
    with pytest.raises(Refused):
        client.create_fields("NOPE", "10001")


def test_it_tells_what_may_be_edited_on_an_issue(world, client):
    issue = world.site.create_issue("SUP")
    fields = {each.id: each for each in client.edit_fields(str(issue.id))}
    assert fields["priority"].allowed[0] == Option("1", "Highest")
    world.site.take_off_screen("SUP", "priority", "edit")
    assert "priority" not in [each.id for each in client.edit_fields(str(issue.id))]
