"""The sample configuration: what `make demo` loads, and where the defaults are shown."""

import json
from pathlib import Path

import pytest

from connector.document.dump import dump_item
from connector.document.parse import parse_item
from connector.document.store import published
from connector.models import SmartConnectedItem
from tests.connector.both_worlds import HOSTS, both_worlds
from tests.connector.commands import run
from tests.connector.salesforce_world import ORIGIN

SAMPLE = Path(__file__).parents[2] / "config" / "sample.json"
SECRETS = {
    "SANDBOX_SF_SECRET": "sandbox-client-secret",
    "SANDBOX_JIRA_TOKEN": "sandbox-api-token",
    "SANDBOX_WEBHOOK_SECRET": "hook-secret",
}
ASKED_FOR = (
    *("name", "salesforce", "jira", "mode", "object", "jira_projects", "issue_type"),
    *("mappings", "status"),
)


@pytest.fixture
def sample():
    return json.loads(SAMPLE.read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_the_sample_fits_the_sandbox(sample, tmp_path, capsys, monkeypatch, settings):
    settings.EXTRA_HOSTS = HOSTS
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    with both_worlds() as worlds:
        sample["salesforce_connections"][0]["login_url"] = ORIGIN
        sample["jira_connections"][0]["base_url"] = worlds.site.base_url
        file = tmp_path / "sample.json"
        file.write_text(json.dumps(sample))
        ran = run(capsys, "importconfig", str(file))

    assert (ran.code, ran.err) == (0, "")
    assert {published(row).mode.value for row in SmartConnectedItem.objects.all()} == {
        "one_way",
        "two_way",
        "display_only",
    }


def test_its_first_item_shows_every_default(sample):
    first = sample["items"][0]
    bare = {key: first[key] for key in ASKED_FOR if key not in ("mappings", "status")}

    defaults = dump_item(parse_item(bare))

    assert set(first) == set(defaults)
    assert {key: first[key] for key in first if key not in ASKED_FOR} == {
        key: defaults[key] for key in defaults if key not in ASKED_FOR
    }


def test_its_first_mapping_shows_every_key_of_a_mapping(sample):
    mapping = sample["items"][0]["mappings"][0]

    assert set(mapping) == {
        *("salesforce", "jira", "direction", "values", "create_only", "default", "conflict"),
    }
