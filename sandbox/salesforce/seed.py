"""What an org has on its first day: people, a queue, the organization and the status tables."""

from typing import TYPE_CHECKING, Any

from . import ids

if TYPE_CHECKING:
    from .org import SalesforceOrg

USERNAME = "integration@acme.example"
PERSON = "grace.miller@acme.example"
_CLOSED = {"IsClosed": True}
_STATUSES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "CaseStatus": [("New", {}), ("Working", {}), ("Escalated", {}), ("Closed", _CLOSED)],
    "LeadStatus": [
        ("Open - Not Contacted", {}),
        ("Working - Contacted", {}),
        ("Closed - Converted", {"IsConverted": True}),
        ("Closed - Not Converted", {}),
    ],
    "TaskStatus": [
        ("Not Started", {}),
        ("In Progress", {}),
        ("Completed", _CLOSED),
        ("Waiting on someone else", {}),
        ("Deferred", {}),
    ],
    "ContractStatus": [
        ("Draft", {"StatusCode": "Draft"}),
        ("In Approval Process", {"StatusCode": "InApproval"}),
        ("Activated", {"StatusCode": "Activated"}),
    ],
    "OrderStatus": [
        ("Draft", {"StatusCode": "Draft"}),
        ("Activated", {"StatusCode": "Activated"}),
    ],
}
# Stage, probability, forecast category and its name, closed, won.
_STAGES = [
    ("Prospecting", 10, "Pipeline", "Pipeline", False, False),
    ("Qualification", 20, "Pipeline", "Pipeline", False, False),
    ("Proposal/Price Quote", 65, "BestCase", "Best Case", False, False),
    ("Negotiation/Review", 80, "BestCase", "Best Case", False, False),
    ("Closed Won", 100, "Closed", "Closed", True, True),
    ("Closed Lost", 0, "Omitted", "Omitted", True, False),
]


def fill(org: "SalesforceOrg") -> tuple[str, str, str]:
    """Put the first rows in. Returns the Ids of the integration user, a person and a queue."""
    integration = _user(org, "Jira", "Integration", USERNAME)
    human = _user(org, "Grace", "Miller", PERSON)
    _user(org, "Tom", "Becker", "tom.becker@acme.example")
    queue = put(org, "Group", Name="Support", DeveloperName="Support", Type="Queue")
    put(
        org,
        "Organization",
        Id=org.org_id,
        Name=org.name,
        InstanceName="DEU42",
        OrganizationType="Enterprise Edition",
        LanguageLocaleKey="en_US",
        DefaultLocaleSidKey="en_US",
        TimeZoneSidKey=org.time_zone,
    )
    for table, statuses in _STATUSES.items():
        for place, (name, more) in enumerate(statuses, 1):
            _status(org, table, place, name, **more)
    for place, (name, probability, category, shown, closed, won) in enumerate(_STAGES, 1):
        _status(
            org,
            "OpportunityStage",
            place,
            name,
            DefaultProbability=probability,
            ForecastCategory=category,
            ForecastCategoryName=shown,
            IsClosed=closed,
            IsWon=won,
        )
    return integration, human, queue


def replace_statuses(
    org: "SalesforceOrg", table: str, statuses: list[tuple[str, dict[str, Any]]]
) -> None:
    """Give a status table other rows: names with what is said of each, such as IsClosed."""
    for record_id in list(org.store.table(table).rows):
        org.store.remove(table, record_id)
    for place, (name, more) in enumerate(statuses, 1):
        _status(org, table, place, name, **more)


def _user(org: "SalesforceOrg", first: str, last: str, username: str) -> str:
    return put(
        org,
        "User",
        FirstName=first,
        LastName=last,
        Name=f"{first} {last}",
        Username=username,
        Email=username,
        Alias=last[:8].lower(),
    )


def _status(org: "SalesforceOrg", table: str, place: int, name: str, **more: Any) -> None:
    put(org, table, ApiName=name, MasterLabel=name, SortOrder=place, IsDefault=place == 1, **more)


def put(org: "SalesforceOrg", sobject: str, **values: Any) -> str:
    """Store a row without the checks that saving a record makes."""
    entry = org.schema.require(sobject)
    now = org.stamp()
    row = dict(entry.defaults)
    row.update(Id=values.get("Id") or org.next_id(entry))
    row.update(CreatedDate=now, LastModifiedDate=now, SystemModstamp=now, **values)
    admin = ids.numbered("005", 1)
    row.update(CreatedById=admin, LastModifiedById=admin)
    org.store.put(sobject, row)
    return str(row["Id"])
