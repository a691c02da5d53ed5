"""PostgreSQL databases that live as long as a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import environ
import psycopg
from django.db import connections
from django.db.utils import ConnectionHandler

from tests import services


@contextmanager
def new_database(template: str | None = None) -> Iterator[str]:
    """Make a database, as a copy of the one at `template` if given, and yield its URL."""
    server = services.postgres()
    assert server, "the test lacks the marker `postgresql`"
    name = f"test_connector_{uuid4().hex}"
    copied = f' TEMPLATE "{_name(template)}"' if template else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{copied}')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def as_default(url: str) -> Iterator[None]:
    """Have Django's `default` be the database at `url`, in this thread and in new ones."""
    former_settings, former = connections.settings["default"], connections["default"]
    connections.settings["default"] = _settings(url)
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"], connections["default"] = former_settings, former


def _settings(url: str) -> Any:
    return ConnectionHandler({"default": environ.Env.db_url_config(url)}).settings["default"]


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")
