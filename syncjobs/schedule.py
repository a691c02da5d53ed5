"""The rows of Beat's schedule: made once, then the admin's to edit.

A schedule in the settings would be written over the rows at every start of Beat.
"""

from typing import Any

from django.conf import settings
from django_celery_beat.models import IntervalSchedule, PeriodicTask

SWEEP_SECONDS = 60


def create_schedule(**signal: Any) -> None:
    """Make the rows that are missing (after each `migrate`)."""
    seconds = settings.PULL_INTERVAL_SECONDS
    wanted = f"PULL_INTERVAL_SECONDS={seconds}"
    _row("Pull from Salesforce", "syncjobs.tasks.pull_all", seconds, wanted)
    _row("Sweep up events from Jira", "syncjobs.tasks.sweep_events", SWEEP_SECONDS, "")


def _row(name: str, task: str, seconds: int, wanted: str) -> None:
    """Make a row; one that is there stays as the admin has it.

    Only a cadence that the environment has changed since is taken over: `wanted`, kept as the
    description, says which one it named last.
    """
    row = PeriodicTask.objects.filter(name=name).first()
    if row is not None and row.description == wanted:
        return
    every, _ = IntervalSchedule.objects.get_or_create(
        every=seconds, period=IntervalSchedule.SECONDS
    )
    PeriodicTask.objects.update_or_create(
        name=name,
        defaults={
            "task": task,
            "interval": every,
            "description": wanted,
            # A tick that nobody could take in time is replaced by the next one.
            "expire_seconds": seconds,
        },
    )
