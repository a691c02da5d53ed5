import json

import pytest
from django.db import DatabaseError

from config import health
from config.celery import app


@pytest.fixture
def lost_database(monkeypatch):
    def fail():
        raise DatabaseError("the server closed the connection")

    monkeypatch.setattr(health, "_ask_database", fail)


@pytest.fixture
def lost_broker(monkeypatch):
    # A port on which nobody listens refuses at once.
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")


def test_the_process_says_that_it_lives_without_asking_anything(client):
    # The test has no database: touching it would be an error.
    assert client.get("/health/live").status_code == 200


@pytest.mark.django_db
def test_the_server_is_ready_when_database_and_broker_answer(client):
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"database": True, "broker": True}


@pytest.mark.django_db
def test_a_broker_that_does_not_answer_makes_it_not_ready(client, lost_broker):
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"database": True, "broker": False}


def test_a_database_that_does_not_answer_makes_it_not_ready(client, lost_database):
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"database": False, "broker": True}


@pytest.mark.redis
@pytest.mark.django_db
def test_a_real_broker_makes_it_ready(client, redis_url, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", redis_url)
    monkeypatch.setattr(app.conf, "broker_write_url", redis_url)
    assert client.get("/health/ready").json()["broker"] is True


@pytest.mark.parametrize("probe", ["/health/live", "/health/ready"])
@pytest.mark.django_db
def test_probes_are_answered_over_http_where_the_rest_is_https(client, settings, probe):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(probe).status_code == 200
    assert client.get("/admin/").status_code == 301


def test_what_is_not_ready_is_told_without_details(client, lost_database, lost_broker):
    body = json.dumps(client.get("/health/ready").json())
    assert "127.0.0.1" not in body
