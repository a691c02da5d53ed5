"""The admin's buttons that ask the two systems, against the sandbox."""

from collections.abc import Iterator

import pytest
from django.test import Client

from connector.document.versions import published
from connector.models import JiraConnection, SalesforceConnection
from tests.connector.admin_rows import form_of, messages_of, superuser
from tests.world import World, a_world

pytestmark = pytest.mark.django_db
ORGS = "/admin/connector/salesforceconnection/"
SITES = "/admin/connector/jiraconnection/"
ITEMS = "/admin/connector/smartconnecteditem/"


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as world:
        world.configure()
        yield world


@pytest.fixture
def client(world: World) -> Client:
    """Logged in at the world's time, or the session would be over."""
    return superuser()


def act(client: Client, path: str, action: str, row) -> list[str]:
    form = {"action": action, "_selected_action": [row.pk]}
    return messages_of(client.post(path, form, follow=True))


def test_checking_stores_what_was_learnt(client):
    org, site = SalesforceConnection.objects.get(), JiraConnection.objects.get()
    said = [
        *act(client, ORGS, "check_connections", org),
        *act(client, SITES, "check_connections", site),
    ]
    assert all("the login works" in each for each in said)
    org.refresh_from_db()
    site.refresh_from_db()
    assert org.org_name
    assert site.site_title
    assert org.last_ok_at
    assert site.last_ok_at


@pytest.mark.django_db(transaction=True)
def test_save_and_check_says_what_is_wrong_with_what_was_just_saved(client):
    site = JiraConnection.objects.get()
    page = f"{SITES}{site.pk}/change/"
    button = {"connector_jiraconnection_save_and_check": "1"}
    form = {**form_of(client.get(page)), "api_token": "wrong", **button}
    response = client.post(page, form, follow=True)
    assert response.redirect_chain == [(page, 302)]
    site.refresh_from_db()
    assert site.last_error
    assert messages_of(response)[-1] == f"{site}: {site.last_error}"


def test_publishing_a_field_that_jira_lacks_is_refused_and_what_ran_goes_on(client, world):
    item = world.only_item
    item.mappings.update(jira="customfield_99999")
    said = act(client, ITEMS, "publish_selected", item)
    assert "was not published. mappings[0].jira: " in said[0]
    item.refresh_from_db()
    assert published(item).mappings[0].jira == "summary"


def test_publishing_a_draft_that_both_systems_agree_with_makes_it_run(client, world):
    item = world.only_item
    item.mappings.update(salesforce="CaseNumber")
    said = act(client, ITEMS, "publish_selected", item)
    item.refresh_from_db()
    assert "version 2 is published" in said[0]
    assert published(item).mappings[0].salesforce == "CaseNumber"


def test_an_item_whose_org_is_away_is_not_published(client, world):
    item = world.only_item
    item.mappings.update(salesforce="CaseNumber")
    SalesforceConnection.objects.update(client_secret="wrong")
    said = act(client, ITEMS, "publish_selected", item)
    item.refresh_from_db()
    assert "was not published" in said[0]
    assert published(item).mappings[0].salesforce == "Subject"
