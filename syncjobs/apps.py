from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SyncJobsConfig(AppConfig):
    name = "syncjobs"
    verbose_name = "Sync jobs"

    def ready(self) -> None:
        from syncjobs.schedule import create_schedule

        post_migrate.connect(create_schedule, sender=self)
