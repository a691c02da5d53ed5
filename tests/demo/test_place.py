import os
import socket
import subprocess

import pytest

from demo import place as places
from demo.place import Place


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path, web_port=1, salesforce_port=2, jira_port=3, broker_port=4)


def test_another_port_is_taken_when_a_friendly_one_is_taken(tmp_path, monkeypatch):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        taken = server.getsockname()[1]
        monkeypatch.setattr(places, "WEB_PORT", taken)
        assert places.choose(tmp_path).web_port != taken


def test_a_second_demonstration_in_the_same_folder_is_refused(tmp_path):
    refused = pytest.raises(places.AlreadyRunning, match="Stop it")
    with places.to_itself(tmp_path), refused, places.to_itself(tmp_path):
        pass


def test_a_demonstration_may_follow_another(tmp_path):
    for _ in range(2):
        with places.to_itself(tmp_path):
            pass


def test_only_the_two_sandbox_systems_may_be_contacted(place):
    hosts = places.settings(place)["EXTRA_HOSTS"]
    assert hosts == "127.0.0.1:2,127.0.0.1:3,localhost:3"


def test_the_keys_stay_the_same_from_one_demonstration_to_the_next(place):
    first, second = places.settings(place), places.settings(place)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert first["FERNET_KEYS"] == second["FERNET_KEYS"]


def test_a_shell_can_read_the_settings(place):
    file = places.write_settings(place)
    script = f'set -a; . "{file}"; set +a; printf %s "$DATABASE_URL"'
    shell = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert shell.stdout == f"sqlite:///{place.folder}/connector.sqlite3"


def test_the_settings_are_for_their_owner_only(place):
    assert os.stat(places.write_settings(place)).st_mode & 0o777 == 0o600
