"""Links, to look at: which issue belongs to which record, and what could not be carried over."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.paginator import InfinitePaginator

from connector.admin.dress import display
from connector.admin.health import paragraphs
from connector.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from connector.models import SmartConnectedItem
from connector.salesforce.ids import is_id, record_url, to_18
from linking.models import AttachmentPair, CommentPair, Link

_STATES = {
    Link.State.CREATING.value: "info",
    Link.State.ACTIVE.value: "success",
    Link.State.ENDED.value: "default",
}
_COLUMNS = (
    "record_id",
    "issue_id",
    "issue_key",
    "state",
    "origin",
    "notes",
    "synced_at",
    "created_at",
    "item__name",
    "item__object",
    "item__jira__base_url",
    "item__salesforce__login_url",
    "item__salesforce__instance_url",
)


class CommentPairInline(ReadOnlyInline[CommentPair]):
    model = CommentPair
    fields = ("kind", "state", "salesforce_id", "jira_id", "created_at")
    per_page = 20


class AttachmentPairInline(ReadOnlyInline[AttachmentPair]):
    model = AttachmentPair
    fields = ("state", "content_document_id", "jira_id", "created_at")
    per_page = 20


@admin.register(Link)
class LinkAdmin(ReadOnlyAdmin[Link]):
    paginator = InfinitePaginator
    list_display = (
        "issue",
        "record",
        "item",
        "state_label",
        "origin",
        "note_count",
        "synced_at",
        "details",
    )
    list_display_links = ("details",)
    list_filter = ("item", "state", "origin")
    list_select_related = ("item__jira", "item__salesforce")
    search_fields = ("issue_key", "record_id")
    search_help_text = "An issue key or a record's Id"
    # By key, and so in the order of creation: no other column of a large table is as cheap.
    ordering = ("-pk",)
    fields = (
        "item",
        "issue",
        "record",
        "state",
        "origin",
        "ended_reason",
        "notes_in_words",
        "synced_at",
        "created_at",
    )
    inlines = (CommentPairInline, AttachmentPairInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Link]:
        """Connections come along for their addresses alone, not for their secrets."""
        rows = super().get_queryset(request).select_related(*self.list_select_related)
        return rows.only(*_COLUMNS, "ended_reason")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Link], search_term: str
    ) -> tuple[QuerySet[Link], bool]:
        """Whole keys and Ids, which the indexes know."""
        term = search_term.strip()
        if not term:
            return queryset, False
        record_id = to_18(term) if is_id(term) else term
        return queryset.filter(Q(issue_key=term.upper()) | Q(record_id=record_id)), False

    @display(description="Issue", ordering="issue_key")
    def issue(self, row: Link) -> SafeString | str:
        return issue_anchor(row.item, row.issue_key)

    @display(description="Record", ordering="record_id")
    def record(self, row: Link) -> SafeString | str:
        return record_anchor(row.item, row.record_id)

    @display(description="State", ordering="state", label=_STATES)
    def state_label(self, row: Link) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @display(description="Notes")
    def note_count(self, row: Link) -> str:
        return str(len(row.notes)) if row.notes else "–"

    @display(description="What could not be carried over")
    def notes_in_words(self, row: Link) -> SafeString | str:
        return paragraphs([f"{note['target']}: {note['reason']}" for note in row.notes])

    @display(description="")
    def details(self, row: Link) -> str:
        return "Details"


def issue_anchor(item: SmartConnectedItem, key: str) -> SafeString | str:
    """Return a link to an issue on its site, or a dash while there is none."""
    return _anchor(f"{item.jira.base_url.rstrip('/')}/browse/{key}", key) if key else "–"


def record_anchor(item: SmartConnectedItem, record_id: str) -> SafeString | str:
    """Return a link to a record in its org, or a dash while there is none."""
    if not is_id(record_id):
        return "–"
    base = item.salesforce.instance_url or item.salesforce.login_url
    return _anchor(record_url(base, item.object, record_id), record_id)


def _anchor(url: str, text: str) -> SafeString:
    return format_html(
        '<a class="text-link whitespace-nowrap" href="{}" target="_blank" '
        'rel="noopener noreferrer">{}</a>',
        url,
        text,
    )
