"""The network without sockets that tests use, by what `requests` sees of it."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.network import InProcessNetwork, answer

ORIGIN = "http://service.test"


class Service:
    """Answers with what it was sent, and keeps the latest environ."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}
        self.handled = 0

    def __call__(self, environ, start_response) -> Iterator[bytes]:
        self.environ = environ
        self.handled += 1
        body = environ["wsgi.input"].read()
        start_response("201 Created", [("Content-Type", "text/plain"), ("X-Way", "in process")])
        return iter([b"got ", body])


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def network(service):
    with InProcessNetwork() as network:
        network.serve(ORIGIN, service)
        yield network


def test_a_call_reaches_the_application_and_its_answer_comes_back(network, service):
    response = requests.post(f"{ORIGIN}/a%20b?q=%2B", data=b"bytes", timeout=5)
    assert (response.status_code, response.reason, response.text) == (201, "Created", "got bytes")
    assert response.headers["x-way"] == "in process"
    assert service.environ["PATH_INFO"] == "/a b"
    assert service.environ["QUERY_STRING"] == "q=%2B"
    assert [call.method for call in network.calls] == ["POST"]


@pytest.mark.parametrize("body", [io.BytesIO(b"streamed"), iter([b"stre", b"amed"])])
def test_a_streamed_body_arrives(network, body):
    assert requests.post(ORIGIN, data=body, timeout=5).content == b"got streamed"


def test_an_answer_can_be_read_in_pieces(network):
    response = requests.post(ORIGIN, data=b"12345", stream=True, timeout=5)
    assert list(response.iter_content(4)) == [b"got ", b"1234", b"5"]


def test_any_other_host_is_out_of_reach(network):
    with pytest.raises(requests.ConnectionError):
        requests.get("http://elsewhere.test/", timeout=5)
    with pytest.raises(requests.ConnectionError):
        requests.get("https://service.test/", timeout=5)


def test_a_fault_answers_or_fails_before_the_application_works(network, service):
    network.faults.append(lambda request: answer(request, 503, b"busy", {"Retry-After": "5"}))
    response = requests.get(ORIGIN, timeout=5)
    assert (response.status_code, response.text, response.headers["Retry-After"]) == (
        503,
        "busy",
        "5",
    )
    assert service.handled == 0


def test_a_lost_answer_leaves_the_work_done(network, service):
    def lose(request, response):
        raise requests.ReadTimeout("the answer was lost")

    network.losses.append(lose)
    with pytest.raises(requests.ReadTimeout):
        requests.get(ORIGIN, timeout=5)
    assert service.handled == 1


def test_requests_is_as_before_when_the_network_is_left(service):
    before = requests.adapters.HTTPAdapter.send
    with InProcessNetwork() as network:
        network.serve(ORIGIN, service)
    assert requests.adapters.HTTPAdapter.send is before
