"""Logging in to the sandbox's Salesforce, and what becomes of tokens."""

from datetime import timedelta

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .salesforce_calls import LOGIN, ORIGIN, Caller, an_org


@pytest.fixture
def sf():
    with an_org() as caller:
        yield caller


def refusal(answer: requests.Response) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["error"], body["error_description"]


def test_the_answer_names_the_instance_the_org_and_the_user(sf):
    answer = sf.token(**LOGIN).json()
    assert answer["instance_url"] == ORIGIN
    assert answer["id"].split("/")[-2:] == [sf.org.org_id, sf.org.integration_user_id]
    assert "expires_in" not in answer
    assert "refresh_token" not in answer


def test_the_secret_may_travel_as_http_basic(sf):
    form = {"grant_type": "client_credentials"}
    basic = ("sandbox-client-id", "sandbox-client-secret")
    url = f"{ORIGIN}/services/oauth2/token"
    assert requests.post(url, data=form, auth=basic, timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"client_id": "x"}, (400, "invalid_client_id", "client identifier invalid")),
        ({"client_secret": "x"}, (400, "invalid_client", "invalid client credentials")),
        ({"scope": "api"}, (400, "invalid_request", "scope parameter not supported")),
        ({"grant_type": "magic"}, (400, "unsupported_grant_type", "grant type not supported")),
    ],
)
def test_a_wrong_request_is_refused_with_one_object(sf, changes, expected):
    assert refusal(sf.token(**{**LOGIN, **changes})) == expected


def test_client_credentials_need_a_run_as_user(sf):
    sf.org.sessions.run_as_enabled = False
    expected = (400, "invalid_grant", "no client credentials user enabled")
    assert refusal(sf.token(**LOGIN)) == expected


def test_client_credentials_are_not_served_by_the_shared_login_host(sf):
    url = "https://login.salesforce.com/services/oauth2/token"
    answer = requests.post(url, data=LOGIN, timeout=5)
    assert refusal(answer) == (400, "invalid_grant", "request not supported on this domain")


def test_a_flow_that_is_switched_off_is_refused(sf):
    sf.org.sessions.flows.discard("client_credentials")
    assert "flow not enabled" in refusal(sf.token(**LOGIN))[2]


def test_the_password_flow_takes_password_and_security_token_in_one(sf):
    form = {**LOGIN, "grant_type": "password", "username": "integration@acme.example"}
    assert sf.token(**form, password="sandbox-passwordsandbox-token").status_code == 200
    expected = (400, "invalid_grant", "authentication failure")
    assert refusal(sf.token(**form, password="sandbox-password")) == expected


def test_a_person_of_the_org_logs_in_with_a_password_and_acts_as_themselves(sf):
    form = {**LOGIN, "grant_type": "password", "username": "grace.miller@acme.example"}
    answer = sf.token(**form, password="sandbox-passwordsandbox-token").json()
    sf.session.headers["Authorization"] = f"Bearer {answer['access_token']}"
    case = sf.call("POST", "/sobjects/Case", json={"Subject": "Printer on fire"}).json()["id"]
    assert sf.get(f"/sobjects/Case/{case}")["CreatedById"] == sf.org.human_user_id


def _assertion(sf: Caller, key: rsa.RSAPrivateKey, **changes: object) -> str:
    claims = {
        "iss": "sandbox-client-id",
        "sub": "integration@acme.example",
        "aud": "https://login.salesforce.com",
        "exp": int((sf.clock.now() + timedelta(minutes=3)).timestamp()),
        **changes,
    }
    return jwt.encode(claims, key, algorithm="RS256")


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _trust(sf: Caller, key: rsa.RSAPrivateKey) -> None:
    sf.org.sessions.public_key = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def test_a_signed_assertion_gives_a_token(sf, key):
    _trust(sf, key)
    assert sf.token(grant_type=JWT, assertion=_assertion(sf, key)).status_code == 200


@pytest.mark.parametrize(
    "changes", [{"sub": "other@acme.example"}, {"aud": "https://example.com"}, {"exp": 1}]
)
def test_an_assertion_with_a_wrong_claim_is_refused(sf, key, changes):
    _trust(sf, key)
    answer = sf.token(grant_type=JWT, assertion=_assertion(sf, key, **changes))
    assert refusal(answer)[:2] == (400, "invalid_grant")


def test_an_assertion_signed_by_another_key_is_refused(sf, key):
    _trust(sf, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    answer = sf.token(grant_type=JWT, assertion=_assertion(sf, key))
    assert refusal(answer)[:2] == (400, "invalid_grant")


def test_a_revoked_token_is_an_invalid_session(sf):
    sf.org.revoke_tokens()
    expected = (401, "INVALID_SESSION_ID", "Session expired or invalid")
    assert sf.error("GET", "/limits") == expected


def test_a_session_ends_when_it_is_not_used_but_not_while_it_is(sf):
    for _ in range(3):
        sf.clock.advance(7_000)
        assert sf.call("GET", "/limits").status_code == 200
    sf.clock.advance(7_300)
    assert sf.error("GET", "/limits")[1] == "INVALID_SESSION_ID"


def test_salesforce_trap_20_a_refreshed_sandbox_has_another_org_id_and_the_same_records(sf):
    case_id = sf.org.insert("Case", {"Subject": "Before"})
    sf.org.change_org_id("00D5g0000000ABC")
    sf.log_in()
    assert sf.token(**LOGIN).json()["id"].split("/")[-2].startswith("00D5g0000000ABC")
    assert sf.rows("SELECT Id FROM Organization")[0]["Id"].startswith("00D5g0000000ABC")
    assert sf.ids("SELECT Id FROM Case") == [case_id]


def test_the_identity_url_and_userinfo_say_who_holds_the_token(sf):
    identity = sf.get("/services/oauth2/userinfo")
    assert identity["organization_id"] == sf.org.org_id
    assert identity["preferred_username"] == "integration@acme.example"


def test_the_list_of_versions_needs_no_token_and_costs_nothing(sf):
    sf.app.calls.clear()
    versions = requests.get(f"{ORIGIN}/services/data/", timeout=5).json()
    assert versions[-1] == {
        "label": "Winter '27",
        "url": "/services/data/v68.0",
        "version": "68.0",
    }
    assert sf.app.calls.counted == 0


def test_retired_versions_are_gone_and_unknown_ones_not_found(sf):
    assert sf.call("GET", "/limits", version="30.0").status_code == 410
    assert sf.call("GET", "/limits", version="99.0").status_code == 404


def test_a_token_without_the_api_scope_is_refused_for_good(sf):
    """A new login doesn't cure this 401, though its code is that of an expired session."""
    sf.org.sessions.scope = "openid"
    status, code, message = sf.error("GET", "/limits")
    assert (status, code) == (401, "INVALID_SESSION_ID")
    assert message == "This session is not valid for use with the REST API"


def test_a_token_is_revoked_once(sf):
    token = sf.token(**LOGIN).json()["access_token"]
    url = f"{ORIGIN}/services/oauth2/revoke"
    assert requests.post(url, data={"token": token}, timeout=5).status_code == 200
    assert refusal(requests.post(url, data={"token": token}, timeout=5))[:2] == (
        400,
        "invalid_token",
    )
