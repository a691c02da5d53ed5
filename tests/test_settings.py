"""What the settings make of an environment: they run here as a module of an empty checkout."""

import re
import runpy
import shutil
from pathlib import Path

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).parent.parent
POSTGRESQL = "postgresql://connector@db.example/connector"


class Environment(dict[str, str]):
    """An environment that knows which variables were asked for."""

    def __init__(self, values):
        super().__init__(values)
        self.asked = set()

    def __getitem__(self, name):
        self.asked.add(name)
        return super().__getitem__(name)


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "config").mkdir()
    shutil.copy(ROOT / "config" / "settings.py", tmp_path / "config")
    return tmp_path


@pytest.fixture
def read(checkout, monkeypatch):
    """Reads the settings in an environment of exactly the variables given."""

    def run(**variables):
        monkeypatch.setattr(environ.Env, "ENVIRON", Environment(variables))
        return runpy.run_path(str(checkout / "config" / "settings.py"))

    return run


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("DEBUG", False),
        ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"]),
        ("CSRF_TRUSTED_ORIGINS", []),
        ("PUBLIC_URL", "http://127.0.0.1:8000"),
        ("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0"),
        ("ATLASSIAN_API_URL", "https://api.atlassian.com"),
        ("EXTRA_HOSTS", []),
        ("PULL_INTERVAL_SECONDS", 300),
        ("ATTACHMENT_MAX_BYTES", 10_485_760),
        ("PANEL_TOKEN_SECONDS", 900),
        ("FORGE_APP_ID", ""),
        ("FORGE_JWKS_URL", "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json"),
    ],
)
def test_a_variable_that_is_not_given_has_its_default(read, name, default):
    assert read()[name] == default


def test_the_database_is_a_sqlite_file_in_var_unless_another_is_named(read, checkout):
    database = read()["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(checkout / "var" / "connector.sqlite3")


def test_a_postgresql_database_is_taken_from_its_url(read):
    keys = {"SECRET_KEY": "given", "FERNET_KEYS": "given"}
    database = read(DATABASE_URL=POSTGRESQL, **keys)["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["NAME"]) == ("db.example", "connector")


def test_variables_are_read_from_the_env_file(read, checkout):
    (checkout / ".env").write_text("PULL_INTERVAL_SECONDS=60\nEXTRA_HOSTS=jira.local:8080,a.b\n")
    settings = read()
    assert settings["PULL_INTERVAL_SECONDS"] == 60
    assert settings["EXTRA_HOSTS"] == ["jira.local:8080", "a.b"]


def test_the_process_environment_comes_before_the_env_file(read, checkout):
    (checkout / ".env").write_text("PULL_INTERVAL_SECONDS=60\n")
    assert read(PULL_INTERVAL_SECONDS="30")["PULL_INTERVAL_SECONDS"] == 30


@pytest.mark.parametrize("name", ["SECRET_KEY", "FERNET_KEYS"])
def test_with_sqlite_keys_are_made_once_and_kept_for_their_owner_only(read, checkout, name):
    made = read()[name]
    kept = checkout / "var" / f"{name.lower()}.txt"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(kept.read_text()) > 50
    assert read()[name] == made


@pytest.mark.parametrize("name", ["SECRET_KEY", "FERNET_KEYS"])
def test_with_postgresql_keys_have_to_be_given(read, name):
    given = {"SECRET_KEY": "given", "FERNET_KEYS": "given"}
    del given[name]
    with pytest.raises(ImproperlyConfigured, match=f"{name} has to be set"):
        read(DATABASE_URL=POSTGRESQL, **given)


def test_several_keys_are_kept_newest_first(read):
    assert read(FERNET_KEYS="newer, older")["FERNET_KEYS"] == ["newer", "older"]


def test_nothing_redirects_to_https_when_the_server_is_reached_over_http(read):
    settings = read(PUBLIC_URL="http://connector.example:8000")
    assert not settings["SECURE_SSL_REDIRECT"]
    assert not settings["SESSION_COOKIE_SECURE"]


def test_a_server_reached_over_https_redirects_to_it_and_sends_cookies_over_it_only(read):
    settings = read(PUBLIC_URL="https://connector.example")
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]


def test_a_slash_at_the_end_of_the_public_address_makes_no_difference(read):
    assert (
        read(PUBLIC_URL="https://connector.example/")["PUBLIC_URL"] == "https://connector.example"
    )


def test_the_example_lists_exactly_the_variables_that_are_read(read):
    read()
    listed = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(environ.Env.ENVIRON.asked)


def test_the_example_as_it_stands_changes_nothing(read, checkout):
    def plain(settings):
        # Functions among the admin's settings are made anew each time.
        return {k: v for k, v in settings.items() if k.isupper() and k != "UNFOLD"}

    without = plain(read())
    shutil.copy(ROOT / ".env.example", checkout / ".env")
    assert plain(read()) == without
