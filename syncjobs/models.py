"""What is due, what ran, and how far each item has read."""

from secrets import token_hex

from django.db import models
from django.db.models import Q

from connector.models import JiraConnection, SmartConnectedItem
from linking.models import Link


class SyncRun(models.Model):
    """One pull of one item: its counts, its calls, and the lease of the process that runs it."""

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", "Schedule"
        COMMAND = "command", "Command"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    item = models.ForeignKey(SmartConnectedItem, on_delete=models.CASCADE, related_name="runs")
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    # Moved on while the process lives; a run whose lease is over was left by a dead one.
    leased_until = models.DateTimeField()
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    attachments = models.PositiveIntegerField(default=0)
    statuses = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    salesforce_calls = models.PositiveIntegerField(default=0)
    jira_calls = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="running"), name="one_run_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["item", "-started_at"])]

    def __str__(self) -> str:
        return f"{self.item} at {self.started_at:%Y-%m-%d %H:%M}"


class Watermark(models.Model):
    """How far an item has read one stream of records, as a keyset on (time stamp, Id).

    Stamps are Salesforce's; everything before the stamp has been read and stored as due or done.
    The stream of issues that may get a record has our own clock's time of the last look.
    """

    class Stream(models.TextChoices):
        CHANGES = "changes", "Changes"
        BACKFILL = "backfill", "Backfill"
        ISSUES = "issues", "Issues"

    item = models.ForeignKey(
        SmartConnectedItem, on_delete=models.CASCADE, related_name="watermarks"
    )
    stream = models.CharField(max_length=10, choices=Stream.choices)
    stamp = models.DateTimeField(null=True)
    record_id = models.CharField(max_length=18, blank=True)
    # Only a backfill comes to an end.
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "stream"], name="one_watermark_a_stream")
        ]

    def __str__(self) -> str:
        return f"{self.get_stream_display()} of {self.item}: {self.stamp}"


class DuePair(models.Model):
    """A record that has to be reconciled: not done yet, or failed and to be tried again.

    A record without a link is here when its issue could not be created. A link that still has no
    record is here with its issue's id in place of the record's.
    """

    item = models.ForeignKey(SmartConnectedItem, on_delete=models.CASCADE, related_name="due_pairs")
    record_id = models.CharField(max_length=18)
    link = models.OneToOneField(
        Link, on_delete=models.CASCADE, null=True, blank=True, related_name="due"
    )
    next_try_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    # The record's stamp at the last attempt: a newer one makes the pair due at once.
    seen_stamp = models.CharField(max_length=32, blank=True)
    # Anew with every hint: what was loaded before the last hint doesn't settle the pair.
    mark = models.CharField(max_length=64, default=token_hex)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "due pair"
        constraints = [
            models.UniqueConstraint(fields=["item", "record_id"], name="one_due_pair_a_record")
        ]
        indexes = [models.Index(fields=["item", "next_try_at"])]

    def __str__(self) -> str:
        return f"{self.record_id} of {self.item}"


class JiraEvent(models.Model):
    """Something happened to an issue: a hint that its pair may have moved, and nothing else.

    The payload isn't kept: whoever takes up the hint reads the issue as it is by then.
    """

    connection = models.ForeignKey(JiraConnection, on_delete=models.CASCADE, related_name="events")
    # Jira's identifier, the same at each new attempt; else the SHA-256 of what was sent.
    event_id = models.CharField(max_length=200)
    # Empty for kinds that aren't written as Jira writes them.
    kind = models.CharField(max_length=100, blank=True)
    # Empty where Jira names no issue, as for files.
    issue_id = models.CharField(max_length=32, blank=True)
    project_key = models.CharField(max_length=255, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "Jira event"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "event_id"], name="one_event_an_identifier"
            )
        ]
        indexes = [
            models.Index(
                fields=["connection", "id"],
                condition=Q(done_at__isnull=True),
                name="undone_jira_events",
            ),
            models.Index(fields=["done_at"], name="done_jira_events"),
        ]

    def __str__(self) -> str:
        return f"{self.kind or 'Unknown event'} of issue {self.issue_id or '(none)'}"
