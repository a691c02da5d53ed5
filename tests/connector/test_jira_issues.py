"""Reading and writing issues, on both editions."""

import pytest

from connector.errors import Gone, Refused
from connector.jira.model import CreatedIssue, NewIssue, RemoteLink
from tests.connector.jira_world import JiraWorld

MARK = "salesforce-connector"


@pytest.fixture(params=["cloud", "data_center"])
def world(request):
    world = JiraWorld(request.param)
    with world.network:
        yield world


@pytest.fixture
def client(world):
    return world.client()


@pytest.fixture
def issue(world):
    """The id of an issue of SUP."""
    return str(world.site.create_issue("SUP", summary="Cannot log in").id)


def new(summary: str, record: str = "500", **fields: object) -> NewIssue:
    basic = {"project": {"key": "SUP"}, "issuetype": {"id": "10001"}, "summary": summary}
    return NewIssue({**basic, **fields}, {MARK: {"record": record}})


# Making


def test_it_makes_issues_with_their_mark(world, client):
    first, second = client.create_issues([new("a", "1"), new("b", "2")], confirm_property=MARK)
    assert isinstance(first, CreatedIssue)
    assert isinstance(second, CreatedIssue)
    made = world.site.issue(second.key)
    assert str(made.id) == second.id
    assert made.value("summary") == "b"
    assert made.properties[MARK] == {"record": "2"}


def test_the_others_are_made_when_some_are_refused(world, client):
    wanted = [new("a", "1"), new("", "2"), new("c", "3"), new("d", "4", labels=["two words"])]
    results = client.create_issues(wanted, confirm_property=MARK)
    made = [each for each in results if isinstance(each, CreatedIssue)]
    assert [world.site.issue(each.id).properties[MARK]["record"] for each in made] == ["1", "3"]
    assert isinstance(results[1], Refused)
    assert "summary" in results[1].fields
    assert isinstance(results[3], Refused)
    assert "labels" in results[3].fields


def test_jira_trap_a_space_in_a_label_is_refused(client):
    """jira trap: 400, named by field."""
    (refused,) = client.create_issues([new("a", labels=["two words"])])
    assert isinstance(refused, Refused)
    assert list(refused.fields) == ["labels"]


def test_when_none_is_made_each_is_told_why(client):
    results = client.create_issues([new(""), new("x" * 300)])
    assert [list(each.fields) for each in results if isinstance(each, Refused)] == [
        ["summary"],
        ["summary"],
    ]


def test_120_issues_take_three_calls(world, client):
    results = client.create_issues([new(str(each), str(each)) for each in range(120)])
    assert len({each.id for each in results if isinstance(each, CreatedIssue)}) == 120
    assert client.calls == 3


# Reading


def test_issues_are_read_in_bulk_with_their_properties(world, client):
    made = [
        world.site.create_issue("SUP", summary=str(n), properties={MARK: {"record": str(n)}})
        for n in range(3)
    ]
    found = client.issues([str(each.id) for each in made], ["summary"], [MARK])
    assert sorted(found) == sorted(str(each.id) for each in made)
    assert found[str(made[2].id)]["fields"]["summary"] == "2"
    assert found[str(made[2].id)]["properties"][MARK] == {"record": "2"}
    assert found[str(made[2].id)]["key"] == made[2].key


def test_gone_and_hidden_issues_are_absent_from_a_bulk_read(world, client, issue):
    deleted = world.site.create_issue("SUP")
    hidden = world.site.create_issue("OPS")
    world.site.delete_issue(deleted.key)
    world.site.hide_project("OPS")
    ids = [issue, str(deleted.id), str(hidden.id), "99999999"]
    assert list(client.issues(ids, ["summary"])) == [issue]


def test_250_issues_are_read_in_three_calls(world, client):
    ids = [str(world.site.create_issue("SUP").id) for _ in range(250)]
    assert len(client.issues(ids, ["summary"])) == 250
    assert client.calls == 3


def test_one_issue_is_read_by_id_or_key(world, client, issue):
    key = world.site.issue(issue).key
    assert client.issue(key, ["summary"])["id"] == issue
    assert client.issue(issue, ["summary"])["fields"] == {"summary": "Cannot log in"}


def test_jira_trap_a_moved_issue_is_found_under_its_id_and_old_key(world, client, issue):
    """jira trap: a moved issue has another key and another project."""
    before = world.site.issue(issue).key
    world.site.move_issue(issue, "OPS")
    assert client.issue(before, ["project"])["id"] == issue
    assert client.issue(issue, ["project"])["fields"]["project"]["key"] == "OPS"


def test_jira_trap_a_hidden_issue_is_gone_only_while_the_login_works(world, client, issue):
    """jira trap: 404 can mean no permission."""
    world.site.hide_project("SUP")
    with pytest.raises(Gone, match="may not see it"):
        client.issue(issue, ["summary"])


# Searching


def test_a_search_brings_every_page(world, client):
    ids = {str(world.site.create_issue("SUP").id) for _ in range(25)}
    pages = list(client.search("project = SUP ORDER BY id ASC", ["updated"], page_size=10))
    assert len(pages) == 3
    assert {each["id"] for page in pages for each in page} == ids
    assert all("updated" in each["fields"] for page in pages for each in page)


def test_a_search_that_finds_nothing_has_no_pages(client):
    assert list(client.search("project = SUP", ["summary"])) == []


def test_a_search_brings_properties(world, client):
    world.site.create_issue("SUP", properties={MARK: {"record": "500"}})
    ((found,),) = client.search("project = SUP", ["summary"], properties=[MARK])
    assert found["properties"][MARK] == {"record": "500"}


def test_a_broken_search_is_refused_with_what_jira_says(client):
    with pytest.raises(Refused):
        list(client.search("project = NOPE", ["summary"]))


@pytest.mark.parametrize("jql", ["project = SUP", "labels = salesforce", "cf[10050] ~ x"])
def test_good_jql_is_accepted(client, jql):
    assert client.jql_error(jql) is None


@pytest.mark.parametrize("jql", ["project =", "nofield = 1", "status was"])
def test_bad_jql_is_explained(client, jql):
    assert client.jql_error(jql)


def test_jira_trap_a_fresh_issue_is_searched_by_id_not_only_by_the_index():
    """jira trap: a search right after a creation misses it; `reconcileIssues` doesn't."""
    world = JiraWorld("cloud")
    with world.network:
        world.site.index_lag = 60
        made = world.site.create_issue("SUP")
        client = world.client()
        assert list(client.search("project = SUP", [])) == []
        ((found,),) = client.search("project = SUP", [], reconcile=[str(made.id)])
        assert found["id"] == str(made.id)
        assert list(client.issues([str(made.id)], ["summary"])) == [str(made.id)]


# Editing


def test_it_sets_fields_and_properties_in_one_call(world, client, issue):
    client.edit_issue(issue, fields={"summary": "New"}, properties={MARK: {"record": "7"}})
    assert world.site.issue(issue).value("summary") == "New"
    assert world.site.issue(issue).properties[MARK] == {"record": "7"}
    assert client.calls == 1


def test_labels_of_others_survive_an_update(world, client, issue):
    world.site.edit(issue, labels=["theirs"])
    client.edit_issue(issue, update={"labels": [{"add": "ours"}]})
    assert set(client.issue(issue, ["labels"])["fields"]["labels"]) == {"theirs", "ours"}


def test_a_field_off_the_screen_is_refused_by_name(world, client, issue):
    world.site.take_off_screen("SUP", "customfield_10050", "edit")
    with pytest.raises(Refused) as caught:
        client.edit_issue(issue, fields={"customfield_10050": "x"})
    assert "appropriate screen" in caught.value.fields["customfield_10050"]


def test_jira_trap_a_line_break_in_a_summary_is_refused(client, issue):
    """jira trap: a newline in a summary is 400, and so are more than 255 characters."""
    with pytest.raises(Refused) as caught:
        client.edit_issue(issue, fields={"summary": "a\nb"})
    assert "summary" in caught.value.fields


def test_jira_trap_mails_are_kept_back_only_on_request(world, client, issue):
    """jira trap: `notifyUsers=false` without the right is a 403 on Data Center."""
    client.edit_issue(issue, fields={"summary": "New"})
    client.edit_issue(issue, fields={"summary": "Newer"}, notify=False)
    first, second = (each.url for each in world.network.calls)
    assert "notifyUsers" not in first
    assert second.endswith("?notifyUsers=false")


def test_jira_trap_a_read_only_issue_is_refused(world, client, issue):
    """jira trap: archived or read-only issues answer 403 on an edit."""
    world.site.deny("EDIT_ISSUES", "SUP")
    with pytest.raises(Refused):
        client.edit_issue(issue, fields={"summary": "x"})


def test_writes_keep_to_the_limit_of_an_issue(world, client, issue):
    """More than the site takes in the time; it would answer 429."""
    world.site.limits.per_issue = True
    for number in range(120):
        client.edit_issue(issue, fields={"summary": f"Number {number}"})
    assert client.calls == 120


# Properties and links


def test_a_property_is_set_read_and_removed(client, issue):
    assert client.issue_property(issue, MARK) is None
    client.set_issue_property(issue, MARK, {"record": "1"})
    client.set_issue_property(issue, MARK, {"record": "2"})
    assert client.issue_property(issue, MARK) == {"record": "2"}
    client.delete_issue_property(issue, MARK)
    assert client.issue_property(issue, MARK) is None


def test_a_remote_link_is_replaced_by_the_next_with_its_id(client, issue):
    link = RemoteLink(
        global_id="salesforce=00D&record=500",
        url="https://acme.lightning.force.com/500",
        title="Case 1",
        summary="Cannot log in",
        relationship="Salesforce record",
        icon_url="https://connector.test/icon.png",
    )
    client.set_remote_link(issue, link)
    assert client.remote_links(issue) == [link]
    done = RemoteLink(link.global_id, link.url, "Case 1 (closed)", resolved=True)
    client.set_remote_link(issue, done)
    assert client.remote_links(issue) == [done]
    client.delete_remote_link(issue, link.global_id)
    assert client.remote_links(issue) == []
