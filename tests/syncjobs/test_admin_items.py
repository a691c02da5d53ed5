"""The pages of items: drafts are checked when they are saved, and run once they are published."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from connector.admin import publishing
from connector.document.dump import dump_item
from connector.document.online import Outcome
from connector.document.problems import Problem
from connector.document.rows import item_from_rows
from connector.document.versions import publish, published
from connector.models import FieldMapping, ItemVersion, SmartConnectedItem
from linking.models import Link
from syncjobs.models import DuePair, SyncRun
from tests.connector.admin_rows import (
    SECRETS,
    an_item,
    errors_of,
    form_of,
    messages_of,
    staff,
    superuser,
)

pytestmark = pytest.mark.django_db
ITEMS = "/admin/connector/smartconnecteditem/"
VERSIONS = "/admin/connector/itemversion/"
PUBLISH = "connector_smartconnecteditem_save_and_publish"


@pytest.fixture
def client() -> Client:
    return superuser()


@pytest.fixture
def agreed(monkeypatch) -> None:
    """Both systems agree with whatever is published; what they check has its own tests."""
    monkeypatch.setattr(publishing, "check_online", lambda document: Outcome())


def page_of(item: SmartConnectedItem) -> str:
    return f"{ITEMS}{item.pk}/change/"


def save(client: Client, path: str, **changes: str):
    return client.post(path, {**form_of(client.get(path)), **changes}, follow=True)


def add_mapping(client: Client, item: SmartConnectedItem, **columns: str):
    """Fill in the first empty mapping of an item's page, and save it."""
    path = page_of(item)
    form = form_of(client.get(path))
    number = int(form["mappings-TOTAL_FORMS"])
    form |= {f"mappings-{number}-{name}": value for name, value in columns.items()}
    return client.post(path, {**form, "mappings-TOTAL_FORMS": number + 1}, follow=True)


def act(client: Client, action: str, *items: SmartConnectedItem):
    chosen = [item.pk for item in items]
    return client.post(ITEMS, {"action": action, "_selected_action": chosen}, follow=True)


def test_every_page_of_an_item_answers(client):
    item = an_item()
    for page in (ITEMS, f"{ITEMS}add/", page_of(item), f"{ITEMS}{item.pk}/delete/"):
        assert client.get(page).status_code == 200


def test_no_page_of_an_item_shows_a_secret_or_its_digest_key(client):
    item = an_item()
    secrets = [item.digest_key, *SECRETS.values()]
    for page in (ITEMS, page_of(item), f"{ITEMS}{item.pk}/delete/"):
        text = client.get(page).content.decode()
        assert not [secret for secret in secrets if secret in text]


def test_saving_a_page_as_it_is_changes_nothing(client):
    item = an_item(
        status_field="Status",
        status_to_jira={"New": "To Do", "a = b": "c"},
        preview_fields=["CaseNumber", "Account.Name"],
    )
    mapping = item.mappings.get()
    mapping.values, mapping.default = [["High", "Highest"], ["x = y", "z"]], "3"
    mapping.save()
    before = draft_of(item)
    response = save(client, page_of(item))
    assert response.redirect_chain
    assert draft_of(SmartConnectedItem.objects.get()) == before


def draft_of(item: SmartConnectedItem) -> dict[str, Any]:
    return dump_item(item_from_rows(item))


def test_lists_and_tables_are_typed_a_line_each(client):
    item = an_item()
    save(
        client,
        page_of(item),
        preview_fields="CaseNumber\n\n Account.Name ",
        status_field="Status",
        status_to_jira="New = To Do\nEscalated=In Progress",
    )
    item.refresh_from_db()
    assert item.preview_fields == ["CaseNumber", "Account.Name"]
    assert item.status_to_jira == {"New": "To Do", "Escalated": "In Progress"}


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"jira_projects": "SUP\nDEV"}, "jira_projects", "exactly one project"),
        ({"issue_type": ""}, "issue_type", "needs one"),
        ({"preview_fields": "Subject\nAccount Name"}, "preview_fields", "Line 2: "),
        ({"status_field": "Account.Name"}, "status_field", "object itself"),
        ({"object": "Case Comment"}, "object", "API name"),
        ({"status_to_jira": "New"}, "status_to_jira", "left = right"),
        ({"status_to_jira": "New = A\nNew = B"}, "status_to_jira", "twice"),
        ({"mode": "one_way", "auto_create_records": "on"}, "auto_create_records", "never writes"),
        ({"mappings-0-salesforce": ""}, "mappings-0-salesforce", "Is missing"),
        ({"mappings-0-jira": "Summary field"}, "mappings-0-jira", "field id"),
        ({"mappings-0-values": "High"}, "mappings-0-values", "left = right"),
        ({"mappings-0-uses": "Subject"}, "mappings-0-uses", "template"),
    ],
)
def test_a_draft_that_contradicts_itself_is_refused_at_the_field(client, changes, field, says):
    item = an_item()
    response = save(client, page_of(item), **changes)
    assert says in errors_of(response)[field][0]
    assert response.status_code == 200


def test_an_item_that_only_displays_keeps_its_mappings_for_later(client):
    item = an_item()
    save(client, page_of(item), mode="display_only")
    item.refresh_from_db()
    publish(item)
    assert item.mappings.count() == 1
    assert "draft differs" not in client.get(ITEMS).content.decode()


def test_a_mapping_that_writes_a_field_twice_is_refused_at_the_later_one(client):
    response = add_mapping(client, an_item(), salesforce="Description", jira="summary")
    assert "written by mappings[0] already" in errors_of(response)["mappings-1-jira"][0]


def test_an_item_is_made_with_its_first_mapping(client):
    other = an_item()
    form = form_of(client.get(f"{ITEMS}add/"))
    form |= {"name": "New", "salesforce": other.salesforce_id, "jira": other.jira_id}
    form |= {"object": "Account", "jira_projects": "SUP", "issue_type": "Task"}
    form |= {"mappings-TOTAL_FORMS": 1, "mappings-0-salesforce": "Name"}
    response = client.post(f"{ITEMS}add/", {**form, "mappings-0-jira": "summary"}, follow=True)
    assert response.redirect_chain
    assert str(FieldMapping.objects.get(item__name="New")) == "Name – summary"


def test_a_new_mapping_comes_last(client):
    item = an_item()
    add_mapping(client, item, salesforce="Description", jira="description")
    assert [each.jira for each in item.mappings.all()] == ["summary", "description"]


def test_mappings_can_be_put_in_another_order(client):
    item = an_item()
    add_mapping(client, item, salesforce="Description", jira="description")
    save(client, page_of(item), **{"mappings-0-position": "1", "mappings-1-position": "0"})
    assert [each.jira for each in item.mappings.all()] == ["description", "summary"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("High", "High"), ("3", 3), ('"3"', "3"), ("true", True), ('["a", "b"]', ["a", "b"])],
)
def test_a_default_is_typed_as_it_is(client, text, value):
    item = an_item()
    save(client, page_of(item), **{"mappings-0-default": text})
    assert item.mappings.get().default == value
    assert form_of(client.get(page_of(item)))["mappings-0-default"] == text


def test_saving_a_draft_changes_nothing_of_what_runs(client):
    item = an_item()
    save(client, page_of(item), object="Account")
    item.refresh_from_db()
    assert (item.object, published(item).object) == ("Account", "Case")
    assert "draft differs" in client.get(ITEMS).content.decode()


def test_save_and_publish_makes_the_draft_run(client, agreed, django_capture_on_commit_callbacks):
    item = an_item()
    with django_capture_on_commit_callbacks(execute=True):
        save(client, page_of(item), object="Account", **{PUBLISH: "1"})
    version = ItemVersion.objects.get(number=2)
    assert version.document["object"] == "Account"
    assert str(version.published_by) == "root"


def test_publishing_what_is_typed_includes_a_new_mapping(
    client, agreed, django_capture_on_commit_callbacks
):
    item = an_item()
    with django_capture_on_commit_callbacks(execute=True):
        add_mapping(client, item, salesforce="Description", jira="description")
        save(client, page_of(item), **{PUBLISH: "1"})
    item.refresh_from_db()
    assert [each.jira for each in published(item).mappings] == ["summary", "description"]


def test_what_one_of_the_systems_does_not_have_is_not_published(client, monkeypatch):
    item = an_item(live=False)
    problem = Problem("items[0].mappings[0].jira", "there is no such field")
    monkeypatch.setattr(publishing, "check_online", lambda document: Outcome((problem,)))
    response = act(client, "publish_selected", item)
    assert messages_of(response) == [
        "Cases was not published. mappings[0].jira: There is no such field."
    ]
    assert not ItemVersion.objects.exists()


def test_publishing_what_runs_already_makes_no_version(client, agreed):
    response = act(client, "publish_selected", an_item())
    assert "runs already" in messages_of(response)[0]
    assert ItemVersion.objects.count() == 1


def test_disabling_stops_an_item_at_once(client):
    items = [an_item(), an_item("More")]
    response = act(client, "disable", *items)
    assert messages_of(response)[0].startswith("2 items disabled")
    assert [published(row).enabled for row in SmartConnectedItem.objects.all()] == [False, False]


def test_disabling_publishes_nothing_else_of_the_draft(client):
    item = an_item()
    SmartConnectedItem.objects.update(object="Account")
    act(client, "disable", item)
    item.refresh_from_db()
    assert (item.object, item.enabled) == ("Account", False)
    assert (published(item).object, published(item).enabled) == ("Case", False)


def test_enabling_counts_only_what_was_disabled(client):
    response = act(client, "enable", an_item(), an_item("Off", enabled=False))
    assert messages_of(response) == ["1 item enabled."]


def test_an_item_with_links_is_not_deleted(client):
    item = an_item()
    Link.objects.create(item=item, record_id="500000000000001AAA")
    page = f"{ITEMS}{item.pk}/delete/"
    assert "1 link between issues and records" in client.get(page).content.decode()
    client.post(page, {"post": "yes"})
    assert SmartConnectedItem.objects.exists()


def test_an_item_without_links_goes_with_its_versions(client):
    item = an_item()
    client.post(f"{ITEMS}{item.pk}/delete/", {"post": "yes"})
    assert not SmartConnectedItem.objects.exists()
    assert not ItemVersion.objects.exists()


def test_several_items_are_deleted_from_the_list(client):
    items = [an_item(), an_item("More")]
    chosen = [item.pk for item in items]
    action = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    client.post(ITEMS, action)
    assert not SmartConnectedItem.objects.exists()


def test_those_who_may_only_look_can_not_publish_or_disable():
    item = an_item()
    viewer = staff("view_smartconnecteditem")
    assert viewer.get(page_of(item)).status_code == 200
    assert PUBLISH not in viewer.get(page_of(item)).content.decode()
    act(viewer, "disable", item)
    item.refresh_from_db()
    assert published(item).enabled


def test_the_list_shows_the_last_run_of_each_item(client):
    item = an_item()
    run = {"item": item, "trigger": "schedule", "leased_until": "2026-11-21T09:00:00Z"}
    SyncRun.objects.create(state="done", created=7, **run)
    SyncRun.objects.create(state="done", created=3, failed=1, **run)
    text = client.get(ITEMS).content.decode()
    assert "3 created, 1 failed" in text
    assert "7 created" not in text


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_list_takes_as_many_queries_for_many_items_as_for_few(client):
    def more(count: int) -> int:
        for _ in range(count):
            item = an_item(f"Item {SmartConnectedItem.objects.count()}")
            SyncRun.objects.create(
                item=item, trigger="schedule", state="done", leased_until="2026-11-21T09:00:00Z"
            )
        return queries_of(client, ITEMS)

    assert more(5) == more(45)


def test_a_version_says_what_it_changed(client):
    item = an_item()
    SmartConnectedItem.objects.update(object="Account", status_field="Status")
    item.refresh_from_db()
    item.mappings.update(direction="to_jira")
    version = publish(item)
    text = client.get(f"{VERSIONS}{version.pk}/change/").content.decode()
    assert "object: &quot;Case&quot; → &quot;Account&quot;" in text
    assert "mapping Subject – summary: " in text
    assert (
        "This is the first version."
        in client.get(f"{VERSIONS}{item.versions.get(number=1).pk}/change/").content.decode()
    )


def test_versions_can_not_be_changed_by_hand(client):
    version = an_item().versions.get()
    assert client.get(VERSIONS).status_code == 200
    assert client.get(f"{VERSIONS}add/").status_code == 403
    assert client.post(f"{VERSIONS}{version.pk}/change/", {"number": 9}).status_code == 403
    assert client.post(f"{VERSIONS}{version.pk}/delete/", {"post": "yes"}).status_code == 403


def test_due_pairs_go_with_their_item(client):
    item = an_item()
    DuePair.objects.create(item=item, record_id="500", next_try_at="2026-11-21T09:00:00Z")
    client.post(f"{ITEMS}{item.pk}/delete/", {"post": "yes"})
    assert not DuePair.objects.exists()
