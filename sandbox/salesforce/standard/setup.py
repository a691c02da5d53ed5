"""The org's own objects: users, queues, the organization, record types and status tables."""

from ..schema import Field, SObject
from .fields import (
    checkbox,
    email,
    lookup,
    moment,
    picklist,
    read_only,
    required,
    sobject,
    text,
    whole,
)


def _setup(name: str, prefix: str, fields: list[Field]) -> SObject:
    return sobject(
        name,
        prefix,
        fields,
        createable=False,
        updateable=False,
        deletable=False,
        layoutable=False,
        searchable=False,
        soft_delete=False,
    )


def _status_table(name: str, prefix: str, *extra: Field) -> SObject:
    fields = [
        text("ApiName", name_field=False),
        text("MasterLabel", name_field=True),
        checkbox("IsDefault"),
        whole("SortOrder"),
        *extra,
    ]
    return _setup(name, prefix, [read_only(entry) for entry in fields])


OBJECTS = [
    sobject(
        "User",
        "005",
        [
            required(text("Username", 80, id_lookup=True)),
            required(text("LastName", 80)),
            text("FirstName", 40),
            read_only(text("Name", 121, name_field=True)),
            required(email("Email", id_lookup=True)),
            text("Alias", 8),
            checkbox("IsActive", default=True),
            picklist("UserType", "Standard", "Guest", "AutomatedProcess", default="Standard"),
            picklist(
                "TimeZoneSidKey", "Europe/Berlin", "America/New_York", default="Europe/Berlin"
            ),
            picklist("LocaleSidKey", "en_US", "de_DE", default="en_US"),
            picklist("LanguageLocaleKey", "en_US", "de", default="en_US"),
            lookup("ManagerId", "User", relationship="Manager"),
            text("FederationIdentifier", 512, id_lookup=True),
        ],
        layoutable=False,
        soft_delete=False,
        deletable=False,
    ),
    sobject(
        "Group",
        "00G",
        [
            required(text("Name", 40, name_field=True)),
            text("DeveloperName", 80),
            picklist("Type", "Regular", "Queue", "Role", default="Queue"),
            email("Email"),
        ],
        layoutable=False,
        soft_delete=False,
    ),
    _setup(
        "Organization",
        "00D",
        [
            text("Name", 80, name_field=True),
            checkbox("IsSandbox"),
            text("InstanceName", 5),
            picklist("OrganizationType", "Enterprise Edition", "Developer Edition"),
            picklist("LanguageLocaleKey", "en_US", "de"),
            picklist("TimeZoneSidKey", "Europe/Berlin", "America/New_York"),
            picklist("DefaultLocaleSidKey", "en_US", "de_DE"),
            moment("TrialExpirationDate"),
        ],
    ),
    _setup(
        "RecordType",
        "012",
        [
            text("Name", 80, name_field=True),
            text("DeveloperName", 80),
            text("SobjectType", 40),
            checkbox("IsActive", default=True),
            text("Description", 255),
        ],
    ),
    _status_table("CaseStatus", "01J", checkbox("IsClosed")),
    _status_table("LeadStatus", "01K", checkbox("IsConverted")),
    _status_table("TaskStatus", "01L", checkbox("IsClosed")),
    _status_table("ContractStatus", "01M", text("StatusCode", 40)),
    _status_table("OrderStatus", "01O", text("StatusCode", 40)),
    _status_table(
        "OpportunityStage",
        "01P",
        checkbox("IsActive", default=True),
        checkbox("IsClosed"),
        checkbox("IsWon"),
        text("ForecastCategory", 40),
        text("ForecastCategoryName", 40),
        whole("DefaultProbability"),
    ),
]
