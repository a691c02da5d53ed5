"""Files in the sandbox's Jira, and the two editions' ways to their bytes."""

import pytest
import requests

from tests.sandbox.jira_caller import MEDIA, ORIGIN, Caller


def issue_in(deployment="cloud", **options):
    caller = Caller(deployment, **options)
    caller.site.create_issue("SUP")
    return caller


def without_login(caller, url, **options):
    with caller.network:
        return requests.get(url, allow_redirects=False, **options)


def test_an_upload_answers_with_a_list():
    caller = issue_in()
    answer = caller.upload("SUP-1", "Prüfung.txt", b"hello")
    (made,) = answer.json()
    assert answer.status_code == 200
    assert (made["filename"], made["size"], made["mimeType"]) == ("Prüfung.txt", 5, "text/plain")
    assert caller.get("/issue/SUP-1").json()["fields"]["attachment"] == [made]


def test_an_upload_without_the_header_is_forbidden():
    caller = issue_in()
    answer = caller.post("/issue/SUP-1/attachments", files={"file": ("a", b"a")})
    assert answer.status_code == 403


def test_an_upload_under_another_name_is_refused():
    caller = issue_in()
    headers = {"X-Atlassian-Token": "no-check"}
    path = "/issue/SUP-1/attachments"
    assert caller.post(path, files={"upload": ("a", b"a")}, headers=headers).status_code == 400


@pytest.mark.parametrize(("deployment", "status"), [("cloud", 413), ("data_center", 404)])
def test_a_file_that_is_too_large_is_refused(deployment, status):
    caller = issue_in(deployment)
    caller.site.upload_limit = 10
    assert caller.get("/attachment/meta").json()["uploadLimit"] == 10
    assert caller.upload("SUP-1", "a", b"x" * 11).status_code == status
    assert caller.upload("SUP-1", "a", b"x" * 10).status_code == 200


def test_names_need_not_differ():
    caller = issue_in()
    first, second = (caller.upload("SUP-1", "a.txt", b"a").json()[0] for _ in range(2))
    assert first["id"] != second["id"]


def content(caller):
    return caller.upload("SUP-1", "a.txt", b"hello world").json()[0]["content"]


def test_content_is_somewhere_else():
    """jira trap: attachment redirect."""
    caller = issue_in()
    answer = caller.get(content(caller))
    assert answer.status_code == 303
    location = answer.headers["Location"]
    assert location.startswith(f"{MEDIA}/media/")
    assert without_login(caller, location).content == b"hello world"


def test_credentials_sent_along_to_the_media_host_are_refused():
    """jira trap: credentials sent to another host."""
    caller = issue_in()
    location = caller.get(content(caller)).headers["Location"]
    assert caller.get(location).status_code == 400


def test_an_address_on_the_media_host_expires():
    caller = issue_in()
    location = caller.get(content(caller)).headers["Location"]
    caller.clock.advance(601)
    assert without_login(caller, location).status_code == 403


def test_an_address_on_the_media_host_is_good_for_one_file():
    caller = issue_in()
    location = caller.get(content(caller)).headers["Location"]
    content(caller)
    assert without_login(caller, location.replace("/10000/", "/10001/")).status_code == 403


def test_content_comes_directly_when_asked_for():
    caller = issue_in()
    answer = caller.get(f"{content(caller)}?redirect=false")
    assert (answer.status_code, answer.content) == (200, b"hello world")


@pytest.mark.parametrize(("wanted", "status", "got"), [
    ("bytes=0-4", 206, b"hello"),
    ("bytes=6-", 206, b"world"),
    ("bytes=-5", 206, b"world"),
    ("bytes=0-99", 200, b"hello world"),
    ("bytes=11-", 416, b""),
])  # fmt: skip
def test_a_part_is_sent(wanted, status, got):
    caller = issue_in()
    answer = caller.get(f"{content(caller)}?redirect=false", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (status, got)


def test_data_center_serves_content_itself():
    caller = issue_in("data_center", context_path="/jira")
    address = content(caller)
    assert address.startswith(f"{ORIGIN}/jira/secure/attachment/")
    assert caller.get(address).content == b"hello world"
    assert without_login(caller, address).status_code == 302


def test_an_old_data_center_sends_a_token_to_the_login_page():
    """jira trap: DC attachment with PAT."""
    caller = issue_in("data_center")
    caller.site.login_redirect = True
    answer = caller.get(content(caller))
    assert answer.status_code == 302
    page = caller.get(answer.headers["Location"])
    assert page.headers["Content-Type"].startswith("text/html")


def test_a_large_file_survives_both_ways():
    caller = issue_in()
    data = bytes(range(256)) * 8192
    address = caller.upload("SUP-1", "big.bin", data).json()[0]["content"]
    assert caller.get(f"{address}?redirect=false").content == data


def test_an_attachment_is_described_by_a_number_and_deleted():
    caller = issue_in()
    number = int(caller.upload("SUP-1", "a", b"a").json()[0]["id"])
    assert caller.get(f"/attachment/{number}").json()["id"] == number
    assert caller.delete(f"/attachment/{number}").status_code == 204
    assert caller.get(f"/attachment/{number}").status_code == 404
    assert caller.get("/issue/SUP-1").json()["fields"]["attachment"] == []


def test_sixty_files_at_once_are_the_most():
    caller = issue_in()
    headers = {"X-Atlassian-Token": "no-check"}
    files = [("file", (str(number), b"x")) for number in range(61)]
    path = "/issue/SUP-1/attachments"
    assert caller.post(path, files=files, headers=headers).status_code == 413
    assert len(caller.post(path, files=files[1:], headers=headers).json()) == 60


def test_files_of_a_hidden_issue_do_not_exist():
    caller = issue_in()
    address = content(caller)
    caller.site.hide_project("SUP")
    assert caller.get(address).status_code == 404
    assert caller.get("/attachment/10000").status_code == 404
