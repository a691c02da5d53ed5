"""Creating, reading and changing issues in the sandbox's Jira."""

import pytest

from tests.sandbox.jira_caller import Caller

JANE = "5b10ac8d82e05b22cc7d4ef5"
LONG = "x" * 32_768


def errors(answer):
    assert answer.status_code == 400, answer.text
    return answer.json()["errors"]


def field(caller, name, key="SUP-1"):
    return caller.get(f"/issue/{key}").json()["fields"][name]


def test_an_issue_is_created_with_its_mark_in_one_call():
    caller = Caller()
    body = {
        "fields": {"project": {"id": "10000"}, "issuetype": {"name": "Bug"}, "summary": "x"},
        "properties": [{"key": "mark", "value": {"record": "500"}}],
    }
    made = caller.post("/issue", body)
    assert (made.status_code, made.json()["key"]) == (201, "SUP-1")
    read = caller.get("/issue/SUP-1?fields=summary&properties=mark").json()
    assert (read["fields"], read["properties"]) == ({"summary": "x"}, {"mark": {"record": "500"}})


@pytest.mark.parametrize(("id", "written", "read"), [
    ("customfield_10050", "Acme", "Acme"),
    ("customfield_10051", "*bold*", "*bold*"),
    ("customfield_10052", 12.5, 12.5),
    ("customfield_10053", "2026-11-21", "2026-11-21"),
    ("customfield_10054", "2026-11-21T09:30:00.000+0000", "2026-11-21T10:30:00.000+0100"),
    ("customfield_10059", "https://a.example", "https://a.example"),
    ("customfield_10061", ["a", "b"], ["a", "b"]),
    ("labels", ["a", "b"], ["a", "b"]),
    ("duedate", "2026-12-01", "2026-12-01"),
])  # fmt: skip
def test_a_plain_value_is_kept(id, written, read):
    caller = Caller()
    assert caller.create(**{id: written}).status_code == 201
    assert field(caller, id) == read


@pytest.mark.parametrize(("id", "written"), [
    ("customfield_10055", {"value": "Gold"}),
    ("customfield_10055", {"id": "10200"}),
    ("customfield_10062", {"value": "High"}),
    ("priority", {"name": "High"}),
])  # fmt: skip
def test_a_choice_is_named_by_id_or_value(id, written):
    caller = Caller()
    assert caller.create(**{id: written}).status_code == 201
    assert field(caller, id).items() >= written.items()


def test_several_choices_are_objects_in_a_list():
    caller = Caller()
    caller.create(
        customfield_10056=[{"value": "Router"}, {"value": "Switch"}],
        components=[{"name": "Network"}],
        fixVersions=[{"name": "1.0"}],
    )
    assert [o["value"] for o in field(caller, "customfield_10056")] == ["Router", "Switch"]
    assert field(caller, "components")[0]["name"] == "Network"
    assert field(caller, "fixVersions")[0]["name"] == "1.0"


def test_a_cascading_choice_has_a_child():
    caller = Caller()
    caller.create(customfield_10057={"value": "EMEA", "child": {"value": "France"}})
    assert field(caller, "customfield_10057")["child"]["value"] == "France"


@pytest.mark.parametrize(("id", "value"), [
    ("customfield_10050", 5),
    ("customfield_10052", "12"),
    ("customfield_10052", True),
    ("customfield_10053", "21.11.2026"),
    ("customfield_10054", "2026-11-21"),
    ("customfield_10055", "Gold"),
    ("customfield_10055", {"id": "99"}),
    ("customfield_10056", {"value": "Router"}),
    ("customfield_10057", {"value": "EMEA", "child": {"value": "Canada"}}),
    ("customfield_10059", "not a url"),
    ("customfield_10060", JANE),
    ("components", ["Network"]),
    ("priority", {"name": "Urgent"}),
    ("labels", "vip"),
    ("labels", ["two words"]),
    ("description", LONG),
    ("description", {"type": "doc", "version": 1, "content": []}),
    ("summary", "x" * 256),
    ("summary", "two\nlines"),
    ("summary", ""),
    ("unknown", 1),
])  # fmt: skip
def test_a_wrong_value_is_refused_by_name(id, value):
    """jira traps: newline in summary, space in a label, a field context's own options."""
    assert list(errors(Caller().create(**{id: value}))) == [id]


def test_all_wrong_values_are_named_at_once():
    wrong = errors(Caller().create(labels="vip", customfield_10052="12", nonsense=1))
    assert wrong.keys() == {"labels", "customfield_10052", "nonsense"}


def test_a_field_off_the_screen_cannot_be_set():
    caller = Caller()
    caller.site.take_off_screen("SUP", "labels")
    assert errors(caller.create(labels=["a"])) == {
        "labels": "Field 'labels' cannot be set. It is not on the appropriate screen, or unknown."
    }


def test_an_option_of_another_context_is_refused():
    """jira trap: field context."""
    caller = Caller()
    caller.site.limit_options("SUP", "customfield_10055", "Silver")
    assert errors(caller.create(customfield_10055={"value": "Gold"})).keys() == {
        "customfield_10055"
    }
    assert caller.create(customfield_10055={"value": "Silver"}).status_code == 201
    meta = caller.get("/issue/createmeta/SUP/issuetypes/10001").json()["fields"]
    (tier,) = [field for field in meta if field["fieldId"] == "customfield_10055"]
    assert [option["value"] for option in tier["allowedValues"]] == ["Silver"]


def test_a_required_field_must_come_with_the_issue():
    caller = Caller()
    caller.site.require("SUP", "customfield_10050")
    assert errors(caller.create()) == {"customfield_10050": "Account is required."}


def test_a_required_field_cannot_be_emptied():
    caller = Caller()
    caller.site.require("SUP", "customfield_10050")
    caller.create(customfield_10050="Acme")
    answer = caller.put("/issue/SUP-1", {"fields": {"customfield_10050": None}})
    assert errors(answer) == {"customfield_10050": "Account is required."}


def test_cloud_knows_people_by_account_only():
    """jira trap: `name` sent to Cloud."""
    caller = Caller()
    assert caller.create(assignee={"accountId": JANE}).status_code == 201
    assert errors(caller.create(assignee={"name": "jane"})) == {
        "assignee": "accountId must be provided"
    }


def test_data_center_knows_people_by_name():
    caller = Caller("data_center")
    assert caller.create(assignee={"name": "jane"}).status_code == 201
    assert field(caller, "assignee")["displayName"] == "Jane Wolf"
    assert caller.create(assignee={"accountId": JANE}).status_code == 400


def test_who_has_left_cannot_be_assigned():
    caller = Caller()
    caller.site.users[1].active = False
    assert errors(caller.create(assignee={"accountId": JANE})).keys() == {"assignee"}


def test_a_hidden_project_takes_no_issues():
    caller = Caller()
    caller.site.hide_project("SUP")
    assert errors(caller.create()) == {"project": "Specify a valid project ID or key"}


def test_a_sub_task_needs_a_parent_and_shows_it():
    caller = Caller()
    caller.create()
    assert errors(caller.create(issuetype={"name": "Sub-task"})).keys() == {"parent"}
    caller.create(issuetype={"name": "Sub-task"}, parent={"key": "SUP-1"})
    assert field(caller, "parent", "SUP-2")["key"] == "SUP-1"
    assert [child["key"] for child in field(caller, "subtasks")] == ["SUP-2"]


def new(summary):
    return {"fields": {"project": {"key": "SUP"}, "issuetype": {"id": "10001"}, "summary": summary}}


def test_a_bulk_create_names_those_that_failed_by_their_place():
    answer = Caller().post("/issue/bulk", {"issueUpdates": [new("a"), new("b\nb"), new("c")]})
    made = answer.json()
    assert answer.status_code == 201
    assert [issue["key"] for issue in made["issues"]] == ["SUP-1", "SUP-2"]
    assert [error["failedElementNumber"] for error in made["errors"]] == [1]
    assert "summary" in made["errors"][0]["elementErrors"]["errors"]


def test_a_bulk_create_of_nothing_but_failures_is_a_failure():
    answer = Caller().post("/issue/bulk", {"issueUpdates": [new(""), new("")]})
    assert (answer.status_code, answer.json()["issues"]) == (400, [])


def test_a_bulk_create_takes_fifty():
    updates = [new("x")] * 51
    assert Caller().post("/issue/bulk", {"issueUpdates": updates}).status_code == 400
    assert Caller().post("/issue/bulk", {"issueUpdates": updates[:50]}).status_code == 201


def test_an_edit_answers_without_a_body():
    """jira trap: empty 201/204."""
    caller = Caller()
    caller.create()
    answer = caller.put("/issue/SUP-1", {"fields": {"summary": "Other"}})
    assert (answer.status_code, answer.content) == (204, b"")
    assert field(caller, "summary") == "Other"


def test_labels_are_added_and_removed_without_touching_others():
    caller = Caller()
    caller.create(labels=["old", "kept"])
    caller.put("/issue/SUP-1", {"update": {"labels": [{"add": "new"}, {"remove": "old"}]}})
    assert field(caller, "labels") == ["kept", "new"]


def test_a_field_is_not_both_set_and_updated():
    caller = Caller()
    caller.create()
    both = {"fields": {"labels": []}, "update": {"labels": [{"add": "a"}]}}
    assert errors(caller.put("/issue/SUP-1", both)).keys() == {"labels"}


def test_an_edit_without_permission_is_forbidden():
    caller = Caller()
    caller.create()
    caller.site.deny("EDIT_ISSUES", "SUP")
    assert caller.put("/issue/SUP-1", {"fields": {"summary": "x"}}).status_code == 403


def test_an_issue_in_a_locked_status_offers_nothing_to_edit():
    caller = Caller()
    caller.create()
    caller.site.status("To Do").locked = True
    assert caller.get("/issue/SUP-1/editmeta").json() == {"fields": {}}
    assert errors(caller.put("/issue/SUP-1", {"fields": {"summary": "x"}})).keys() == {"summary"}


def test_data_center_keeps_silence_for_administrators():
    """jira trap: `notifyUsers=false` without admin right."""
    caller = Caller("data_center")
    caller.create()
    path, body = "/issue/SUP-1?notifyUsers=false", {"fields": {"summary": "x"}}
    assert caller.put(path, body).status_code == 204
    caller.site.deny("ADMINISTER")
    assert caller.put(path, body).status_code == 403


def test_an_issue_that_may_not_be_seen_does_not_exist():
    """jira trap: 404 that means "no permission"."""
    caller = Caller()
    caller.create()
    caller.site.hide_project("SUP")
    hidden, missing = caller.get("/issue/SUP-1"), caller.get("/issue/SUP-99")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text == missing.text


def test_a_moved_issue_is_found_under_its_old_key():
    """jira trap: issue moved."""
    caller = Caller()
    number = caller.create().json()["id"]
    caller.site.move_issue("SUP-1", "OPS")
    found = caller.get("/issue/SUP-1").json()
    assert (found["id"], found["key"]) == (number, "OPS-1")
    assert found["fields"]["status"]["name"] == "Backlog"


def test_a_renamed_project_still_has_its_old_keys():
    """jira trap: project key renamed."""
    caller = Caller()
    caller.create()
    caller.site.rename_project("SUP", "HELPME")
    assert caller.get("/issue/SUP-1").json()["key"] == "HELPME-1"
    assert caller.get("/project/SUP").json()["key"] == "HELPME"


def test_a_deleted_issue_is_gone():
    caller = Caller()
    caller.create()
    assert caller.delete("/issue/SUP-1").status_code == 204
    assert caller.get("/issue/SUP-1").status_code == 404


def test_a_bulk_read_leaves_out_what_is_missing_and_sorts_by_id():
    caller = Caller()
    for _ in range(3):
        caller.create()
    names = ["SUP-3", "10000", "99999", "SUP-77"]
    found = caller.post("/issue/bulkfetch", {"issueIdsOrKeys": names, "fields": ["summary"]})
    assert [issue["key"] for issue in found.json()["issues"]] == ["SUP-1", "SUP-3"]
    assert found.json()["issueErrors"] == []


@pytest.mark.parametrize("names", [[], ["1"] * 101])
def test_a_bulk_read_takes_one_to_a_hundred(names):
    assert Caller().post("/issue/bulkfetch", {"issueIdsOrKeys": names}).status_code == 400


def test_an_edit_moves_the_time_stamp_and_a_property_does_not():
    caller = Caller()
    caller.create()
    created = field(caller, "updated")
    caller.clock.advance(5)
    caller.put("/issue/SUP-1/properties/mark", {"a": 1})
    assert field(caller, "updated") == created
    caller.put("/issue/SUP-1", {"fields": {"summary": "Other"}})
    assert field(caller, "updated") != created


def test_an_edit_that_changes_nothing_moves_nothing():
    caller = Caller()
    caller.create(summary="Same")
    before = field(caller, "updated")
    caller.clock.advance(5)
    caller.put("/issue/SUP-1", {"fields": {"summary": "Same"}})
    assert field(caller, "updated") == before
    assert caller.get("/issue/SUP-1/changelog").json()["total"] == 0


def test_changes_are_logged_with_ids_and_words():
    caller = Caller()
    caller.create(priority={"name": "Low"})
    caller.put("/issue/SUP-1", {"fields": {"priority": {"name": "High"}}})
    (entry,) = caller.get("/issue/SUP-1/changelog").json()["values"]
    assert entry["items"] == [
        {
            "field": "priority",
            "fieldtype": "jira",
            "fieldId": "priority",
            "from": "4",
            "fromString": "Low",
            "to": "2",
            "toString": "High",
        }
    ]


def test_data_center_has_its_change_log_in_the_issue_only():
    caller = Caller("data_center")
    caller.create()
    caller.site.edit("SUP-1", summary="Other")
    assert caller.get("/issue/SUP-1/changelog").status_code == 404
    histories = caller.get("/issue/SUP-1?expand=changelog").json()["changelog"]["histories"]
    assert histories[0]["items"][0]["toString"] == "Other"


def test_the_bulk_change_log_has_milliseconds():
    caller = Caller()
    caller.create()
    caller.site.edit("SUP-1", summary="Other")
    body = {"issueIdsOrKeys": ["SUP-1"], "fieldIds": ["summary"]}
    (log,) = caller.post("/changelog/bulkfetch", body).json()["issueChangeLogs"]
    assert log["changeHistories"][0]["created"] == 1_795_253_400_000


def test_times_are_in_the_readers_zone():
    caller = Caller()
    caller.create()
    caller.site.robot.time_zone = "America/New_York"
    assert field(caller, "created") == "2026-11-21T04:30:00.000-0500"
