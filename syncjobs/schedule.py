"""The rows of Beat's schedule: made once, then the admin's to edit.

A schedule in the settings would be written over the rows at every start of Beat.
"""

from typing import Any

from django.conf import settings
from django_celery_beat.models import IntervalSchedule, PeriodicTask

PULL = "Pull from Salesforce"


def create_schedule(**signal: Any) -> None:
    """Make the rows that are missing (after each `migrate`).

    A cadence that the environment changes afterwards is taken over; one that an admin changed
    stays. The description remembers which one the environment named last.
    """
    seconds = settings.PULL_INTERVAL_SECONDS
    wanted = f"PULL_INTERVAL_SECONDS={seconds}"
    row = PeriodicTask.objects.filter(name=PULL).first()
    if row is not None and row.description == wanted:
        return
    every, _ = IntervalSchedule.objects.get_or_create(
        every=seconds, period=IntervalSchedule.SECONDS
    )
    PeriodicTask.objects.update_or_create(
        name=PULL,
        defaults={
            "task": "syncjobs.tasks.pull_all",
            "interval": every,
            "description": wanted,
            # A tick that nobody could take in time is replaced by the next one.
            "expire_seconds": seconds,
        },
    )
