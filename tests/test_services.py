"""The test suite's own promises: which services tests get, and what becomes of those without."""

import threading

import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, connections

from tests import services

pytest_plugins = ["pytester"]


def test_nothing_of_the_machine_shows_in_the_settings():
    assert settings.EXTRA_HOSTS == []
    assert settings.DATABASES["default"]["NAME"] != str(settings.VAR_DIR / "connector.sqlite3")
    assert settings.CELERY_BROKER_URL == "memory://"


@pytest.mark.redis
def test_a_redis_database_starts_empty(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys() == []
        assert client.set("left", "behind")


@pytest.mark.postgresql
def test_a_postgresql_database_is_shared_by_the_threads_of_a_test(on_postgresql):
    User.objects.create_user("jane")
    seen = []

    def look():
        seen.append((connection.vendor, User.objects.get().username))
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [("postgresql", "jane")]


@pytest.mark.django_db
@pytest.mark.postgresql
def test_a_test_without_the_fixture_stays_on_sqlite(migrated_postgresql):
    assert connection.vendor == "sqlite"


TESTS = """
import pytest

@pytest.mark.chromium
def test_with_a_browser(): pass

def test_plain(): pass
"""


def run_with_a_lacking_service(pytester, monkeypatch):
    lacking = {"chromium": (lambda: None, "it is not installed")}
    monkeypatch.setattr(services, "SERVICES", lacking)
    pytester.makeini("[pytest]\nmarkers = chromium: needs Chromium")
    pytester.makeconftest("from tests.conftest import pytest_runtest_setup")
    pytester.makepyfile(TESTS)
    return pytester.inline_run("-p", "no:django", "-rs")


def test_a_missing_service_skips_its_tests_by_name(pytester, monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    result = run_with_a_lacking_service(pytester, monkeypatch)
    result.assertoutcome(passed=1, skipped=1)
    assert "needs chromium: it is not installed" in capsys.readouterr().out


def test_a_missing_service_fails_its_tests_in_ci(pytester, monkeypatch, capsys):
    monkeypatch.setenv("CI", "true")
    result = run_with_a_lacking_service(pytester, monkeypatch)
    result.assertoutcome(passed=1, failed=1)
    assert "needs chromium: it is not installed" in capsys.readouterr().out
