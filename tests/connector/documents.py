"""Documents for tests: a whole one, and ways to change a detail of it."""

import copy
import json
from typing import Any

from connector.document.model import Document
from connector.document.parse import Stored, parse
from connector.document.problems import DocumentRefused

ENVIRONMENT = {
    "ACME_SF_SECRET": "sf-secret",
    "ACME_JIRA_TOKEN": "jira-token",
    "ACME_JIRA_WEBHOOK_SECRET": "hook-secret",
}

CASES: dict[str, Any] = {
    "name": "Support cases",
    "salesforce": "acme",
    "jira": "acme-jira",
    "mode": "two_way",
    "enabled": True,
    "object": "Case",
    "jira_projects": ["SUP"],
    "issue_type": "Task",
    "preview_fields": ["CaseNumber", "Subject", "Account.Name"],
    "record_filter": "Priority = 'High' AND IsClosed = false",
    "auto_create_issues": True,
    "backfill": False,
    "auto_create_records": False,
    "issue_filter": "labels = salesforce",
    "conflict": "latest",
    "mappings": [
        {"salesforce": "Subject", "jira": "summary"},
        {"salesforce": "Description", "jira": "description", "direction": "to_jira"},
        {
            "salesforce": "Priority",
            "jira": "priority",
            "values": [["High", "Highest"], ["Low", "Low"]],
        },
        {"salesforce": "OwnerId", "jira": "assignee"},
        {"salesforce": "Account.Name", "jira": "customfield_10050"},
        {
            "template": "|| Name | {{ record.Contact.Name }} |\n"
            "|| Title | {{ record.Contact.Title }} |",
            "uses": ["Contact.Name", "Contact.Title"],
            "jira": "customfield_10051",
        },
        {"template": "{{ issue.key }}", "uses": ["key"], "salesforce": "Jira_Key__c"},
    ],
    "status": {
        "field": "Status",
        "to_jira": {"New": "To Do", "Escalated": "In Progress"},
        "to_salesforce": {"Done": "Closed"},
    },
    "comments": {"enabled": True, "visibility": "internal"},
    "attachments": {"enabled": True},
    "jira_remote_link": True,
}

WHOLE: dict[str, Any] = {
    "format": "salesforce-connector/1",
    "salesforce_connections": [
        {
            "name": "acme",
            "login_url": "https://acme.my.salesforce.com",
            "auth": "client_credentials",
            "client_id": "3MVG9",
            "client_secret": {"env": "ACME_SF_SECRET"},
        }
    ],
    "jira_connections": [
        {
            "name": "acme-jira",
            "base_url": "https://acme.atlassian.net",
            "deployment": "cloud",
            "email": "connector@acme.example",
            "api_token": {"env": "ACME_JIRA_TOKEN"},
            "webhook_secret": {"env": "ACME_JIRA_WEBHOOK_SECRET"},
            "users": [["jane.doe@acme.example", "5b10a2844c20165700ede21g"]],
        }
    ],
    "items": [CASES],
}


def whole() -> dict[str, Any]:
    """Return a document that uses everything, to be changed by the test."""
    return copy.deepcopy(WHOLE)


def with_item(**changes: Any) -> dict[str, Any]:
    """Return the document with keys of its item changed; ... takes a key out."""
    return _changed("items", changes)


def with_org(**changes: Any) -> dict[str, Any]:
    """Return the document with keys of its Salesforce connection changed."""
    return _changed("salesforce_connections", changes)


def with_site(**changes: Any) -> dict[str, Any]:
    """Return the document with keys of its Jira connection changed."""
    return _changed("jira_connections", changes)


def with_mapping(**mapping: Any) -> dict[str, Any]:
    """Return the document whose item has this one mapping."""
    return with_item(mappings=[mapping])


def read(document: Any, stored: Stored | None = None) -> Document:
    return parse(json.dumps(document), environment=ENVIRONMENT, stored=stored)


def problems(document: Any, stored: Stored | None = None) -> dict[str, str]:
    """Return what is wrong with a document: messages by place."""
    try:
        read(document, stored)
    except DocumentRefused as refused:
        return {problem.place: problem.message for problem in refused.problems}
    return {}


def _changed(part: str, changes: dict[str, Any]) -> dict[str, Any]:
    document = whole()
    target = document[part][0]
    target.update(changes)
    document[part][0] = {key: value for key, value in target.items() if value is not ...}
    return document
