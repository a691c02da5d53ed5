"""The pages of Smart Connected Items: drafts, and the buttons that make them run."""

from functools import partial

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from connector.admin.dress import StackedInline, action, display
from connector.admin.item_forms import ItemForm, MappingForm, MappingFormSet
from connector.admin.pages import SaveAnd, counted, say
from connector.admin.publishing import differs, publish_rows, runs_otherwise, staff, switch
from connector.document.problems import DocumentRefused
from connector.models import FieldMapping, SmartConnectedItem

_PUBLISHED = {"runs": "success", "differs": "warning", "never": "default"}
_SYNCS = "mode != 'display_only'"


class MappingInline(StackedInline[FieldMapping, SmartConnectedItem]):
    model = FieldMapping
    form = MappingForm
    formset = MappingFormSet  # type: ignore[assignment]
    verbose_name = "mapping"
    verbose_name_plural = "Mappings"
    fields = (
        ("salesforce", "jira"),
        ("direction", "conflict"),
        "values",
        "template",
        "uses",
        "default",
        "create_only",
        "position",
    )
    extra = 0
    tab = True
    collapsible = True
    ordering_field = "position"
    hide_ordering_field = True


class ItemAdmin(SaveAnd[SmartConnectedItem]):
    """Registered by the room that knows what items did last."""

    form = ItemForm
    inlines = (MappingInline,)
    save_and = "save_and_publish"
    actions_submit_line = ("save_and_publish",)
    actions = ("publish_selected", "enable", "disable")
    search_fields = ("name", "object")
    list_filter = ("mode", "enabled", "salesforce", "jira")
    list_display: tuple[str, ...] = (
        "name",
        "mode",
        "source",
        "scope",
        "mapping_count",
        "enabled",
        "publication",
    )
    conditional_fields = dict.fromkeys(
        (
            "issue_type",
            "record_filter",
            "auto_create_issues",
            "backfill",
            "conflict",
            "status_field",
            "status_to_jira",
            "comments_enabled",
            "comments_visibility",
            "attachments_enabled",
            "jira_remote_link",
        ),
        _SYNCS,
    ) | dict.fromkeys(
        ("auto_create_records", "issue_filter", "status_to_salesforce"), "mode == 'two_way'"
    )
    fieldsets = (
        (
            "Basics",
            {
                "classes": ["tab"],
                "fields": (
                    "name",
                    "mode",
                    "enabled",
                    ("salesforce", "object"),
                    "jira",
                    "jira_projects",
                    "issue_type",
                    "preview_fields",
                ),
            },
        ),
        (
            "What is taken up",
            {
                "classes": ["tab"],
                "fields": (
                    "auto_create_issues",
                    "record_filter",
                    "backfill",
                    "auto_create_records",
                    "issue_filter",
                    "conflict",
                ),
            },
        ),
        (
            "Status",
            {
                "classes": ["tab"],
                "fields": ("status_field", "status_to_jira", "status_to_salesforce"),
            },
        ),
        (
            "Comments & attachments",
            {
                "classes": ["tab"],
                "fields": (
                    "comments_enabled",
                    "comments_visibility",
                    "attachments_enabled",
                    "jira_remote_link",
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SmartConnectedItem]:
        rows = super().get_queryset(request)
        return rows.select_related("salesforce", "jira", "published").prefetch_related("mappings")

    @display(description="Salesforce", ordering="object")
    def source(self, row: SmartConnectedItem) -> str:
        return f"{row.object} ({row.salesforce})"

    @display(description="Jira")
    def scope(self, row: SmartConnectedItem) -> str:
        projects = ", ".join(row.jira_projects)
        what = f"{projects} · {row.issue_type}" if row.issue_type else projects
        return f"{what} ({row.jira})"

    @display(description="Mappings")
    def mapping_count(self, row: SmartConnectedItem) -> int:
        return len(row.mappings.all())

    @display(description="Published", label=_PUBLISHED)
    def publication(self, row: SmartConnectedItem) -> tuple[str, str]:
        if row.published is None:
            return "never", "Never"
        if differs(row):
            return "differs", f"Version {row.published.number}, draft differs"
        return "runs", f"Version {row.published.number}"

    @action(description="Save and publish", permissions=["change"])
    def save_and_publish(self, request: HttpRequest, obj: SmartConnectedItem) -> None:
        transaction.on_commit(partial(publish_rows, self, request, [obj]))

    @admin.action(description="Publish", permissions=["change"])
    def publish_selected(
        self, request: HttpRequest, queryset: QuerySet[SmartConnectedItem]
    ) -> None:
        publish_rows(self, request, queryset)

    @admin.action(description="Enable", permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[SmartConnectedItem]) -> None:
        self._switch(request, queryset, on=True)

    @admin.action(description="Disable", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[SmartConnectedItem]) -> None:
        self._switch(request, queryset, on=False)

    def _switch(
        self, request: HttpRequest, rows: QuerySet[SmartConnectedItem], *, on: bool
    ) -> None:
        moved = 0
        for row in rows:
            if row.enabled is on and not runs_otherwise(row, on=on):
                continue
            try:
                switch(row, on=on, user=staff(request))
                moved += 1
            except DocumentRefused:
                said = f"{row}: this release can't read its published version; publish it anew."
                say(self, request, said, good=False)
        word = "enabled" if on else "disabled; links stay, and nothing is synced"
        say(self, request, f"{counted(moved, 'item')} {word}.")

    def delete_model(self, request: HttpRequest, obj: SmartConnectedItem) -> None:
        delete_item(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SmartConnectedItem]) -> None:
        for row in queryset:
            delete_item(row)


def delete_item(row: SmartConnectedItem) -> None:
    """Delete an item with its versions, of which the published one is protected by the item."""
    with transaction.atomic():
        row.published = None
        row.save(update_fields=["published"])
        row.delete()
