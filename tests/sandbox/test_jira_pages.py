"""The pages on which a person works with the sandbox's Jira."""

import io

import pytest
from werkzeug.test import Client

from sandbox.company_jira import fill_site
from sandbox.jira import JiraApp, JiraSite


@pytest.fixture(params=["cloud", "data_center"])
def site(request):
    site = JiraSite(deployment=request.param)
    fill_site(site)
    return site


@pytest.fixture
def person(site):
    return Client(JiraApp(site))


def test_projects_lead_to_issues(person):
    assert 'href="/projects/SUP"' in person.get("/").text
    assert 'href="/browse/SUP-1"' in person.get("/projects/SUP").text


def test_an_issue_shows_its_fields_comments_and_files(person):
    page = person.get("/browse/SUP-1").text
    for shown in ("VPN drops every night", "In Progress", "Harbour Logistics", "tunnel.log"):
        assert shown in page
    assert "has <em>no</em> date" in page


def test_an_unknown_issue_is_not_found(person):
    assert person.get("/browse/SUP-99").status_code == 404


def test_a_person_edits_an_issue(person, site):
    form = {
        "summary": "Other",
        "customfield_10057": "10240:102401",
        "labels": "one two",
        "customfield_10056-shown": "1",
        "assignee": site.human.account_id if site.cloud else site.human.name,
    }
    answer = person.post("/browse/SUP-1", data=form)
    values = site.issue("SUP-1").values
    assert (answer.status_code, answer.headers["Location"]) == (303, "/browse/SUP-1")
    assert (values["summary"], values["labels"]) == ("Other", ["one", "two"])
    assert [part.value for part in values["customfield_10057"]] == ["EMEA", "France"]
    assert "customfield_10056" not in values
    assert values["assignee"] is site.human
    assert site.issue("SUP-1").history[-1].author is site.human


def test_saving_a_page_as_it_is_changes_nothing(person, site):
    before = len(site.issue("SUP-1").history)
    page = person.get("/browse/SUP-1").text
    assert 'name="summary" required value="VPN drops every night at two"' in page
    person.post("/browse/SUP-1", data={"summary": "VPN drops every night at two"})
    assert len(site.issue("SUP-1").history) == before


def test_a_wrong_value_is_explained(person):
    answer = person.post("/browse/SUP-1", data={"customfield_10052": "many"})
    assert answer.status_code == 400
    assert "Operation value must be a number" in answer.text


def test_a_person_comments_and_notes(person, site):
    person.post("/browse/HELP-1/comment", data={"body": "Public"})
    person.post("/browse/HELP-1/comment", data={"body": "Secret", "internal": "on"})
    comments = site.issue("HELP-1").comments[-2:]
    assert [comment.internal for comment in comments] == [False, True]


def test_a_person_moves_an_issue_on_with_a_screen(person, site):
    refused = person.post("/browse/OPS-1/transition/71", data={"resolution": ""})
    assert (refused.status_code, "Resolution is required." in refused.text) == (400, True)
    person.post("/browse/OPS-1/transition/71", data={"resolution": "10001"})
    assert site.issue("OPS-1").status.name == "Closed"


def test_a_person_uploads_and_downloads_a_file(person, site):
    person.post("/browse/SUP-2/attach", data={"file": (io.BytesIO(b"abc"), "a b.txt")})
    attachment = site.issue("SUP-2").attachments[0]
    link = f"/browse/SUP-2/file/{attachment.id}/a%20b.txt"
    assert link in person.get("/browse/SUP-2").text
    assert person.get(link).data == b"abc"


def test_a_person_creates_an_issue(person, site):
    form = {"issuetype": "10004", "summary": "New one"}
    location = person.post("/projects/SUP", data=form).headers["Location"]
    assert site.issue(location.rpartition("/")[2]).type.name == "Bug"


def test_the_panel_is_framed_where_its_link_is(person, site):
    assert "<iframe" not in person.get("/browse/SUP-1").text
    address = "https://connector.example/panel/?a=1&b=2"
    link = {"relationship": "Salesforce panel", "object": {"url": address, "title": "Panel"}}
    client = Client(JiraApp(site))
    token = "sandbox-api-token" if site.cloud else "sandbox-pat"
    auth = ("connector@acme.example", token) if site.cloud else None
    headers = {} if auth else {"Authorization": f"Bearer {token}"}
    client.post("/rest/api/2/issue/SUP-1/remotelink", json=link, auth=auth, headers=headers)
    assert 'src="https://connector.example/panel/?a=1&amp;b=2"' in person.get("/browse/SUP-1").text


def test_the_panel_may_be_named_for_all_issues(person, site):
    site.panel_url = lambda key: f"https://connector.example/{key}"
    assert 'src="https://connector.example/SUP-2"' in person.get("/browse/SUP-2").text


def test_texts_of_people_are_no_markup(person, site):
    site.edit("SUP-1", summary="<script>", customfield_10050='"><script>')
    site.comment("SUP-1", "<script>")
    site.attach("SUP-1", "<script>.txt", b"")
    assert "<script>" not in person.get("/browse/SUP-1").text
