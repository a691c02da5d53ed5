"""How fields of the two systems are written in a document."""

import re
from difflib import get_close_matches

from connector.salesforce.paths import MAX_PARENT_STEPS

CHILD_MARK = "[]"
_SALESFORCE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_JIRA_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# What people write in place of an id, and the id.
_JIRA_SYNONYMS = {"fixversion": "fixVersions", "component": "components", "label": "labels"}


def object_mistake(name: str) -> str:
    """Say what is wrong with an sObject's API name; empty when nothing is."""
    if _SALESFORCE_NAME.fullmatch(name):
        return ""
    return "has to be an object's API name, such as Case or Project__c"


def path_mistake(path: str) -> str:
    """Say what is wrong with a field or parent path such as `Account.Owner.Name`."""
    *parents, _ = steps = path.split(".")
    if not all(map(_SALESFORCE_NAME.fullmatch, steps)):
        if CHILD_MARK in path:
            return "a field of a child list can only stand in `uses`, for a template"
        return "has to be a field's API name or a path of them, such as Subject or Account.Name"
    if len(parents) > MAX_PARENT_STEPS:
        return (
            f"goes over {len(parents)} relationships; Salesforce follows at most {MAX_PARENT_STEPS}"
        )
    return ""


def record_use_mistake(use: str) -> str:
    """Say what is wrong with an entry of `uses` that names a record's field.

    Besides a path it may be a path within a child list: `OpportunityLineItems[].Product2.Name`.
    """
    if CHILD_MARK not in use:
        return path_mistake(use)
    relationship, _, path = use.partition(f"{CHILD_MARK}.")
    if not _SALESFORCE_NAME.fullmatch(relationship) or not path or CHILD_MARK in path:
        return "has to look like OpportunityLineItems[].Product2.Name: one child list, then a field"
    return path_mistake(path)


def jira_mistake(field_id: str) -> str:
    """Say what is wrong with a Jira field id such as `summary` or `customfield_10050`."""
    if not _JIRA_ID.fullmatch(field_id):
        return "has to be a field id, such as summary or customfield_10050, not a field's name"
    better = _JIRA_SYNONYMS.get(field_id.lower())
    return f"is no field id; did you mean {better}?" if better else ""


def nearest(wrong: str, names: list[str]) -> str:
    """Return ` Did you mean X?` for the nearest of `names`, or nothing."""
    near = get_close_matches(wrong, names, n=1)
    return f" Did you mean {near[0]}?" if near else ""
