"""What clients learn about projects, fields and people of the sandbox's Jira."""

import pytest

from sandbox.jira.kinds import Line
from tests.sandbox.jira_caller import Caller

TYPES = "/issue/createmeta/SUP/issuetypes"
TASK = f"{TYPES}/10001"


def keys(answer):
    return [project["key"] for project in answer.json()["values"]]


def test_projects_come_in_pages():
    caller = Caller()
    answer = caller.get("/project/search?maxResults=2")
    assert (keys(answer), answer.json()["isLast"]) == (["HELP", "OPS"], False)
    assert keys(caller.get("/project/search?startAt=2&maxResults=2")) == ["SUP"]


def test_data_center_lists_projects_all_at_once():
    caller = Caller("data_center")
    assert len(caller.get("/project").json()) == 3
    # There, "search" can only be a project's key.
    assert caller.get("/project/search").status_code == 404


def test_a_hidden_project_does_not_exist():
    caller = Caller()
    caller.site.hide_project("OPS")
    assert "OPS" not in keys(caller.get("/project/search"))
    assert caller.get("/project/OPS").status_code == 404


def test_a_project_in_which_nothing_may_be_created_is_seen_but_not_offered():
    caller = Caller()
    caller.site.deny("CREATE_ISSUES", "OPS")
    assert "OPS" not in keys(caller.get("/project/search?action=create"))
    assert "OPS" in keys(caller.get("/project/search"))


@pytest.mark.parametrize(("deployment", "types", "fields"), [
    ("cloud", "issueTypes", "fields"),
    ("data_center", "values", "values"),
])  # fmt: skip
def test_create_metadata_has_the_shape_of_the_edition(deployment, types, fields):
    """jira trap: DC shape of createmeta."""
    caller = Caller(deployment)
    assert caller.get(TYPES).json()[types][0]["name"] == "Task"
    assert caller.get(TASK).json()[fields][1]["fieldId"] == "summary"


def test_create_metadata_comes_in_pages_of_fifty():
    """jira trap: only first page of createmeta."""
    caller = Caller()
    for number in range(40):
        caller.site.add_field(f"Extra {number}", Line(), "textfield")
    first = caller.get(TASK).json()
    rest = caller.get(f"{TASK}?startAt=50").json()
    assert (len(first["fields"]), first["maxResults"]) == (50, 50)
    assert 50 + len(rest["fields"]) == first["total"]


def test_the_flat_create_metadata_is_gone():
    assert Caller().get("/issue/createmeta?projectKeys=SUP").status_code == 404


@pytest.mark.parametrize(("deployment", "status"), [("cloud", 404), ("data_center", 400)])
def test_create_metadata_of_a_hidden_project_is_refused(deployment, status):
    caller = Caller(deployment)
    caller.site.hide_project("SUP")
    assert caller.get(TYPES).status_code == status


def field(caller, id):
    return next(f for f in caller.get(TASK).json()["fields"] if f["fieldId"] == id)


def test_a_field_tells_its_choices():
    region = field(Caller(), "customfield_10057")
    assert region["schema"]["type"] == "option-with-child"
    assert [child["value"] for child in region["allowedValues"][0]["children"]] == [
        "Germany",
        "France",
    ]


def test_a_required_field_says_so():
    caller = Caller()
    caller.site.require("SUP", "customfield_10050")
    assert field(caller, "customfield_10050")["required"] is True
    assert field(caller, "customfield_10051")["required"] is False


def test_the_priority_has_a_default():
    assert field(Caller(), "priority")["defaultValue"]["name"] == "Medium"


def test_a_field_off_the_create_screen_is_not_in_the_create_metadata():
    caller = Caller()
    caller.site.take_off_screen("SUP", "labels", "create")
    caller.site.create_issue("SUP")
    listed = [f["fieldId"] for f in caller.get(TASK).json()["fields"]]
    assert "labels" not in listed
    assert "labels" in caller.get("/issue/SUP-1/editmeta").json()["fields"]


def test_two_fields_may_share_a_name_and_one_belongs_to_a_project():
    """jira trap: team-managed projects have the same field name with another id."""
    caller = Caller()
    caller.site.add_field("Account", Line(), "textfield", scope="OPS")
    same = [f for f in caller.get("/field").json() if f["name"] == "Account"]
    assert len({f["id"] for f in same}) == 2
    assert [f.get("scope", {}).get("project") for f in same] == [None, {"id": "10001"}]


def test_statuses_are_listed_by_issue_type():
    task = Caller().get("/project/OPS/statuses").json()[0]
    assert [(s["name"], s["statusCategory"]["key"]) for s in task["statuses"]] == [
        ("Backlog", "new"),
        ("Selected", "new"),
        ("In Review", "indeterminate"),
        ("Closed", "done"),
    ]


def test_permissions_are_those_of_the_project():
    caller = Caller()
    caller.site.deny("TRANSITION_ISSUES", "SUP")
    path = "/mypermissions?permissions=TRANSITION_ISSUES,EDIT_ISSUES&projectKey="
    sup = caller.get(path + "SUP").json()["permissions"]
    ops = caller.get(path + "OPS").json()["permissions"]
    assert not sup["TRANSITION_ISSUES"]["havePermission"]
    assert sup["EDIT_ISSUES"]["havePermission"]
    assert ops["TRANSITION_ISSUES"]["havePermission"]


def test_cloud_wants_to_know_which_permissions():
    assert Caller().get("/mypermissions").status_code == 400
    assert Caller("data_center").get("/mypermissions").status_code == 200


def found(caller, query):
    name = "query" if caller.site.cloud else "username"
    answer = caller.get("/user/search", params={name: query}).json()
    return [user["displayName"] for user in answer]


def test_a_person_is_found_by_the_beginning_of_name_or_mail():
    assert found(Caller(), "jane") == ["Jane Wolf"]
    assert found(Caller("data_center"), "jane@acme") == ["Jane Wolf"]


def test_a_hidden_mail_is_found_only_in_full_and_not_shown():
    caller = Caller()
    assert found(caller, "mia@acme") == []
    assert found(caller, "mia@acme.example") == ["Mia Brandt"]
    answer = caller.get("/user/search?query=mia@acme.example").json()
    assert "emailAddress" not in answer[0]


def test_who_has_left_cannot_be_assigned():
    caller = Caller()
    caller.site.users[1].active = False
    assert caller.get("/user/assignable/search?project=SUP&query=jane").json() == []


def test_cloud_refuses_user_names():
    """jira trap: `name`/`username` sent to Cloud."""
    assert Caller().get("/user/search?username=jane").status_code == 400
