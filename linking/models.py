"""Which issue belongs to which record, and the markers that keep anything from being made twice."""

from django.db import models
from django.db.models import Q

from connector.models import SmartConnectedItem


class Link(models.Model):
    """One Jira issue and one Salesforce record, joined under one Smart Connected Item.

    A link begins as *creating*: the intent is committed before the other system is asked to make
    the issue or the record, so that a worker that dies, or an answer that is lost, leaves
    something to look for. The side that is there already tells which one is being made.
    """

    class State(models.TextChoices):
        CREATING = "creating", "Being created"
        ACTIVE = "active", "Linked"
        ENDED = "ended", "Ended"

    class Origin(models.TextChoices):
        AUTOMATIC = "automatic", "Automatic"
        MANUAL = "manual", "Manual"

    item = models.ForeignKey(SmartConnectedItem, on_delete=models.PROTECT, related_name="links")
    # Empty until Salesforce has named the record that is made from an issue.
    record_id = models.CharField(max_length=18, blank=True)
    # The numeric id: keys change when an issue is moved. Null until Jira has named it.
    issue_id = models.CharField(max_length=32, null=True, blank=True)
    issue_key = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CREATING)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.AUTOMATIC)
    ended_reason = models.TextField(blank=True)
    # When the other system was last asked to make its side; null: it has not been asked yet.
    asked_at = models.DateTimeField(null=True, blank=True)
    # How often that was looked for in vain since then.
    looks = models.PositiveSmallIntegerField(default=0)
    # Mapping key → [digest of Salesforce's value, digest of Jira's value] at the last agreement.
    digests = models.JSONField(default=dict, blank=True)
    # What could not be carried over: [{"target": …, "reason": …}].
    notes = models.JSONField(default=list, blank=True)
    remote_linked_at = models.DateTimeField(null=True, blank=True)
    # Who is reconciling the pair at this moment, and until when unless it says it still is.
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "record_id"],
                condition=~Q(state="ended") & ~Q(record_id=""),
                name="one_link_a_record_and_item",
            ),
            models.UniqueConstraint(
                fields=["item", "issue_id"],
                condition=~Q(state="ended") & Q(issue_id__isnull=False),
                name="one_link_an_issue_and_item",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(issue_id__isnull=False),
                name="an_active_link_has_an_issue",
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | ~Q(record_id=""),
                name="an_active_link_has_a_record",
            ),
        ]
        indexes = [
            models.Index(fields=["item", "state"]),
            models.Index(fields=["record_id"]),
            models.Index(fields=["issue_id"]),
            models.Index(fields=["issue_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.issue_key or '(no issue yet)'} – {self.record_id or '(no record yet)'}"


class CommentPair(models.Model):
    """A comment on one side and its copy on the other; or a note of our own on the record.

    Written as *intended* before the remote call and completed after it. `asked_at` tells a copy
    that nobody has tried to make from one that may exist although no answer came.

    A text that is too long for the other side has a row for each of its parts. Where a copy can't
    be edited, each edit of the source is a further copy.
    """

    class State(models.TextChoices):
        INTENDED = "intended", "Intended"
        COMPLETE = "complete", "Complete"

    class Kind(models.TextChoices):
        """What the Salesforce side of the pair is."""

        LINK_NOTE = "link_note", "Link note"
        CASE_COMMENT = "casecomment", "Case comment"
        FEED_ITEM = "feeditem", "Feed post"
        FEED_COMMENT = "feedcomment", "Reply in the feed"

    class Origin(models.TextChoices):
        SALESFORCE = "salesforce", "From Salesforce"
        JIRA = "jira", "From Jira"
        CONNECTOR = "connector", "The connector's own"

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="comment_pairs")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.CONNECTOR)
    state = models.CharField(max_length=10, choices=State.choices, default=State.INTENDED)
    salesforce_id = models.CharField(max_length=18, blank=True)
    jira_id = models.CharField(max_length=32, blank=True)
    # Which copy of the source this is (0: the first one, 1: of its first edit …) and which part.
    edit = models.PositiveSmallIntegerField(default=0)
    part = models.PositiveSmallIntegerField(default=1)
    # Keyed digests: of the source's text as it was carried over, and of the copy as it was sent.
    digest = models.CharField(max_length=64, blank=True)
    twin_digest = models.CharField(max_length=64, blank=True)
    # Whether customers can read the copy.
    public = models.BooleanField(default=False)
    asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "kind"],
                condition=Q(kind="link_note"),
                name="one_link_note_a_link",
            ),
            models.UniqueConstraint(
                fields=["link", "salesforce_id", "edit", "part"],
                condition=Q(origin="salesforce"),
                name="one_pair_a_salesforce_comment",
            ),
            models.UniqueConstraint(
                fields=["link", "jira_id", "edit", "part"],
                condition=Q(origin="jira"),
                name="one_pair_a_jira_comment",
            ),
            models.UniqueConstraint(
                fields=["link", "jira_id"],
                condition=Q(origin="salesforce") & ~Q(jira_id=""),
                name="one_source_a_copy_in_jira",
            ),
            models.UniqueConstraint(
                fields=["link", "salesforce_id"],
                condition=Q(origin="jira") & ~Q(salesforce_id=""),
                name="one_source_a_copy_in_salesforce",
            ),
            models.CheckConstraint(
                condition=~Q(state="complete")
                | Q(origin="connector")
                | (~Q(salesforce_id="") & ~Q(jira_id="")),
                name="a_complete_pair_of_comments_has_both",
            ),
        ]
        indexes = [
            models.Index(
                fields=["link"], condition=Q(state="intended"), name="intended_comment_pairs"
            ),
            models.Index(fields=["salesforce_id"], name="comment_pairs_by_salesforce"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.link}"


class AttachmentPair(models.Model):
    """A file on one side and its copy on the other; the same rules as for comments.

    A file is known by its ids, never by its name: by a content version in Salesforce, which a new
    name doesn't change, and by an attachment in Jira. Names, sizes and contents are kept as keyed
    digests only.
    """

    class State(models.TextChoices):
        INTENDED = "intended", "Intended"
        COMPLETE = "complete", "Complete"

    class Origin(models.TextChoices):
        SALESFORCE = "salesforce", "From Salesforce"
        JIRA = "jira", "From Jira"

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="attachment_pairs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.INTENDED)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.SALESFORCE)
    content_version_id = models.CharField(max_length=18, blank=True)
    content_document_id = models.CharField(max_length=18, blank=True)
    jira_id = models.CharField(max_length=32, blank=True)
    # Of the copy's name and size: by these it is looked for after a lost answer.
    twin_digest = models.CharField(max_length=64, blank=True)
    # Of the content: a new version with the same content is no new file.
    content_digest = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    # The note on the record and the comment on the issue that tell of the copy: whether each is
    # still to be written, and since when it may have been although no answer came.
    note_due = models.BooleanField(default=False)
    note_asked_at = models.DateTimeField(null=True, blank=True)
    comment_due = models.BooleanField(default=False)
    comment_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "content_version_id"],
                condition=~Q(content_version_id=""),
                name="one_pair_a_salesforce_file",
            ),
            models.UniqueConstraint(
                fields=["link", "jira_id"],
                condition=~Q(jira_id=""),
                name="one_pair_a_jira_file",
            ),
            models.CheckConstraint(
                condition=~Q(state="complete") | (~Q(content_version_id="") & ~Q(jira_id="")),
                name="a_complete_pair_of_files_has_both",
            ),
        ]
        indexes = [models.Index(fields=["content_document_id"], name="file_pairs_by_document")]

    def __str__(self) -> str:
        return f"File {self.jira_id or self.content_version_id} of {self.link}"
