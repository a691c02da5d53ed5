"""Celery Beat's schedule, in the admin's dress: the pull's row and how often it comes.

The kinds of schedule that nobody needs here (by the sun, once by the clock) are left out.
"""

from django.contrib import admin
from django_celery_beat.admin import (
    CrontabScheduleAdmin,
    PeriodicTaskAdmin,
    PeriodicTaskForm,
    TaskSelectWidget,
)
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from connector.admin.dress import ModelAdmin, Select, TextInput

for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


class TaskSelect(Select, TaskSelectWidget):  # type: ignore[misc]
    """The registered tasks, in the admin's dress."""


class ScheduledTaskForm(PeriodicTaskForm):  # type: ignore[misc]
    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["task"].widget = TextInput()
        self.fields["regtask"].widget = TaskSelect()


@admin.register(PeriodicTask)
class ScheduledTaskAdmin(PeriodicTaskAdmin, ModelAdmin[PeriodicTask]):  # type: ignore[misc]
    form = ScheduledTaskForm
    date_hierarchy = None
    list_display = ("name", "enabled", "scheduler", "last_run_at")
    list_filter = ("enabled",)
    fieldsets = (
        (None, {"fields": ("name", "regtask", "task", "enabled")}),
        ("Schedule", {"fields": ("interval", "crontab", "expire_seconds", "last_run_at")}),
    )
    readonly_fields = ("last_run_at",)
    change_form_template = None


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(ModelAdmin[IntervalSchedule]):
    list_display = ("__str__",)


@admin.register(CrontabSchedule)
class CrontabAdmin(CrontabScheduleAdmin, ModelAdmin[CrontabSchedule]):  # type: ignore[misc]
    inlines = ()
