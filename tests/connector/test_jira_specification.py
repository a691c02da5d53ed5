"""What the client sends to Cloud fits Atlassian's own description of the API."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest

from connector.jira.model import NewIssue, RemoteLink
from tests.connector.jira_world import JiraWorld

DESCRIPTION = Path(__file__).parents[3] / "shared/specs/jira-cloud-v2.openapi.json"

pytestmark = pytest.mark.skipif(
    not DESCRIPTION.exists(), reason="Atlassian's description of the API isn't here"
)

ASK = {
    "serverInfo and myself": lambda client, issue: client.connect(),
    "projects": lambda client, issue: client.projects("sup"),
    "project": lambda client, issue: client.project("SUP"),
    "statuses": lambda client, issue: client.project_statuses("SUP"),
    "permissions": lambda client, issue: client.permissions("SUP", ["CREATE_ISSUES"]),
    "fields": lambda client, issue: client.fields(),
    "priorities": lambda client, issue: client.priorities(),
    "issue types": lambda client, issue: client.issue_types("SUP"),
    "create fields": lambda client, issue: client.create_fields("SUP", "10001"),
    "edit fields": lambda client, issue: client.edit_fields(issue),
    "issue": lambda client, issue: client.issue(issue, ["summary"], ["mark"], ["names"]),
    "issues": lambda client, issue: client.issues([issue], ["summary"], ["mark"]),
    "search": lambda client, issue: list(
        client.search("project = SUP", ["summary"], properties=["mark"], reconcile=[issue])
    ),
    "jql": lambda client, issue: client.jql_error("project = SUP"),
    "create": lambda client, issue: client.create_issues(
        [
            NewIssue(
                {"project": {"key": "SUP"}, "issuetype": {"id": "10001"}, "summary": "x"},
                {"mark": {"record": "500"}},
            )
        ]
    ),
    "edit": lambda client, issue: client.edit_issue(
        issue,
        fields={"summary": "x"},
        update={"labels": [{"add": "vip"}]},
        properties={"mark": 1},
        notify=False,
    ),
    "property": lambda client, issue: client.set_issue_property(issue, "mark", {"a": 1}),
    "read property": lambda client, issue: client.issue_property(issue, "mark"),
    "users": lambda client, issue: client.find_users("jane@acme.example"),
    "assignable": lambda client, issue: client.assignable("SUP", "jane"),
    "transitions": lambda client, issue: client.transitions(issue),
    "transition": lambda client, issue: client.transition(issue, "31"),
    "status changes": lambda client, issue: client.status_changes(issue),
    "comments": lambda client, issue: client.comments(issue),
    "comment": lambda client, issue: client.add_comment(
        issue, "x", internal=True, properties={"mark": 1}
    ),
    "remote link": lambda client, issue: client.set_remote_link(
        issue, RemoteLink("gid", "https://a.test", "T", icon_url="https://a.test/i.png")
    ),
    "remote links": lambda client, issue: client.remote_links(issue),
    "attachment limit": lambda client, issue: client.attachment_limit(),
}


@cache
def description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return loaded


@cache
def paths() -> list[tuple[re.Pattern[str], str]]:
    """Patterns of all paths; those with fewer variables come first."""
    found = sorted(description()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", each) + "$"), each) for each in found]


def check(request: Any) -> None:
    parts = urlsplit(request.url)
    if not parts.path.startswith("/rest/api/2/"):
        return
    template = next(path for pattern, path in paths() if pattern.match(parts.path))
    operation = description()["paths"][template][request.method.lower()]
    known = {each["name"]: each for each in operation.get("parameters", ()) if "name" in each}
    sent = dict(parse_qsl(parts.query))
    assert sent.keys() <= {name for name, each in known.items() if each["in"] == "query"}
    required = {n for n, each in known.items() if each.get("required") and each["in"] == "query"}
    assert required <= sent.keys()
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content and request.body:
        schema = {**content["schema"], "components": description()["components"]}
        jsonschema.validate(json.loads(request.body), schema)


@pytest.mark.parametrize("ask", ASK.values(), ids=list(ASK))
def test_a_request_fits_the_description(ask):
    world = JiraWorld("cloud")
    with world.network:
        issue = str(world.site.create_issue("SUP").id)
        ask(world.client(), issue)
    assert world.network.calls
    for request in world.network.calls:
        check(request)
