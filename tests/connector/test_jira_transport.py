"""What the client does when the way to Jira, or Jira itself, fails."""

import base64
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from types import SimpleNamespace

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connector.errors import Busy, ConnectionBroken, Gone, Refused, Scope
from connector.jira.model import Deployment, NewIssue
from connector.jira.pace import Pace
from connector.outgoing import HostPolicy, PooledSession
from tests.connector.jira_scripted import GATEWAY, NAMED, SITE, ScriptedSite, client_of
from tests.network import InProcessNetwork

ISSUE = "/rest/api/2/issue/10042"
MYSELF = "/rest/api/2/myself"
ME = {"accountId": "5b10", "displayName": "Connector", "timeZone": "Europe/Berlin"}


@pytest.fixture
def site():
    return ScriptedSite()


@pytest.fixture
def network(site):
    network = InProcessNetwork()
    network.serve(SITE, site)
    with network:
        yield network


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(network, waits):
    return client_of(waits=waits)


# Trying again


def test_a_read_is_tried_again_after_a_server_error(site, client, waits):
    site.on(ISSUE, (500, {}), (502, b"<html>"), (200, {"id": "10042"}))
    assert client.issue("10042", ["summary"]) == {"id": "10042"}
    assert len(waits) == 2
    assert max(waits) < 2


def test_a_read_is_given_up_after_three_tries(site, client):
    site.on(ISSUE, (503, b"<html>"))
    with pytest.raises(Busy) as caught:
        client.issue("10042", ["summary"])
    assert caught.value.scope is Scope.CONNECTION
    assert client.calls == 3


def test_a_search_is_tried_again_although_it_is_a_post(site, client):
    site.on("/rest/api/2/search/jql", (502, {}), (200, {"issues": [{"id": "1"}]}))
    assert list(client.search("project = SUP", [])) == [[{"id": "1"}]]


def test_a_read_is_tried_again_after_a_broken_connection(site, network, client):
    site.on(ISSUE, (200, {"id": "10042"}))
    failures = [requests.ConnectionError("reset"), requests.ReadTimeout("slow")]

    def lose(request, response):
        if failures:
            raise failures.pop()

    network.losses.append(lose)
    assert client.issue("10042", ["summary"]) == {"id": "10042"}


@pytest.mark.parametrize("error", [requests.ReadTimeout, requests.ConnectionError])
def test_a_write_whose_answer_got_lost_is_not_repeated(site, network, client, error):
    site.on(ISSUE, (204, b""))

    def lose(request, response):
        raise error("gone: https://jira.test/?token=s3cret-token")

    network.losses.append(lose)
    with pytest.raises(Busy) as caught:
        client.edit_issue("10042", fields={"summary": "x"})
    assert caught.value.may_have_happened
    assert len(site.seen) == 1
    assert "s3cret" not in str(caught.value)


def test_a_write_that_never_left_did_not_happen(network, client):
    pool = HTTPConnectionPool("jira.test")
    reason = NewConnectionError(HTTPConnection("jira.test"), "refused")

    def refuse(request):
        raise requests.ConnectionError(MaxRetryError(pool, "/", reason))

    network.faults.append(refuse)
    with pytest.raises(Busy) as caught:
        client.edit_issue("10042", fields={"summary": "x"})
    assert not caught.value.may_have_happened
    assert caught.value.scope is Scope.CONNECTION
    assert "can't be reached" in caught.value.message


def test_a_write_is_not_repeated_after_a_server_error(site, client):
    site.on("/rest/api/2/issue/bulk", (500, {}))
    with pytest.raises(Busy) as caught:
        client.create_chunk([NewIssue({"summary": "x"})])
    assert caught.value.may_have_happened
    assert client.calls == 1


def test_an_untrusted_certificate_needs_an_admin(network, client):
    def fail(request):
        raise requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed")

    network.faults.append(fail)
    with pytest.raises(ConnectionBroken, match="REQUESTS_CA_BUNDLE"):
        client.priorities()


# Limits


def test_a_short_429_is_waited_for_even_by_a_write(site, client, waits):
    site.on(ISSUE, (429, {}, {"Retry-After": "3", **NAMED}), (204, b""))
    client.edit_issue("10042", fields={"summary": "x"})
    assert 3 <= waits[0] <= 3.9


def test_a_long_429_is_left_to_the_caller(site, client, waits):
    headers = {"Retry-After": "1800", "RateLimit-Reason": "jira-quota-tenant-based", **NAMED}
    site.on(ISSUE, (429, {}, headers))
    with pytest.raises(Busy) as caught:
        client.edit_issue("10042", fields={"summary": "x"})
    assert caught.value.retry_after == 1800
    assert caught.value.scope is Scope.CONNECTION
    assert not caught.value.may_have_happened
    assert waits == []


def test_a_429_without_a_time_is_waited_for_longer_and_longer(site, client, waits):
    site.on(ISSUE, (429, {}))
    with pytest.raises(Busy):
        client.issue("10042", [])
    assert client.calls == 4
    assert all(least <= wait <= 1.3 * least for least, wait in zip((2, 4, 8), waits, strict=True))


def test_a_write_is_paced_by_its_issue(site, network):
    paced = []

    class Recorder(Pace):
        def wait(self, method, issue=""):
            paced.append((method, issue))

    site.on(ISSUE, (204, b""))
    client_of(pace=Recorder()).edit_issue("10042", fields={"summary": "x"})
    assert paced == [("PUT", "10042")]


# Answers


def test_jira_trap_an_empty_204_is_a_success(site, client):
    """jira trap: an empty 201 or 204 makes a careless client repeat a successful write."""
    site.on(ISSUE, (204, b""))
    client.edit_issue("10042", fields={"summary": "x"})
    assert client.calls == 1


def test_jira_trap_an_empty_201_is_a_success(site, client):
    """jira trap: an empty 201 or 204 makes a careless client repeat a successful write."""
    site.on(f"{ISSUE}/properties/mark", (201, b""))
    client.set_issue_property("10042", "mark", {"a": 1})
    assert client.calls == 1


def test_a_created_comment_that_is_not_told_may_have_happened(site, client):
    site.on(f"{ISSUE}/comment", (201, b""))
    with pytest.raises(Busy) as caught:
        client.add_comment("10042", "text")
    assert caught.value.may_have_happened


def test_a_login_page_instead_of_data_breaks_the_connection(site, client):
    site.on("/rest/api/2/priority", (200, b"<html>Log in</html>"))
    with pytest.raises(ConnectionBroken, match="web page instead of data"):
        client.priorities()


def test_a_redirect_is_not_followed(site, network, client):
    elsewhere = ScriptedSite()
    network.serve("https://elsewhere.test", elsewhere)
    site.on("/rest/api/2/priority", (302, b"", {"Location": "https://elsewhere.test/login"}))
    with pytest.raises(ConnectionBroken, match="another address"):
        client.priorities()
    assert elsewhere.seen == []


def test_an_empty_body_right_after_the_start_is_waited_for(site, client):
    site.on("/rest/api/2/serverInfo", (200, b""))
    with pytest.raises(Busy, match="starting"):
        client.connect()


def test_the_time_of_the_site_is_unknown_before_its_first_answer(client):
    assert client.server_time is None


def test_it_tells_the_time_of_the_site(site, client):
    site.on("/rest/api/2/priority", (200, [], {"Date": "Sat, 21 Nov 2026 09:30:00 GMT", **NAMED}))
    client.priorities()
    assert client.server_time is not None
    assert client.server_time.isoformat() == "2026-11-21T09:30:00+00:00"


def test_a_cookie_does_not_outlive_the_login_it_was_given_to(site, network):
    site.on("/rest/api/2/priority", (200, []))
    headers = Message()
    headers["Set-Cookie"] = "JSESSIONID=1; Path=/"

    def set_cookie(request, response):
        # As http.client leaves it, which is where requests looks for cookies.
        response.raw._original_response = SimpleNamespace(msg=headers, isclosed=lambda: True)

    network.losses.append(set_cookie)
    session = PooledSession()
    client_of(session=session).priorities()
    client_of(session=session, token="another").priorities()
    assert "cookie" not in site.seen[1][3]


def test_jira_trap_even_a_delete_names_its_content_type(site, client):
    """jira trap: 415 was seen on a DELETE without a content type."""
    site.on(f"{ISSUE}/properties/mark", (204, b""))
    client.delete_issue_property("10042", "mark")
    assert site.seen[0][3]["content-type"] == "application/json"


# Logins


def test_a_netrc_file_does_not_replace_the_login(site, client, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine jira.test login other password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    site.on("/rest/api/2/priority", (200, []))
    client.priorities()
    expected = base64.b64encode(b"connector@acme.example:s3cret-token").decode()
    assert site.seen[0][3]["authorization"] == f"Basic {expected}"


def test_data_center_takes_the_token_as_bearer(site, network):
    site.on("/rest/api/2/priority", (200, []))
    client_of(deployment=Deployment.DATA_CENTER).priorities()
    assert site.seen[0][3]["authorization"] == "Bearer s3cret-token"


def test_an_error_that_quotes_the_request_shows_no_token(site, network):
    quoted = {"errorMessages": ["Refused: Bearer s3cret-token"], "errors": {"x": "s3cret-token"}}
    site.on(ISSUE, (400, quoted))
    with pytest.raises(Refused, match="Refused: ") as refused:
        client_of(deployment=Deployment.DATA_CENTER).edit_issue("10042", fields={})
    assert "s3cret" not in str(refused.value) + str(refused.value.fields)


def test_a_401_of_one_call_is_a_missing_permission_when_the_login_works(site, client):
    site.on(ISSUE, (401, {"errorMessages": ["You may not assign."]}))
    site.on(MYSELF, (200, ME))
    with pytest.raises(Refused, match="You may not assign"):
        client.edit_issue("10042", fields={"assignee": None})


def test_a_dead_token_breaks_the_connection(site, client):
    site.on(ISSUE, (401, {}))
    site.on(MYSELF, (401, {}))
    with pytest.raises(ConnectionBroken, match="expired"):
        client.issue("10042", [])


def test_a_dead_token_that_acts_as_nobody_is_noticed_by_an_empty_search(site, network, client):
    site.on("/rest/api/2/search/jql", (200, {"issues": []}, {}))
    site.on(MYSELF, (401, {}, {}))
    with pytest.raises(ConnectionBroken):
        list(client.search("project = SUP", []))


def test_jira_trap_a_404_is_believed_only_while_the_login_works(site, client):
    """jira trap: 404 can mean no permission, or a token taken for nobody's."""
    site.on(ISSUE, (404, {}, {}))
    site.on(MYSELF, (200, ME, {}), (401, {}, {}))
    with pytest.raises(Gone):
        client.issue("10042", [])
    with pytest.raises(ConnectionBroken):
        client.issue("10042", [])


def test_an_anonymous_data_center_answer_is_noticed(site, network):
    site.on("/rest/api/2/priority", (200, [], {"X-AUSERNAME": "anonymous"}))
    site.on(MYSELF, (401, {}, {}))
    with pytest.raises(ConnectionBroken):
        client_of(deployment=Deployment.DATA_CENTER).priorities()


def test_a_login_is_asked_for_once_where_answers_do_not_name_it(site, client):
    site.on("/rest/api/2/priority", (200, [], {}))
    site.on(MYSELF, (200, ME, {}))
    client.priorities()
    client.priorities()
    assert site.paths().count(MYSELF) == 1


def test_a_named_login_is_not_asked_for(site, client):
    site.on("/rest/api/2/priority", (200, []))
    client.priorities()
    assert client.calls == 1


# The gateway


def at_gateway(path: str) -> str:
    return f"/ex/jira/c-1{path}"


@pytest.fixture
def gateway(site, network):
    """The site refuses the token, the gateway takes it."""
    gateway = ScriptedSite()
    network.serve(GATEWAY, gateway)
    for path in (MYSELF, ISSUE, "/rest/api/2/priority"):
        site.on(path, (401, {}, {}))
    site.on("/_edge/tenant_info", (200, {"cloudId": "c-1"}))
    gateway.on(at_gateway(MYSELF), (200, ME))
    gateway.on(at_gateway("/rest/api/2/priority"), (200, []))
    gateway.on(at_gateway(ISSUE), (204, b""))
    return gateway


def test_jira_trap_a_scoped_token_is_taken_to_the_gateway(client, gateway):
    """jira trap: a scoped token gets 401 on the site's host although it is right."""
    client.priorities()
    assert client.api_root == f"{GATEWAY}/ex/jira/c-1"
    assert client.cloud_id == "c-1"


def test_a_write_that_met_a_401_is_done_at_the_gateway(client, gateway):
    client.edit_issue("10042", fields={"summary": "x"})
    assert [method for method, _, _, _ in gateway.seen] == ["GET", "PUT"]


def test_threads_that_meet_a_401_together_all_get_to_the_gateway(network, gateway):
    client = client_of()
    together = threading.Barrier(8)

    def hold_until_all_are_refused(request, response):
        if response.status_code == 401 and request.url.endswith("/priority"):
            together.wait(5)

    network.losses.append(hold_until_all_are_refused)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: client.priorities(), range(8)))
    assert results == [[]] * 8


def test_a_file_that_met_a_401_is_left_to_the_next_try(site, client, gateway):
    """Its stream has been read and can't be sent to the gateway again."""
    site.on(f"{ISSUE}/attachments", (401, {}, {}))
    with pytest.raises(Busy, match="another address"):
        client.add_attachment("10042", "log.txt", io.BytesIO(b"bytes"), 5)
    assert client.api_root.startswith(GATEWAY)


def test_a_401_at_the_gateway_too_is_a_missing_scope(client, gateway):
    refusal = {"code": 401, "message": "Unauthorized; scope does not match"}
    gateway.on(at_gateway(ISSUE), (401, refusal, {}))
    with pytest.raises(Refused, match="scope does not match"):
        client.edit_issue("10042", fields={"summary": "x"})


def test_the_cloud_id_is_asked_for_without_login(site, client, gateway):
    client.priorities()
    asked = next(headers for _, path, _, headers in site.seen if path == "/_edge/tenant_info")
    assert "authorization" not in asked


def test_a_remembered_address_is_used_from_the_first_call(site, gateway):
    client = client_of(api_root=f"{GATEWAY}/ex/jira/c-1")
    client.priorities()
    assert site.seen == []


def test_a_remembered_address_of_somebody_else_gets_no_credentials(site, network):
    stranger = ScriptedSite()
    network.serve("https://stranger.test", stranger)
    site.on("/rest/api/2/priority", (200, []))
    client_of(api_root="https://stranger.test").priorities()
    assert stranger.seen == []


@pytest.mark.parametrize("tenant", [(200, b"<html>"), (404, {}), (200, []), (200, {})])
def test_a_site_without_a_cloud_id_has_a_wrong_token(site, client, gateway, tenant):
    site.on("/_edge/tenant_info", tenant)
    with pytest.raises(ConnectionBroken):
        client.priorities()
    assert client.api_root == SITE


def test_a_token_refused_at_both_addresses_is_wrong(client, gateway):
    gateway.on(at_gateway(MYSELF), (401, {}, {}))
    with pytest.raises(ConnectionBroken):
        client.priorities()
    assert client.api_root == SITE


# Hosts


@pytest.mark.parametrize(
    "address", ["http://jira.test", "https://10.0.0.7", "jira.test", "https://[x"]
)
def test_jira_trap_an_address_that_may_not_be_contacted_gets_no_call(network, address):
    """jira trap: the address is typed by users and could lead into our own network."""
    with pytest.raises(ConnectionBroken):
        client_of(address).priorities()
    assert network.calls == []


def test_an_extra_host_may_be_contacted_over_http(network):
    plain = ScriptedSite()
    network.serve("http://jira.internal:8080", plain)
    plain.on("/jira/rest/api/2/priority", (200, []))
    client = client_of(
        "http://jira.internal:8080/jira/",
        Deployment.DATA_CENTER,
        hosts=HostPolicy(["jira.internal:8080"]),
    )
    client.priorities()
    assert plain.paths() == ["/jira/rest/api/2/priority"]


def test_a_path_copied_along_with_a_cloud_address_is_left_out(site, network):
    site.on("/rest/api/2/priority", (200, []))
    client_of(f"{SITE}/jira/software/projects/SUP/").priorities()
    assert site.paths() == ["/rest/api/2/priority"]


def test_ids_cannot_leave_their_place_in_the_path(site, network, client):
    with pytest.raises(Gone):
        client.issue("../myself?x=", [])
    assert network.calls[0].url == f"{SITE}/rest/api/2/issue/..%2Fmyself%3Fx%3D"


def test_errors_name_no_query(site, client):
    site.on("/rest/api/2/user/search", (400, {}))
    with pytest.raises(Refused) as caught:
        client.find_users("jane@acme.example")
    assert "jane" not in str(caught.value)
    assert "jane" not in repr(caught.value.answer)
