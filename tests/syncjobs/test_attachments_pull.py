"""Files in the whole of a pull: what makes a pair due, and what becomes of it."""

import pytest
import requests

from linking.models import AttachmentPair
from syncjobs.models import SyncRun
from syncjobs.pull import items_to_pull, pull
from tests.syncjobs.files import Linked, linked
from tests.syncjobs.test_lost_answers import WorkerDied
from tests.world import World


@pytest.fixture
def pair(world: World) -> Linked:
    return linked(world)


def test_a_new_file_makes_its_pair_due_although_the_record_did_not_change(pair: Linked) -> None:
    pair.world.clock.shift(3600)
    pair.world.pull()
    pair.upload("log.txt", b"it burns")

    (result,) = pair.world.pull()

    assert (result["attachments"], result["failed"]) == (1, 0)
    assert pair.names() == ["log.txt"]


def test_a_file_in_jira_arrives_with_the_next_pull(pair: Linked) -> None:
    pair.world.clock.shift(3600)
    pair.world.pull()
    pair.attach("screen.png", b"pixels")
    pair.world.clock.shift(60)

    (result,) = pair.world.pull()

    assert (result["attachments"], result["failed"]) == (1, 0)
    assert pair.versions() == {"screen.png": b"pixels"}


def test_pulls_after_that_write_nothing(pair: Linked) -> None:
    pair.upload("log.txt", b"it burns")
    pair.attach("screen.png", b"pixels")
    for _ in range(2):
        pair.world.clock.shift(60)
        pair.world.pull()
    before = pair.writes()

    for _ in range(2):
        pair.world.clock.shift(60)
        (result,) = pair.world.pull()
        assert result["attachments"] == 0

    assert pair.writes() == before


def test_files_of_a_new_case_come_with_its_issue(pair: Linked) -> None:
    case = pair.world.org.insert("Case", {"Subject": "Printer under water"})
    fields = {"PathOnClient": "rain.txt", "VersionData": b"drip", "FirstPublishLocationId": case}
    pair.world.org.insert("ContentVersion", fields)

    for _ in range(2):
        pair.world.clock.shift(60)
        pair.world.pull()

    issue = pair.world.issues('summary ~ "under water"')[0]
    assert [each["filename"] for each in issue["fields"]["attachment"]] == ["rain.txt"]


def test_a_skipped_file_is_told_of_on_the_link(pair: Linked) -> None:
    pair.upload("big.bin", b"x" * (10 * 1024 * 1024 + 1))

    pair.world.clock.shift(60)
    pair.world.pull()

    pair.link.refresh_from_db()
    assert [note["target"] for note in pair.link.notes] == ["big.bin"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("path", ["/attachments", "/sobjects/ContentVersion/", "/comment"])
def test_a_pull_that_dies_leaves_each_file_once(pair: Linked, path: str, after: bool) -> None:
    pair.upload("log.txt", b"it burns")
    pair.attach("screen.png", b"pixels")

    def die(request: requests.PreparedRequest, *answer: object) -> None:
        if request.method == "POST" and str(request.path_url).endswith(path):
            raise WorkerDied

    hooks: list[object] = pair.world.network.losses if after else pair.world.network.faults  # type: ignore[assignment]
    hooks.append(die)
    pair.world.clock.shift(60)
    with pytest.raises(WorkerDied):
        pull(items_to_pull(), SyncRun.Trigger.COMMAND)
    hooks.remove(die)

    for _ in range(6):
        pair.world.clock.shift(300)
        pair.world.pull()

    assert sorted(pair.names()) == sorted(pair.versions()) == ["log.txt", "screen.png"]
    assert (len(pair.notes()), len(pair.comments())) == (1, 2)
    assert not AttachmentPair.objects.exclude(state=AttachmentPair.State.COMPLETE).exists()
