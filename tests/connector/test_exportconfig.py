"""`exportconfig`: what is published, as a document that changes nothing when it comes back."""

import json

import pytest

from connector.document.store import apply
from connector.models import JiraConnection, SalesforceConnection, SmartConnectedItem
from tests.connector.commands import run
from tests.connector.documents import CASES, ENVIRONMENT, read, whole, with_org

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(capsys):
    """Run a command; return exit code, output and errors."""
    return lambda *arguments: run(capsys, *arguments)


def two_items():
    document = whole()
    document["salesforce_connections"].append(
        {**document["salesforce_connections"][0], "name": "emea"}
    )
    document["items"].append({**CASES, "name": "Leads", "object": "Lead", "salesforce": "emea"})
    return document


def secrets_of(document):
    """Set what an export names: the variables of its secrets and their values."""
    values = {"client_secret": "sf-secret", "api_token": "jira-token"}
    values["webhook_secret"] = "hook-secret"
    connections = document["salesforce_connections"] + document["jira_connections"]
    return {each[key]["env"]: values[key] for each in connections for key in values if key in each}


def test_importing_an_export_again_changes_nothing(command, tmp_path, monkeypatch):
    apply(read(two_items()))
    _, out, _ = command("exportconfig")
    file = tmp_path / "export.json"
    file.write_text(out)
    for name, value in secrets_of(json.loads(out)).items():
        monkeypatch.setenv(name, value)

    code, out, _ = command("importconfig", str(file), "--offline")

    assert (code, out.split()) == (0, ["created", "0", "updated", "0", "unchanged", "5"])


def test_an_export_comes_back_without_its_variables(command, tmp_path):
    apply(read(whole()))
    file = tmp_path / "export.json"
    file.write_text(command("exportconfig")[1])

    code, out, _ = command("importconfig", str(file), "--offline")

    assert code == 0
    assert out.split()[:4] == ["created", "0", "updated", "0"]


def test_an_export_says_what_was_imported(command):
    apply(read(whole()))

    document = json.loads(command("exportconfig")[1])

    assert document["items"][0] == CASES
    assert document["jira_connections"][0]["users"] == whole()["jira_connections"][0]["users"]


def test_an_export_names_the_variables_that_the_secrets_were_imported_from(
    command, tmp_path, monkeypatch
):
    apply(read(whole()))
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "export.json"
    file.write_text(command("exportconfig")[1])

    code, out, _ = command("importconfig", str(file), "--offline")

    assert (code, out.split()) == (0, ["created", "0", "updated", "0", "unchanged", "3"])


def test_secrets_are_not_exported(command):
    apply(read(with_org(client_secret="hush-hush")))

    _, out, err = command("exportconfig")

    assert "hush-hush" not in out + err
    assert not any(value in out for value in ENVIRONMENT.values())
    org = json.loads(out)["salesforce_connections"][0]
    assert org["client_secret"] == {"env": "ACME_SF_CLIENT_SECRET"}


def test_connections_with_similar_names_do_not_share_a_variable(command):
    document = with_org(client_secret="in the file")
    org = document["salesforce_connections"][0]
    document["salesforce_connections"] += [{**org, "name": "acme 1"}, {**org, "name": "Acme-1"}]
    apply(read(document))

    orgs = json.loads(command("exportconfig")[1])["salesforce_connections"]

    assert len({org["client_secret"]["env"] for org in orgs}) == 3


def test_an_export_without_its_secrets_is_not_imported_into_another_database(command, tmp_path):
    apply(read(with_org(client_secret="in the file")))
    file = tmp_path / "export.json"
    file.write_text(command("exportconfig")[1])
    SmartConnectedItem.objects.update(published=None)
    SmartConnectedItem.objects.all().delete()
    SalesforceConnection.objects.all().delete()

    code, _, err = command("importconfig", str(file), "--offline")

    assert code == 1
    assert "the environment variable ACME_SF_CLIENT_SECRET isn't set" in err


def test_one_item_comes_with_the_connections_it_needs(command):
    apply(read(two_items()))

    document = json.loads(command("exportconfig", "--item", "Leads")[1])

    assert [item["name"] for item in document["items"]] == ["Leads"]
    assert [org["name"] for org in document["salesforce_connections"]] == ["emea"]
    assert [site["name"] for site in document["jira_connections"]] == ["acme-jira"]


@pytest.mark.parametrize(
    "options",
    [["--item", "Leads", "Support cases"], ["--item", "Leads", "--item", "Support cases"]],
)
def test_several_items_can_be_named(command, options):
    apply(read(two_items()))

    document = json.loads(command("exportconfig", *options)[1])

    assert {item["name"] for item in document["items"]} == {"Leads", "Support cases"}


def test_an_unknown_item_is_an_error(command):
    apply(read(whole()))

    code, out, err = command("exportconfig", "--item", "Quotes")

    assert (code, out) == (1, "")
    assert err == "There is no item Quotes. Items: Support cases.\n"


def test_an_item_that_was_never_published_is_left_out_and_named(command):
    apply(read(whole()))
    SmartConnectedItem.objects.create(
        name="Draft",
        salesforce=SalesforceConnection.objects.get(),
        jira=JiraConnection.objects.get(),
        object="Lead",
    )

    _, out, err = command("exportconfig")

    assert "Draft" not in out
    assert err == "Draft was never published, so it is left out.\n"


def test_the_published_version_is_exported_not_the_draft(command):
    apply(read(whole()))
    SmartConnectedItem.objects.update(issue_type="Bug")

    assert json.loads(command("exportconfig")[1])["items"][0]["issue_type"] == "Task"


def test_a_renamed_connection_is_exported_under_its_new_name(command):
    apply(read(whole()))
    SalesforceConnection.objects.update(name="acme-emea")

    document = json.loads(command("exportconfig")[1])

    assert document["items"][0]["salesforce"] == "acme-emea"
    assert document["salesforce_connections"][0]["name"] == "acme-emea"


def test_nothing_set_up_is_an_empty_document(command):
    assert json.loads(command("exportconfig")[1]) == {
        "format": "salesforce-connector/1",
        "salesforce_connections": [],
        "jira_connections": [],
        "items": [],
    }
