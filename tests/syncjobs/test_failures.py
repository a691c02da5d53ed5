"""What goes wrong is said, holds up nothing else, and is tried again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from django.utils import timezone

from connector.models import SalesforceConnection
from linking.models import Link
from syncjobs.models import DuePair, SyncRun, Watermark
from tests.world import DEAF, World


def test_a_value_that_jira_cannot_take_is_a_note_and_the_rest_goes_on(world: World) -> None:
    item = world.item()
    mappings = [*item["mappings"], {"salesforce": "Origin", "jira": "customfield_10055"}]
    world.configure({**item, "mappings": mappings})
    world.org.insert("Case", {"Subject": "Printer on fire", "Origin": "Phone"})

    (result,) = world.pull()

    (note,) = Link.objects.get().notes
    assert result["created"] == 1
    assert "Phone" in note["reason"]


def test_a_record_that_jira_refuses_does_not_hold_up_the_others(world: World) -> None:
    """Half a page of records failing: the other half arrives, and the failed ones are seen."""
    world.configure()
    for number in range(6):
        subject = f"Case {number}" if number % 2 else None
        world.org.insert("Case", {"Subject": subject, "Priority": "High"})

    (result,), _, code = world.pull_with_errors()

    assert (result["created"], result["failed"], code) == (3, 3, 1)
    assert DuePair.objects.count() == 3
    assert all("summary" in pair.last_error.lower() for pair in DuePair.objects.all())
    assert Watermark.objects.get().stamp is not None


def test_a_refused_record_is_taken_up_as_soon_as_it_is_mended(world: World) -> None:
    world.configure()
    case = world.org.insert("Case", {"Subject": None})
    world.pull()
    world.clock.shift(5)
    world.org.update("Case", case, {"Subject": "Printer on fire"})

    (result,) = world.pull()

    assert result["created"] == 1
    assert not DuePair.objects.exists()


def test_a_refused_record_is_not_tried_at_every_pull(world: World) -> None:
    world.configure(world.item(**DEAF))
    world.org.insert("Case", {"Subject": None})
    world.pull()
    world.clock.shift(5)
    world.jira.calls.clear()

    world.pull()

    assert len(world.jira.calls) == 0
    assert DuePair.objects.get().attempts == 1


def test_an_unreachable_salesforce_is_named_and_its_work_waits(world: World) -> None:
    world.configure()
    world.pull()
    world.org.insert("Case", {"Subject": "Printer on fire"})

    def unreachable(request: requests.PreparedRequest) -> None:
        if "salesforce.test" in str(request.url):
            raise requests.ConnectionError("no route")

    world.network.faults.append(unreachable)
    _, errors, code = world.pull_with_errors()
    world.network.faults.clear()
    paused = SalesforceConnection.objects.get()
    world.clock.shift(3600)
    world.pull()

    assert code == 1
    assert "salesforce.test" in errors
    assert paused.paused_until is not None
    assert len(world.issues()) == 1


def test_a_paused_connection_is_left_alone_until_its_time(world: World) -> None:
    world.configure()
    world.org.maintenance = True
    world.pull()
    world.org.maintenance = False
    world.salesforce.calls.clear()

    _, errors, _ = world.pull_with_errors()

    assert len(world.salesforce.calls) == 0
    assert "paused until" in errors


def test_jira_in_maintenance_stops_its_items_and_loses_nothing(world: World) -> None:
    """jira trap: a maintenance page is 503 with HTML."""
    world.configure()
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.site.maintenance = True
    _, errors, code = world.pull_with_errors()
    world.site.maintenance = False
    world.clock.shift(3600)

    world.pull()

    assert code == 1
    assert "jira.test" in errors
    assert len(world.issues()) == 1


def test_a_field_removed_in_salesforce_is_named_and_the_others_go_on(world: World) -> None:
    """salesforce trap 7: a field hidden from the user looks like one that was deleted."""
    item = world.item()
    mappings = [*item["mappings"], {"salesforce": "Origin", "jira": "customfield_10050"}]
    world.configure({**item, "mappings": mappings})
    world.org.insert("Case", {"Subject": "Before"})
    world.pull()
    world.org.hide_field("Case", "Origin")
    world.clock.shift(60)
    world.org.insert("Case", {"Subject": "After"})
    world.pull()
    world.clock.shift(300)

    _, errors, _ = world.pull_with_errors()

    assert [issue["fields"]["summary"] for issue in world.issues()] == ["Before", "After"]
    assert "Origin" in errors


def test_another_org_behind_the_address_stops_before_anything_is_written(world: World) -> None:
    """salesforce trap 20: a refreshed sandbox has a new org id and copies of our marks."""
    world.configure()
    world.pull()
    world.org.change_org_id("00D5g0000000099")
    world.org.insert("Case", {"Subject": "Printer on fire"})

    _, errors, code = world.pull_with_errors()

    assert code == 1
    assert "org" in errors.lower()
    assert world.issues() == []


def test_a_token_that_died_is_renewed_in_the_middle(world: World) -> None:
    """salesforce trap 4: the token dies between two pages."""
    world.org.query_batch = 2
    world.configure()
    for number in range(5):
        world.org.insert("Case", {"Subject": f"Case {number}"})
    seen: list[Any] = []

    def revoke(request: requests.PreparedRequest, answer: requests.Response) -> None:
        if "/composite" in str(request.url) and not seen:
            seen.append(request.url)
            world.org.revoke_tokens()

    world.network.losses.append(revoke)

    (result,) = world.pull()

    assert result["created"] == 5


def test_an_expired_locator_goes_on_from_the_last_record(world: World) -> None:
    world.org.query_batch = 2
    world.configure()
    for number in range(5):
        world.org.insert("Case", {"Subject": f"Case {number}"})
    expired: list[Any] = []

    def expire(request: requests.PreparedRequest) -> None:
        if "/query/" in str(request.url) and "?q=" not in str(request.url) and not expired:
            expired.append(request.url)
            world.org.expire_locators()

    world.network.faults.append(expire)

    (result,) = world.pull()

    assert expired
    assert result["created"] == 5
    assert len(world.issues()) == 5


def test_equal_stamps_on_a_page_edge_lose_nothing(world: World) -> None:
    """salesforce trap 1: a bulk load stamps many records with one second."""
    world.org.query_batch = 3
    world.configure()
    world.clock.move_to("2026-11-21T10:00:00+00:00", tick=False)
    for number in range(10):
        world.org.insert("Case", {"Subject": f"Case {number}"})
    world.clock.move_to("2026-11-21T10:00:05+00:00", tick=True)

    world.pull()
    world.pull()

    assert len(world.issues()) == 10


def test_a_late_commit_below_the_watermark_is_seen(world: World) -> None:
    """salesforce trap 2: a long transaction commits with a stamp from its start."""
    world.configure()
    world.clock.shift(1800)
    world.org.insert("Case", {"Subject": "First"})
    world.pull()
    late = world.org.insert("Case", {"Subject": "Late"})
    world.org.set_stamp("Case", late, datetime.now(UTC) - timedelta(minutes=10))

    world.pull()

    assert len(world.issues()) == 2


def test_two_pulls_of_one_item_do_not_run_at_once(world: World) -> None:
    world.configure()
    SyncRun.objects.create(
        item=world.only_item, trigger="schedule", leased_until=timezone.now() + timedelta(60)
    )

    results, errors, _ = world.pull_with_errors()

    assert results == []
    assert "another process" in errors


def test_a_run_left_by_a_dead_process_is_taken_over(world: World) -> None:
    world.configure()
    SyncRun.objects.create(item=world.only_item, trigger="schedule", leased_until=timezone.now())
    world.clock.shift(90)
    world.org.insert("Case", {"Subject": "Printer on fire"})

    (result,) = world.pull()

    assert result["created"] == 1


@pytest.mark.parametrize("secret", ["sandbox-client-secret", "sandbox-api-token"])
def test_no_secret_shows_in_errors_or_runs(world: World, secret: str) -> None:
    world.configure()
    world.site.maintenance = True
    world.org.insert("Case", {"Subject": "Printer on fire"})

    _, errors, _ = world.pull_with_errors()

    assert secret not in errors
    assert not any(secret in run.error for run in SyncRun.objects.all())
