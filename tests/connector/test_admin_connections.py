"""The pages of connections: secrets go in and never come out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from connector.models import (
    JiraConnection,
    JiraUser,
    SalesforceConnection,
    SalesforceSession,
)
from tests.connector.admin_rows import (
    SECRETS,
    a_site,
    an_item,
    an_org,
    errors_of,
    form_of,
    messages_of,
    staff,
    superuser,
)

pytestmark = pytest.mark.django_db
ORGS = "/admin/connector/salesforceconnection/"
SITES = "/admin/connector/jiraconnection/"


@pytest.fixture
def client() -> Client:
    return superuser()


def save(client: Client, path: str, **changes: str):
    """Post a page as it is shown with some inputs changed, and return the answer's page."""
    return client.post(path, {**form_of(client.get(path)), **changes}, follow=True)


@pytest.mark.parametrize("path", [ORGS, SITES])
def test_the_list_and_the_pages_answer(client, path):
    row = an_org(auth="jwt_bearer", degraded=["Feeds are read one by one."]) and a_site()
    for page in (path, f"{path}add/", f"{path}{row.pk}/change/", f"{path}{row.pk}/delete/"):
        assert client.get(page).status_code == 200


def test_a_stored_secret_is_on_no_page(client):
    org, site = an_org(private_key=SECRETS["private_key"]), a_site()
    pages = [ORGS, f"{ORGS}{org.pk}/change/", f"{ORGS}{org.pk}/delete/", f"{ORGS}{org.pk}/history/"]
    pages += [SITES, f"{SITES}{site.pk}/change/", f"{SITES}{site.pk}/delete/"]
    for page in pages:
        text = client.get(page).content.decode()
        assert not [secret for secret in SECRETS.values() if secret in text], page


def test_somebody_who_may_only_look_sees_that_a_secret_is_set_and_not_which():
    org, site = an_org(private_key=SECRETS["private_key"]), a_site()
    viewer = staff("view_salesforceconnection", "view_jiraconnection")
    for path in (f"{ORGS}{org.pk}/change/", f"{SITES}{site.pk}/change/"):
        response = viewer.get(path)
        assert response.status_code == 200
        assert not [s for s in SECRETS.values() if s in response.content.decode()]


def test_a_refused_form_does_not_give_back_the_secret_that_was_typed(client):
    org = an_org()
    response = save(client, f"{ORGS}{org.pk}/change/", name="", client_secret="typed-just-now")
    assert errors_of(response)
    assert "typed-just-now" not in response.content.decode()


def test_a_secret_left_empty_is_kept(client):
    org = an_org()
    save(client, f"{ORGS}{org.pk}/change/", name="renamed")
    org.refresh_from_db()
    assert (org.name, org.client_secret) == ("renamed", SECRETS["client_secret"])


def test_a_secret_that_is_typed_replaces_the_stored_one(client):
    org = an_org()
    response = save(client, f"{ORGS}{org.pk}/change/", client_secret="a-newer-one")
    org.refresh_from_db()
    assert org.client_secret == "a-newer-one"
    assert "a-newer-one" not in response.content.decode()


def test_a_tick_clears_a_secret(client):
    site = a_site()
    save(client, f"{SITES}{site.pk}/change/", **{"webhook_secret-clear": "on"})
    site.refresh_from_db()
    assert (site.webhook_secret, site.api_token) == ("", SECRETS["api_token"])


def test_a_value_and_a_tick_to_clear_contradict_each_other(client):
    site = a_site()
    response = save(
        client, f"{SITES}{site.pk}/change/", **{"api_token-clear": "on", "api_token": "new"}
    )
    assert "either" in errors_of(response)["api_token"][0].lower()


def test_a_secret_that_the_login_needs_can_not_be_cleared(client):
    org = an_org()
    response = save(client, f"{ORGS}{org.pk}/change/", **{"client_secret-clear": "on"})
    assert "is missing" in errors_of(response)["client_secret"][0].lower()


def test_a_private_key_keeps_its_lines(client):
    org = an_org()
    key = "-----BEGIN PRIVATE KEY-----\r\nabc\r\n-----END PRIVATE KEY-----\r\n"
    save(
        client, f"{ORGS}{org.pk}/change/", auth="jwt_bearer", username="u@acme.example",
        private_key=key,
    )  # fmt: skip
    org.refresh_from_db()
    assert org.private_key == key.replace("\r\n", "\n")


def test_secrets_that_the_chosen_login_has_no_use_for_are_dropped(client):
    org = an_org(auth="jwt_bearer", username="u@acme.example", private_key="key")
    save(client, f"{ORGS}{org.pk}/change/", auth="client_credentials")
    org.refresh_from_db()
    assert (org.private_key, org.username) == ("", "")


def test_a_lightning_address_is_put_right(client):
    org = an_org()
    save(client, f"{ORGS}{org.pk}/change/", login_url="acme.lightning.force.com/lightning/page")
    org.refresh_from_db()
    assert org.login_url == "https://acme.my.salesforce.com"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://login.salesforce.com", "My Domain"),
        ("https://evil.example", "EXTRA_HOSTS"),
        ("not an address", "web address"),
    ],
)
def test_a_login_address_that_can_not_work_is_refused_at_its_field(client, address, says):
    org = an_org()
    response = save(client, f"{ORGS}{org.pk}/change/", login_url=address)
    assert says in errors_of(response)["login_url"][0]


@pytest.mark.parametrize(
    ("address", "says"),
    [("http://jira.acme.example", "https"), ("https://10.0.0.7", "EXTRA_HOSTS"), ("acme", "web")],
)
def test_a_site_that_may_not_be_contacted_is_refused_at_its_field(client, address, says):
    site = a_site()
    response = save(client, f"{SITES}{site.pk}/change/", base_url=address)
    assert says in errors_of(response)["base_url"][0]


def test_a_host_without_a_dot_that_the_operator_allows_is_taken(client, settings):
    settings.EXTRA_HOSTS = ["jira:8080"]
    site = a_site()
    response = save(client, f"{SITES}{site.pk}/change/", base_url="http://jira:8080/")
    site.refresh_from_db()
    assert response.redirect_chain
    assert site.base_url == "http://jira:8080"


def test_jira_cloud_needs_the_mail_of_its_account(client):
    site = a_site()
    response = save(client, f"{SITES}{site.pk}/change/", email="")
    assert "mail" in errors_of(response)["email"][0]


def test_data_center_needs_no_mail(client):
    site = a_site()
    save(client, f"{SITES}{site.pk}/change/", deployment="data_center")
    site.refresh_from_db()
    assert (site.deployment, site.email) == ("data_center", "")


def test_new_credentials_drop_the_shared_token_and_the_pause(client):
    org = an_org(paused_until=timezone.now() + timedelta(hours=1))
    SalesforceSession.objects.create(connection=org, access_token="00D-token")
    save(client, f"{ORGS}{org.pk}/change/", client_secret="a-newer-one")
    org.refresh_from_db()
    assert org.paused_until is None
    assert not SalesforceSession.objects.exists()


def test_a_new_secret_is_not_exported_under_the_variable_of_the_old_one(client):
    site = a_site(variables={"api_token": "OLD_TOKEN", "webhook_secret": "HOOK"})
    save(client, f"{SITES}{site.pk}/change/", api_token="a-newer-one")
    site.refresh_from_db()
    assert site.variables == {"webhook_secret": "HOOK"}


def test_a_new_name_keeps_the_shared_token_and_the_pause(client):
    until = timezone.now() + timedelta(hours=1)
    org = an_org(paused_until=until)
    SalesforceSession.objects.create(connection=org, access_token="00D-token")
    save(client, f"{ORGS}{org.pk}/change/", name="renamed")
    org.refresh_from_db()
    assert org.paused_until == until
    assert SalesforceSession.objects.get().access_token == "00D-token"


def test_a_new_site_is_asked_again_where_its_interface_is(client):
    site = a_site(api_root="https://api.atlassian.com/ex/jira/1", cloud_id="1")
    save(client, f"{SITES}{site.pk}/change/", base_url="https://other.atlassian.net")
    site.refresh_from_db()
    assert (site.api_root, site.cloud_id) == ("", "")


def test_a_connection_is_made_with_its_secrets(client):
    save(
        client, f"{ORGS}add/", name="new", login_url="https://new.my.salesforce.com",
        auth="password", client_id="id", client_secret="s", username="u", password="p",
    )  # fmt: skip
    org = SalesforceConnection.objects.get()
    assert (org.client_secret, org.password, org.security_token) == ("s", "p", "")


def test_an_account_that_an_admin_says_replaces_what_was_found_by_mail(client):
    site = a_site()
    row = JiraUser.objects.create(
        connection=site, mail="jane@acme.example", account="", source=JiraUser.Source.SEARCH
    )
    page = f"{SITES}{site.pk}/change/"
    assert "Found by mail" in client.get(page).content.decode()
    save(client, page, **{"users-0-account": "5b10"})
    row.refresh_from_db()
    assert (row.account, row.source) == ("5b10", JiraUser.Source.TABLE)


def test_a_mail_without_an_account_is_refused(client):
    site = a_site()
    JiraUser.objects.create(connection=site, mail="jane@acme.example", account="5b10")
    response = save(client, f"{SITES}{site.pk}/change/", **{"users-0-account": ""})
    assert "account id" in errors_of(response)["users-0-account"][0]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({}, "Not checked yet"),
        ({"last_ok_at": timezone.now()}, "OK"),
        ({"last_error": "The secret is wrong."}, "Error"),
        ({"paused_until": timezone.now() + timedelta(hours=2)}, "Paused until"),
    ],
)
def test_the_list_says_how_a_connection_is_doing(client, columns, says):
    an_org(**columns)
    assert says in client.get(ORGS).content.decode()


def test_the_list_shows_the_quota(client):
    an_org(api_used=1200, api_limit=15000)
    assert "1,200 of 15,000 (8 %)" in client.get(ORGS).content.decode()


def act(client, path, action, *rows):
    return client.post(
        path, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True
    )


def test_checking_a_connection_says_what_is_wrong_with_it(client, settings):
    settings.EXTRA_HOSTS = []
    org = an_org(name="nowhere")
    SalesforceConnection.objects.update(login_url="http://localhost:1")
    response = act(client, ORGS, "check_connections", org)
    org.refresh_from_db()
    assert org.last_error
    assert messages_of(response) == [f"nowhere: {org.last_error}"]


def test_only_those_who_may_change_a_connection_may_check_it():
    org = an_org()
    act(staff("view_salesforceconnection"), ORGS, "check_connections", org)
    org.refresh_from_db()
    assert org.last_error == ""


def test_a_connection_that_items_use_is_not_deleted(client):
    an_item()
    site = JiraConnection.objects.get()
    client.post(f"{SITES}{site.pk}/delete/", {"post": "yes"})
    assert JiraConnection.objects.exists()


def test_lists_take_as_many_queries_for_many_rows_as_for_few(client, django_assert_max_num_queries):
    for number in range(50):
        an_org(name=f"org {number}")
    with django_assert_max_num_queries(8):
        client.get(ORGS)
