"""Logging in to Salesforce, and what each refusal tells the admin."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from connector.errors import Busy, ConnectionBroken, Scope
from connector.outgoing import HostPolicy, PooledSession
from connector.salesforce.auth import (
    JWT_GRANT,
    Credentials,
    Flow,
    Token,
    check_flow_host,
    log_in,
    login_address,
)
from connector.salesforce.login_errors import LOGIN_ROWS
from tests.connector.salesforce_world import ORIGIN, START, world
from tests.network import InProcessNetwork, answer

MY_DOMAIN = "https://acme.my.salesforce.com"
SECRET = "E1F2-the-secret"
GRANTED = {
    "access_token": "00D5g00000ABCDe!AQ0AQ",
    "instance_url": "https://acme.my.salesforce.com/",
    "id": "https://login.salesforce.com/id/00D5g000000ABCD/0055g000000XyZa",
    "token_type": "Bearer",
    "issued_at": "1763694000000",
}


@pytest.fixture
def network():
    with InProcessNetwork() as network:
        yield network


def credentials(login_url=MY_DOMAIN, flow=Flow.CLIENT_CREDENTIALS, **more):
    return Credentials(login_url, flow, "3MVG9", SECRET, **more)


def answering(network, status, body, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    network.faults.append(lambda request: answer(request, status, content, headers))


def enter(who=None):
    return log_in(who or credentials(), PooledSession(), HostPolicy())


def sent_form(network):
    return {name: value for name, [value] in parse_qs(network.calls[-1].body).items()}


def test_client_credentials_go_to_the_orgs_own_host(network):
    answering(network, 200, GRANTED)

    token = enter()

    assert network.calls[-1].url == f"{MY_DOMAIN}/services/oauth2/token"
    assert sent_form(network) == {
        "grant_type": "client_credentials",
        "client_id": "3MVG9",
        "client_secret": SECRET,
    }
    assert token == Token(
        access_token="00D5g00000ABCDe!AQ0AQ",
        instance_url=MY_DOMAIN,
        org_id="00D5g000000ABCDEA4",
        user_id="0055g000000XyZaAAK",
        issued_at=datetime(2025, 11, 21, 3, 0, tzinfo=UTC),
    )


def test_the_password_flow_sends_password_and_security_token_as_one(network):
    answering(network, 200, GRANTED)

    enter(
        credentials(
            flow=Flow.PASSWORD, username="int@acme.example", password="pw", security_token="tok"
        )
    )

    assert sent_form(network) == {
        "grant_type": "password",
        "client_id": "3MVG9",
        "client_secret": SECRET,
        "username": "int@acme.example",
        "password": "pwtok",
    }


def test_the_jwt_flow_signs_who_logs_in_where_and_until_when(network):
    answering(network, 200, GRANTED)
    private, public = rsa_key()

    enter(credentials(flow=Flow.JWT_BEARER, username="int@acme.example", private_key=private))

    form = sent_form(network)
    claims = jwt.decode(form["assertion"], public, ["RS256"], audience=MY_DOMAIN)
    assert form["grant_type"] == JWT_GRANT
    assert (claims["iss"], claims["sub"]) == ("3MVG9", "int@acme.example")
    assert SECRET not in network.calls[-1].body


def rsa_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@pytest.mark.parametrize("flow", list(Flow))
def test_an_org_lets_the_integration_user_in_by_every_flow(flow):
    private, public = rsa_key()
    with world() as here:
        here.clock.advance((datetime.now(UTC) - START).total_seconds())
        here.org.sessions.public_key = public
        who = Credentials(
            ORIGIN,
            flow,
            "sandbox-client-id",
            "sandbox-client-secret",
            username="integration@acme.example",
            password="sandbox-password",
            security_token="sandbox-token",
            private_key=private,
        )

        token = log_in(who, PooledSession(), HostPolicy(["salesforce.test"]))

        assert (token.org_id, token.user_id) == (here.org.org_id, here.org.integration_user_id)


def test_a_wrong_secret_is_said_to_be_wrong_and_not_repeated():
    with world() as here, pytest.raises(ConnectionBroken, match="consumer secret") as refused:
        here.client(client_secret=SECRET).limits()

    assert SECRET not in str(refused.value)


def test_a_private_key_that_is_none_is_not_quoted_in_the_error(network):
    broken = credentials(flow=Flow.JWT_BEARER, username="x", private_key="half-a-key")

    with pytest.raises(ConnectionBroken, match="private key can't be read") as refused:
        enter(broken)

    assert "half-a-key" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert network.calls == []


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("acme.my.salesforce.com", MY_DOMAIN),
        (" https://ACME.my.salesforce.com/ ", MY_DOMAIN),
        ("http://acme.my.salesforce.com", MY_DOMAIN),
        ("https://acme.lightning.force.com/lightning/page/home", MY_DOMAIN),
        ("https://acme.my.salesforce-setup.com/lightning/setup", MY_DOMAIN),
        (
            "acme--dev.sandbox.lightning.force.com",
            "https://acme--dev.sandbox.my.salesforce.com",
        ),
        ("http://127.0.0.1:8101/x?y=1", "http://127.0.0.1:8101"),
        ("login.salesforce.com", "https://login.salesforce.com"),
    ],
)
def test_an_address_from_the_browser_is_put_right(typed, address):
    assert login_address(typed) == address
    assert login_address(address) == address


@pytest.mark.parametrize("typed", ["", "   ", "https://", "acme my domain"])
def test_what_is_no_address_is_refused_with_an_example(typed):
    with pytest.raises(ValueError, match=r"https://acme\.my\.salesforce\.com"):
        login_address(typed)


def test_an_address_with_a_password_in_it_is_refused_without_repeating_it():
    with pytest.raises(ValueError, match="must not contain a user or password") as refused:
        login_address("https://ada:pw123@acme.my.salesforce.com")

    assert "pw123" not in str(refused.value)


@pytest.mark.parametrize("host", ["login.salesforce.com", "test.salesforce.com"])
def test_the_shared_login_hosts_are_explained_away_for_client_credentials(host, network):
    check_flow_host(f"https://{host}", Flow.JWT_BEARER)

    with pytest.raises(ConnectionBroken, match="My Domain"):
        enter(credentials(f"https://{host}"))

    assert network.calls == []


def test_no_secret_is_sent_to_a_host_that_is_not_salesforces(network):
    with pytest.raises(ConnectionBroken, match="EXTRA_HOSTS"):
        enter(credentials("https://acme.my.salesforce.com.evil.example"))

    assert network.calls == []


def test_a_token_for_a_host_that_is_not_salesforces_is_not_accepted(network):
    answering(network, 200, {**GRANTED, "instance_url": "https://evil.example"})

    with pytest.raises(ConnectionBroken, match=r"evil\.example"):
        enter()


@pytest.mark.parametrize("flow", [Flow.CLIENT_CREDENTIALS, Flow.PASSWORD])
def test_a_refusal_that_quotes_the_request_shows_no_secret(network, flow):
    def quote(request):
        body = {"error": "invalid_grant", "error_description": f"refused: {request.body}"}
        return answer(request, 400, json.dumps(body).encode())

    network.faults.append(quote)
    who = credentials(flow=flow, username="ada@acme.example", password="päss word/")

    with pytest.raises(ConnectionBroken, match="refused: ") as refused:
        enter(who)

    shown = parse_qs(str(refused.value))
    assert "päss word/" not in str(shown)
    assert SECRET not in str(shown)


# error, description -> words for the admin
REFUSALS = [
    ("invalid_client_id", "client identifier invalid", "consumer key"),
    ("invalid_client", "invalid client credentials", "consumer secret"),
    ("invalid_grant", "no client credentials user enabled", "Run As"),
    ("invalid_grant", "request not supported on this domain", "My Domain"),
    ("invalid_grant", "Client credentials flow not enabled", "Tick Enable"),
    ("unsupported_grant_type", "grant type not supported", "doesn't allow the chosen flow"),
    ("invalid_grant", "authentication failure", "security token"),
    ("invalid_grant", "user hasn't approved this consumer", "Permitted Users"),
    # salesforce trap 25: apps that an admin has not installed or allowed
    ("OAUTH_APP_BLOCKED", "this app is blocked by admin", "External Client App"),
    ("invalid_grant", "Audience validation failed", "audience"),
    ("invalid_grant", "invalid assertion", "certificate"),
    ("invalid_app_access", "user is not admin approved to access this app", "permission set"),
    ("invalid_app_access", "", "permission set"),
    ("inactive_user", "user is inactive", "Activate the user"),
    ("inactive_org", "organization is inactive", "reopen"),
    ("invalid_grant", "expired authorization code", "clock"),
    ("invalid_grant", "ip restricted", "IP restrictions"),
    ("invalid_grant", "", "login history"),
    ("something_new", "never seen", "never seen"),
]


@pytest.mark.parametrize(("error", "description", "words"), REFUSALS)
def test_every_refusal_of_a_login_says_what_the_admin_can_do(error, description, words, network):
    body = {"error": error}
    if description:
        body["error_description"] = description
    answering(network, 400, body)

    with pytest.raises(ConnectionBroken) as refused:
        enter()

    assert words in refused.value.message
    assert error in refused.value.message
    assert SECRET not in refused.value.message
    assert len(network.calls) == 1


def test_every_row_of_the_login_table_is_walked():
    said = [*REFUSALS, ("invalid_grant", "login rate exceeded", "")]

    def first(error, description):
        return next(
            (
                row
                for row in LOGIN_ROWS
                if row.error in ("", error) and row.description in description.lower()
            ),
            None,
        )

    walked = [first(error, description) for error, description, _ in said]

    assert [row for row in LOGIN_ROWS if row not in walked] == []


def test_too_many_logins_make_the_connection_wait(network):
    answering(network, 400, {"error": "invalid_grant", "error_description": "login rate exceeded"})

    with pytest.raises(Busy) as busy:
        enter()

    assert busy.value.scope is Scope.CONNECTION
    assert busy.value.retry_after == 900


def test_a_maintenance_page_means_to_wait(network):
    answering(network, 503, b"<html>down for maintenance</html>")

    with pytest.raises(Busy, match="maintenance") as busy:
        enter()

    assert busy.value.scope is Scope.CONNECTION


@pytest.mark.parametrize(
    ("status", "words"),
    [(200, "login page"), (302, "redirected"), (404, "My Domain"), (403, "proxy")],
)
def test_a_web_page_in_place_of_a_token_breaks_the_connection(status, words, network):
    """salesforce trap 16: HTML instead of JSON."""
    answering(network, status, b"<html>Log in</html>", Location="https://elsewhere.example/")

    with pytest.raises(ConnectionBroken) as refused:
        enter()

    assert words in refused.value.message
    assert len(network.calls) == 1, "a redirect is not followed: it would carry the secret along"


def test_a_token_without_the_ids_of_org_and_user_is_no_token(network):
    answering(network, 200, {**GRANTED, "id": "https://login.salesforce.com/id/x"})

    with pytest.raises(ConnectionBroken, match="other than a token"):
        enter()


def test_an_unreachable_host_is_named(network):
    def refuse(request):
        raise requests.ConnectTimeout(request=request)

    network.faults.append(refuse)

    with pytest.raises(Busy, match=r"acme\.my\.salesforce\.com didn't accept") as busy:
        enter()

    assert not busy.value.may_have_happened


def test_secrets_stay_out_of_representations():
    shown = repr(
        Credentials("u", Flow.PASSWORD, "3MVG9", "s3cret", "ada", "p4ss", "t0ken", "k3y")
    ) + repr(Token("00Dsession", "https://x", "00D", "005", datetime(2026, 1, 1, tzinfo=UTC)))

    for secret in ("s3cret", "p4ss", "t0ken", "k3y", "00Dsession"):
        assert secret not in shown
