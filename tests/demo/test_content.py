"""The sample configuration, with the ports of a demonstration."""

import json

import pytest

from connector.document.parse import parse
from demo import content, place


@pytest.fixture
def somewhere(tmp_path):
    return place.Place(
        tmp_path, web_port=9000, salesforce_port=9001, jira_port=9002, broker_port=9003
    )


def test_the_sample_leads_to_the_ports_in_use(somewhere):
    document = json.loads(content.sample(somewhere))
    assert document["salesforce_connections"][0]["login_url"] == "http://127.0.0.1:9001"
    assert document["jira_connections"][0]["base_url"] == "http://127.0.0.1:9002"


def test_the_sample_is_valid_with_the_secrets_of_a_demonstration(somewhere):
    document = parse(content.sample(somewhere), environment=place.SANDBOX_SECRETS)
    assert "Support cases" in [item.name for item in document.items]
