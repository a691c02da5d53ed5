"""The pages on which people work in the sandbox's Salesforce."""

import re

import pytest
import requests

from sandbox.company_salesforce import fill_org

from .salesforce_calls import ORIGIN, an_org


@pytest.fixture
def sf():
    with an_org() as caller:
        fill_org(caller.org)
        yield caller


def page(path, **options):
    answer = requests.request(options.pop("method", "GET"), ORIGIN + path, timeout=5, **options)
    return answer.status_code, answer.text


def send(path, files=None, **form):
    return page(path, method="POST", data=form, files=files)


@pytest.fixture
def case_path(sf):
    return f"/lightning/r/Case/{sf.org.all('Case')[0]['Id']}/view"


def test_the_first_page_leads_to_every_kind_of_record(sf):
    status, html = page("/")
    assert status == 200
    for path in dict.fromkeys(re.findall(r'href="(/lightning/o/\w+/list)"', html)):
        assert page(path)[0] == 200


def test_every_record_has_a_page(sf):
    for entry in sf.org.schema.objects.values():
        for row in sf.org.all(entry.name) if not entry.feed_of else ():
            if "SystemModstamp" in row:
                assert page(f"/lightning/r/{entry.name}/{row['Id']}/view")[0] == 200


def test_a_bare_id_leads_to_the_record(sf, case_path):
    case_id = case_path.split("/")[4]
    answer = requests.get(f"{ORIGIN}/{case_id[:15]}", timeout=5, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, case_path)


def test_a_person_changes_a_record(sf, case_path):
    case = sf.org.all("Case")[0]
    form = {"action": "save", "Subject": "VPN again", "Affected_Areas__c": ["Kitchen", "Garage"]}
    assert send(case_path, **form)[0] == 200
    changed = sf.org.get("Case", case["Id"])
    assert changed["Subject"] == "VPN again"
    assert changed["Affected_Areas__c"] == "Kitchen;Garage"
    assert changed["LastModifiedById"] == sf.org.human_user_id


def test_a_mistake_is_shown_and_nothing_changes(sf, case_path):
    status, html = send(case_path, action="save", Reporter_Mail__c="nobody")
    assert status == 400
    assert "invalid email address" in html


def test_a_person_comments_posts_replies_and_uploads(sf, case_path):
    send(case_path, action="comment", body="A comment\r\nin two lines", public="true")
    send(case_path, action="post", body="A post")
    post = sf.org.all("FeedItem")[-1]["Id"]
    send(case_path, action="reply", post=post, body="A reply")
    send(case_path, files={"file": ("notes.txt", b"some notes")}, action="upload")
    comment = sf.org.all("CaseComment")[-1]
    assert (comment["CommentBody"], comment["IsPublished"]) == ("A comment\nin two lines", True)
    html = page(case_path)[1]
    for shown in ("A comment", "A post", "A reply", "notes.txt"):
        assert shown in html
    file = re.findall(r'href="(/files/\w+)">notes', html)[0]
    assert page(file) == (200, "some notes")


def test_what_people_write_is_never_markup(sf, case_path):
    send(case_path, action="comment", body="<script>alert(1)</script>")
    assert "<script>" not in page(case_path)[1]


def test_a_person_creates_and_deletes_a_record(sf):
    assert send("/lightning/o/Account/new", Name="New customer")[0] == 200
    account = sf.org.all("Account")[-1]
    assert account["Name"] == "New customer"
    send(f"/lightning/r/Account/{account['Id']}/view", action="delete")
    assert account["Id"] not in {row["Id"] for row in sf.org.all("Account")}
    assert send("/lightning/o/Account/new", Phone="1")[0] == 400


def test_pages_are_found_by_searching_and_others_are_not(sf):
    assert "VPN drops every night" in page("/?q=vpn")[1]
    assert page("/lightning/o/Nothing/list")[0] == 404
    assert page("/nowhere")[0] == 404


def test_pages_take_nothing_from_the_quota(sf, case_path):
    used = sf.org.calls_used
    page(case_path)
    assert sf.org.calls_used == used
