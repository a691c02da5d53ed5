"""JQL in the sandbox's Jira."""

import pytest

from tests.sandbox.jira_caller import Caller


@pytest.fixture(scope="module")
def caller():
    caller = Caller()
    site, omar = caller.site, caller.site.users[2]
    site.create_issue(
        "SUP",
        summary="Printer on fire",
        description="It burns since Monday",
        labels=["vip", "fire"],
        priority={"name": "Highest"},
        customfield_10050="Harbour Logistics",
        customfield_10052=5,
        customfield_10053="2026-12-24",
        customfield_10055={"value": "Gold"},
        assignee={"accountId": omar.account_id},
    )
    caller.clock.advance(3600)
    site.create_issue("SUP", "Bug", "Printers are slow", by=omar, components=[{"name": "Network"}])
    caller.clock.advance(3600)
    site.create_issue("OPS", summary="Buy a fire extinguisher", priority={"name": "Low"})
    site.comment("OPS-1", "Ask about the harbour first")
    site.transition("SUP-2", "Done")
    caller.create(customfield_10055={"value": "Silver"})
    return caller


@pytest.mark.parametrize(("jql", "keys"), [
    ("project = SUP", "SUP-1 SUP-2 SUP-3"),
    ("project = 10001", "OPS-1"),
    ("project in (SUP, OPS) AND type = Bug", "SUP-2"),
    ("project = SUP AND NOT (type = Bug OR labels = vip)", "SUP-3"),
    ("project != SUP", "OPS-1"),
    ("project not in (OPS)", "SUP-1 SUP-2 SUP-3"),
    ("issuekey in (SUP-1, SUP-2)", "SUP-1 SUP-2"),
    ("key = SUP-1 or id = 10001", "SUP-1 SUP-2"),
    ("id > 10001", "OPS-1 SUP-3"),
    ("summary ~ fire", "SUP-1 OPS-1"),
    ("summary ~ print", ""),
    ("summary ~ \"print*\"", "SUP-1 SUP-2"),
    ("summary ~ '\"on fire\"'", "SUP-1"),
    ("summary !~ fire", "SUP-2 SUP-3"),
    ("text ~ harbour", "SUP-1 OPS-1"),
    ("comment ~ harbour", "OPS-1"),
    ("description is not EMPTY", "SUP-1"),
    ("status = Done", "SUP-2"),
    ("status in ('To Do', 10003)", "SUP-1 OPS-1 SUP-3"),
    ("statusCategory = Done", "SUP-2"),
    ("statusCategory != done", "SUP-1 OPS-1 SUP-3"),
    ("resolution = Unresolved", "SUP-1 OPS-1 SUP-3"),
    ("status changed", "SUP-2"),
    ("status changed to Done after -1m", "SUP-2"),
    ("status changed from Done OR status changed before '2026-11-21 11:00'", ""),
    ("resolution is EMPTY", "SUP-1 OPS-1 SUP-3"),
    ("resolution = Done", "SUP-2"),
    ("priority > Medium", "SUP-1"),
    ("priority <= low", "OPS-1"),
    ("labels in (fire, nothing)", "SUP-1"),
    ("labels is EMPTY AND project = OPS", "OPS-1"),
    ("component = Network", "SUP-2"),
    ("assignee is not EMPTY", "SUP-1"),
    ("assignee = 5b109f2e9729b51b54dc274d", "SUP-1"),
    ("creator = currentUser()", "SUP-3"),
    ("reporter != currentUser()", "SUP-1 SUP-2 OPS-1"),
    ("cf[10050] ~ harbour", "SUP-1"),
    ("Account ~ harbour", "SUP-1"),
    ("'Account[Short text]' ~ harbour", "SUP-1"),
    ("Effort >= 5", "SUP-1"),
    ("Effort < 5", ""),
    ("cf[10053] > 2026-12-01", "SUP-1"),
    ("Tier = Gold", "SUP-1"),
    ("Tier in (Gold, silver)", "SUP-1 SUP-3"),
    ("Tier != Gold", "SUP-3"),
    ("created >= '2026-11-21 12:00'", "OPS-1 SUP-3"),
    ("created >= '2026/11/21' AND created < '2026-11-21 11:00'", "SUP-1"),
    ("created >= -90m AND project = SUP", "SUP-2 SUP-3"),
    ("updated >= \"-1h\" ", "SUP-2 OPS-1 SUP-3"),
    ("created >= startOfDay() and created <= now() and project = OPS", "OPS-1"),
    ("project = SUP ORDER BY priority DESC, key ASC", "SUP-1 SUP-2 SUP-3"),
])  # fmt: skip
def test_a_query_finds(caller, jql, keys):
    body = {"jql": jql, "fields": ["summary"]}
    answer = caller.post("/search/jql", body)
    assert answer.status_code == 200, answer.text
    found = [issue["key"] for issue in answer.json()["issues"]]
    assert sorted(found) == sorted(keys.split())


@pytest.mark.parametrize(("order", "keys"), [
    ("created DESC", "SUP-3 OPS-1 SUP-2 SUP-1"),
    ("created ASC, id ASC", "SUP-1 SUP-2 OPS-1 SUP-3"),
    ("key", "OPS-1 SUP-1 SUP-2 SUP-3"),
    ("key DESC", "SUP-3 SUP-2 SUP-1 OPS-1"),
    ("priority DESC, id", "SUP-1 SUP-2 SUP-3 OPS-1"),
    ("summary", "SUP-3 OPS-1 SUP-1 SUP-2"),
])  # fmt: skip
def test_a_query_sorts(caller, order, keys):
    assert caller.search(f"project in (SUP, OPS) ORDER BY {order}") == keys.split()


@pytest.mark.parametrize(("jql", "sentence"), [
    ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
    ("status = Nope", "The value 'Nope' does not exist for the field 'status'."),
    ("Tier = Iron", "The value 'Iron' does not exist for the field 'Tier'."),
    ("nope = 1", "Field 'nope' does not exist or you do not have permission to view it."),
    ("key = SUP-99", "An issue with key 'SUP-99' does not exist for field 'key'."),
    ("summary = Printer", "The operator '=' is not supported by the 'summary' field."),
    ("project ~ SUP", "The operator '~' is not supported by the 'project' field."),
    ("labels > a", "The operator '>' is not supported by the 'labels' field."),
    ("summary changed", "History searches do not support the 'summary' field."),
    ("project = SUP AND", "Error in the JQL Query: "),
    ("project SUP", "Error in the JQL Query: "),
    ("summary ~ \"open", "Error in the JQL Query: "),
    ("updated > '2026-11-21T10:00:00'", "Date value '2026-11-21T10:00:00' for field 'updated'"),
    ("issue.property[mark].record = 1", "Field 'issue.property[mark].record' does not exist"),
    ("project = SUP ORDER BY a, b", "Field 'a' does not exist"),
    ("project = SUP ORDER BY key, key, key, key, key, key, key, key", "The maximum number"),
])  # fmt: skip
def test_a_wrong_query_is_refused(caller, jql, sentence):
    answer = caller.post("/search/jql", {"jql": jql})
    assert answer.status_code == 400
    assert answer.json()["errorMessages"][0].startswith(sentence)


def test_absolute_times_are_in_the_zone_of_who_asks():
    """jira trap: JQL times are read in the calling user's time zone, to the minute."""
    caller = Caller()
    caller.create()
    query = "created >= '2026-11-21 10:30'"
    assert caller.search(query) == ["SUP-1"]
    caller.site.robot.time_zone = "UTC"
    assert caller.search(query) == []


def test_a_property_is_searchable_once_it_is_indexed():
    caller = Caller()
    caller.create()
    caller.put("/issue/SUP-1/properties/mark", {"record": "500A"})
    caller.site.indexed_properties.add(("mark", "record"))
    assert caller.search("issue.property[mark].record = 500A") == ["SUP-1"]
    assert caller.search('issue.property[mark].record = "501"') == []


def test_a_remote_link_leads_to_its_issue():
    caller = Caller()
    caller.create()
    link = {"globalId": "g=1&h=2", "object": {"url": "https://a.example", "title": "t"}}
    caller.post("/issue/SUP-1/remotelink", link)
    found = caller.search('issue in issuesWithRemoteLinksByGlobalId("g=1&h=2", "other")')
    assert found == ["SUP-1"]


def test_values_are_quoted_with_backslashes():
    caller = Caller()
    caller.create(labels=['say"hi\\'])
    assert caller.search('labels = "say\\"hi\\\\"') == ["SUP-1"]


def test_line_ends_and_other_characters_may_be_escaped():
    caller = Caller()
    caller.create(description="say\n\thi")
    assert caller.search(r'description ~ "say\n\u0009hi"') == ["SUP-1"]


@pytest.mark.parametrize("text", ["a\tb", "a\x00b", "a\x85b", r"a\qb", r"a\u00g0", "a\\"])
def test_control_characters_and_unknown_escapes_are_refused(text):
    answer = Caller().post("/search/jql", {"jql": f'summary ~ "{text}"'})
    assert answer.status_code == 400
    assert "Error in the JQL Query" in answer.json()["errorMessages"][0]


@pytest.mark.parametrize(
    "value", ["jane@acme.example", "2026/11/21", "50%", "c#", "+1", "{x}", "fi*"]
)
def test_reserved_characters_take_quotes(value):
    caller = Caller()
    assert caller.post("/search/jql", {"jql": f"summary ~ {value}"}).status_code == 400
    assert caller.post("/search/jql", {"jql": f'summary ~ "{value}"'}).status_code == 200
