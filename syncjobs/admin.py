"""What ran and what waits; and the items' own pages, with what each item did last."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.paginator import InfinitePaginator

from connector.admin.dress import display
from connector.admin.health import clock
from connector.admin.items import ItemAdmin
from connector.admin.pages import ReadOnlyAdmin, counted, say
from connector.models import SmartConnectedItem
from linking.admin import issue_anchor, record_anchor
from linking.models import Link
from syncjobs.models import DuePair, SyncRun

_RUN_STATES = {
    SyncRun.State.RUNNING.value: "info",
    SyncRun.State.DONE.value: "success",
    SyncRun.State.FAILED.value: "danger",
    "partly": "warning",
}
_COUNTS = ("created", "updated", "unchanged", "comments", "attachments", "statuses", "skipped")


def run_state(run: SyncRun) -> tuple[str, str]:
    """Return a colour's key and the words for how a run went."""
    if run.state == SyncRun.State.RUNNING and run.leased_until < timezone.now():
        return SyncRun.State.FAILED.value, "Its process died"
    if run.state == SyncRun.State.DONE and run.failed:
        return "partly", "Some failed"
    return run.state, run.get_state_display()


def run_counts(run: SyncRun) -> str:
    """Return what a run did, without the zeros."""
    parts = [f"{getattr(run, name)} {name}" for name in (*_COUNTS, "failed") if getattr(run, name)]
    return ", ".join(parts) or "nothing to do"


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin[SyncRun]):
    paginator = InfinitePaginator
    list_display = (
        "started_at",
        "item",
        "state_label",
        "counts",
        "salesforce_calls",
        "jira_calls",
        "duration",
        "short_error",
    )
    list_filter = ("item", "state", "trigger")
    list_select_related = ("item",)
    fields = (
        ("item", "trigger"),
        ("started_at", "finished_at"),
        "state_in_words",
        "error",
        *_COUNTS,
        "failed",
        ("salesforce_calls", "jira_calls", "duration"),
    )

    @display(description="State", ordering="state", label=_RUN_STATES)
    def state_label(self, row: SyncRun) -> tuple[str, str]:
        return run_state(row)

    @display(description="State")
    def state_in_words(self, row: SyncRun) -> str:
        return run_state(row)[1]

    @display(description="Counts")
    def counts(self, row: SyncRun) -> str:
        return run_counts(row)

    @display(description="Seconds", ordering="seconds")
    def duration(self, row: SyncRun) -> str:
        return f"{row.seconds:.1f}"

    @display(description="Error")
    def short_error(self, row: SyncRun) -> SafeString | str:
        return _short(row.error)


@admin.register(DuePair)
class DuePairAdmin(ReadOnlyAdmin[DuePair]):
    """Pairs that failed and wait; skipping is deleting, with a sentence on what that means."""

    paginator = InfinitePaginator
    list_display = (
        "record",
        "issue",
        "item",
        "short_error",
        "attempts",
        "next_try",
        "details",
    )
    list_display_links = ("details",)
    list_filter = ("item",)
    list_select_related = ("item__jira", "item__salesforce", "link")
    search_fields = ("=record_id", "=link__issue_key")
    search_help_text = "An issue key or a record's Id"
    ordering = ("next_try_at",)
    fields = ("item", "record", "issue", "last_error", "attempts", "next_try", "created_at")
    actions = ("retry_now", "skip")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DuePair]:
        """Connections come along for their addresses alone, not for their secrets."""
        rows = super().get_queryset(request).select_related(*self.list_select_related)
        return rows.only(
            "record_id",
            "next_try_at",
            "attempts",
            "last_error",
            "created_at",
            "link__issue_key",
            "item__name",
            "item__object",
            "item__jira__base_url",
            "item__salesforce__login_url",
            "item__salesforce__instance_url",
        )

    def has_handle_permission(self, request: HttpRequest) -> bool:
        """Rows can't be edited, but those who may change them may say what becomes of them."""
        return bool(request.user.has_perm("syncjobs.change_duepair"))

    @admin.action(description="Retry now", permissions=["handle"])
    def retry_now(self, request: HttpRequest, queryset: QuerySet[DuePair]) -> None:
        count = queryset.order_by().update(next_try_at=timezone.now())
        say(self, request, f"{counted(count, 'pair')} due now; the next pull tries them.")

    @admin.action(description="Skip", permissions=["handle"])
    def skip(self, request: HttpRequest, queryset: QuerySet[DuePair]) -> None:
        count = DuePair.objects.filter(pk__in=queryset.order_by().values("pk")).delete()[0]
        say(
            self,
            request,
            f"{counted(count, 'pair')} skipped: this attempt is given up. A pair is tried again "
            "when its record changes next.",
        )

    @display(description="Record", ordering="record_id")
    def record(self, row: DuePair) -> SafeString | str:
        return record_anchor(row.item, row.record_id)

    @display(description="Issue")
    def issue(self, row: DuePair) -> SafeString | str:
        return issue_anchor(row.item, row.link.issue_key if row.link else "")

    @display(description="Error")
    def short_error(self, row: DuePair) -> SafeString | str:
        return _short(row.last_error)

    @display(description="Next try", ordering="next_try_at")
    def next_try(self, row: DuePair) -> str:
        return "now" if row.next_try_at <= timezone.now() else clock(row.next_try_at)

    @display(description="")
    def details(self, row: DuePair) -> str:
        return "Details"


@admin.register(SmartConnectedItem)
class ItemWithRunsAdmin(ItemAdmin):
    """The items' pages with their last run, and without deleting what has links."""

    list_display = (*ItemAdmin.list_display, "last_run")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SmartConnectedItem]:
        runs = SyncRun.objects.filter(item=OuterRef("pk")).order_by("-started_at")
        return super().get_queryset(request).annotate(last_run_id=Subquery(runs.values("pk")[:1]))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """One query for the last runs of all the rows of a page."""
        page = super().get_changelist_instance(request)
        runs = SyncRun.objects.in_bulk([r.last_run_id for r in page.result_list if r.last_run_id])
        for row in page.result_list:
            row.last_run = runs.get(row.last_run_id)
        return page

    @display(description="Last run")
    def last_run(self, row: Any) -> SafeString | str:
        run: SyncRun | None = row.last_run
        if run is None:
            return "–"
        _, word = run_state(run)
        return format_html(
            '<a class="text-link whitespace-nowrap" href="{}">{}, {}</a><br>{}',
            reverse("admin:syncjobs_syncrun_change", args=[run.pk]),
            word,
            clock(run.started_at),
            run_counts(run),
        )

    def get_deleted_objects(self, objs: Iterable[SmartConnectedItem], request: HttpRequest) -> Any:
        """Say what goes with an item in a line each; Django would list every row of it."""
        items = [*objs]
        kept = [_why_kept(item) for item in items if Link.objects.filter(item=item).exists()]
        goes = [f"{item}, with its mappings, versions, runs and due pairs" for item in items]
        return goes, {"Smart Connected Items": len(goes)}, set(), kept


def _why_kept(item: SmartConnectedItem) -> str:
    count = Link.objects.filter(item=item).count()
    return (
        f"{item} has {counted(count, 'link')} between issues and records, which would be "
        "forgotten with it. Disable the item to stop it."
    )


def _short(text: str) -> SafeString | str:
    """A long error is cut; the whole is its title, and on the row's own page."""
    if len(text) <= 100:
        return text or "–"
    return format_html('<span title="{}">{}…</span>', text, text[:100])
