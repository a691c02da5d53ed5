"""retryfailures: what failed or waits is due now."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from connector.models import SmartConnectedItem
from syncjobs.models import DuePair
from tests.world import World


def retryfailures(*names: str) -> str:
    out = io.StringIO()
    arguments = [part for name in names for part in ("--item", name)]
    call_command("retryfailures", *arguments, stdout=out)
    return out.getvalue()


def put_off(world: World, *names: str) -> None:
    """Items with one pair each that has failed and is to be tried in three hours."""
    world.configure(*(world.item(name=name) for name in names))
    for number, item in enumerate(SmartConnectedItem.objects.order_by("name")):
        DuePair.objects.create(
            item=item,
            record_id=f"500000000000{number:03}AAA",
            next_try_at=timezone.now() + timedelta(hours=3),
            attempts=5,
            last_error="Jira refused it.",
        )


def due_now() -> list[str]:
    rows = DuePair.objects.filter(next_try_at__lte=timezone.now()).order_by("item__name")
    return list(rows.values_list("item__name", flat=True))


def test_all_pairs_are_due_now(world: World) -> None:
    put_off(world, "Cases", "More cases")

    assert retryfailures() == "2 pairs are due now.\n"

    assert due_now() == ["Cases", "More cases"]


def test_only_the_pairs_of_the_named_item_are(world: World) -> None:
    put_off(world, "Cases", "More cases")

    assert retryfailures("More cases") == "1 pair is due now.\n"

    assert due_now() == ["More cases"]


def test_the_next_pull_takes_them(world: World) -> None:
    world.configure()
    world.org.insert("Case", {"Subject": None})
    world.pull()
    world.clock.shift(5)
    assert DuePair.objects.get().attempts == 1

    retryfailures()
    world.pull()

    assert DuePair.objects.get().attempts == 2


def test_what_is_known_of_the_failure_stays(world: World) -> None:
    put_off(world, "Cases")
    retryfailures()
    pair = DuePair.objects.get()
    assert (pair.attempts, pair.last_error) == (5, "Jira refused it.")


def test_an_unknown_item_is_refused_and_nothing_is_made_due(world: World) -> None:
    put_off(world, "Cases")
    with pytest.raises(CommandError, match="no item named Nonsense"):
        retryfailures("Cases", "Nonsense")
    assert due_now() == []


def test_without_failures_there_is_nothing_to_do(db: None) -> None:
    assert retryfailures() == "0 pairs are due now.\n"
