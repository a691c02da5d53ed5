import socket

import pytest

from launch import ports


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        yield server.getsockname()[1]


def test_the_wanted_port_is_given_when_it_is_free():
    wanted = ports.free_port()
    assert ports.free_port(wanted) == wanted


def test_another_port_is_given_when_the_wanted_one_is_taken(taken):
    assert ports.free_port(taken) not in (taken, 0)


def test_a_port_that_is_taken_is_not_free(taken):
    assert not ports.is_free(taken)
