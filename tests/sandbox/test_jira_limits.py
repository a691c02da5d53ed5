"""Request limits of the sandbox's Jira."""

from tests.sandbox.jira_caller import Caller


def comment(caller, key):
    return caller.post(f"/issue/{key}/comment", {"body": "x"})


def with_issues(deployment="cloud"):
    caller = Caller(deployment)
    caller.site.create_issue("SUP")
    caller.site.create_issue("SUP")
    return caller


def test_an_issue_takes_twenty_writes_in_two_seconds():
    caller = with_issues()
    assert {comment(caller, "SUP-1").status_code for _ in range(20)} == {201}
    refused = comment(caller, "SUP-1")
    assert refused.status_code == 429
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert refused.headers["Retry-After"] == "2"
    assert comment(caller, "SUP-2").status_code == 201
    caller.clock.advance(2)
    assert comment(caller, "SUP-1").status_code == 201


def test_an_issue_takes_a_hundred_writes_in_thirty_seconds():
    caller = with_issues()
    for _ in range(100):
        assert comment(caller, "SUP-1").status_code == 201
        caller.clock.advance(0.25)
    refused = comment(caller, "SUP-1")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")


def test_nothing_is_done_by_a_refused_call():
    caller = with_issues()
    for _ in range(21):
        comment(caller, "SUP-1")
    assert len(caller.site.issue("SUP-1").comments) == 20


def test_people_and_data_center_know_no_limit_per_issue():
    caller = with_issues("data_center")
    assert {comment(caller, "SUP-1").status_code for _ in range(30)} == {201}


def test_bursts_are_limited_where_that_is_switched_on():
    caller = with_issues()
    caller.site.limits.burst = True
    codes = [caller.get("/issue/SUP-1?fields=id").status_code for _ in range(101)]
    assert codes == [200] * 100 + [429]
    assert caller.get("/myself").status_code == 200


def test_a_refusal_can_be_ordered():
    caller = with_issues()
    caller.site.limits.forced.append((120, "jira-quota-tenant-based"))
    refused = caller.get("/myself")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "120")
    assert caller.get("/myself").status_code == 200
