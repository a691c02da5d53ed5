"""The sandbox refuses the SOQL and JQL that parsers of other people refuse, and takes the rest.

JQL is judged by Atlassian's parser, SOQL by Jetstream's.
"""

import pytest

from tests import nodejs
from tests.sandbox.jira_caller import Caller
from tests.sandbox.salesforce_calls import an_org

pytestmark = pytest.mark.node
CASES = "SELECT Id FROM Case"
SOQL = (
    CASES,
    "select id from case",
    "SELECT FROM Case",
    "SELECT Id, FROM Case",
    "SELECT Id FROM",
    "SELECT Id Case",
    "SELECT * FROM Case",
    "SELECT COUNT() FROM Case",
    "SELECT c.Id FROM Case c",
    "SELECT Id, (SELECT Id FROM CaseComments ORDER BY Id LIMIT 2) FROM Case",
    "SELECT Id, (SELECT Id FROM CaseComments FROM Case",
    *(
        f"{CASES} {rest}"
        for rest in (
            "WHERE",
            "WHERE Id",
            "WHERE Id =",
            "WHERE Id == 'a'",
            'WHERE Subject = "a"',
            "WHERE Subject = 'a",
            "WHERE Subject = 'a\\'",
            "WHERE Subject = 'a\\'b\\\\'",
            "WHERE Subject IN ()",
            "WHERE Subject IN ('a',)",
            "WHERE Subject NOT IN ('a')",
            "WHERE NOT Subject = 'a'",
            "WHERE NOT (Subject = 'a' OR Subject = 'b')",
            "WHERE Subject = 'a' AND",
            "WHERE (Subject = 'a' OR Subject = 'b') AND IsClosed = false",
            "WHERE (Subject = 'a'",
            "WHERE Subject LIKE 'a%'",
            "WHERE CreatedDate = LAST_N_DAYS:3",
            "WHERE CreatedDate > 2026-11-21T10:00:00Z",
            "WHERE AccountId IN (SELECT Id FROM Account)",
            "ORDER BY Id DESC NULLS LAST",
            "ORDER Id",
            "LIMIT 1 OFFSET 2",
            "LIMIT",
            "OFFSET 2 LIMIT 1",
            "; DROP",
        )
    ),
)
JQL = (
    "project = SUP",
    "PROJECT in (SUP, OPS) order by created desc, key ASC",
    "ORDER BY created",
    "project = SUP ORDER created",
    "project = SUP ORDER BY",
    "project =",
    "= SUP",
    "project == SUP",
    "project = SUP AND",
    "project = SUP AND AND key = SUP-1",
    "project = SUP key = SUP-1",
    "(project = SUP",
    "project = SUP)",
    "project in SUP",
    "project in ()",
    "project in (SUP,)",
    "project is SUP",
    "labels is EMPTY OR labels is not null",
    "labels != EMPTY && NOT (project = SUP || ! key = SUP-1)",
    "project = SUP & key = SUP-1 | key = SUP-2",
    "created >= -5d AND reporter = currentUser()",
    "issue in issuesWithRemoteLinksByGlobalId('g=1')",
    "reporter = currentUser(",
    "status changed after -1d",
    "cf[10050] ~ 'Acme*'",
    "cf[x] = 1",
    "'summary' ~ 1.5",
    'summary ~ "open',
    'summary ~ "a\tb"',
    r'summary ~ "a\"b\\ \n \u0041"',
    r'summary ~ "\q"',
    "summary ~ two words",
    "reporter = jane@acme.example",
    "due = 2026/11/21",
    "summary ~ 50%",
    "summary ~ {x}",
    "summary ~ a;b",
)


@pytest.fixture(scope="module")
def judged():
    """By language: what was asked, with whether the parser takes it."""
    asked = {"soql": SOQL, "jql": JQL}
    answers = nodejs.run("parse_queries.mjs", asked)
    taken = {name: ["error" not in answer for answer in found] for name, found in answers.items()}
    return {name: dict(zip(asked[name], taken[name], strict=True)) for name in asked}


def test_soql_is_refused_and_taken_as_by_the_parser(judged):
    with an_org() as sf:
        answers = {query: sf.call("GET", "/query/", params={"q": query}) for query in SOQL}
    assert {query: answer.status_code == 200 for query, answer in answers.items()} == judged["soql"]


def test_jql_is_refused_and_taken_as_by_the_parser(judged):
    answer = Caller().post("/jql/parse?validation=none", {"queries": list(JQL)})
    found = {each["query"]: "errors" not in each for each in answer.json()["queries"]}
    assert found == judged["jql"]


def test_both_verdicts_occur(judged):
    assert {language: set(found.values()) for language, found in judged.items()} == {
        "soql": {True, False},
        "jql": {True, False},
    }
