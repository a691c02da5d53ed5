"""`rotatekeys`: secrets move from an older key to the first one."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from fernet_fields import hkdf

from connector.models import JiraConnection, SalesforceConnection, SalesforceSession
from connector.rotation import BATCH, encrypted_columns, encrypted_models
from tests.connector.fernet import other_keys, use_keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings):
    """Make the encrypted columns use other keys, newest first."""
    with other_keys(settings, *settings.FERNET_KEYS):
        yield lambda *names: use_keys(settings, *names)


def raw_secret(key: str) -> str:
    """Read a client secret from the database with one key alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM connector_salesforceconnection")
        stored = bytes(cursor.fetchone()[0])
    return Fernet(hkdf.derive_fernet_key(key)).decrypt(stored).decode()


def test_every_secret_is_readable_with_the_new_key_alone(keys):
    keys("old")
    org = SalesforceConnection.objects.create(name="acme", client_secret="hush", password="p")
    SalesforceSession.objects.create(connection=org, access_token="token")
    JiraConnection.objects.create(name="acme-jira", api_token="t", webhook_secret="w")

    keys("new", "old")
    call_command("rotatekeys")

    keys("new")
    org = SalesforceConnection.objects.get()
    site = JiraConnection.objects.get()
    assert (org.client_secret, org.password) == ("hush", "p")
    assert SalesforceSession.objects.get().access_token == "token"
    assert (site.api_token, site.webhook_secret) == ("t", "w")
    assert raw_secret("new") == "hush"


def test_running_it_twice_does_no_harm(keys):
    SalesforceConnection.objects.create(name="acme", client_secret="hush")

    call_command("rotatekeys")
    call_command("rotatekeys")

    assert SalesforceConnection.objects.get().client_secret == "hush"


def test_it_says_how_many_rows_it_encrypted(capsys):
    SalesforceConnection.objects.bulk_create(
        SalesforceConnection(name=f"org {number}") for number in range(BATCH + 1)
    )

    call_command("rotatekeys")

    assert f"Salesforce connections {BATCH + 1}" in capsys.readouterr().out


def test_a_secret_that_no_key_opens_is_an_error_and_stays(keys, capsys):
    keys("lost")
    SalesforceConnection.objects.create(name="acme", client_secret="hush")
    keys("new", "old")

    with pytest.raises(SystemExit) as exit_:
        call_command("rotatekeys")

    assert exit_.value.code == 1
    assert "FERNET_KEYS" in capsys.readouterr().err
    assert raw_secret("lost") == "hush"


def test_the_encrypted_columns_are_found_wherever_they_are():
    found = {f"{m.__name__}.{name}" for m in encrypted_models() for name in encrypted_columns(m)}

    assert found >= {
        "SalesforceConnection.private_key",
        "SalesforceSession.access_token",
        "JiraConnection.api_token",
    }
