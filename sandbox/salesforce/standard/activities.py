"""Tasks and events."""

from .fields import (
    checkbox,
    day,
    long_text,
    lookup,
    moment,
    owner,
    picklist,
    read_only,
    required,
    sobject,
    text,
    whole,
)

_WHAT = ("Account", "Opportunity", "Case", "Contract", "Order", "Quote", "Project__c")

OBJECTS = [
    sobject(
        "Task",
        "00T",
        [
            text("Subject", 255, name_field=True),
            lookup("WhoId", "Contact", "Lead", children="Tasks"),
            lookup("WhatId", *_WHAT, children="Tasks"),
            day("ActivityDate"),
            required(
                picklist(
                    "Status",
                    "Not Started",
                    "In Progress",
                    "Completed",
                    "Waiting on someone else",
                    "Deferred",
                    default="Not Started",
                )
            ),
            required(picklist("Priority", "High", "Normal", "Low", default="Normal")),
            long_text("Description", 32_000),
            read_only(checkbox("IsClosed")),
            read_only(moment("CompletedDateTime")),
            read_only(checkbox("IsArchived")),
            owner("User", "Group"),
        ],
        feed_enabled=True,
    ),
    sobject(
        "Event",
        "00U",
        [
            text("Subject", 255, name_field=True),
            lookup("WhoId", "Contact", "Lead", children="Events"),
            lookup("WhatId", *_WHAT, children="Events"),
            text("Location", 255),
            checkbox("IsAllDayEvent"),
            day("ActivityDate"),
            moment("ActivityDateTime"),
            whole("DurationInMinutes"),
            moment("StartDateTime"),
            moment("EndDateTime"),
            picklist("ShowAs", "Busy", "OutOfOffice", "Free", default="Busy"),
            long_text("Description", 32_000),
            read_only(checkbox("IsArchived")),
            owner(),
        ],
        feed_enabled=True,
    ),
]
