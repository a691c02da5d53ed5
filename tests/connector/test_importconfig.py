"""`importconfig`: a document is applied as a whole or not at all."""

import io
import json
import sys
from datetime import UTC, datetime

import pytest

from connector.document.parse import parse_item
from connector.document.problems import DocumentRefused
from connector.document.store import apply, publish, published
from connector.models import (
    ItemVersion,
    JiraConnection,
    JiraUser,
    SalesforceConnection,
    SalesforceSession,
    SmartConnectedItem,
)
from tests.connector.commands import run
from tests.connector.documents import ENVIRONMENT, read, whole, with_item, with_org, with_site
from tests.connector.fernet import other_keys

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def importconfig(tmp_path, capsys):
    """Import a document without asking anybody; return exit code, output and errors."""

    def importconfig(document, *options):
        file = tmp_path / "config.json"
        file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        return run(capsys, "importconfig", str(file), "--offline", *options)

    return importconfig


def latest():
    """The published version of the only item."""
    version = SmartConnectedItem.objects.get().published
    assert version is not None
    return version


def test_it_creates_everything_and_publishes_it(importconfig):
    code, out, _ = importconfig(whole())

    assert (code, out.split()) == (0, ["created", "3", "updated", "0", "unchanged", "0"])
    row = SmartConnectedItem.objects.get(name="Support cases")
    assert latest().number == 1
    assert published(row) == read(whole()).items[0]
    assert row.first_published_at is not None
    assert SalesforceConnection.objects.get().client_secret == "sf-secret"
    assert JiraConnection.objects.get().webhook_secret == "hook-secret"
    assert JiraUser.objects.get().account == "5b10a2844c20165700ede21g"


def test_the_same_document_again_changes_nothing(importconfig):
    importconfig(whole())

    _, out, _ = importconfig(whole())

    assert out.split() == ["created", "0", "updated", "0", "unchanged", "3"]
    assert ItemVersion.objects.count() == 1


def test_a_changed_item_is_published_as_a_new_version(importconfig):
    importconfig(whole())

    _, out, _ = importconfig(with_item(backfill=True))

    assert out.split() == ["created", "0", "updated", "1", "unchanged", "2"]
    row = SmartConnectedItem.objects.get()
    assert latest().number == 2
    assert published(row).backfill
    assert row.backfill


def test_the_time_of_the_first_publication_stays(importconfig):
    importconfig(whole())
    first = SmartConnectedItem.objects.get().first_published_at

    importconfig(with_item(backfill=True))

    assert SmartConnectedItem.objects.get().first_published_at == first


def test_items_count_from_the_time_that_the_org_has():
    then = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    apply(read(whole()), first_published={"acme": then})

    assert SmartConnectedItem.objects.get().first_published_at == then


def test_true_in_place_of_one_is_a_change(importconfig):
    mapping = {"salesforce": "Reason", "jira": "summary", "direction": "to_jira"}
    importconfig(with_item(mappings=[{**mapping, "default": 1}]))

    _, out, _ = importconfig(with_item(mappings=[{**mapping, "default": True}]))

    assert "updated 1" in out


def test_an_unpublished_draft_is_overwritten(importconfig):
    importconfig(whole())
    SmartConnectedItem.objects.update(issue_type="Bug")

    _, out, _ = importconfig(whole())

    assert "updated 1" in out
    row = SmartConnectedItem.objects.get()
    assert (row.issue_type, latest().number) == ("Task", 1)


def test_what_the_document_does_not_name_stays(importconfig):
    importconfig(whole())

    _, out, _ = importconfig({"format": "salesforce-connector/1"})

    assert out.split() == ["created", "0", "updated", "0", "unchanged", "0"]
    assert SmartConnectedItem.objects.count() == 1


def test_a_refused_document_changes_nothing_and_names_every_place(importconfig):
    document = with_item(mode="sideways", colour="red")

    code, out, err = importconfig(document)

    assert (code, out) == (1, "")
    assert "items[0].mode: " in err
    assert "items[0].colour: unknown key" in err
    assert not SalesforceConnection.objects.exists()


def test_every_mistake_is_one_line(importconfig):
    _, _, err = importconfig(with_item(name="two\nlines", mode="x\ny"))

    assert [line.split(":")[0] for line in err.splitlines()] == [
        "items[0].mode",
        "items[0].name",
        "Nothing was changed.",
    ]


def test_check_validates_and_changes_nothing(importconfig):
    code, out, _ = importconfig(whole(), "--check")

    assert code == 0
    assert "created 3" in out
    assert not SalesforceConnection.objects.exists()
    assert not SmartConnectedItem.objects.exists()


def test_check_refuses_what_an_import_would_refuse(importconfig):
    code, _, err = importconfig(with_item(object=...), "--check")

    assert code == 1
    assert "items[0].object: is missing" in err


def test_malformed_json_is_refused_with_its_place(importconfig):
    code, _, err = importconfig(b'{"format": ')

    assert code == 1
    assert "line 1, column" in err


def test_a_file_that_is_not_there_is_named(capsys):
    code, _, err = run(capsys, "importconfig", "/nowhere/config.json", "--offline")

    assert code == 1
    assert "/nowhere/config.json: the file can't be read: No such file" in err


def test_a_file_that_is_no_text_is_refused(importconfig):
    code, _, err = importconfig('{"format": "ä"}'.encode("latin-1"))

    assert code == 1
    assert "not UTF-8" in err


def test_it_reads_standard_input(monkeypatch, capsys):
    text = io.TextIOWrapper(io.BytesIO(json.dumps(whole()).encode()))
    monkeypatch.setattr(sys, "stdin", text)

    code, out, _ = run(capsys, "importconfig", "-", "--offline")

    assert (code, "created 3" in out) == (0, True)


def test_a_variable_that_is_set_nowhere_any_more_leaves_the_stored_secret(
    importconfig, monkeypatch
):
    importconfig(whole())
    monkeypatch.delenv("ACME_SF_SECRET")

    code, out, _ = importconfig(whole())

    assert code == 0
    assert "updated 0" in out


def test_another_variable_that_is_not_set_is_an_error(importconfig):
    importconfig(whole())

    code, _, err = importconfig(with_org(client_secret={"env": "ANOTHER_SECRET"}))

    assert code == 1
    assert "the environment variable ANOTHER_SECRET isn't set" in err


def test_a_new_secret_is_an_update_and_ends_the_old_session(importconfig, monkeypatch):
    importconfig(whole())
    SalesforceSession.objects.create(connection=SalesforceConnection.objects.get())
    monkeypatch.setenv("ACME_SF_SECRET", "a newer one")

    _, out, _ = importconfig(whole())

    assert "updated 1" in out
    assert SalesforceConnection.objects.get().client_secret == "a newer one"
    assert not SalesforceSession.objects.exists()


def test_a_secret_that_is_left_out_stays(importconfig):
    importconfig(whole())

    importconfig(with_site(webhook_secret=..., base_url="https://acme2.atlassian.net"))

    site = JiraConnection.objects.get()
    assert site.base_url == "https://acme2.atlassian.net"
    assert site.webhook_secret == "hook-secret"


def test_what_was_learnt_from_another_address_is_forgotten(importconfig):
    importconfig(whole())
    now = datetime(2026, 11, 21, tzinfo=UTC)
    org, site = SalesforceConnection.objects.get(), JiraConnection.objects.get()
    org.describes.create(sobject="Case", body={}, checked_at=now)
    site.metadata.create(kind="fields", body=[], fetched_at=now)
    JiraConnection.objects.update(api_root="https://gateway.example", cloud_id="c")

    importconfig(
        {
            **with_org(login_url="https://emea.my.salesforce.com"),
            "jira_connections": with_site(base_url="https://emea.example")["jira_connections"],
        }
    )

    site.refresh_from_db()
    assert not org.describes.exists()
    assert not site.metadata.exists()
    assert (site.api_root, site.cloud_id) == ("", "")


def test_what_a_mode_does_not_use_stays_in_the_draft_and_is_not_published(importconfig):
    importconfig(whole())
    SmartConnectedItem.objects.update(mode="display_only")
    row = SmartConnectedItem.objects.get()

    item = parse_item(publish(row).document)

    assert item.mappings == ()
    assert row.mappings.exists()


def test_a_draft_that_contradicts_itself_is_not_published():
    apply(read(whole()))
    SmartConnectedItem.objects.update(issue_type="")

    with pytest.raises(DocumentRefused, match="issue_type"):
        publish(SmartConnectedItem.objects.get())

    assert latest().number == 1


def test_secrets_that_no_key_opens_are_explained(importconfig, settings):
    importconfig(whole())

    with other_keys(settings, "another key altogether"):
        code, _, err = importconfig(whole())

    assert code == 1
    assert "FERNET_KEYS" in err


def test_secrets_of_another_way_to_log_in_are_dropped(importconfig):
    importconfig(whole())
    key = "-----BEGIN PRIVATE KEY-----"
    jwt = {"auth": "jwt_bearer", "username": "a@b.example", "private_key": key}
    importconfig(with_org(**jwt))

    importconfig(whole())

    org = SalesforceConnection.objects.get()
    assert (org.auth, org.private_key) == ("client_credentials", "")


def test_a_changed_connection_is_tried_at_once(importconfig):
    importconfig(whole())
    SalesforceConnection.objects.update(paused_until=datetime(2030, 1, 1, tzinfo=UTC))

    importconfig(with_org(client_id="another"))

    assert SalesforceConnection.objects.get().paused_until is None


def test_the_table_of_users_is_replaced_and_found_users_stay(importconfig):
    importconfig(whole())
    site = JiraConnection.objects.get()
    site.users.create(mail="found@acme.example", account="f", source=JiraUser.Source.SEARCH)

    _, out, _ = importconfig(with_site(users=[["new@acme.example", "n"]]))

    assert "updated 1" in out
    assert dict(site.users.values_list("mail", "account")) == {
        "found@acme.example": "f",
        "new@acme.example": "n",
    }


def test_secrets_are_never_printed(importconfig):
    document = with_org(client_secret="hush-hush", nonsense=1)

    _, out, err = importconfig(document)

    assert "hush-hush" not in out + err
    assert "jira-token" not in out + err


def test_publishing_an_unchanged_draft_makes_no_version():
    apply(read(whole()))
    row = SmartConnectedItem.objects.get()

    assert publish(row).number == 1
    assert ItemVersion.objects.count() == 1


def test_an_item_that_was_never_published_has_nothing_to_run():
    apply(read(whole()))
    row = SmartConnectedItem.objects.get()
    row.published = None

    with pytest.raises(ValueError, match="never been published"):
        published(row)


def test_a_version_keeps_what_was_published_when_the_draft_moves_on():
    apply(read(whole()))
    SmartConnectedItem.objects.update(issue_type="Bug")

    assert published(SmartConnectedItem.objects.get()).issue_type == "Task"


def test_blanks_around_a_value_in_the_draft_make_no_difference(importconfig):
    importconfig(whole())
    SmartConnectedItem.objects.update(issue_type=" Task ")

    _, out, _ = importconfig(whole())

    assert "unchanged 3" in out


def test_a_draft_that_contradicts_itself_is_overwritten(importconfig):
    importconfig(whole())
    SmartConnectedItem.objects.update(issue_type="")

    _, out, _ = importconfig(whole())

    assert "updated 1" in out
    assert SmartConnectedItem.objects.get().issue_type == "Task"


def test_a_published_version_that_this_release_cannot_read_is_replaced(importconfig):
    importconfig(whole())
    ItemVersion.objects.update(document={"from": "another release"})

    _, out, _ = importconfig(whole())

    assert "updated 1" in out
    assert published(SmartConnectedItem.objects.get()).name == "Support cases"
