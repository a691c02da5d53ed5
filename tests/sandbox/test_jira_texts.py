"""Texts of the sandbox's Jira: wiki markup on v2, ADF on v3."""

import pytest

from sandbox.jira import adf, wiki
from sandbox.jira.rendered import html
from tests.sandbox.jira_caller import ORIGIN, Caller

V3 = f"{ORIGIN}/rest/api/3"


def document(*content):
    return {"type": "doc", "version": 1, "content": list(content)}


def paragraph(text):
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


@pytest.mark.parametrize("text", [
    "plain",
    "one\ntwo",
    "one\n\ntwo",
    "h3. Title\n\ntext",
    "*b* _i_ -s- +u+ {{m}}",
    "* a\n** b\n* c",
    "# a\n# b",
    "[title|https://a.example] [https://b.example]",
    "{code:python}\nprint()\n{code}",
    "{quote}\nsaid\n{quote}",
    "||H||I||\n|c|d|",
    "----",
    "[~accountid:5b10]",
])  # fmt: skip
def test_markup_survives_the_way_through_a_document(text):
    assert adf.to_wiki(wiki.to_adf(text)) == text


@pytest.mark.parametrize("text", ["a-b-c", "snake_case_name", "2 * 3 * 4", "C:\\\\", "a*b*c"])
def test_ordinary_text_has_no_marks(text):
    (only,) = wiki.to_adf(text)["content"]
    assert all("marks" not in node for node in only["content"])


def test_escaped_signs_are_literal():
    (only,) = wiki.to_adf(r"\*not bold\*")["content"]
    assert only["content"] == [{"type": "text", "text": "*not bold*"}]


def test_text_is_shown_as_html():
    assert html("*b* <i>") == "<p><b>b</b> &lt;i&gt;</p>"


def test_version_3_reads_documents():
    caller = Caller()
    caller.create(description="*b*")
    read = caller.get(f"{V3}/issue/SUP-1?fields=description").json()["fields"]["description"]
    assert read["content"][0]["content"] == [
        {"type": "text", "text": "b", "marks": [{"type": "strong"}]}
    ]


def test_version_3_writes_documents_and_refuses_strings():
    caller = Caller()
    fields = {"project": {"key": "SUP"}, "issuetype": {"id": "10001"}, "summary": "x"}
    wrong = caller.post(f"{V3}/issue", {"fields": fields | {"description": "text"}})
    right = caller.post(
        f"{V3}/issue", {"fields": fields | {"description": document(paragraph("t"))}}
    )
    assert (wrong.status_code, right.status_code) == (400, 201)
    assert caller.get("/issue/SUP-1").json()["fields"]["description"] == "t"


def test_version_3_comments_with_documents():
    caller = Caller()
    caller.create()
    made = caller.post(f"{V3}/issue/SUP-1/comment", {"body": document(paragraph("t"))})
    assert made.json()["body"] == document(paragraph("t"))
    assert caller.site.issue("SUP-1").comments[0].body == "t"


def test_cloud_tidies_what_data_center_keeps():
    """jira 3.4: line ends come back otherwise than they were sent."""
    for deployment, kept in (("cloud", "a\n\nb"), ("data_center", "a \r\n\r\n\r\nb\r\n")):
        caller = Caller(deployment)
        caller.create(description="a \r\n\r\n\r\nb\r\n")
        assert caller.get("/issue/SUP-1").json()["fields"]["description"] == kept


def test_rendered_fields_are_html():
    caller = Caller()
    caller.create(description="*b*")
    shown = caller.get("/issue/SUP-1?expand=renderedFields").json()["renderedFields"]
    assert shown["description"] == "<p><b>b</b></p>"
