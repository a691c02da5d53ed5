"""Files, when calls fail: nothing is copied twice, nothing is lost, nothing damaged arrives."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import requests

from connector.errors import RemoteError
from linking.models import AttachmentPair
from syncjobs.pairs import stops_connection
from tests.network import answer
from tests.syncjobs.files import Linked, linked
from tests.syncjobs.test_lost_answers import WorkerDied
from tests.world import World

TO_JIRA, TO_SALESFORCE = "/attachments", "/sobjects/ContentVersion/"
NOTE, COMMENT = "/composite/sobjects", "/comment"


@pytest.fixture
def pair(world: World) -> Linked:
    return linked(world)


def break_at(pair: Linked, path: str, error: BaseException, *, after: bool) -> Callable[[], None]:
    """Let POSTs to `path` fail before or after they have done their work; undo by calling."""

    def hook(request: requests.PreparedRequest, *answer: Any) -> None:
        if request.method == "POST" and str(request.path_url).endswith(path):
            raise error

    hooks: list[Any] = pair.world.network.losses if after else pair.world.network.faults
    hooks.append(hook)
    return lambda: hooks.remove(hook)


def sync_in_vain(pair: Linked) -> None:
    """Reconcile, see it fail, and let the connection's pause pass."""
    try:
        failed = bool(pair.sync().errors)
    except RemoteError as error:
        failed = stops_connection(error)
    assert failed
    pair.world.clock.shift(120)


def has_one_of_each(pair: Linked) -> bool:
    """Whether the two files of a test are once on either side, and both sides were told."""
    files = sorted(pair.names()), sorted(pair.versions())
    both = ["log.txt", "screen.png"]
    told = len(pair.notes()), len(pair.comments())
    return files == (both, both) and told == (1, 2)


@pytest.mark.parametrize("path", [TO_JIRA, TO_SALESFORCE, NOTE, COMMENT])
@pytest.mark.parametrize("after", [False, True])
def test_a_lost_answer_leaves_nothing_twice(pair: Linked, path: str, after: bool) -> None:
    pair.upload("log.txt", b"it burns")
    pair.attach("screen.png", b"pixels")
    mend = break_at(pair, path, requests.ConnectionError("reset"), after=after)
    sync_in_vain(pair)
    mend()

    pair.sync()
    pair.sync()

    assert has_one_of_each(pair)


@pytest.mark.parametrize("path", [TO_JIRA, TO_SALESFORCE, NOTE, COMMENT])
@pytest.mark.parametrize("after", [False, True])
def test_a_worker_that_dies_leaves_nothing_twice(pair: Linked, path: str, after: bool) -> None:
    pair.upload("log.txt", b"it burns")
    pair.attach("screen.png", b"pixels")
    revive = break_at(pair, path, WorkerDied(), after=after)
    with pytest.raises(WorkerDied):
        pair.sync()
    revive()

    pair.sync()
    pair.sync()

    assert has_one_of_each(pair)


@pytest.mark.parametrize("path", [TO_JIRA, TO_SALESFORCE, NOTE, COMMENT])
def test_data_center_finds_its_copies_too(data_center: World, path: str) -> None:
    pair = linked(data_center)
    pair.upload("log.txt", b"it burns")
    pair.attach("screen.png", b"pixels")
    revive = break_at(pair, path, WorkerDied(), after=True)
    with pytest.raises(WorkerDied):
        pair.sync()
    revive()

    pair.sync()

    assert has_one_of_each(pair)


def test_a_copy_is_not_taken_for_that_of_another_file(pair: Linked) -> None:
    """The same name and size, made by us before: it has its own pair."""
    pair.upload("log.txt", b"it burns")
    pair.sync()
    pair.upload("log.txt", b"it froze")
    mend = break_at(pair, TO_JIRA, requests.ConnectionError("reset"), after=False)
    sync_in_vain(pair)
    mend()

    pair.sync()

    contents = [pair.content(each["id"]) for each in pair.attachments()]
    assert contents == [b"it burns", b"it froze"]


def test_a_file_of_somebody_else_is_not_taken_for_a_lost_copy(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")
    mend = break_at(pair, TO_JIRA, requests.ConnectionError("reset"), after=False)
    sync_in_vain(pair)
    mend()
    pair.attach("log.txt", b"it froze")

    pair.sync()

    contents = sorted(pair.content(each["id"]) for each in pair.attachments())
    assert contents == [b"it burns", b"it froze"]
    assert pair.sync().copied == 0


def test_a_file_deleted_after_a_lost_answer_does_not_come_back(pair: Linked) -> None:
    version = pair.upload("log.txt", b"it burns")
    mend = break_at(pair, TO_JIRA, requests.ConnectionError("reset"), after=True)
    sync_in_vain(pair)
    mend()
    pair.world.org.delete("ContentDocument", pair.document_of(version))

    pair.sync()

    assert (pair.versions(), pair.names()) == ({}, ["log.txt"])


def test_an_intent_whose_file_is_gone_is_forgotten(pair: Linked) -> None:
    version = pair.upload("log.txt", b"it burns")
    mend = break_at(pair, TO_JIRA, requests.ConnectionError("reset"), after=False)
    sync_in_vain(pair)
    mend()
    pair.world.org.delete("ContentDocument", pair.document_of(version))

    assert pair.sync().errors == []
    assert not AttachmentPair.objects.exists()


def test_a_refused_file_does_not_hold_up_the_others(pair: Linked) -> None:
    pair.world.org.add_validation_rule(
        "ContentVersion", lambda new, old: "No programs." if new["Title"] == "virus" else None
    )
    pair.attach("virus.exe", b"MZ")
    pair.attach("screen.png", b"pixels")

    done = pair.sync()

    assert list(pair.versions()) == ["screen.png"]
    assert done.errors == ["No programs."]
    assert len(pair.comments()) == 1


def test_one_pairs_failure_leaves_the_others_alone(pair: Linked) -> None:
    other = Linked(pair.world, "Printer under water")
    pair.world.org.add_validation_rule(
        "ContentVersion", lambda new, old: "No programs." if new["Title"] == "virus" else None
    )
    pair.attach("virus.exe", b"MZ")
    other.attach("screen.png", b"pixels")

    done = pair.sync()

    assert [each.error is None for each in done.pairs] == [False, True]
    assert list(other.versions()) == ["screen.png"]


def test_salesforce_trap_4_the_token_dies_between_the_reading_and_the_upload(pair: Linked) -> None:
    """Half of the stream has been sent by then: it is opened anew."""
    pair.attach("screen.png", b"pixels" * 50_000)
    revoked: list[bool] = []

    def revoke(request: requests.PreparedRequest) -> None:
        if str(request.path_url).endswith(TO_SALESFORCE) and not revoked:
            pair.world.org.revoke_tokens()
            revoked.append(True)

    pair.world.network.faults.append(revoke)

    done = pair.sync()

    assert (done.copied, done.errors) == (1, [])
    assert pair.versions() == {"screen.png": b"pixels" * 50_000}


def test_a_file_that_arrives_damaged_is_not_attached(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")

    def damage(request: requests.PreparedRequest) -> requests.Response | None:
        if str(request.path_url).endswith("/VersionData"):
            return answer(request, 200, b"it burnz")
        return None

    pair.world.network.faults.append(damage)
    done = pair.sync()
    assert "damaged" in done.errors[0]
    assert pair.names() == []
    pair.world.network.faults.clear()

    assert pair.sync().copied == 1


def test_salesforce_trap_16_a_page_is_not_taken_for_the_file(pair: Linked) -> None:
    """salesforce trap 16: HTML where something else was expected."""
    pair.upload("log.txt", b"it burns")

    def page(request: requests.PreparedRequest) -> requests.Response | None:
        if str(request.path_url).endswith("/VersionData"):
            return answer(request, 200, b"<html>Log in</html>", {"Content-Type": "text/html"})
        return None

    pair.world.network.faults.append(page)

    assert pair.sync().copied == 0
    assert pair.names() == []


def test_a_file_deleted_while_it_was_to_be_copied_is_no_failure(pair: Linked) -> None:
    attachment = pair.attach("screen.png", b"pixels")

    def delete(request: requests.PreparedRequest) -> None:
        if "/attachment/content/" in str(request.url):
            pair.world.network.faults.clear()
            pair.world.site.delete_attachment(int(attachment))

    pair.world.network.faults.append(delete)

    done = pair.sync()

    assert (done.copied, done.errors) == (0, [])
    assert pair.versions() == {}


def test_jira_trap_the_redirect_of_an_attachment_carries_no_credentials(pair: Linked) -> None:
    """jira trap: attachment redirect, credentials sent to another host."""
    pair.attach("screen.png", b"pixels")

    pair.sync()

    media = [c for c in pair.world.network.calls if "media.jira.test" in str(c.url)]
    assert media
    assert not any("Authorization" in call.headers for call in media)


def test_jira_trap_a_login_page_of_data_center_is_not_stored_as_the_file(
    data_center: World,
) -> None:
    """jira trap: DC attachment with PAT, 302 to login."""
    pair = linked(data_center)
    pair.attach("screen.png", b"pixels")

    def to_login(request: requests.PreparedRequest) -> requests.Response | None:
        if "/secure/attachment/" in str(request.url):
            return answer(request, 302, b"", {"Location": "/jira/login.jsp?os_destination=x"})
        return None

    data_center.network.faults.append(to_login)

    done = pair.sync()

    assert pair.versions() == {}
    assert "personal access tokens" in done.errors[0]


def test_files_go_both_ways_with_data_center(data_center: World) -> None:
    pair = linked(data_center)
    pair.upload("log.txt", b"it burns")
    pair.attach("screen.png", b"pixels")

    assert pair.sync().copied == 2
    assert has_one_of_each(pair)


def test_without_query_all_files_the_links_are_read_by_record(pair: Linked) -> None:
    pair.world.org.permissions.query_all_files = False
    pair.world.org.permissions.view_all_data = False
    pair.upload("log.txt", b"it burns")

    assert pair.sync().copied == 1


def test_a_connection_that_stops_leaves_what_was_not_done_to_the_next_time(pair: Linked) -> None:
    """Whoever has nothing to copy is done; the others are put off."""
    other = Linked(pair.world, "Printer under water")
    idle = Linked(pair.world, "Printer in the desert")
    pair.upload("log.txt", b"it burns")
    other.attach("screen.png", b"pixels")
    pairs = pair.load()
    mend = break_at(pair, TO_SALESFORCE, requests.ConnectionError("reset"), after=False)

    with pytest.raises(RemoteError):
        pairs.sync()

    put_off = {each.record_id: each.error is not None for each in pairs.pairs}
    assert put_off == {pair.case: True, other.case: True, idle.case: False}
    mend()


def test_files_that_cannot_be_read_put_all_pairs_off(pair: Linked) -> None:
    def refuse(request: requests.PreparedRequest) -> requests.Response | None:
        if "ContentDocumentLink" not in f"{request.url}{request.body!r}":
            return None
        body = b'[{"errorCode": "MALFORMED_QUERY", "message": "no"}]'
        return answer(request, 400, body, {"Content-Type": "application/json"})

    pair.world.network.faults.append(refuse)

    assert len(pair.sync().errors) == 1


def test_records_that_take_no_files_get_none(pair: Linked) -> None:
    pair.attach("screen.png", b"pixels")
    loaded = pair.load()
    resolved = loaded.run.resolved
    loaded.run.resolved = replace(resolved, sobject=replace(resolved.sobject, children=()))

    loaded.sync()

    assert loaded.notes == ["The file was not copied: Case records take no files."]
    assert (loaded.errors, pair.versions()) == ([], {})


def test_a_copy_that_was_found_counts_as_copied(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")
    mend = break_at(pair, TO_JIRA, requests.ConnectionError("reset"), after=True)
    sync_in_vain(pair)
    mend()

    assert [pair.sync().copied, pair.sync().copied] == [1, 0]
