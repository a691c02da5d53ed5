"""Whatever SOQL and JQL the product sends parses with parsers that are not its own.

SOQL is read by Jetstream's parser, JQL by Atlassian's.
"""

import io
import json
import random
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.management import call_command

from connector.jira import jql
from connector.salesforce import soql
from tests import nodejs
from tests.world import World

pytestmark = pytest.mark.node
PARSER = "parse_queries.mjs"
COMMENTS = (
    "{% for c in record.CaseComments %}{{ c.CommentBody }} {{ c.CreatedBy.Name }}{% endfor %}"
)
MAPPINGS = [
    {"salesforce": "Subject", "jira": "summary"},
    {"salesforce": "OwnerId", "jira": "assignee"},
    {"salesforce": "Account.Name", "jira": "customfield_10050"},
    {
        "template": COMMENTS,
        "uses": ["CaseComments[].CommentBody", "CaseComments[].CreatedBy.Name"],
        "jira": "customfield_10051",
    },
]
FILTER = (
    "(Subject LIKE '%don\\'t%' OR Priority IN ('High', 'Low')) AND CreatedDate = LAST_N_DAYS:30"
)
NASTY = (
    "",
    "'",
    '"',
    "\\",
    "\\'",
    '\\"',
    "it ends with \\",
    "x' OR Name != '",
    'x" OR project = SECRET OR "',
    "%_\\%",
    "a\r\nb",
    "\\n",
    "\\u0041",
    "{}[]()*?~:,;!",
    "AND NULL EMPTY currentUser()",
    "Zoë 東京 😀 \ufeff\u00ad",
)


def sent(calls: Iterable[requests.PreparedRequest]) -> dict[str, list[str]]:
    """The distinct queries in what the product has sent."""
    queries: dict[str, dict[str, None]] = {"soql": {}, "jql": {}}
    for call in calls:
        body = json.loads(call.body) if call.body and _is_posted_json(call) else {}
        urls = [str(call.url), *(part["url"] for part in body.get("compositeRequest", ()))]
        queries["soql"].update(dict.fromkeys(found for url in urls for found in _soql_of(url)))
        given = [body["jql"]] if "jql" in body else body.get("queries", ())
        queries["jql"].update(dict.fromkeys(given))
    return {language: list(found) for language, found in queries.items()}


def _is_posted_json(call: requests.PreparedRequest) -> bool:
    kind = str(call.headers.get("Content-Type", ""))
    return call.method == "POST" and kind.startswith("application/json")


def _soql_of(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    if parts.path.rstrip("/").endswith(("/query", "/queryAll")):
        yield from parse_qs(parts.query)["q"]


def lose_first_answer(world: World, path: str) -> None:
    left = [path]

    def lose(request: requests.PreparedRequest, answer: requests.Response) -> None:
        if left and urlsplit(str(request.url)).path.endswith(path) and request.method == "POST":
            left.clear()
            raise requests.ConnectionError("the connection broke")

    world.network.losses.append(lose)


def forget_a_locator(world: World) -> None:
    """Let Salesforce forget a query after two of its pages, which hold two records each."""
    world.org.query_batch = 2
    asked: list[str] = []

    def forget(request: requests.PreparedRequest) -> None:
        parts = urlsplit(str(request.url))
        if "/query/" in parts.path and not parts.query:
            asked.append(parts.path)
            if len(asked) == 2:
                world.org.expire_locators()

    world.network.faults.append(forget)


def items(world: World) -> list[dict[str, Any]]:
    plain = [{"salesforce": "Name", "jira": "summary"}]
    return [
        world.item(mappings=MAPPINGS, record_filter=FILTER, backfill=True),
        world.item(
            name="Deals",
            object="Opportunity",
            mode="two_way",
            mappings=plain,
            issue_filter='labels = "sales force" OR cf[10050] ~ "Acme*"',
        ),
        world.item(name="Accounts", object="Account", mappings=plain, backfill=True),
    ]


def live_through_a_day(world: World) -> None:
    """Set up, backfill, create, change, fail, lose answers, recover."""
    account = world.org.insert("Account", {"Name": "Harbour's"})
    for number in range(4):
        world.org.insert("Account", {"Name": f"Acme {number}"})
    forget_a_locator(world)
    world.org.insert("Case", {"Subject": "They don't print", "AccountId": account})
    world.clock.shift(3600)
    world.configure(*items(world))
    call_command("checkconnections", stdout=io.StringIO())
    world.pull()

    lose_first_answer(world, "/issue/bulk")
    lose_first_answer(world, "/composite/sobjects")
    fields = {"Subject": "Urgent", "Priority": "High", "AccountId": account}
    case = world.org.insert("Case", fields)
    for _ in range(3):
        world.clock.shift(300)
        world.pull()

    world.org.insert("Account", {"Name": "Nordlicht"})
    lose_first_answer(world, "/composite/sobjects")
    for _ in range(2):
        world.clock.shift(300)
        world.pull()

    refused = world.org.insert("Case", {"Subject": "First", "Priority": "High"})
    world.site.require("SUP", "duedate")
    world.pull()
    world.site.require("SUP", "duedate", required=False)
    world.org.update("Account", account, {"Name": "Harbour"})
    world.org.insert("CaseComment", {"ParentId": case, "CommentBody": "On our way"})
    world.org.update("Case", refused, {"Subject": "Second"})
    for _ in range(2):
        world.clock.shift(3600)
        world.pull()


def parsed(queries: dict[str, list[str]]) -> dict[str, list[dict[str, Any]]]:
    """What the parsers make of all the queries, none of which they may refuse."""
    read: dict[str, list[dict[str, Any]]] = nodejs.run(PARSER, queries)
    for language, emitted in queries.items():
        answers = zip(emitted, read[language], strict=True)
        assert [(query, answer) for query, answer in answers if "error" in answer] == []
    return read


def test_every_query_of_a_day_parses(world: World) -> None:
    live_through_a_day(world)
    queries = sent(world.network.calls)

    read = parsed(queries)

    objects = {answer["sObject"] for answer in read["soql"]}
    assert {"Case", "Opportunity", "Account", "Organization", "CaseComment"} <= objects
    assert "AccountFeed" in objects
    assert any("(SystemModstamp > " in query for query in queries["soql"])
    assert any(answer["subqueries"] for answer in read["soql"])
    assert any("Id IN ('" in query and "LAST_N_DAYS" in query for query in queries["soql"])
    assert any("creator = currentUser()" in query for query in queries["jql"])
    assert any("sales force" in query for query in queries["jql"])


def test_the_searches_of_a_data_center_parse(data_center: World) -> None:
    data_center.configure()
    case = data_center.org.insert("Case", {"Subject": "Printer on fire"})
    lose_first_answer(data_center, "/issue/bulk")
    for subject in ("Put out", "Repaired", "Sold"):
        data_center.pull()
        data_center.clock.shift(300)
        data_center.org.update("Case", case, {"Subject": subject})
    data_center.pull()
    queries = sent(data_center.network.calls)

    parsed(queries)

    assert any(query.startswith("id in (") for query in queries["jql"])
    assert any("creator = currentUser()" in query for query in queries["jql"])


def nasty_texts() -> list[str]:
    """The texts above and chance mixtures of what has a meaning in the two languages."""
    chance = random.Random(20488)
    pieces = ["'", '"', "\\", "\n", "\r", "%", "_", " ", "(", ")", "n", "u0041", "é", "😀", "OR"]
    mixtures = ("".join(chance.choices(pieces, k=chance.randint(1, 12))) for _ in range(300))
    return [*NASTY, *mixtures]


@pytest.fixture(scope="module")
def quoted() -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """What the parsers make of each text, quoted, as the only condition of a query."""
    texts = nasty_texts()
    select = "SELECT Id FROM Case WHERE Subject"
    queries = {
        "soql": [f"{select} = {soql.quote(text)}" for text in texts],
        "jql": [f"summary ~ {jql.quote(text)}" for text in texts],
    }
    read = nodejs.run(PARSER, queries)
    return {name: list(zip(texts, answers, strict=True)) for name, answers in read.items()}


def _unescaped(literal: str) -> str:
    """A SOQL literal's value, by the escapes in the SOQL and SOSL Reference."""
    letters = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
    return re.sub(r"\\(.)", lambda found: letters.get(found[1], found[1]), literal[1:-1])


def test_any_text_quoted_is_one_soql_literal_with_its_value(quoted) -> None:
    for text, answer in quoted["soql"]:
        assert [_unescaped(literal) for literal in answer.get("texts", ())] == [text], answer


def test_any_text_quoted_is_one_jql_string_with_its_value(quoted) -> None:
    for text, answer in quoted["jql"]:
        written = [value["text"] for value in answer.get("values", ())]
        # JQL's escapes are JSON's, as far as the quoting uses them.
        assert [json.loads(literal) for literal in written] == [text], answer
