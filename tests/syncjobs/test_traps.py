"""Traps of both systems that no other test of the pull names."""

import io
import json
from datetime import UTC, datetime, timedelta

import requests
from django.core.management import call_command
from django.utils import timezone

from connector.outgoing import READ_SECONDS
from linking.models import Link
from syncjobs.models import SyncRun
from tests.network import answer
from tests.world import World


def summaries(world: World) -> set[str]:
    return {issue["fields"]["summary"] for issue in world.issues()}


def notes(world: World) -> list[str]:
    return [each["CommentBody"] for each in world.org.all("CaseComment")]


def test_salesforce_trap_3_a_backfill_reaches_as_far_back_as_records_go(world: World) -> None:
    """salesforce trap 3: a first sync is silently limited to the last two years."""
    world.clock.move_to(datetime(2009, 3, 1, tzinfo=UTC))
    world.org.insert("Case", {"Subject": "Fax jams"})
    world.clock.move_to(datetime(2026, 11, 21, 9, 30, tzinfo=UTC))
    world.configure(world.item(backfill=True))

    world.pull()

    assert "Fax jams" in summaries(world)


def test_salesforce_trap_3_without_a_backfill_the_start_is_the_publication(world: World) -> None:
    """salesforce trap 3: the initial window is what the item says, and no guess."""
    world.org.insert("Case", {"Subject": "Before"})
    world.clock.shift(60)
    world.configure(world.item(backfill=False))
    world.org.insert("Case", {"Subject": "After"})

    world.pull()

    assert summaries(world) == {"After"}


def test_salesforce_trap_17_an_org_that_moves_gets_its_notes_later(world: World) -> None:
    """salesforce trap 17: while an org is moved, reads work and writes are refused."""
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.org.read_only = True
    world.pull()
    world.org.read_only = False
    world.clock.shift(3600)

    world.pull()

    assert len(world.issues()) == 1
    assert len([note for note in notes(world) if world.issues()[0]["key"] in note]) == 1


def test_salesforce_trap_21_a_security_policys_time_out_loses_nothing(world: World) -> None:
    """salesforce trap 21: a transaction security policy may time out any call."""
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    error = [{"errorCode": "TXN_SECURITY_METERING_ERROR", "message": "timed out"}]

    def time_out(request: requests.PreparedRequest) -> requests.Response | None:
        if "/query" not in str(request.url):
            return None
        kind = {"Content-Type": "application/json"}
        return answer(request, 403, json.dumps(error).encode(), kind)

    world.network.faults.append(time_out)
    _, errors, code = world.pull_with_errors()
    world.network.faults.clear()
    world.clock.shift(3600)

    world.pull()

    assert code == 1
    assert "Exempt from Transaction Security" in errors
    assert len(world.issues()) == 1


def test_jira_trap_an_emoji_that_jiras_database_cannot_keep_stops_only_its_issue(
    data_center: World,
) -> None:
    """jira trap "emoji on MySQL DC": 500 instead of an error that names the value."""
    world = data_center
    world.configure()
    for subject in ("Printer on fire", "Printer \N{FIRE}"):
        world.org.insert("Case", {"Subject": subject})

    def choke(request: requests.PreparedRequest) -> requests.Response | None:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        has_emoji = "\N{FIRE}" in body or "\\ud83d\\udd25" in body
        return answer(request, 500) if has_emoji and "/issue" in str(request.url) else None

    world.network.faults.append(choke)
    for _ in range(12):
        world.pull()
        world.clock.shift(3600)

    assert summaries(world) == {"Printer on fire"}
    assert Link.objects.exclude(issue_key="").count() == 1


def test_jira_trap_an_issue_full_of_media_is_waited_for_a_minute_and_more() -> None:
    """jira trap "issues full of media": single reads take 30 to 60 seconds."""
    assert READ_SECONDS > 60


def test_items_that_another_process_pulls_are_named_and_not_said_to_be_missing(
    world: World,
) -> None:
    world.configure()
    soon = timezone.now() + timedelta(minutes=1)
    SyncRun.objects.create(item=world.only_item, trigger="command", leased_until=soon)
    out, err = io.StringIO(), io.StringIO()

    call_command("pull", stdout=out, stderr=err)

    assert out.getvalue() == ""
    assert "Cases: another process is pulling it" in err.getvalue()
