"""What every site starts with: people, statuses, fields, two projects and a service desk.

Objects that tests may change (projects, screens, fields) are made anew for each site.
"""

from sandbox.jira.choices import (
    Assignee,
    Cascade,
    Choice,
    ComponentKind,
    IssueTypeKind,
    Many,
    Person,
    PriorityKind,
    ProjectKind,
    ResolutionKind,
    VersionKind,
)
from sandbox.jira.entities import (
    Category,
    IssueType,
    LinkType,
    Named,
    Option,
    Status,
    Transition,
    User,
    Workflow,
)
from sandbox.jira.kinds import (
    Date,
    DateTime,
    Field,
    Kind,
    Labels,
    Line,
    Number,
    Paragraph,
    Summary,
    Url,
)
from sandbox.jira.systemkinds import Computed, Parent, StatusKind, TimeTracking

NEW = Category(2, "new", "blue-gray", "To Do")
GOING = Category(4, "indeterminate", "yellow", "In Progress")
DONE = Category(3, "done", "green", "Done")
UNDEFINED = Category(1, "undefined", "medium-gray", "No Category")
CATEGORIES = (UNDEFINED, NEW, DONE, GOING)

LINK_TYPES = (
    LinkType("10000", "Blocks", "is blocked by", "blocks"),
    LinkType("10001", "Cloners", "is cloned by", "clones"),
    LinkType("10002", "Duplicate", "is duplicated by", "duplicates"),
    LinkType("10003", "Relates", "relates to", "relates to"),
)


def people() -> list[User]:
    """Return the integration user first, then people; the last one hides the mail address."""
    return [
        User("5b10a2844c20165700ede21g", "connector", "Connector", "connector@acme.example"),
        User("5b10ac8d82e05b22cc7d4ef5", "jane", "Jane Wolf", "jane@acme.example"),
        User("5b109f2e9729b51b54dc274d", "omar", "Omar Haddad", "omar@acme.example"),
        User(
            "712020:4f8a1d2c-77b1-4c0e-9a3e-0d6f5b1c2e11",
            "mia",
            "Mia Brandt",
            "mia@acme.example",
            email_visible=False,
        ),
    ]


def priorities() -> list[Named]:
    names = ("Highest", "High", "Medium", "Low", "Lowest")
    return [Named(str(number), name) for number, name in enumerate(names, 1)]


def resolutions() -> list[Named]:
    names = ("Done", "Won't Do", "Duplicate", "Cannot Reproduce")
    return [Named(str(10000 + number), name) for number, name in enumerate(names)]


def statuses() -> list[Status]:
    return [
        Status("10000", "To Do", NEW),
        Status("3", "In Progress", GOING),
        Status("10002", "Done", DONE),
        Status("10003", "Backlog", NEW),
        Status("10004", "Selected", NEW),
        Status("10005", "In Review", GOING),
        Status("6", "Closed", DONE),
        Status("10006", "Waiting for support", NEW),
        Status("10007", "Waiting for customer", GOING),
        Status("5", "Resolved", DONE),
    ]


def issue_types() -> list[IssueType]:
    return [
        IssueType("10001", "Task"),
        IssueType("10004", "Bug"),
        IssueType("10002", "Story"),
        IssueType("10003", "Sub-task", subtask=True),
        IssueType("10009", "Support request"),
    ]


def workflows(known: list[Status]) -> dict[str, Workflow]:
    """Return SUP's workflow (any status to any), OPS's (one way, resolution asked) and HELP's."""
    by_name = {status.name: status for status in known}
    todo, going, done = (by_name[name] for name in ("To Do", "In Progress", "Done"))
    backlog, selected, review, closed = (
        by_name[name] for name in ("Backlog", "Selected", "In Review", "Closed")
    )
    support, customer, resolved = (
        by_name[name] for name in ("Waiting for support", "Waiting for customer", "Resolved")
    )
    simple = [
        Transition("11", "To Do", todo, resolution=""),
        Transition("21", "In Progress", going, resolution=""),
        Transition("31", "Done", done, resolution="Done"),
    ]
    screen = ("resolution", "fixVersions", "comment")
    strict = [
        Transition("41", "Select", selected, (backlog,)),
        Transition("51", "Back to backlog", backlog, (selected, review)),
        Transition("61", "Start review", review, (selected,), ("assignee",)),
        Transition("71", "Close", closed, (review,), screen, ("resolution",)),
        Transition("81", "Reopen", selected, (closed,), resolution=""),
    ]
    desk = [
        Transition("91", "Respond to customer", customer, (support,)),
        Transition("101", "Respond to support", support, (customer, resolved), resolution=""),
        Transition(
            "111", "Resolve", resolved, (support, customer), ("resolution",), ("resolution",)
        ),
    ]
    return {
        "SUP": Workflow("Support workflow", todo, [todo, going, done], simple),
        "OPS": Workflow(
            "Operations workflow", backlog, [backlog, selected, review, closed], strict
        ),
        "HELP": Workflow("Service desk workflow", support, [support, customer, resolved], desk),
    }


# id, name, kind, navigable; one row per system field. Kinds have no state and are shared.
_SYSTEM: tuple[tuple[str, str, Kind, bool], ...] = (
    ("summary", "Summary", Summary(), True),
    ("issuetype", "Issue Type", IssueTypeKind(), True),
    ("project", "Project", ProjectKind(), True),
    ("status", "Status", StatusKind(), True),
    (
        "statuscategorychangedate",
        "Status Category Changed",
        Computed("datetime", search="ordered"),
        True,
    ),
    ("description", "Description", Paragraph(), True),
    ("environment", "Environment", Paragraph(), True),
    ("priority", "Priority", PriorityKind(), True),
    ("resolution", "Resolution", ResolutionKind(), True),
    ("resolutiondate", "Resolved", Computed("datetime", search="ordered"), True),
    ("labels", "Labels", Labels(), True),
    ("assignee", "Assignee", Assignee(), True),
    ("reporter", "Reporter", Person(), True),
    ("creator", "Creator", Person(), True),
    ("created", "Created", Computed("datetime", search="ordered"), True),
    ("updated", "Updated", Computed("datetime", search="ordered"), True),
    ("components", "Components", Many(ComponentKind()), True),
    ("fixVersions", "Fix versions", Many(VersionKind()), True),
    ("versions", "Affects versions", Many(VersionKind()), True),
    ("duedate", "Due date", Date(), True),
    ("parent", "Parent", Parent(), True),
    ("subtasks", "Sub-tasks", Computed("array", "issuelinks"), True),
    ("issuelinks", "Linked Issues", Computed("array", "issuelinks", operations=("add",)), True),
    ("timetracking", "Time tracking", TimeTracking(), False),
    ("comment", "Comment", Computed("comments-page", operations=("add",)), False),
    (
        "attachment",
        "Attachment",
        Computed("array", "attachment", operations=("set", "copy")),
        False,
    ),
    ("worklog", "Log Work", Computed("array", "worklog", operations=("add",)), False),
)

_CUSTOM: tuple[tuple[str, str, Kind, str, str], ...] = (
    ("10050", "Account", Line(), "textfield", ""),
    ("10051", "Steps to reproduce", Paragraph(), "textarea", ""),
    ("10052", "Effort", Number(), "float", ""),
    ("10053", "Contract end", Date(), "datepicker", ""),
    ("10054", "Customer meeting", DateTime(), "datetime", ""),
    ("10055", "Tier", Choice(), "select", "Gold,Silver,Bronze"),
    ("10056", "Products", Many(Choice()), "multiselect", "Router,Switch,Access point"),
    ("10057", "Region", Cascade(), "cascadingselect", "EMEA:Germany|France,AMER:USA|Canada"),
    ("10058", "Checks", Many(Choice()), "multicheckboxes", "Logs attached,Reproduced"),
    ("10059", "Customer portal", Url(), "url", ""),
    ("10060", "Account manager", Person(), "userpicker", ""),
    ("10061", "Tags", Labels(), "labels", ""),
    ("10062", "Impact", Choice(), "radiobuttons", "Low,Medium,High"),
)
SCREEN = (
    "summary", "issuetype", "description", "environment", "priority", "labels", "assignee",
    "reporter", "components", "fixVersions", "versions", "duedate", "parent", "timetracking",
    "issuelinks", "attachment",
)  # fmt: skip


def fields() -> dict[str, Field]:
    """Return the system fields and custom fields of every kind, by id."""
    known = {
        id: Field(id, name, kind, navigable=navigable) for id, name, kind, navigable in _SYSTEM
    }
    first = 10100
    for number, name, kind, type_key, values in _CUSTOM:
        choices = options(values, first)
        first += 20
        field = Field(f"customfield_{number}", name, kind, type_key, choices)
        known[field.id] = field
    return known


def options(values: str, first: int) -> list[Option]:
    """Read "A,B:child|child" into options whose ids count up from `first`."""
    made: list[Option] = []
    for value in filter(None, values.split(",")):
        name, _, below = value.partition(":")
        number = first + len(made)
        children = [
            Option(str(number * 10 + at), child)
            for at, child in enumerate(filter(None, below.split("|")))
        ]
        made.append(Option(str(number), name, tuple(children)))
    return made
