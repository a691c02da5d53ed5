"""What every test may ask for. A test names the service that it needs with a marker."""

import os
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests import postgresql, services


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (find, lacking) in services.SERVICES.items():
        if item.get_closest_marker(marker) and find() is None:
            # Where everything is installed on purpose, a skipped test would hide a broken set-up.
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"needs {marker}: {lacking}")


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database. Needs the marker `postgresql`."""
    with postgresql.new_database() as url:
        yield url


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The URL of an empty Redis database. Needs the marker `redis`."""
    with services.running_redis() as url:
        yield url


@pytest.fixture
def ports_alone() -> Iterator[None]:
    """For tests that start servers on ports which they chose beforehand."""
    with services.one_at_a_time("ports"):
        yield


@pytest.fixture
def on_postgresql(migrated_postgresql: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Makes `default` a migrated PostgreSQL database for one test, in all its threads.

    Takes the place of the `db` fixture, and commits. Needs the marker `postgresql`.
    """
    with (
        postgresql.new_database(template=migrated_postgresql) as url,
        django_db_blocker.unblock(),
        postgresql.as_default(url),
    ):
        yield


@pytest.fixture(scope="session")
def migrated_postgresql(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The URL of a migrated database to copy; nothing may stay connected to it."""
    with postgresql.new_database() as url:
        with django_db_blocker.unblock(), postgresql.as_default(url):
            call_command("migrate", verbosity=0)
        yield url
