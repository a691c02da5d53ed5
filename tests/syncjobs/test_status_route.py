"""Which transition is taken next."""

from connector.jira.model import FieldMeta, Option, Status, Transition
from syncjobs.status_route import NoStep, Step, next_step
from syncjobs.statuses import from_jira

OPEN = Status("1", "Backlog", "new")
SELECTED = Status("2", "Selected", "new")
DOING = Status("3", "Doing things", "indeterminate")
HELD = Status("4", "On Hold", "indeterminate")
CLOSED = Status("5", "Closed", "done")
ARCHIVED = Status("6", "Archived", "done")


def to(status: Status, *fields: FieldMeta, name: str = "", available: bool = True) -> Transition:
    return Transition(name or status.id, name or status.name, status, fields, available)


def resolution(*names: str, required: bool = True, default: bool = False) -> FieldMeta:
    allowed = tuple(Option(name.lower(), name) for name in names)
    return FieldMeta("resolution", "Resolution", required, default, allowed=allowed)


def taken(*offered: Transition, target: Status, at: Status = OPEN, direct: bool = False) -> Step:
    step = next_step(offered, from_jira(target), [at.id], direct=direct)
    assert isinstance(step, Step)
    return step


def reason(*offered: Transition, target: Status, at: Status = OPEN, direct: bool = False) -> str:
    step = next_step(offered, from_jira(target), [at.id], direct=direct)
    assert isinstance(step, NoStep)
    return step.reason


def test_a_direct_transition_is_preferred() -> None:
    assert taken(to(DOING), to(CLOSED), target=CLOSED).to.id == CLOSED.id


def test_the_transition_that_asks_for_least_is_preferred() -> None:
    asking = to(CLOSED, resolution("Done"), name="With a screen")
    assert taken(asking, to(CLOSED, name="Plain"), target=CLOSED).transition.name == "Plain"


def test_a_transition_whose_fields_are_unknown_is_avoided() -> None:
    unknown = to(CLOSED, FieldMeta("customfield_1", "Reason", required=True), name="Asking")
    other = to(CLOSED, resolution("Done"), name="Resolve")
    assert taken(unknown, other, target=CLOSED).transition.name == "Resolve"


def test_a_required_field_with_a_default_is_no_hindrance() -> None:
    field = FieldMeta("customfield_1", "Reason", required=True, has_default=True)
    assert taken(to(CLOSED, field), target=CLOSED).fields == {}


def test_the_missing_field_is_named() -> None:
    field = FieldMeta("customfield_1", "Reason", required=True)
    assert "needs Reason" in reason(to(CLOSED, field), target=CLOSED)


def test_a_detour_goes_towards_the_target() -> None:
    assert taken(to(SELECTED), to(DOING), to(HELD), target=CLOSED).to.id == DOING.id


def test_a_detour_never_leads_through_a_closed_status_to_an_open_one() -> None:
    assert "no transition to “Doing things”" in reason(to(CLOSED), target=DOING)


def test_a_detour_never_leads_back() -> None:
    offered = to(OPEN)
    assert "It offers: Backlog" in reason(offered, target=CLOSED, at=OPEN)


def test_no_detour_is_made_where_only_the_direct_way_is_wanted() -> None:
    assert "It offers: Doing things" in reason(to(DOING), target=CLOSED, direct=True)


def test_no_detour_is_made_round_a_condition() -> None:
    """jira trap "transition hidden by condition or right": reported, not got round."""
    hidden = to(CLOSED, name="Close", available=False)
    said = reason(to(DOING), hidden, target=CLOSED)
    assert "hides “Close”" in said
    assert "It offers: Doing things" in said


def test_without_any_transition_the_right_is_asked_about() -> None:
    assert "may the user transition issues?" in reason(target=CLOSED)


def test_a_resolution_is_chosen_from_what_the_screen_offers() -> None:
    offered = to(CLOSED, resolution("Duplicate", "Fixed"))
    assert taken(offered, target=CLOSED).fields == {"resolution": {"id": "fixed"}}


def test_the_first_resolution_is_taken_where_none_is_usual() -> None:
    offered = to(CLOSED, resolution("Erledigt", "Doppelt"))
    assert taken(offered, target=CLOSED).fields == {"resolution": {"id": "erledigt"}}


def test_a_resolution_named_like_the_status_is_preferred() -> None:
    offered = to(Status("7", "Won't Do", "done"), resolution("Done", "Won't Do"))
    assert taken(offered, target=offered.to).fields == {"resolution": {"id": "won't do"}}


def test_a_resolution_with_a_default_is_left_to_jira() -> None:
    offered = to(CLOSED, resolution("Done", default=True))
    assert taken(offered, target=CLOSED).fields == {}


def test_a_closed_issue_gets_a_resolution_where_the_screen_has_one() -> None:
    offered = to(CLOSED, resolution("Done", required=False))
    assert taken(offered, target=CLOSED).fields == {"resolution": {"id": "done"}}


def test_an_open_issue_gets_no_resolution_that_is_not_required() -> None:
    offered = to(DOING, resolution("Done", required=False))
    assert taken(offered, target=DOING).fields == {}


def test_another_closed_status_is_the_last_resort() -> None:
    assert taken(to(ARCHIVED), to(DOING), target=CLOSED).to.id == DOING.id
    assert taken(to(ARCHIVED), target=CLOSED).to.id == ARCHIVED.id
