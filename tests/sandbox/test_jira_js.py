"""The public client package `jira.js` works against the sandbox's Jira Cloud unchanged.

Version 5 has a client for each of the two REST APIs. Version 6 speaks v3 and sends wiki markup to
v2; it is told here to refuse whatever doesn't agree with Atlassian's description.
"""

import base64

import pytest

from sandbox import server
from tests import nodejs
from tests.sandbox.jira_caller import MAIL

pytestmark = pytest.mark.node
FILE = base64.b64encode(bytes(range(256))).decode()
CLIENTS = ("v2", "v3", "newest")


@pytest.fixture(scope="module")
def outcomes():
    sandbox = server.start(jira_port=0, salesforce_port=0)
    given = {"url": sandbox.jira_url, "email": MAIL, "token": "sandbox-api-token", "file": FILE}
    yield nodejs.run_steps("jira.mjs", given)
    sandbox.stop()


@pytest.fixture(params=CLIENTS)
def done(outcomes, request):
    """What became of the steps with one of the clients."""
    prefix = f"{request.param}."
    mine = {name: step for name, step in outcomes.steps.items() if name.startswith(prefix)}
    return nodejs.Outcomes({name.removeprefix(prefix): step for name, step in mine.items()})


def shown(text):
    """A text as either of the two APIs shows it."""
    node = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return text, {"type": "doc", "version": 1, "content": [node]}


def test_it_knows_itself_and_the_site(done):
    assert done["myself"]["emailAddress"] == MAIL
    assert done["serverInfo"]["deploymentType"] == "Cloud"


def test_it_is_told_that_the_token_is_wrong(outcomes):
    assert outcomes.error("newest.wrongToken").startswith("AuthError: 401")


def test_it_lists_projects_and_what_belongs_to_them(done):
    assert done["searchProjects"] == ["HELP", "OPS", "SUP"]
    assert done["projectStatuses"] == ["To Do", "In Progress", "Done"]
    assert done["getComponentsAndVersions"] == ["Network", "Billing", "1.0", "1.1"]


def test_it_lists_fields_and_priorities(done):
    assert {"summary", "customfield_10057"} <= set(done["fields"])
    assert done["priorities"][0] == "Highest"


def test_it_learns_what_a_new_issue_may_have(done):
    assert done["issueTypes"] == ["Task", "Bug", "Story", "Sub-task"]
    assert {"summary", "description", "customfield_10055"} <= set(done["fieldsToCreate"])


def test_it_creates_and_reads_an_issue(done):
    fields = done["getIssue"]["fields"]
    assert done["getIssue"]["key"] == done["createIssue"]["key"]
    assert (fields["summary"], fields["labels"]) == ("Printer on fire", ["salesforce"])
    assert fields["customfield_10055"]["value"] == "Gold"
    assert fields["description"] in shown("It burns.")


def test_it_reads_everything_about_an_issue(done):
    expanded = {"changelog", "editmeta", "names", "renderedFields", "schema", "transitions"}
    assert expanded <= set(done["getWholeIssue"])


def test_it_edits_an_issue(done):
    assert done["editIssue"] == "Put out"


def test_it_learns_which_field_is_refused(done):
    assert "400" in done.error("wrongField")
    assert "customfield_99999" in done.error("wrongField")


def test_it_learns_which_issue_of_many_is_refused(done):
    assert done["createIssues"] == {"issues": 1, "failed": [1]}


def test_it_reads_issues_in_bulk(done):
    assert done["bulkFetchIssues"] == ["Put out"]


def test_it_moves_an_issue(done):
    assert done["transition"] == "Done"


def test_it_reads_what_was_changed(done):
    assert done["changelog"] == ["summary", "status", "resolution"]


def test_it_comments(done):
    (body,) = done["comments"]
    assert body in shown("On our way.")


def test_it_searches_by_jql(done):
    assert done["search"] == ["Put out", {"record": "500"}]
    assert done["searchByPages"] == 2
    assert done["countIssues"] is True
    assert "Field 'nothing' does not exist" in done.error("wrongQuery")


def test_it_uploads_and_downloads_a_file(done):
    assert done["addAttachment"] == {"filename": "log.bin", "size": 256}
    assert done["getAttachmentContent"] == FILE


def test_it_keeps_properties(done):
    assert done["properties"] == {"tested": {"by": "jira.js"}, "mark": {"record": "500"}}


def test_it_links_web_pages(done):
    assert done["remoteLinks"] == ["Case 500"]


def test_it_finds_people(done):
    assert done["findUsers"] == ["Connector"]


def test_wiki_markup_sent_to_v2_is_read_as_a_document_from_v3(outcomes):
    assert outcomes["newest.wikiMarkup"] == {
        "marks": [{"type": "strong"}],
        "blocks": ["heading", "paragraph"],
    }
