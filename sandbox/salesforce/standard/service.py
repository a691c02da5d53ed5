"""Cases with a custom field of every kind, their comments, e-mails and history."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..schema import PicklistValue, Row
from .fields import (
    auto_number,
    checkbox,
    create_only,
    currency,
    day,
    email,
    long_text,
    lookup,
    moment,
    multipicklist,
    number,
    owner,
    percent,
    phone,
    picklist,
    read_only,
    required,
    rich_text,
    sobject,
    text,
    url,
    whole,
)


def _account_industry(row: Row, find: Any) -> str | None:
    account = find(row["AccountId"]) if row.get("AccountId") else None
    return account["Industry"] if account else None


def _score(row: Row, find: Any) -> float | None:
    hours = row.get("Effort_Hours__c")
    return None if hours is None else float(Decimal(str(hours)) * 2)


COMPONENTS = replace(
    picklist("Component__c", restricted=True),
    controller="Product_Line__c",
    values=(
        PicklistValue("Antenna", valid_for=("Routers",)),
        PicklistValue("Power supply", valid_for=("Routers", "Switches")),
        PicklistValue("Port module", valid_for=("Switches",)),
        PicklistValue("Old fan", active=False, valid_for=("Switches",)),
    ),
)

CASE = sobject(
    "Case",
    "500",
    [
        replace(auto_number("CaseNumber", "{00000000}"), name_field=True),
        lookup("ContactId", "Contact", children="Cases", on_delete="restrict"),
        lookup("AccountId", "Account", children="Cases", on_delete="restrict"),
        lookup("ParentId", "Case", children="Cases"),
        text("SuppliedName", 80),
        email("SuppliedEmail"),
        phone("SuppliedPhone"),
        text("SuppliedCompany", 80),
        picklist("Type", "Mechanical", "Electrical", "Electronic", "Other"),
        picklist("Status", "New", "Working", "Escalated", "Closed", default="New", tracked=True),
        picklist("Reason", "Installation", "Breakdown", "Feedback", "Other"),
        picklist("Origin", "Phone", "Email", "Web", default=""),
        text("Subject", 255),
        picklist("Priority", "High", "Medium", "Low", default="Medium", tracked=True),
        long_text("Description", 32_000),
        read_only(checkbox("IsClosed")),
        read_only(moment("ClosedDate")),
        read_only(checkbox("IsClosedOnCreate")),
        checkbox("IsEscalated"),
        replace(owner("User", "Group"), tracked=True),
        replace(long_text("Comments", 4_000), filterable=False),
        read_only(email("ContactEmail")),
        read_only(lookup("MasterRecordId", "Case", relationship="MasterRecord")),
        lookup("RecordTypeId", "RecordType"),
        text("Jira_Key__c", 40, external_id=True, unique=True, id_lookup=True),
        text("Serial_Number__c", 60),
        number("Effort_Hours__c", 8, 2),
        currency("Repair_Cost__c"),
        percent("Discount__c", 1),
        day("Due_Date__c"),
        moment("Next_Visit__c"),
        checkbox("Warranty__c"),
        multipicklist("Affected_Areas__c", "Kitchen", "Cellar", "Garage", "Office"),
        picklist("Product_Line__c", "Routers", "Switches", restricted=True),
        COMPONENTS,
        picklist("Severity__c", "S1", "S2", "S3", restricted=True),
        url("Device_Page__c"),
        email("Reporter_Mail__c"),
        phone("Site_Phone__c"),
        long_text("Steps__c"),
        rich_text("Resolution__c"),
        whole("Visits__c"),
        read_only(text("Account_Industry__c", 255, formula=_account_industry)),
        read_only(number("Score__c", 18, 2, formula=_score)),
    ],
    feed_enabled=True,
    history="CaseHistory",
    history_parent="CaseId",
)

OBJECTS = [
    CASE,
    sobject(
        "CaseComment",
        "00a",
        [
            required(
                create_only(
                    lookup("ParentId", "Case", children="CaseComments", on_delete="cascade")
                )
            ),
            checkbox("IsPublished"),
            replace(
                create_only(long_text("CommentBody", 4_000)), bytes_limit=4_000, filterable=False
            ),
        ],
        label="Case Comment",
        layoutable=False,
    ),
    sobject(
        "EmailMessage",
        "02s",
        [
            lookup("ParentId", "Case", children="EmailMessages", on_delete="cascade"),
            lookup("RelatedToId", "Case", "Account", "Opportunity"),
            checkbox("Incoming"),
            email("FromAddress"),
            text("ToAddress", 4_000),
            text("Subject", 3_000),
            long_text("TextBody", 131_072),
            long_text("HtmlBody", 131_072),
            moment("MessageDate"),
            picklist("Status", "0", "1", "2", "3", default="0"),
            read_only(checkbox("HasAttachment")),
        ],
        label="Email Message",
        layoutable=False,
    ),
]
