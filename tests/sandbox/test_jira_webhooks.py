"""Webhooks of the sandbox's Jira: registration, letters, and how they are delivered."""

import hashlib
import hmac
import json
from queue import Queue

import pytest
from werkzeug.wrappers import Request, Response

from sandbox.jira.sender import WebhookSender
from tests.network import InProcessNetwork
from tests.sandbox.jira_caller import ORIGIN, Caller

OLD = f"{ORIGIN}/rest/webhooks/1.0/webhook"
NEW = f"{ORIGIN}/rest/jira-webhook/1.0/webhooks"
EVENTS = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created",
          "attachment_created", "issuelink_created"]  # fmt: skip
BODY = {"name": "Ours", "url": "https://connector.example/jira/", "events": EVENTS, "secret": "s3"}


def registered(**changes):
    caller = Caller()
    assert caller.post(OLD, BODY | changes).status_code == 201
    caller.site.create_issue("SUP")
    caller.site.outbox.clear()
    return caller


def letters(caller):
    return [json.loads(delivery.body) for delivery in caller.site.outbox]


def test_a_webhook_is_registered_listed_changed_and_deleted():
    caller = registered()
    (listed,) = caller.get(OLD).json()
    assert (listed["url"], listed["isSigned"], "secret" in listed) == (BODY["url"], True, False)
    assert listed["self"] == f"{OLD}/1"
    changed = caller.put(f"{OLD}/1", {**BODY, "name": "Theirs", "secret": ""})
    assert (changed.json()["name"], changed.json()["isSigned"]) == ("Theirs", True)
    assert caller.delete(f"{OLD}/1").status_code == 204
    assert caller.get(OLD).json() == []


def test_only_administrators_register():
    caller = Caller()
    caller.site.deny("ADMINISTER")
    assert caller.post(OLD, BODY).status_code == 403


@pytest.mark.parametrize("wrong", [
    {"name": ""},
    {"url": "http://connector.example/"},
    {"url": "connector"},
    {"events": ["nonsense"]},
    {"filters": {"issue-related-events-section": "nonsense ="}},
])  # fmt: skip
def test_a_wrong_registration_is_refused(wrong):
    assert Caller().post(OLD, BODY | wrong).status_code == 400


@pytest.mark.parametrize(("version", "known", "unknown"), [
    ((9, 12, 0), OLD, NEW),
    ((10, 3, 4), NEW, OLD),
])  # fmt: skip
def test_data_center_changed_its_address_in_version_10(version, known, unknown):
    caller = Caller("data_center", version=version)
    assert caller.post(known, BODY).status_code == 201
    assert caller.get(unknown).status_code == 404


def test_data_center_10_keeps_its_secret_in_the_configuration():
    caller = Caller("data_center")
    made = caller.post(NEW, {**BODY, "configuration": {"secret": "s3"}}).json()
    caller.site.create_issue("SUP")
    (delivery,) = caller.site.outbox
    assert made["id"] == 1
    assert "X-Hub-Signature" in delivery.headers
    assert "X-Atlassian-Webhook-Identifier" not in delivery.headers


def test_a_letter_is_signed_over_its_bytes():
    caller = registered()
    caller.site.edit("SUP-1", summary="Grün")
    (delivery,) = caller.site.outbox
    digest = hmac.new(b"s3", delivery.body, hashlib.sha256).hexdigest()
    assert delivery.headers["X-Hub-Signature"] == f"sha256={digest}"


def test_letters_have_identifiers_of_their_own():
    caller = registered()
    caller.site.comment("SUP-1", "x")
    names = {delivery.headers["X-Atlassian-Webhook-Identifier"] for delivery in caller.site.outbox}
    assert len(names) == 2


def test_an_edit_tells_the_issue_the_actor_and_the_change():
    caller = registered()
    caller.site.edit("SUP-1", summary="Other")
    (letter,) = letters(caller)
    assert letter["webhookEvent"] == "jira:issue_updated"
    assert letter["timestamp"] == 1_795_253_400_000
    assert letter["user"]["displayName"] == "Jane Wolf"
    assert "emailAddress" not in letter["user"]
    assert letter["issue"]["fields"]["summary"] == "Other"
    assert letter["changelog"]["items"][0]["toString"] == "Other"


def test_a_comment_makes_two_letters():
    caller = registered()
    caller.site.comment("SUP-1", "Hello")
    comment, issue = letters(caller)
    assert comment["webhookEvent"] == "comment_created"
    assert comment["comment"]["body"] == "Hello"
    assert "description" not in comment["issue"]["fields"]
    assert (issue["webhookEvent"], issue["issue_event_type_name"]) == (
        "jira:issue_updated",
        "issue_commented",
    )
    assert "changelog" not in issue


def test_a_file_does_not_name_its_issue():
    caller = registered()
    number = caller.site.attach("SUP-1", "a.txt", b"a").id
    file, issue = letters(caller)
    assert "issue" not in file
    assert issue["changelog"]["items"][0] == {
        "field": "Attachment",
        "fieldtype": "jira",
        "fieldId": "attachment",
        "from": None,
        "fromString": None,
        "to": str(number),
        "toString": "a.txt",
    }


def test_a_deleted_issue_is_told_with_its_last_state():
    caller = registered()
    caller.site.delete_issue("SUP-1")
    (letter,) = letters(caller)
    assert (letter["webhookEvent"], letter["issue"]["key"]) == ("jira:issue_deleted", "SUP-1")


def test_a_link_names_both_issues():
    caller = registered()
    caller.site.create_issue("SUP")
    caller.site.outbox.clear()
    caller.site.link_issues("SUP-1", "SUP-2")
    (letter,) = letters(caller)
    assert letter["issueLink"]["sourceIssueId"] == 10000


def test_a_new_remote_link_is_a_change_of_the_issue():
    caller = registered()
    link = {"globalId": "g", "object": {"url": "https://a.example", "title": "A"}}
    caller.post("/issue/SUP-1/remotelink", link)
    caller.post("/issue/SUP-1/remotelink", link)
    (letter,) = letters(caller)
    assert letter["changelog"]["items"][0]["field"] == "RemoteIssueLink"


def test_changes_over_the_api_are_told_too():
    caller = registered()
    caller.put("/issue/SUP-1", {"fields": {"summary": "Other"}})
    assert letters(caller)[0]["user"]["displayName"] == "Connector"


def test_the_filter_is_honoured():
    section = {"issue-related-events-section": "project = OPS AND labels = watch"}
    caller = registered(filters=section)
    caller.site.edit("SUP-1", labels=["watch"])
    caller.site.create_issue("OPS")
    assert letters(caller) == []
    caller.site.edit("OPS-1", labels=["watch"])
    assert [letter["issue"]["key"] for letter in letters(caller)] == ["OPS-1"]


def test_only_events_asked_for_are_told():
    caller = registered(events=["comment_created"])
    caller.site.comment("SUP-1", "x")
    assert [letter["webhookEvent"] for letter in letters(caller)] == ["comment_created"]


def test_the_address_may_name_the_issue():
    caller = registered(url="https://connector.example/${issue.key}")
    caller.site.edit("SUP-1", summary="Other")
    assert caller.site.outbox[0].url == "https://connector.example/SUP-1"


def test_a_disabled_webhook_is_silent():
    caller = registered()
    caller.put(f"{OLD}/1", {**BODY, "enabled": False})
    caller.site.edit("SUP-1", summary="Other")
    assert caller.site.outbox == []


def delivered(answers, attempts=6):
    """Have a letter delivered to somebody who gives these answers; return what arrived."""
    arrived: Queue[tuple[dict[str, str], bytes]] = Queue()
    left = list(answers)

    def receiver(environ, start_response):
        request = Request(environ)
        arrived.put((dict(request.headers), request.get_data()))
        return Response(status=left.pop(0))(environ, start_response)

    network = InProcessNetwork()
    network.serve("https://connector.example", receiver)
    with network:
        sender = WebhookSender(attempts, pause=(0.0, 0.0))
        headers = {"X-Atlassian-Webhook-Identifier": "one"}
        sender("https://connector.example/", headers, b"letter")
        got = [arrived.get(timeout=10) for _ in answers]
        sender.stop()
    assert arrived.empty()
    return got


def test_a_failed_letter_is_sent_again_under_the_same_identifier():
    first, second, third = delivered([500, 429, 200])
    assert {headers["X-Atlassian-Webhook-Identifier"] for headers, _ in (first, second, third)} == {
        "one"
    }
    assert "X-Atlassian-Webhook-Retry" not in first[0]
    assert (second[0]["X-Atlassian-Webhook-Retry"], third[0]["X-Atlassian-Webhook-Retry"]) == (
        "1",
        "2",
    )


@pytest.mark.parametrize("status", [200, 302, 401, 413])
def test_a_letter_that_was_answered_is_not_sent_again(status):
    assert len(delivered([status])) == 1


def test_data_center_tries_once():
    assert len(delivered([500], attempts=1)) == 1
