"""The five-minute pull is a row that admins edit and Beat obeys."""

import pytest
from django.core.management import call_command
from django.test import override_settings
from django_celery_beat.models import IntervalSchedule, PeriodicTask

pytestmark = pytest.mark.django_db


def the_pull() -> PeriodicTask:
    return PeriodicTask.objects.get(task="syncjobs.tasks.pull_all")


def test_the_pull_is_scheduled_every_five_minutes() -> None:
    assert str(the_pull().interval) == "every 300 seconds"
    assert the_pull().enabled


def test_an_admins_cadence_stays() -> None:
    hourly = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.HOURS)
    PeriodicTask.objects.filter(pk=the_pull().pk).update(interval=hourly)

    call_command("migrate", verbosity=0)

    assert the_pull().interval == hourly


def test_a_new_cadence_of_the_environment_is_taken_over() -> None:
    with override_settings(PULL_INTERVAL_SECONDS=60):
        call_command("migrate", verbosity=0)

    assert str(the_pull().interval) == "every 60 seconds"
    assert PeriodicTask.objects.filter(task="syncjobs.tasks.pull_all").count() == 1
