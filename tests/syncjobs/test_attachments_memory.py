"""A large file passes through in chunks, whatever its size."""

import tracemalloc
from collections.abc import Iterator
from hashlib import md5
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from connector.streams import Fetched
from tests.connector.jira_scripted import SITE, client_of
from tests.connector.salesforce_world import World, world
from tests.network import exchange

MEGABYTE = 1024 * 1024
SIZE = 64 * MEGABYTE
MOST_GROWTH = 32 * MEGABYTE
# Jira's answers name the account they recognised.
NAMED = ("X-AUSERNAME", "me")
PIECE = bytes(64 * 1024)
ANSWERS = {
    "attachments": (b'[{"id": "10200"}]', "200 OK"),
    "ContentVersion": (b'{"id": "068xx0000000001AAA", "success": true}', "201 Created"),
}


class BigFiles:
    """Sends a file that is made up as it goes, and takes one without keeping it."""

    def __init__(self) -> None:
        self.received = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            start_response("200 OK", [("Content-Disposition", "attachment"), NAMED])
            return (PIECE for _ in range(SIZE // len(PIECE)))
        while piece := environ["wsgi.input"].read(len(PIECE)):
            self.received += len(piece)
        last = urlsplit(environ["REQUEST_URI"]).path.rstrip("/").rpartition("/")[2]
        body, status = ANSWERS[last]
        start_response(status, [("Content-Type", "application/json"), NAMED])
        return iter([body])


@pytest.fixture
def big() -> BigFiles:
    return BigFiles()


@pytest.fixture
def org(big: BigFiles) -> Iterator[World]:
    """Logins are the sandbox's; files of Salesforce and all of Jira are made up."""
    with world() as opened:
        opened.network.serve(SITE, big)

        def files_elsewhere(request: requests.PreparedRequest) -> requests.Response | None:
            if "/ContentVersion/" not in str(request.url):
                return None
            return exchange(big, request)

        opened.network.faults.append(files_elsewhere)
        yield opened


def peak_growth(work: Any) -> int:
    """The most bytes that Python objects took while `work` was done, beyond those before."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def checksum() -> str:
    digest = md5(usedforsecurity=False)
    for _ in range(SIZE // len(PIECE)):
        digest.update(PIECE)
    return digest.hexdigest()


def test_64_megabytes_to_jira_take_less_than_32_of_memory(org: World, big: BigFiles) -> None:
    salesforce, jira, expected = org.client(), client_of(), checksum()

    def copy() -> None:
        with salesforce.download_file("068xx0000000001AAA") as opened:
            stream = Fetched(opened.chunks(), system="Salesforce", size=SIZE, expected=expected)
            jira.add_attachment("10042", "big.bin", stream, SIZE)

    assert peak_growth(copy) < MOST_GROWTH
    assert big.received > SIZE


def test_64_megabytes_to_salesforce_take_less_than_32_of_memory(org: World, big: BigFiles) -> None:
    salesforce, jira = org.client(), client_of()

    def copy() -> None:
        with jira.download("10200", "") as opened:
            stream = Fetched(opened.chunks(), system="Jira", size=SIZE)
            salesforce.upload_file(stream, SIZE, "big.bin", "500xx000001AAAAAA2")

    assert peak_growth(copy) < MOST_GROWTH
    assert big.received > SIZE
