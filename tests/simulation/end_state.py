"""What must be true once it has been quiet for long enough."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from linking.marks import PROPERTY_KEY
from linking.models import Link
from tests.simulation.people import FIELDS, STATUSES, Case, People
from tests.world import World

READING = ("oauth2", "bulkfetch", "/search", "/query", "/composite?", "composite/batch", "Ids=")


def problems(world: World, people: People) -> list[str]:
    """Return everything that is wrong, in sentences; nothing if all is well."""
    return [sentence for case in people.cases for sentence in _of_case(world, case)]


def writes(world: World) -> list[str]:
    """The calls since the log was cleared that may have changed anything."""
    calls = [(str(call.method), str(call.url)) for call in world.network.calls]
    return [
        f"{method} {url}"
        for method, url in calls
        if method != "GET" and not any(part in f"{url}?" for part in READING)
    ]


def _of_case(world: World, case: Case) -> Iterator[str]:
    issues = [
        issue
        for issue in world.site.issues.values()
        if (issue.properties.get(PROPERTY_KEY) or {}).get("record") == case.record
    ]
    if len(issues) != 1:
        yield f"{case.record} has {len(issues)} issues"
        return
    link = Link.objects.filter(record_id=case.record, state=Link.State.ACTIVE).first()
    if link is None or link.issue_id != str(issues[0].id):
        yield f"{case.record} isn't linked to its issue"
        return
    record = world.org.get("Case", case.record)
    issue = world.issue(link.issue_key)["fields"]
    yield from _of_fields(case, record, issue)
    if STATUSES.get(record["Status"]) != issue["status"]["name"]:
        yield f"{case.record} is {record['Status']}, its issue is {issue['status']['name']}"
    yield from _of_comments(world, case, issue)
    yield from _of_files(world, case, issue)


def _of_fields(case: Case, record: Any, issue: Any) -> Iterator[str]:
    for name, jira in FIELDS.items():
        edits = case.edits[name]
        if (record[name] or None) != (issue[jira] or None):
            yield f"{name} of {case.record}: {record[name]} and {issue[jira]}; {edits}"
        elif record[name] not in edits.possible():
            yield f"{name} of {case.record} is {record[name]}, an edit was lost: {edits}"


def _of_comments(world: World, case: Case, issue: Any) -> Iterator[str]:
    rows = [c for c in world.org.all("CaseComment") if c["ParentId"] == case.record]
    salesforce = [row["CommentBody"] for row in rows]
    jira = [comment["body"] for comment in issue["comment"]["comments"]]
    for side, bodies in (("Salesforce", salesforce), ("Jira", jira)):
        for word in case.comments:
            count = sum(word in body for body in bodies)
            if count != 1:
                yield f"{word} on {case.record} is {count} times in {side}"
    notes = sum("Linked to Jira" in body for body in salesforce)
    if notes != 1:
        yield f"{case.record} has {notes} link notes"


def _of_files(world: World, case: Case, issue: Any) -> Iterator[str]:
    links = [e for e in world.org.all("ContentDocumentLink") if e["LinkedEntityId"] == case.record]
    ids = {link["ContentDocumentId"] for link in links}
    rows = [v for v in world.org.all("ContentVersion") if v["ContentDocumentId"] in ids]
    salesforce = Counter(_stem(row["PathOnClient"]) for row in rows)
    jira = Counter(_stem(each["filename"]) for each in issue["attachment"])
    for side, names in (("Salesforce", salesforce), ("Jira", jira)):
        if names != Counter(case.files):
            yield f"Files of {case.record} in {side}: {dict(names)}, not {case.files}"


def _stem(name: str) -> str:
    return name.partition(".")[0]
