"""Calls that go wrong on the way: lost sessions, lost answers, web pages, refused connections.

The answers are made up one by one here, since no org gives them on demand.
"""

import json
import threading
from datetime import UTC, datetime
from decimal import Decimal
from ssl import SSLCertVerificationError

import pytest
import requests

from connector.errors import Busy, ConnectionBroken, Gone, Refused, Scope
from connector.outgoing import HostPolicy, PooledSession
from connector.salesforce.auth import Credentials, Flow
from connector.salesforce.client import ApiUsage, SalesforceClient
from connector.salesforce.errors import WrongOrg
from connector.salesforce.tokens import MemoryTokenStore
from tests.network import InProcessNetwork, answer

HOST = "https://acme.my.salesforce.com"
ORG_ID = "00D5g000000ABCDEA4"
CASE_ID = "500xx000001AAAAAA2"
DEAD = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
DAILY = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
EMPTY_PAGE = {"totalSize": 0, "done": True, "records": []}


class ScriptedOrg:
    """Logs everybody in, and gives the API's answers in the order they were written down."""

    def __init__(self):
        self.script = []
        self.logins = 0
        self.seen = []

    def __call__(self, request):
        if request.url.endswith("/services/oauth2/token"):
            return self._token(request)
        self.seen.append(request)
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        status, body, headers = (*step, {})[:3]
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return answer(request, status, content, headers)

    def _token(self, request):
        self.logins += 1
        body = {
            "access_token": f"token{self.logins}",
            "instance_url": HOST,
            "id": f"{HOST}/id/{ORG_ID}/0055g000000XyZaAAK",
            "issued_at": "1763694000000",
        }
        return answer(request, 200, json.dumps(body).encode())


@pytest.fixture
def org():
    org = ScriptedOrg()
    with InProcessNetwork() as network:
        network.faults.append(org)
        yield org


def client(pauses=None, **settings):
    return SalesforceClient(
        Credentials(HOST, Flow.CLIENT_CREDENTIALS, "id", "secret"),
        tokens=settings.pop("tokens", None) or MemoryTokenStore(),
        hosts=HostPolicy(),
        pause=(pauses if pauses is not None else []).append,
        **settings,
    )


def test_a_lost_session_is_renewed_once_and_the_call_keeps_its_headers(org):
    org.script = [(401, DEAD), (204, b"")]

    client().update("Case", CASE_ID, {"Subject": "x"}, datetime(2026, 11, 20, 9, 15, tzinfo=UTC))

    first, second = org.seen
    assert (org.logins, len(org.seen)) == (2, 2)
    assert second.headers["Authorization"] == "Bearer token2"
    for name in ("If-Unmodified-Since", "Sforce-Auto-Assign", "Sforce-Call-Options"):
        assert second.headers[name] == first.headers[name]
    assert second.headers["If-Unmodified-Since"] == "Fri, 20 Nov 2026 09:15:00 GMT"
    assert second.body == first.body


def test_a_session_that_dies_again_at_once_breaks_the_connection(org):
    org.script = [(401, DEAD), (401, DEAD)]

    with pytest.raises(ConnectionBroken, match="right after a new login"):
        client().limits()

    assert org.logins == 2


@pytest.mark.parametrize(
    "message",
    [
        "This session is not valid for use with the REST API",
        "Connected app is not attached to Agent",
    ],
)
def test_no_login_is_tried_where_none_can_help(org, message):
    org.script = [(401, [{"message": message, "errorCode": "INVALID_SESSION_ID"}])]

    with pytest.raises(ConnectionBroken):
        client().limits()

    assert org.logins == 1


def test_a_401_without_json_is_a_lost_session_too(org):
    org.script = [(401, b"<html>"), (200, {})]

    assert client().limits() == {}


def test_workers_that_lose_their_session_together_log_in_once(org):
    """While one worker logs in the others wait, and then use its token."""
    tokens = MemoryTokenStore()
    logged_in_twice = threading.Event()

    def second_login():
        logged_in_twice.set()
        return client().token

    others = [threading.Thread(target=tokens.renew, args=(None, second_login)) for _ in range(4)]

    def first_login():
        for thread in others:
            thread.start()
        logged_in_twice.wait(0.2)
        return client().token

    tokens.renew(None, first_login)
    for thread in others:
        thread.join()

    assert not logged_in_twice.is_set()
    assert org.logins == 1


def test_another_workers_new_token_is_used_without_a_login(org):
    tokens = MemoryTokenStore()
    mine, other = client(tokens=tokens), client(tokens=tokens)
    org.script = [(401, DEAD), (200, {}), (200, {})]

    mine.limits()
    other.limits()

    assert org.logins == 2
    assert org.seen[-1].headers["Authorization"] == "Bearer token2"


@pytest.mark.parametrize("stored", [False, True])
def test_a_refreshed_sandbox_is_noticed_before_anything_is_sent(org, stored):
    """salesforce trap 20: a refreshed sandbox has a new org Id and copies of our links."""
    tokens = MemoryTokenStore()
    if stored:
        assert client(tokens=tokens).token.org_id == ORG_ID
    wrong = client(tokens=tokens, expected_org_id="00D5g0000000OLD")

    with pytest.raises(WrongOrg, match=ORG_ID):
        wrong.create("Case", {"Subject": "x"})

    assert org.seen == []


def test_the_token_of_a_wrong_org_is_not_kept(org):
    tokens = MemoryTokenStore()

    with pytest.raises(WrongOrg):
        client(tokens=tokens, expected_org_id="00D5g0000000OLD").limits()

    assert tokens.current() is None


def test_the_same_org_is_recognized_by_its_short_id(org):
    assert client(expected_org_id=ORG_ID[:15]).token.org_id == ORG_ID


def test_a_read_is_tried_again_when_salesforce_stumbles(org):
    pauses: list[float] = []
    org.script = [(503, b"<html>"), requests.ConnectionError("reset"), (200, EMPTY_PAGE)]
    reader = client(pauses)

    assert reader.query("SELECT Id FROM Case").records == []
    assert len(pauses) == 2
    assert reader.calls == 3


def test_a_read_is_given_up_after_the_third_failure(org):
    org.script = [(502, b""), (503, b""), (504, b"")]

    with pytest.raises(Busy, match="504") as busy:
        client().limits()

    assert busy.value.scope is Scope.CONNECTION
    assert not busy.value.may_have_happened


def test_a_read_that_timed_out_is_not_started_again(org):
    """It would keep the worker for minutes and Salesforce at the same query twice."""
    org.script = [requests.ReadTimeout("read timed out")]

    with pytest.raises(Busy, match="didn't answer in time"):
        client().limits()

    assert len(org.seen) == 1


@pytest.mark.parametrize(
    "step",
    [
        (403, DAILY),
        (429, b"", {"Retry-After": "30"}),
        (503, b"", {"Retry-After": "30"}),
    ],
)
def test_a_quota_is_never_hammered(org, step):
    org.script = [step]

    with pytest.raises(Busy) as busy:
        client().limits()

    assert busy.value.retry_after in (900, 30)
    assert len(org.seen) == 1


@pytest.mark.parametrize(
    "step",
    [
        (503, b"<html>"),
        (500, [{"message": "oops", "errorCode": "UNKNOWN_EXCEPTION"}]),
        requests.ReadTimeout("read timed out"),
        requests.ConnectionError("Connection aborted."),
        requests.exceptions.ChunkedEncodingError("broken"),
        requests.exceptions.SSLError("decryption failed"),
    ],
)
def test_a_write_without_an_answer_is_not_repeated_and_said_to_be_in_doubt(org, step):
    org.script = [step]

    with pytest.raises(Busy) as busy:
        client().create("Case", {"Subject": "x"})

    assert busy.value.may_have_happened
    assert len(org.seen) == 1


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (requests.exceptions.SSLError(SSLCertVerificationError("expired")), "certificate"),
        (requests.exceptions.ProxyError("407"), "proxy"),
        (requests.ConnectTimeout("slow"), "in time"),
    ],
)
def test_a_write_that_never_left_is_known_not_to_have_happened(org, failure, words):
    org.script = [failure]

    with pytest.raises(Busy) as busy:
        client().create("Case", {"Subject": "x"})

    assert words in busy.value.message
    assert "acme.my.salesforce.com" in busy.value.message
    assert busy.value.scope is Scope.CONNECTION
    assert not busy.value.may_have_happened


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:9", "127.0.0.1 refused the connection"),
        ("http://nowhere.invalid", "nowhere.invalid can't be found"),
    ],
)
def test_an_address_where_nobody_answers_is_named_with_the_cause(address, words):
    direct = PooledSession()
    direct.trust_env = False
    lost = SalesforceClient(
        Credentials(address, Flow.CLIENT_CREDENTIALS, "id", "secret"),
        tokens=MemoryTokenStore(),
        hosts=HostPolicy(["127.0.0.1:9", "nowhere.invalid"]),
        session=direct,
    )

    with pytest.raises(Busy) as busy:
        lost.create("Case", {"Subject": "x"})

    assert words in busy.value.message
    assert not busy.value.may_have_happened


@pytest.mark.parametrize("body", [b"<html>Log in to Salesforce</html>", b""])
def test_a_login_page_in_place_of_json_breaks_the_connection(org, body):
    """salesforce trap 16: HTML with status 200."""
    org.script = [(200, body, {"Content-Type": "text/html"})]

    with pytest.raises(ConnectionBroken, match="instead of JSON"):
        client().limits()


def test_a_redirect_is_not_followed(org):
    org.script = [(302, b"", {"Location": "https://evil.example/"})]

    with pytest.raises(ConnectionBroken, match="redirected"):
        client().limits()

    assert len(org.seen) == 1


def test_an_error_in_one_object_is_read_like_one_in_a_list(org):
    org.script = [(404, {"message": "gone", "errorCode": "NOT_FOUND"})]

    with pytest.raises(Gone):
        client().describe("Nothing__c")


def test_a_bug_in_the_query_is_refused_without_quoting_it(org):
    """salesforce trap 19: neither the message nor the request shows what was asked for."""
    org.script = [(400, [{"message": "unexpected token: x", "errorCode": "MALFORMED_QUERY"}])]

    with pytest.raises(Refused) as refused:
        client().query("SELECT Id FROM Case WHERE SuppliedEmail = 'ada@acme.example'")

    assert "ada" not in str(refused.value) + str(refused.value.answer)
    assert refused.value.answer.request == "GET /services/data/v67.0/query/"


def test_an_error_that_quotes_the_request_shows_no_token(org):
    org.script = [(400, [{"message": "refused: Bearer token1", "errorCode": "UNHEARD_OF"}])]

    with pytest.raises(Refused, match="refused: ") as refused:
        client().describe("Case")

    assert "token1" not in str(refused.value)


def test_numbers_with_a_fraction_are_read_exactly(org):
    """salesforce trap 15: 0.1 is not a binary fraction."""
    org.script = [(200, b'{"done":true,"totalSize":1,"records":[{"A":0.10,"B":12}]}')]

    [record] = client().query("SELECT A, B FROM X__c").records

    assert record == {"A": Decimal("0.10"), "B": 12}


def test_decimals_are_written_as_numbers(org):
    org.script = [(201, {"id": CASE_ID, "success": True, "errors": []})]

    client().create("Case", {"Amount": Decimal("12.50"), "Count": Decimal("3"), "Name": "Ä"})

    assert org.seen[0].body == '{"Amount":12.5,"Count":3,"Name":"Ä"}'.encode()


def test_the_quota_is_reported_with_every_answer(org):
    reported: list[ApiUsage] = []
    usage = {"Sforce-Limit-Info": "api-usage=18/5000; per-app-api-usage=17/250(appName=x)"}
    org.script = [(200, {}, usage)]

    client(on_usage=reported.append).limits()

    assert reported == [ApiUsage(18, 5000)]


def test_salesforces_clock_is_remembered(org):
    org.script = [(200, {}, {"Date": "Fri, 20 Nov 2026 09:15:42 GMT"})]
    reader = client()

    assert reader.server_time is None
    reader.limits()

    assert reader.server_time == datetime(2026, 11, 20, 9, 15, 42, tzinfo=UTC)


def test_a_login_does_not_count_as_a_call(org):
    caller = client()

    assert caller.token.org_id == ORG_ID
    assert caller.calls == 0
