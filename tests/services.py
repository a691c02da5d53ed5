"""Servers and programs that some tests need, found on this machine or not."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
import redis

from launch import broker, ports

NODE_FOLDER = Path(__file__).parent / "node"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


@cache
def postgres() -> str | None:
    """Return the URL of a server on which databases may be made."""
    url = os.environ.get("TEST_POSTGRES_URL", LOCAL_POSTGRES)
    query = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.Error:
        return None
    return url if row and row[0] else None


@cache
def redis_server() -> str | None:
    """Return the URL of a server given for tests, or the program to start one."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        return given if _pings(given) else None
    try:
        return str(broker.server_program())
    except broker.NoBroker:
        return None


@cache
def chromium() -> str | None:
    found = (shutil.which(name) for name in CHROMIUM_NAMES)
    return next((path for path in found if path), None)


@cache
def node() -> str | None:
    """Return Node.js, if the npm packages of the tests are installed too."""
    return shutil.which("node") if (NODE_FOLDER / "node_modules").is_dir() else None


# By marker: how it is found, and what to say where it isn't.
SERVICES: dict[str, tuple[Callable[[], str | None], str]] = {
    "postgresql": (postgres, "no PostgreSQL server at TEST_POSTGRES_URL or 127.0.0.1:5432"),
    "redis": (redis_server, "no Redis or Valkey server, neither at TEST_REDIS_URL nor to start"),
    "chromium": (chromium, "Chromium isn't installed"),
    "node": (node, "Node.js or the npm packages of tests/node aren't installed"),
}


@contextmanager
def running_redis() -> Iterator[str]:
    """Yield the URL of an empty Redis database for one test."""
    found = redis_server()
    if found and "://" in found:
        with one_at_a_time("redis"), redis.Redis.from_url(found) as client:
            client.flushdb()
            yield found
    else:
        with _embedded(Path(found or "")) as url:
            yield url


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Have tests that run side by side take turns with something there is only one of."""
    with (Path(tempfile.gettempdir()) / f"connector-tests-{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _embedded(program: Path) -> Iterator[str]:
    port = ports.free_port()
    with tempfile.TemporaryDirectory() as directory:
        command = broker.server_command(program, port, Path(directory))
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            url = broker.url(port)
            _wait_for(url)
            yield url
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(url: str, seconds: float = 10) -> None:
    give_up = time.monotonic() + seconds
    while not _pings(url):
        assert time.monotonic() < give_up, f"the broker at {url} doesn't answer"
        time.sleep(0.02)


def _pings(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
