"""Who gets into the sandbox's Jira, and how."""

import pytest
import requests

from tests.sandbox.jira_caller import MAIL, ORIGIN, Caller

GATEWAY = f"{ORIGIN}/ex/jira/11223344-a1b2-4b33-8444-def123456789/rest/api/2"
SCOPED = (MAIL, "sandbox-scoped-token")


def nobody(caller: Caller) -> Caller:
    caller.session.auth = (MAIL, "wrong")
    return caller


def test_a_token_names_its_account():
    answer = Caller().get("/myself")
    assert answer.json()["accountId"] == answer.headers["X-AAccountId"]


def test_a_person_has_a_token_too():
    caller = Caller()
    caller.session.auth = ("jane@acme.example", "sandbox-person-token")
    assert caller.get("/myself").json()["accountId"] == caller.site.human.account_id


def test_a_refusal_names_the_account_too():
    answer = Caller().get("/issue/SUP-99")
    assert (answer.status_code, "X-AAccountId" in answer.headers) == (404, True)


def test_server_info_needs_no_login():
    assert nobody(Caller()).get("/serverInfo").json()["deploymentType"] == "Cloud"


def test_a_wrong_token_is_told_by_myself_only():
    """jira trap: a wrong token acts as nobody, with empty lists in place of errors."""
    caller = nobody(Caller())
    caller.site.create_issue("SUP")
    assert caller.get("/myself").status_code == 401
    assert caller.search("project = SUP") == []
    assert caller.get("/issue/SUP-1").status_code == 404
    assert "X-AAccountId" not in caller.get("/issue/SUP-1").headers


def test_a_scoped_token_is_refused_on_the_site_host():
    """jira trap: scoped token on the site host."""
    caller = Caller()
    caller.session.auth = SCOPED
    assert caller.get("/myself").status_code == 401
    assert caller.get("/issue/SUP-1").status_code == 401


def test_a_scoped_token_is_good_on_the_gateway():
    caller = Caller()
    caller.session.auth = SCOPED
    answer = caller.get(f"{GATEWAY}/myself")
    assert answer.status_code == 200
    assert answer.json()["self"].startswith(f"{ORIGIN}/ex/jira/")


def test_a_classic_token_is_refused_on_the_gateway():
    assert Caller().get(f"{GATEWAY}/myself").status_code == 401


def test_the_gateway_knows_no_other_tenant():
    caller = Caller()
    caller.session.auth = SCOPED
    assert caller.get(f"{ORIGIN}/ex/jira/other/rest/api/2/myself").status_code == 404


def test_files_name_the_site_host_even_on_the_gateway():
    """jira trap: scoped token on the site host, also through `content` URLs."""
    caller = Caller()
    caller.session.auth = SCOPED
    caller.site.create_issue("SUP")
    number = caller.site.attach("SUP-1", "a.txt", b"a").id
    content = caller.get(f"{GATEWAY}/attachment/{number}").json()["content"]
    assert content == f"{ORIGIN}/rest/api/2/attachment/content/{number}"
    assert caller.get(content).status_code == 401


def test_anybody_may_ask_for_the_tenant():
    answer = nobody(Caller()).get(f"{ORIGIN}/_edge/tenant_info")
    assert answer.json() == {"cloudId": "11223344-a1b2-4b33-8444-def123456789"}


def test_data_center_takes_a_bearer_token_below_its_context_path():
    caller = Caller("data_center", context_path="/jira")
    answer = caller.get("/myself").json()
    assert (answer["name"], "accountId" in answer) == ("connector", False)
    assert caller.get(f"{ORIGIN}/rest/api/2/myself").status_code == 404


def test_data_center_refuses_a_wrong_token_everywhere():
    caller = Caller("data_center")
    caller.session.headers["Authorization"] = "Bearer wrong"
    assert caller.get("/serverInfo").status_code == 401


def test_data_center_tells_its_version():
    info = Caller("data_center", version=(9, 12, 1)).get("/serverInfo").json()
    assert (info["versionNumbers"], info["deploymentType"]) == ([9, 12, 1], "Server")


@pytest.mark.parametrize("path", ["/search/jql", "/issue/bulkfetch", "/jql/parse"])
def test_data_center_lacks_clouds_own_paths(path):
    assert Caller("data_center").post(path, {}).status_code in (404, 405)


def test_data_center_has_no_version_3():
    assert Caller("data_center").get(f"{ORIGIN}/rest/api/3/myself").status_code == 404
    assert Caller("data_center").get(f"{ORIGIN}/rest/api/latest/myself").status_code == 200


def test_maintenance_answers_with_a_page():
    """jira trap: Jira in maintenance."""
    caller = Caller()
    caller.site.maintenance = True
    answer = caller.get("/myself")
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (503, "text/html")


def test_a_body_that_is_not_json_is_refused():
    caller = Caller()
    assert caller.post("/issue", data=b"x=1").status_code == 415
    headers = {"Content-Type": "application/json"}
    assert caller.post("/issue", data=b"{", headers=headers).status_code == 400


def test_calls_are_counted():
    caller = Caller()
    caller.get("/myself")
    caller.get("/issue/SUP-9?fields=summary")
    assert caller.app.count() == 2
    assert caller.app.calls[-1][:4] == ("GET", "/rest/api/2/issue/SUP-9", "fields=summary", 404)


def test_an_unknown_path_is_not_found():
    with Caller().network:
        assert requests.get(f"{ORIGIN}/rest/api/2/nonsense").status_code == 404
