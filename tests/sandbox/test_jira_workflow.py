"""Workflows of the sandbox's Jira."""

import pytest

from tests.sandbox.jira_caller import Caller


def issue_in(project, deployment="cloud"):
    caller = Caller(deployment)
    caller.site.create_issue(project)
    return caller


def steps(caller, key, query=""):
    found = caller.get(f"/issue/{key}/transitions{query}").json()["transitions"]
    return {step["name"]: step for step in found}


def take(caller, key, id, **more):
    return caller.post(f"/issue/{key}/transitions", {"transition": {"id": id}, **more})


def status(caller, key):
    return caller.get(f"/issue/{key}").json()["fields"]["status"]["name"]


def test_only_ways_out_of_the_current_status_are_offered():
    caller = issue_in("OPS")
    assert list(steps(caller, "OPS-1")) == ["Select"]
    assert list(steps(issue_in("SUP"), "SUP-1")) == ["To Do", "In Progress", "Done"]


def test_a_transition_moves_the_issue_and_sets_the_resolution():
    caller = issue_in("SUP")
    answer = take(caller, "SUP-1", "31")
    assert (answer.status_code, answer.content) == (204, b"")
    fields = caller.get("/issue/SUP-1").json()["fields"]
    assert fields["status"]["statusCategory"]["key"] == "done"
    assert fields["resolution"]["name"] == "Done"
    assert fields["resolutiondate"] is not None


def test_going_back_clears_the_resolution():
    caller = issue_in("SUP")
    take(caller, "SUP-1", "31")
    take(caller, "SUP-1", "11")
    assert caller.get("/issue/SUP-1").json()["fields"]["resolution"] is None


@pytest.mark.parametrize("id", ["71", "999", "", 31, None])
def test_an_unknown_or_unreachable_transition_is_refused(id):
    assert take(issue_in("OPS"), "OPS-1", id).status_code == 400


def test_data_center_breaks_on_a_nonsense_id():
    assert take(issue_in("SUP", "data_center"), "SUP-1", "nonsense").status_code == 500


def in_review():
    caller = issue_in("OPS")
    caller.site.transition("OPS-1", "Selected")
    caller.site.transition("OPS-1", "In Review")
    return caller


def test_a_screen_tells_what_it_needs():
    """jira trap: required field on a transition screen."""
    caller = in_review()
    close = steps(caller, "OPS-1", "?expand=transitions.fields")["Close"]
    assert close["fields"]["resolution"]["required"] is True
    assert "fields" not in steps(caller, "OPS-1")["Close"]
    answer = take(caller, "OPS-1", "71")
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"resolution": "Resolution is required."}
    assert status(caller, "OPS-1") == "In Review"


def test_a_screen_takes_its_fields():
    caller = in_review()
    wanted = {"fields": {"resolution": {"name": "Won't Do"}}}
    assert take(caller, "OPS-1", "71", **wanted).status_code == 204
    assert caller.get("/issue/OPS-1").json()["fields"]["resolution"]["name"] == "Won't Do"


def test_a_field_off_the_transitions_screen_is_refused():
    """jira trap: resolution sent where it is not on the screen."""
    caller = issue_in("SUP")
    answer = take(caller, "SUP-1", "31", fields={"resolution": {"name": "Done"}})
    assert answer.status_code == 400
    assert "not on the appropriate screen" in answer.json()["errors"]["resolution"]


def test_a_comment_in_a_transition_without_a_screen_is_lost():
    """jira trap: comment in a screenless transition."""
    caller = issue_in("SUP")
    update = {"comment": [{"add": {"body": "Done it"}}]}
    assert take(caller, "SUP-1", "31", update=update).status_code == 204
    assert caller.get("/issue/SUP-1/comment").json()["total"] == 0


def test_a_comment_on_a_transitions_screen_is_kept():
    caller = in_review()
    update = {"comment": [{"add": {"body": "Done it"}}]}
    take(caller, "OPS-1", "71", update=update, fields={"resolution": {"name": "Done"}})
    assert caller.get("/issue/OPS-1/comment").json()["total"] == 1


def test_a_condition_hides_a_transition():
    """jira trap: transition hidden by condition or right."""
    caller = issue_in("SUP")
    done = caller.site.issue("SUP-1").project.workflows["10001"].transitions[2]
    done.condition = lambda user, issue: user is not caller.site.robot
    assert "Done" not in steps(caller, "SUP-1")
    hidden = steps(caller, "SUP-1", "?includeUnavailableTransitions=true")["Done"]
    assert hidden["isAvailable"] is False
    assert take(caller, "SUP-1", "31").status_code == 400


def test_a_validator_refuses_what_no_metadata_told():
    caller = issue_in("SUP")
    done = caller.site.issue("SUP-1").project.workflows["10001"].transitions[2]
    done.validator = lambda issue, values: "Log your work first."
    answer = take(caller, "SUP-1", "31")
    assert answer.json()["errorMessages"] == ["Log your work first."]


def test_without_the_right_there_are_no_transitions():
    caller = issue_in("SUP")
    caller.site.deny("TRANSITION_ISSUES", "SUP")
    assert steps(caller, "SUP-1") == {}


def test_a_change_of_status_is_logged():
    caller = issue_in("SUP")
    take(caller, "SUP-1", "21")
    (entry,) = caller.get("/issue/SUP-1/changelog").json()["values"]
    line = entry["items"][0]
    assert (line["field"], line["from"], line["to"]) == ("status", "10000", "3")


def test_a_person_takes_the_way_that_leads_to_a_status():
    caller = issue_in("OPS")
    caller.site.transition("OPS-1", "Selected")
    assert status(caller, "OPS-1") == "Selected"
