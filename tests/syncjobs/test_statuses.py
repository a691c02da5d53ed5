"""The closest safe status: same name, synonym, stage, similar name, or none at all."""

import pytest

from connector.catalog.statuses import Meaning
from connector.catalog.statuses import Status as SalesforceStatus
from connector.jira.model import Status as JiraStatus
from syncjobs.status_words import Stage
from syncjobs.statuses import NoMatch, Status, find, from_jira, from_salesforce, unlisted

TO_DO = from_jira(JiraStatus("1", "To Do", "new"))
IN_PROGRESS = from_jira(JiraStatus("3", "In Progress", "indeterminate"))
IN_REVIEW = from_jira(JiraStatus("4", "In Review", "indeterminate"))
DONE = from_jira(JiraStatus("5", "Done", "done"))
SIMPLE = (TO_DO, IN_PROGRESS, DONE)


def salesforce(**meanings: Meaning) -> dict[str, Status]:
    """Statuses of an object, in order, by name; an underscore is a space."""
    rows = [
        SalesforceStatus(name.replace("_", " "), name.replace("_", " "), meaning)
        for name, meaning in meanings.items()
    ]
    return {each.id: each for each in from_salesforce(rows)}


CASES = salesforce(
    New=Meaning.OPEN, Working=Meaning.OPEN, Escalated=Meaning.OPEN, Closed=Meaning.CLOSED
)
STAGES = salesforce(
    Prospecting=Meaning.OPEN,
    Negotiation=Meaning.OPEN,
    Closed_Won=Meaning.WON,
    Closed_Lost=Meaning.CLOSED,
)


def to_jira(source: Status, *targets: Status, current: Status = TO_DO) -> str:
    found = find(source, targets or SIMPLE, {}, current, "Jira")
    return "" if isinstance(found, NoMatch) else found.name


def to_salesforce(source: Status, among: dict[str, Status], current: str) -> str:
    found = find(source, tuple(among.values()), {}, among[current], "Salesforce")
    return "" if isinstance(found, NoMatch) else found.id


@pytest.mark.parametrize(
    ("case", "issue"),
    [
        ("New", "To Do"),
        ("Working", "In Progress"),
        ("Escalated", "In Progress"),
        ("Closed", "Done"),
    ],
)
def test_a_case_finds_its_status_in_a_plain_workflow(case: str, issue: str) -> None:
    assert to_jira(CASES[case]) == issue


@pytest.mark.parametrize(
    ("issue", "case"), [(TO_DO, "New"), (IN_PROGRESS, "Working"), (DONE, "Closed")]
)
def test_an_issue_finds_its_status_in_a_case(issue: Status, case: str) -> None:
    assert to_salesforce(issue, CASES, "Escalated" if case == "New" else "New") == case


def test_the_same_name_is_found_whatever_its_case_and_spaces() -> None:
    odd = from_jira(JiraStatus("9", "  in  PROGRESS ", "indeterminate"))
    assert to_jira(CASES["Working"], TO_DO, odd) == odd.name


def test_a_status_of_the_same_stage_is_left_where_it_is() -> None:
    assert to_jira(CASES["Escalated"], *SIMPLE, IN_REVIEW, current=IN_REVIEW) == "In Review"


def test_nothing_is_escalated_because_of_its_stage() -> None:
    only = {name: CASES[name] for name in ("New", "Escalated", "Closed")}
    assert to_salesforce(IN_REVIEW, only, "New") == "New"


@pytest.mark.parametrize("name", ["Done", "Closed", "Resolved"])
def test_nothing_is_won_or_lost_because_an_issue_is_done(name: str) -> None:
    done = from_jira(JiraStatus("5", name, "done"))
    assert to_salesforce(done, STAGES, "Prospecting") == ""


def test_a_won_opportunity_is_done_in_jira() -> None:
    assert to_jira(STAGES["Closed Won"]) == "Done"


def test_a_closed_status_never_stands_for_an_open_one() -> None:
    resolved = from_jira(JiraStatus("7", "Resolved", "indeterminate"))
    assert to_jira(CASES["Closed"], TO_DO, resolved) == ""


def test_an_open_status_never_stands_for_a_closed_one_by_its_likeness() -> None:
    solved = from_jira(JiraStatus("7", "Solved", "done"))
    unsolved = salesforce(Unsolved=Meaning.OPEN, Closed=Meaning.CLOSED)["Unsolved"]
    assert to_jira(unsolved, solved) == ""


def test_two_closed_statuses_that_contradict_each_other_are_not_alike() -> None:
    approved = from_jira(JiraStatus("7", "Approved by board", "done"))
    other = salesforce(New=Meaning.OPEN, Not_approved_by_board=Meaning.CLOSED)
    assert to_salesforce(approved, other, "New") == ""
    assert to_salesforce(DONE, other, "New") == ""


def test_the_most_similar_name_of_a_stage_is_taken() -> None:
    triage = from_jira(JiraStatus("8", "Triage by support", "indeterminate"))
    case = salesforce(New=Meaning.OPEN, Triage_by_Suport=Meaning.OPEN)["Triage by Suport"]
    assert to_jira(case, IN_PROGRESS, triage) == "Triage by support"


def test_the_table_goes_first() -> None:
    found = find(CASES["New"], SIMPLE, {"new": "done"}, TO_DO, "Jira")
    assert found == DONE


def test_a_table_entry_that_is_not_offered_is_not_replaced_by_a_guess() -> None:
    found = find(CASES["New"], SIMPLE, {"New": "Triage"}, TO_DO, "Jira")
    assert isinstance(found, NoMatch)
    assert "“Triage”" in found.reason
    assert "To Do, In Progress, Done" in found.reason


def test_a_reason_says_what_was_missing_and_what_there_is() -> None:
    found = find(STAGES["Closed Won"], (TO_DO, IN_PROGRESS), {}, TO_DO, "Jira")
    assert isinstance(found, NoMatch)
    assert "“Closed Won”" in found.reason
    assert "To Do, In Progress" in found.reason


def test_a_lead_is_never_converted_by_its_status() -> None:
    leads = salesforce(
        Open=Meaning.OPEN, Converted=Meaning.CONVERTED, Closed_Not_Converted=Meaning.OPEN
    )
    converted = from_jira(JiraStatus("5", "Converted", "done"))
    assert "Converted" not in leads
    assert to_salesforce(converted, leads, "Open") == ""
    assert to_salesforce(DONE, leads, "Open") == "Closed Not Converted"


def test_what_salesforce_calls_open_is_open_whatever_its_name() -> None:
    statuses = salesforce(New=Meaning.OPEN, Resolved=Meaning.OPEN, Closed=Meaning.CLOSED)
    assert statuses["Resolved"].stage is Stage.IN_PROGRESS


def test_a_plain_picklist_is_understood_by_its_names() -> None:
    """Quotes and custom objects have no status table."""
    plain = salesforce(Draft=Meaning.UNKNOWN, Rejected=Meaning.UNKNOWN, Blue=Meaning.UNKNOWN)
    assert [each.stage for each in plain.values()] == [Stage.OPEN, Stage.CLOSED, Stage.UNKNOWN]


def test_what_has_no_known_meaning_is_not_guessed() -> None:
    blue = salesforce(Blue=Meaning.UNKNOWN)["Blue"]
    assert to_jira(blue) == ""


def test_salesforce_trap_8_a_value_that_was_switched_off_is_still_understood() -> None:
    """salesforce trap 8: inactive values still stand on records."""
    assert to_jira(unlisted("On Hold"), TO_DO, IN_PROGRESS) == "In Progress"


def test_salesforce_trap_8_the_value_is_written_and_not_its_label() -> None:
    """salesforce trap 8: labels are translated."""
    rows = [
        SalesforceStatus("New", "Neu", Meaning.OPEN),
        SalesforceStatus("Closed", "Geschlossen", Meaning.CLOSED),
    ]
    statuses = from_salesforce(rows)
    geschlossen = from_jira(JiraStatus("5", "Geschlossen", "done"))
    found = find(geschlossen, statuses, {}, statuses[0], "Salesforce")
    assert isinstance(found, Status)
    assert found.id == "Closed"
