"""What several of the admin's pages share."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect

from connector.admin.dress import ModelAdmin, TabularInline

M = TypeVar("M", bound=Model)


class SaveAnd(ModelAdmin[M]):
    """A second save button, `save_and`, besides Save; afterwards the page is shown again.

    unfold calls the method of that name in the middle of saving: it has to put off its work with
    `on_commit`, when inlines are stored too and no transaction waits for the two systems.
    """

    save_and = ""

    def response_post_save_change(self, request: HttpRequest, obj: M) -> HttpResponseRedirect:
        button = f"{self.opts.app_label}_{self.opts.model_name}_{self.save_and}"
        if button in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return super().response_post_save_change(request, obj)


class ReadOnly:
    """Rows that the connector writes and people only look at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, ModelAdmin[M]):
    """A list and pages to look at. These lists grow without end, so nothing is counted."""

    actions: Sequence[str] | None = None
    show_full_result_count = False
    list_per_page = 50


class ReadOnlyInline(ReadOnly, TabularInline[M, Any]):
    extra = 0
    can_delete = False
    ordering = ("pk",)
    hide_title = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them: a form has no place for columns that are never edited."""
        return self.get_fields(request, obj)


def counted(count: int, singular: str, plural: str = "") -> str:
    """Return `1 item` or `3 items`."""
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


def say(model_admin: Any, request: HttpRequest, text: str, *, good: bool = True) -> None:
    """Show a message on the next page."""
    model_admin.message_user(request, text, messages.SUCCESS if good else messages.ERROR)
