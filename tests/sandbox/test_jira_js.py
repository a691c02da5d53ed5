"""The public client package jira.js works against the sandbox's Jira Cloud unchanged."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from sandbox.jira import JiraApp, JiraSite
from sandbox.server import ServedApp
from tests import services

SCRIPT = Path(__file__).parent / "jira_js.mjs"

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        not (services.NODE_FOLDER / "node_modules/jira.js").is_dir(),
        reason="the npm package jira.js is not installed",
    ),
]


def test_it_works_through_an_issues_life_with_every_answer_checked():
    served = ServedApp("127.0.0.1", 0)
    site = JiraSite(served.url, media_url=f"http://localhost:{served.port}/media")
    served.start(JiraApp(site))
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    command = [services.node(), SCRIPT, services.NODE_FOLDER, served.url]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    served.stop()
    assert done.returncode == 0, done.stderr
    saw = json.loads(done.stdout)
    body = saw.pop("body")
    assert saw == {
        "deployment": "Cloud",
        "me": "Connector",
        "projects": ["HELP", "OPS", "SUP"],
        "statuses": 3,
        "fields": True,
        "createFields": True,
        "comments": [body],
        "log": ["summary", "status", "resolution"],
        "file": "hello",
        "links": 1,
        "found": [[True, "Edited", {"a": 1}]],
        "users": ["Jane Wolf"],
    }
