"""Connections to the two systems, what is remembered about them, and what an admin set up."""

import uuid
from secrets import token_hex

from django.conf import settings
from django.db import models
from fernet_fields import EncryptedTextField

from connector.document.model import Conflict, Direction, Mode, Visibility
from connector.jira.model import Deployment
from connector.salesforce.auth import Flow


def choices(enum: type) -> list[tuple[str, str]]:
    """Django choices for a string enum: `two_way` is shown as `Two way`."""
    return [(member.value, member.value.replace("_", " ").capitalize()) for member in enum]  # type: ignore[attr-defined]


class Connection(models.Model):
    """What the two kinds of connection share: a name and how it is doing."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    # Work waits until then; the connection resumes by itself.
    paused_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)
    last_error_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_ok_at = models.DateTimeField(null=True, blank=True, editable=False)
    degraded = models.JSONField(default=list, blank=True, editable=False)
    # The variables that secrets were imported from, by field: an export names the same ones.
    variables = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class SalesforceConnection(Connection):
    """A Salesforce org and the app and user the connector works as."""

    login_url = models.URLField("Login URL", max_length=255)
    auth = models.CharField(
        "Authentication",
        max_length=30,
        choices=choices(Flow),
        default=Flow.CLIENT_CREDENTIALS.value,
    )
    client_id = models.CharField("Client ID", max_length=255, blank=True)
    client_secret = EncryptedTextField("Client Secret", blank=True, default="")
    username = models.CharField(max_length=255, blank=True)
    password = EncryptedTextField(blank=True, default="")
    security_token = EncryptedTextField(blank=True, default="")
    private_key = EncryptedTextField(blank=True, default="")
    # A login that answers with another org id is a refreshed sandbox or a wrong org: stop.
    org_id = models.CharField("Org ID", max_length=18, blank=True, editable=False)
    org_name = models.CharField(max_length=255, blank=True, editable=False)
    instance_url = models.URLField("Instance URL", max_length=255, blank=True, editable=False)
    time_zone = models.CharField(max_length=64, blank=True, editable=False)
    api_used = models.PositiveIntegerField(default=0, editable=False)
    api_limit = models.PositiveIntegerField(default=0, editable=False)
    api_seen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "Salesforce connection"
        ordering = ["name"]


class SalesforceSession(models.Model):
    """The token that all workers share, and the lease of the one that is renewing it."""

    connection = models.OneToOneField(
        SalesforceConnection, on_delete=models.CASCADE, related_name="session"
    )
    access_token = EncryptedTextField(blank=True, default="")
    instance_url = models.CharField(max_length=255, blank=True)
    org_id = models.CharField(max_length=18, blank=True)
    user_id = models.CharField(max_length=18, blank=True)
    issued_at = models.DateTimeField(null=True)
    renewing_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Session of {self.connection}"


class SalesforceDescribe(models.Model):
    """An sObject's describe, kept with the date that lets Salesforce answer 'not modified'."""

    connection = models.ForeignKey(
        SalesforceConnection, on_delete=models.CASCADE, related_name="describes"
    )
    sobject = models.CharField(max_length=255)
    last_modified = models.CharField(max_length=40, blank=True)
    body = models.JSONField()
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "sobject"], name="one_describe_an_object")
        ]

    def __str__(self) -> str:
        return f"{self.sobject} of {self.connection}"


class JiraConnection(Connection):
    """A Jira site and the account the connector works as."""

    base_url = models.URLField("Site", max_length=255)
    deployment = models.CharField(
        max_length=20, choices=choices(Deployment), default=Deployment.CLOUD.value
    )
    email = models.CharField("E-mail", max_length=255, blank=True)
    api_token = EncryptedTextField("API token", blank=True, default="")
    webhook_secret = EncryptedTextField(blank=True, default="")
    # Scoped tokens only work through Atlassian's gateway; which address works is found at login.
    api_root = models.URLField(max_length=255, blank=True, editable=False)
    cloud_id = models.CharField(max_length=64, blank=True, editable=False)
    site_title = models.CharField(max_length=255, blank=True, editable=False)
    account_id = models.CharField(max_length=255, blank=True, editable=False)
    time_zone = models.CharField(max_length=64, blank=True, editable=False)
    # By our clock: changes up to then whose events never came have been looked for.
    events_seen_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "Jira connection"
        ordering = ["name"]


class JiraMetadata(models.Model):
    """Fields, issue types and create metadata of a site, so that a sync need not ask again."""

    connection = models.ForeignKey(
        JiraConnection, on_delete=models.CASCADE, related_name="metadata"
    )
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=255, blank=True)
    body = models.JSONField()
    fetched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind", "key"], name="one_metadata_a_kind_and_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} of {self.connection}"


class JiraUser(models.Model):
    """Whom a Salesforce user's mail stands for in Jira: found by mail, or said by an admin.

    An empty account means that nobody was found when it was last looked for.
    """

    class Source(models.TextChoices):
        TABLE = "table", "Set by an admin"
        SEARCH = "search", "Found by mail"

    connection = models.ForeignKey(JiraConnection, on_delete=models.CASCADE, related_name="users")
    mail = models.CharField("Salesforce user's mail", max_length=255)
    account = models.CharField("Jira account", max_length=255, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.TABLE)
    looked_up_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "Jira user"
        ordering = ["mail"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "mail"], name="one_account_a_mail")
        ]

    def __str__(self) -> str:
        return self.mail


class SmartConnectedItem(models.Model):
    """The draft of an item: what an admin edits. What runs is the published version."""

    name = models.CharField(max_length=100, unique=True)
    salesforce = models.ForeignKey(
        SalesforceConnection, on_delete=models.PROTECT, related_name="items"
    )
    jira = models.ForeignKey(JiraConnection, on_delete=models.PROTECT, related_name="items")
    mode = models.CharField(max_length=20, choices=choices(Mode), default=Mode.TWO_WAY.value)
    enabled = models.BooleanField(default=True)
    object = models.CharField("Salesforce object", max_length=255)
    jira_projects = models.JSONField(default=list)
    issue_type = models.CharField(max_length=100, blank=True)
    preview_fields = models.JSONField(default=list, blank=True)
    record_filter = models.TextField(blank=True)
    auto_create_issues = models.BooleanField(default=True)
    backfill = models.BooleanField(default=False)
    auto_create_records = models.BooleanField(default=False)
    issue_filter = models.TextField(blank=True)
    conflict = models.CharField(
        max_length=20, choices=choices(Conflict), default=Conflict.LATEST.value
    )
    status_field = models.CharField(max_length=255, blank=True)
    status_to_jira = models.JSONField(default=dict, blank=True)
    status_to_salesforce = models.JSONField(default=dict, blank=True)
    comments_enabled = models.BooleanField("Comments", default=True)
    comments_visibility = models.CharField(
        max_length=20, choices=choices(Visibility), default=Visibility.INTERNAL.value
    )
    attachments_enabled = models.BooleanField("Attachments", default=True)
    jira_remote_link = models.BooleanField(default=True)

    published = models.ForeignKey(
        "ItemVersion",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    # Digests are keyed, so that they don't give away the values they were taken of.
    digest_key = EncryptedTextField(default=token_hex, editable=False)
    # By Salesforce's clock: without backfill, records created from then on are taken up.
    first_published_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "Smart Connected Item"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FieldMapping(models.Model):
    """One mapping of an item's draft."""

    item = models.ForeignKey(SmartConnectedItem, on_delete=models.CASCADE, related_name="mappings")
    position = models.PositiveIntegerField(default=0)
    salesforce = models.CharField("Salesforce field", max_length=255, blank=True)
    jira = models.CharField("Jira field", max_length=255, blank=True)
    template = models.TextField(blank=True)
    uses = models.JSONField(default=list, blank=True)
    direction = models.CharField(max_length=20, choices=choices(Direction), blank=True)
    values = models.JSONField(default=list, blank=True)
    create_only = models.BooleanField(default=False)
    default = models.JSONField(null=True, blank=True)
    conflict = models.CharField(max_length=20, choices=choices(Conflict), blank=True)

    class Meta:
        ordering = ["item", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.salesforce or 'template'} – {self.jira or 'template'}"


class ItemVersion(models.Model):
    """A published version: the item's part of the configuration document, never changed again."""

    item = models.ForeignKey(SmartConnectedItem, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )

    class Meta:
        ordering = ["item", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="one_version_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.item} version {self.number}"
