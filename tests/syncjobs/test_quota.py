"""The daily API quota of an org: a warning at 80 %, and scheduled pulls that wait at 95 %."""

import io
import json

import pytest
import requests
from django.core.management import call_command

from connector.admin import health
from connector.models import SalesforceConnection
from connector.quota import quota_warning
from linking.models import Link
from syncjobs.due import make_due
from syncjobs.models import SyncRun
from syncjobs.pull import items_to_pull, pull
from syncjobs.push import reconcile_org
from tests.world import Json, World


def use_up(world: World, percent: int) -> None:
    """So much of the quota is used, and the connector has seen it."""
    set_usage(world, percent)
    call_command("checkconnections", stdout=io.StringIO())
    set_usage(world, percent)


def set_usage(world: World, percent: int) -> None:
    world.org.calls_used = world.org.daily_limit * percent // 100
    world.salesforce.calls.clear()


def scheduled(world: World) -> SyncRun:
    (run,) = pull(items_to_pull(), SyncRun.Trigger.SCHEDULE)
    return run


def checked() -> Json:
    out = io.StringIO()
    call_command("checkconnections", json=True, stdout=out)
    found: list[Json] = json.loads(out.getvalue())
    return next(each for each in found if each["kind"] == "salesforce")


@pytest.mark.parametrize(("used", "limit"), [(0, 0), (10, 0), (0, 100), (79, 100), (7_999, 10_000)])
def test_below_80_percent_there_is_no_warning(used: int, limit: int) -> None:
    assert quota_warning(used, limit) is None


@pytest.mark.parametrize("used", [80, 94])
def test_from_80_percent_on_the_warning_says_how_much_is_used(used: int) -> None:
    warning = quota_warning(used * 1_000, 100_000)

    assert warning is not None
    assert f"{used},000 of the org's 100,000" in warning
    assert "From 95 % on" in warning


@pytest.mark.parametrize("used", [95, 100, 130])
def test_from_95_percent_on_it_says_that_pulls_wait(used: int) -> None:
    assert "Scheduled pulls wait until" in str(quota_warning(used, 100))


def test_checkconnections_warns_and_keeps_what_else_is_limited(world: World) -> None:
    world.configure()
    world.org.permissions.view_all_data = False
    set_usage(world, 85)

    warning, *others = checked()["degraded"]

    assert "API calls" in warning
    assert SalesforceConnection.objects.get().degraded == others


def test_the_admin_shows_the_warning_by_itself(world: World) -> None:
    world.configure()
    use_up(world, 85)
    org = SalesforceConnection.objects.get()

    assert "API calls" in str(health.limits(org))
    assert health.state(org)[0] == "degraded"


def test_at_95_percent_a_scheduled_pull_waits_and_says_until_when(world: World) -> None:
    world.configure()
    use_up(world, 96)
    world.org.insert("Case", {"Subject": "Printer on fire"})

    run = scheduled(world)

    assert run.state == SyncRun.State.FAILED
    assert "Scheduled pulls wait" in run.error
    assert "looked at again at" in run.error
    assert len(world.salesforce.calls) == 0
    assert world.issues() == []


def test_below_95_percent_it_does_not_wait(world: World) -> None:
    world.configure()
    use_up(world, 90)
    world.org.insert("Case", {"Subject": "Printer on fire"})

    assert scheduled(world).error == ""
    assert len(world.issues()) == 1


def test_the_pull_command_goes_on(world: World) -> None:
    world.configure()
    use_up(world, 96)
    world.org.insert("Case", {"Subject": "Printer on fire"})

    world.pull()

    assert len(world.issues()) == 1


def test_what_jira_reports_goes_on(world: World) -> None:
    world.configure({**world.item(mode="two_way")})
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.pull()
    link = Link.objects.get()
    use_up(world, 96)
    world.clock.shift(60)
    world.site.edit(link.issue_key, summary="Edited in Jira")
    make_due([link])

    reconcile_org(SalesforceConnection.objects.get())

    assert world.org.get("Case", link.record_id)["Subject"] == "Edited in Jira"


def test_after_half_an_hour_one_call_looks_again(world: World) -> None:
    world.configure()
    use_up(world, 96)
    world.clock.shift(31 * 60)

    first, second = scheduled(world), scheduled(world)

    assert "Scheduled pulls wait" in first.error
    assert "Scheduled pulls wait" in second.error
    assert len(world.salesforce.calls) == 1


def test_once_calls_are_free_again_pulls_go_on_by_themselves(world: World) -> None:
    world.configure()
    use_up(world, 96)
    world.org.insert("Case", {"Subject": "Printer on fire"})
    world.clock.shift(31 * 60)
    world.org.calls_used = 10

    assert scheduled(world).error == ""
    assert len(world.issues()) == 1


def test_a_look_that_fails_leaves_it_to_the_pull_to_say_why(world: World) -> None:
    world.configure()
    use_up(world, 96)
    world.clock.shift(31 * 60)

    def down(request: requests.PreparedRequest) -> None:
        if "salesforce.test" in str(request.url):
            raise requests.ConnectionError("down")

    world.network.faults.append(down)

    assert "Scheduled pulls wait" not in scheduled(world).error
