"""Comments in the sandbox's Jira."""

import pytest

from tests.sandbox.jira_caller import ORIGIN, Caller

INTERNAL = [{"key": "sd.public.comment", "value": {"internal": True}}]


def issue_in(project="SUP", deployment="cloud"):
    caller = Caller(deployment)
    caller.site.create_issue(project)
    return caller


def add(caller, key="SUP-1", **body):
    return caller.post(f"/issue/{key}/comment", {"body": "Hello", **body})


def test_a_comment_is_written_read_changed_and_deleted():
    caller = issue_in()
    made = add(caller)
    path = f"/issue/SUP-1/comment/{made.json()['id']}"
    assert made.status_code == 201
    assert caller.get(path).json()["body"] == "Hello"
    caller.clock.advance(1)
    changed = caller.put(path, {"body": "Goodbye"}).json()
    assert changed["body"] == "Goodbye"
    assert changed["updated"] > changed["created"]
    assert caller.delete(path).status_code == 204
    assert caller.get(path).status_code == 404


def test_comments_come_in_pages_in_either_order():
    caller = issue_in()
    for text in ("one", "two", "three"):
        caller.site.comment("SUP-1", text)
        caller.clock.advance(1)
    page = caller.get("/issue/SUP-1/comment?startAt=1&maxResults=1").json()
    newest = caller.get("/issue/SUP-1/comment?orderBy=-created").json()
    assert ([c["body"] for c in page["comments"]], page["total"]) == (["two"], 3)
    assert newest["comments"][0]["body"] == "three"


def test_the_issue_shows_the_first_page_of_its_comments():
    caller = issue_in()
    for number in range(51):
        caller.site.comment("SUP-1", str(number))
    shown = caller.get("/issue/SUP-1?fields=comment").json()["fields"]["comment"]
    assert (len(shown["comments"]), shown["total"]) == (50, 51)


@pytest.mark.parametrize("body", ["", "   \n", "x" * 32_768, None, {"type": "doc"}])
def test_an_empty_too_long_or_structured_text_is_refused(body):
    assert add(issue_in(), body=body).status_code == 400


def test_commenting_moves_the_issues_time_stamp():
    caller = issue_in()
    caller.clock.advance(60)
    add(caller)
    fields = caller.get("/issue/SUP-1?fields=updated,created").json()["fields"]
    assert fields["updated"] > fields["created"]


def test_an_internal_comment_of_a_service_desk_is_not_public():
    caller = issue_in("HELP")
    hidden = add(caller, "HELP-1", properties=INTERNAL).json()
    shown = add(caller, "HELP-1").json()
    assert (hidden["jsdPublic"], shown["jsdPublic"]) == (False, True)


def test_an_internal_comment_elsewhere_is_an_ordinary_one():
    assert add(issue_in(), properties=INTERNAL).json()["jsdPublic"] is True


def test_a_change_of_text_keeps_a_comment_internal():
    caller = issue_in("HELP")
    number = add(caller, "HELP-1", properties=INTERNAL).json()["id"]
    changed = caller.put(f"/issue/HELP-1/comment/{number}", {"body": "Other"}).json()
    assert changed["jsdPublic"] is False


def test_a_service_desk_has_its_own_way_to_comment():
    caller = issue_in("HELP")
    path = f"{ORIGIN}/rest/servicedeskapi/request/HELP-1/comment"
    made = caller.post(path, {"body": "Between us", "public": False})
    assert (made.status_code, made.json()["public"]) == (201, False)
    assert caller.site.issue("HELP-1").comments[0].internal
    caller.site.create_issue("SUP")
    assert caller.post(path.replace("HELP", "SUP"), {"body": "x"}).status_code == 404


def test_properties_of_a_comment_come_when_asked_for():
    caller = issue_in()
    mark = [{"key": "mark", "value": {"id": "00a"}}]
    add(caller, properties=mark)
    plain = caller.get("/issue/SUP-1/comment").json()["comments"][0]
    full = caller.get("/issue/SUP-1/comment?expand=properties").json()["comments"][0]
    assert ("properties" in plain, full["properties"]) == (False, mark)


def test_properties_of_a_comment_are_kept_by_key():
    caller = issue_in()
    path = f"/comment/{add(caller).json()['id']}/properties/mark"
    assert caller.get(path).status_code == 404
    assert caller.put(path, {"a": 1}).status_code == 201
    assert caller.put(path, {"a": 2}).status_code == 200
    assert caller.get(path).json() == {"key": "mark", "value": {"a": 2}}
    assert caller.delete(path).status_code == 204


def test_others_comments_need_the_wider_right():
    caller = issue_in()
    number = caller.site.comment("SUP-1", "Jane's").id
    caller.site.deny("EDIT_ALL_COMMENTS", "SUP")
    path = f"/issue/SUP-1/comment/{number}"
    assert caller.put(path, {"body": "Mine"}).status_code == 403
    assert caller.put(f"/issue/SUP-1/comment/{add(caller).json()['id']}", {"body": "Mine"}).ok


def test_a_restricted_comment_says_to_whom():
    role = {"type": "role", "value": "Developers"}
    made = add(issue_in(), visibility=role).json()
    assert made["visibility"]["value"] == "Developers"


def test_comments_are_read_by_id_from_several_issues():
    caller = issue_in()
    caller.site.create_issue("OPS")
    ids = [caller.site.comment(key, key).id for key in ("SUP-1", "OPS-1")]
    caller.site.hide_project("OPS")
    found = caller.post("/comment/list", {"ids": [*ids, 999]}).json()
    assert [comment["body"] for comment in found["values"]] == ["SUP-1"]
