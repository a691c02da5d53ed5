"""A sandbox in its own process, and a way to fill it as people would."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from tempfile import NamedTemporaryFile
from typing import Any

import requests
from django.core.management import call_command

Json = dict[str, Any]
START_SECONDS = 30.0
COLLECTION = 200


@dataclass
class Stage:
    """The two systems of a running sandbox."""

    salesforce: str
    jira: str
    session: requests.Session = field(default_factory=requests.Session)

    def log_in(self) -> None:
        token = requests.post(
            f"{self.salesforce}/services/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": "sandbox-client-id",
                "client_secret": "sandbox-client-secret",
            },
            timeout=10,
        ).json()["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def save(self, method: str, records: Sequence[Json]) -> list[str]:
        """Create (POST) or change (PATCH) records, two hundred a call; return their ids."""
        ids: list[str] = []
        for start in range(0, len(records), COLLECTION):
            chunk = list(records[start : start + COLLECTION])
            answer = self.session.request(
                method,
                f"{self.salesforce}/services/data/v67.0/composite/sobjects",
                json={"allOrNone": False, "records": chunk},
                headers={"Sforce-Auto-Assign": "FALSE"},
                timeout=120,
            )
            answer.raise_for_status()
            ids += [row["id"] for row in answer.json()]
        return ids

    def new_cases(self, count: int, subject: str) -> list[str]:
        return self.save(
            "POST",
            [
                {"attributes": {"type": "Case"}, "Subject": f"{subject} {number}"}
                for number in range(count)
            ],
        )

    def change_cases(self, ids: Sequence[str], subject: str) -> None:
        self.save(
            "PATCH",
            [
                {"attributes": {"type": "Case"}, "id": each, "Subject": f"{subject} {number}"}
                for number, each in enumerate(ids)
            ],
        )

    def document(self, items: Sequence[Json]) -> Json:
        return {
            "format": "salesforce-connector/1",
            "salesforce_connections": [
                {
                    "name": "acme",
                    "login_url": self.salesforce,
                    "client_id": "sandbox-client-id",
                    "client_secret": "sandbox-client-secret",
                }
            ],
            "jira_connections": [
                {
                    "name": "acme-jira",
                    "base_url": self.jira,
                    "deployment": "cloud",
                    "email": "connector@acme.example",
                    "api_token": "sandbox-api-token",
                    "webhook_secret": "only-for-the-bench",
                }
            ],
            "items": list(items),
        }

    def configure(self, items: Sequence[Json]) -> None:
        """Start from an empty configuration with these items, metadata warm."""
        call_command("flush", interactive=False, verbosity=0)
        time.sleep(1.1)  # what the sandbox brought along is older than the item, by a second
        with NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(self.document(items), file)
            file.flush()
            call_command("importconfig", file.name, stdout=StringIO())
        time.sleep(1.1)  # Salesforce's stamps are whole seconds
        pull()


def pull() -> list[Json]:
    """Run the `pull` command and return what it prints."""
    out = StringIO()
    try:
        call_command("pull", json=True, stdout=out)
    except SystemExit:
        raise SystemExit(f"a pull of the bench failed: {out.getvalue()}") from None
    results: list[Json] = json.loads(out.getvalue())
    return results


@contextmanager
def running_sandbox() -> Iterator[Stage]:
    """Start the sandbox on free ports and stop it afterwards."""
    salesforce, jira = _free_port(), _free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "manage.py",
            "sandbox",
            f"--salesforce-port={salesforce}",
            f"--jira-port={jira}",
        ],
        stdout=subprocess.DEVNULL,
        env=os.environ.copy(),
    )
    try:
        stage = Stage(f"http://127.0.0.1:{salesforce}", f"http://127.0.0.1:{jira}")
        _wait_for(stage, process)
        stage.log_in()
        yield stage
    finally:
        process.terminate()
        process.wait()


def _wait_for(stage: Stage, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            requests.get(f"{stage.jira}/rest/api/2/serverInfo", timeout=2)
            requests.get(f"{stage.salesforce}/services/data/", timeout=2)
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The sandbox didn't start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
