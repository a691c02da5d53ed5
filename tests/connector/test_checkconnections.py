"""`checkconnections`: where each connection leads, or what an admin has to do about it."""

import json
from datetime import UTC, datetime

import pytest

from connector.document.parse import parse_value
from connector.document.store import apply
from connector.models import JiraConnection, SalesforceConnection
from tests.connector.both_worlds import ENVIRONMENT, HOSTS, both_worlds
from tests.connector.commands import run
from tests.connector.fernet import other_keys
from tests.connector.jira_world import GATEWAY

pytestmark = pytest.mark.django_db

KEYS = [
    *("name", "kind", "ok", "org_name", "org_id", "instance_url"),
    *("site_title", "error", "degraded"),
]


@pytest.fixture(params=["cloud"])
def worlds(request, settings):
    settings.EXTRA_HOSTS = HOSTS
    settings.ATLASSIAN_API_URL = GATEWAY
    with both_worlds(request.param) as worlds:
        apply(parse_value(worlds.document(), environment=ENVIRONMENT))
        yield worlds


@pytest.fixture
def check(capsys):
    """Run the command; return its exit code and what it reports of each connection."""

    def check():
        ran = run(capsys, "checkconnections", "--json")
        return ran.code, json.loads(ran.out)

    return check


@pytest.mark.parametrize("worlds", ["cloud", "data_center"], indirect=True)
def test_it_says_where_each_connection_leads(worlds, check):
    code, (org, site) = check()

    assert code == 0
    assert (list(org), list(site)) == (KEYS, KEYS)
    assert [org[key] for key in KEYS[:3]] == ["acme", "salesforce", True]
    assert (org["org_name"], org["org_id"]) == (worlds.org.name, worlds.org.org_id)
    assert org["instance_url"] == "http://salesforce.test"
    assert (site["name"], site["kind"], site["ok"], site["error"]) == (
        "acme-jira",
        "jira",
        True,
        "",
    )
    assert site["site_title"]


def test_what_it_learns_is_stored(worlds, check):
    check()

    org, site = SalesforceConnection.objects.get(), JiraConnection.objects.get()
    assert (org.org_id, org.instance_url) == (worlds.org.org_id, "http://salesforce.test")
    assert org.last_ok_at is not None
    assert site.site_title
    assert site.account_id


def test_a_success_ends_a_pause(worlds, check):
    SalesforceConnection.objects.update(paused_until=datetime(2030, 1, 1, tzinfo=UTC))

    check()

    assert SalesforceConnection.objects.get().paused_until is None


def test_a_wrong_secret_is_explained_and_the_others_are_still_checked(worlds, check):
    SalesforceConnection.objects.update(client_secret="hush-hush")

    code, (org, site) = check()

    assert code == 1
    assert not org["ok"]
    assert org["error"]
    assert "hush-hush" not in json.dumps(org)
    assert site["ok"]


def test_a_failure_is_stored_and_does_not_end_a_pause(worlds, check):
    pause = datetime(2030, 1, 1, tzinfo=UTC)
    SalesforceConnection.objects.update(client_secret="wrong", paused_until=pause)

    check()

    org = SalesforceConnection.objects.get()
    assert org.last_error
    assert org.paused_until == pause


def test_another_org_than_before_is_an_error(worlds, check):
    """salesforce trap 20: a refreshed sandbox has a new org id and copies of our links."""
    SalesforceConnection.objects.update(org_id="00D000000000001AAA")

    code, (org, _) = check()

    assert code == 1
    assert "org" in org["error"]
    assert SalesforceConnection.objects.get().org_id == "00D000000000001AAA"


def test_it_says_what_works_less_well_for_want_of_a_permission(worlds, check):
    worlds.org.permissions.view_all_data = False

    _, (org, _) = check()

    assert org["ok"]
    assert any("View All Data" in sentence for sentence in org["degraded"])


def test_secrets_that_no_key_opens_are_explained(worlds, check, settings):
    with other_keys(settings, "another key altogether"):
        code, (org, _) = check()

    assert code == 1
    assert "FERNET_KEYS" in org["error"]


def test_for_people_it_prints_a_line_for_each_connection(worlds, capsys):
    JiraConnection.objects.update(api_token="wrong")

    ran = run(capsys, "checkconnections")

    org, site = ran.out.splitlines()[0], ran.out.splitlines()[-1]
    assert ran.code == 1
    assert org.startswith("Salesforce acme: ok. ")
    assert "at http://salesforce.test" in org
    assert site.startswith("Jira acme-jira: FAILED. ")


def test_without_connections_there_is_nothing_to_fail(db, check):
    assert check() == (0, [])


def test_without_connections_people_are_told_how_to_begin(db, capsys):
    assert "no connections yet" in run(capsys, "checkconnections").out
