"""What the sandbox's Jira Cloud answers fits Atlassian's own description of the API."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from sandbox.company_jira import fill_site
from tests.sandbox.jira_caller import Caller

DESCRIPTIONS = Path(__file__).parents[3] / "shared/specs"

pytestmark = pytest.mark.skipif(
    not DESCRIPTIONS.exists(), reason="Atlassian's description of the API isn't here"
)

NEW = {"project": {"key": "SUP"}, "issuetype": {"id": "10001"}, "summary": "x"}
LINK = {"globalId": "a", "object": {"url": "https://a.example", "title": "t"}}
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/serverInfo", None),
    ("GET", "/myself", None),
    ("GET", "/mypermissions?permissions=BROWSE_PROJECTS&projectKey=SUP", None),
    ("GET", "/project", None),
    ("GET", "/project/search", None),
    ("GET", "/project/SUP", None),
    ("GET", "/project/SUP/statuses", None),
    ("GET", "/project/SUP/components", None),
    ("GET", "/project/SUP/versions", None),
    ("GET", "/issuetype", None),
    ("GET", "/issuetype/10001", None),
    ("GET", "/issuetype/project?projectId=10000", None),
    ("GET", "/status", None),
    ("GET", "/status/3", None),
    ("GET", "/statuscategory", None),
    ("GET", "/field", None),
    ("GET", "/field/search", None),
    ("GET", "/priority", None),
    ("GET", "/priority/search", None),
    ("GET", "/resolution", None),
    ("GET", "/label", None),
    ("GET", "/issueLinkType", None),
    ("GET", "/user/search?query=jane", None),
    ("GET", "/user/assignable/search?query=jane&project=SUP", None),
    ("GET", "/user?accountId=5b10ac8d82e05b22cc7d4ef5", None),
    ("GET", "/user/bulk?accountId=5b10ac8d82e05b22cc7d4ef5", None),
    ("GET", "/issue/createmeta/SUP/issuetypes", None),
    ("GET", "/issue/createmeta/SUP/issuetypes/10001", None),
    ("POST", "/issue", {"fields": NEW}),
    ("POST", "/issue/bulk", {"issueUpdates": [{"fields": NEW}, {"fields": {}}]}),
    ("POST", "/issue/bulk", {"issueUpdates": [{"fields": {}}]}),
    ("GET", "/issue/SUP-1?expand=renderedFields,names,schema,changelog,transitions,editmeta", None),
    ("PUT", "/issue/SUP-1?returnIssue=true", {"fields": {"summary": "y"}}),
    ("GET", "/issue/SUP-1/editmeta", None),
    ("GET", "/issue/OPS-1/transitions?expand=transitions.fields", None),
    ("GET", "/issue/SUP-1/changelog", None),
    ("POST", "/changelog/bulkfetch", {"issueIdsOrKeys": ["SUP-1"]}),
    ("POST", "/issue/bulkfetch", {"issueIdsOrKeys": ["SUP-1"], "properties": ["a"]}),
    ("POST", "/search/jql", {"jql": "project = SUP", "fields": ["*all"], "maxResults": 1}),
    ("GET", "/search/jql?jql=project%20%3D%20SUP", None),
    ("POST", "/search/approximate-count", {"jql": "project = SUP"}),
    ("POST", "/jql/match", {"jqls": ["project = SUP", "nonsense"], "issueIds": [10000]}),
    ("POST", "/jql/parse?validation=strict", {"queries": ["nonsense ="]}),
    ("GET", "/issue/SUP-1/comment?expand=renderedBody,properties", None),
    ("POST", "/issue/SUP-1/comment", {"body": "x"}),
    ("POST", "/comment/list", {"ids": [10000]}),
    ("GET", "/comment/10000/properties", None),
    ("GET", "/issue/SUP-1/properties", None),
    ("POST", "/issue/SUP-1/remotelink", LINK),
    ("POST", "/issue/SUP-1/worklog", {"timeSpentSeconds": 60}),
    ("GET", "/issue/SUP-1/worklog", None),
    ("GET", "/attachment/meta", None),
    ("GET", "/attachment/10000", None),
]
FAILURES: list[tuple[str, str, Any]] = [
    ("POST", "/issue", {"fields": {}}),
    ("GET", "/issue/SUP-99", None),
    ("POST", "/search/jql", {"jql": "nonsense ="}),
    ("POST", "/issue/SUP-1/comment", {}),
]


@cache
def description(version: str) -> dict[str, Any]:
    path = DESCRIPTIONS / f"jira-cloud-v{version}.openapi.json"
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def nullable(schema: Any) -> Any:
    """Return the schema with OpenAPI's `nullable` put as JSON Schema has it.

    Jira leaves out or nulls what is optional without saying so, hence only required values count.
    """
    if isinstance(schema, list):
        return [nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {key: nullable(part) for key, part in schema.items() if key != "format"}
    if isinstance(copied.get("type"), str) and copied["type"] != "object":
        copied["type"] = [copied["type"], "null"]
    if None not in copied.get("enum", [None]):
        copied["enum"] = [*copied["enum"], None]
    return copied


@cache
def components(version: str) -> Any:
    return nullable(description(version)["components"])


def answer_schema(version: str, method: str, path: str, status: int) -> dict[str, Any]:
    found = sorted(description(version)["paths"], key=lambda path: path.count("{"))
    template = next(each for each in found if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), path))
    answers = description(version)["paths"][template][method.lower()]["responses"]
    content = answers[str(status)].get("content", {}).get("application/json", {})
    return {**nullable(content.get("schema", {})), "components": components(version)}


# The description of v2 is older: it lacks the bulk change log and a search's `isLast`.
NEWER = ("/changelog/bulkfetch", "/search/jql")
# Where the site answers otherwise than described: a plain name, and milliseconds since 1970.
OTHERWISE = {"/serverInfo": "serverTimeZone", "/changelog/bulkfetch": "created"}


@pytest.mark.parametrize(("method", "path", "body"), CALLS, ids=[f"{m} {p}" for m, p, _ in CALLS])
def test_an_answer_fits_the_description(method: str, path: str, body: Any) -> None:
    caller = Caller()
    fill_site(caller.site)
    caller.clock.advance(60)
    version = "3" if path.startswith(NEWER) else "2"
    answer = caller.send(method, f"https://jira.test/rest/api/{version}{path}", json=body)
    route = urlsplit(answer.url).path
    schema = answer_schema(version, method, route, answer.status_code)
    errors = list(jsonschema.Draft4Validator(schema).iter_errors(answer.json()))
    assert [e.message for e in errors if e.absolute_path[-1] != OTHERWISE.get(path)] == []


@pytest.mark.parametrize(("method", "path", "body"), FAILURES)
def test_a_refusal_fits_the_description(method: str, path: str, body: Any) -> None:
    caller = Caller()
    fill_site(caller.site)
    answer = caller.send(method, path, json=body)
    error = {"$ref": "#/components/schemas/ErrorCollection", "components": components("2")}
    assert answer.status_code in (400, 404)
    jsonschema.validate(answer.json(), error)


def test_a_text_read_through_v3_is_a_document() -> None:
    caller = Caller()
    fill_site(caller.site)
    url = "https://jira.test/rest/api/3/issue/SUP-1/comment"
    answer = caller.get(url)
    assert answer.json()["comments"][0]["body"]["type"] == "doc"
    schema = answer_schema("3", "GET", "/rest/api/3/issue/SUP-1/comment", 200)
    jsonschema.validate(answer.json(), schema)
