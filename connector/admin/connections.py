"""The pages of the two kinds of connection."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin import display as plain_display
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters

from connector.admin import health
from connector.admin.connection_forms import (
    JiraConnectionForm,
    JiraUserForm,
    SalesforceConnectionForm,
)
from connector.admin.dress import ModelForm, TabularInline, action, display
from connector.admin.pages import SaveAnd, say
from connector.admin.secrets import secret_state
from connector.checks import check_jira, check_salesforce
from connector.document.connections import (
    JIRA_SECRETS,
    NEEDED,
    OPTIONAL,
    SALESFORCE_SECRETS,
)
from connector.errors import RemoteError
from connector.models import (
    Connection,
    JiraConnection,
    JiraMetadata,
    JiraUser,
    SalesforceConnection,
    SalesforceDescribe,
    SalesforceSession,
)
from connector.quota import limits_of
from connector.salesforce.auth import Flow

C = TypeVar("C", bound=Connection)

_DOING = ("state_in_words", "last_ok_at", "last_error", "last_error_at", "user_limits")


class ConnectionAdmin(SaveAnd[C]):
    """What both pages do. Secrets are never shown, not even to those who may not change them."""

    check_login: Callable[[C], None]
    secrets: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    learnt: tuple[str, ...] = ()
    search_fields = ("name",)
    actions = ("check_connections",)
    save_and = "save_and_check"
    actions_submit_line = ("save_and_check",)

    @method_decorator(sensitive_post_parameters(*SALESFORCE_SECRETS, *JIRA_SECRETS))
    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        """What is typed as a secret stays out of error reports."""
        return super().changeform_view(request, *args, **options)

    @display(description="State", label=health.LABELS)
    def state(self, row: C) -> tuple[str, str]:
        return health.state(row)

    @plain_display(description="State")
    def state_in_words(self, row: C) -> str:
        return health.state(row)[1]

    @plain_display(description="What its user may not do")
    def user_limits(self, row: C) -> SafeString | str:
        return health.limits(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[C]:
        """A list needs no secrets, and decrypting them takes its time."""
        rows = super().get_queryset(request)
        in_list = request.resolver_match and request.resolver_match.url_name
        return rows.defer(*self.secrets) if str(in_list).endswith("_changelist") else rows

    def get_fieldsets(self, request: HttpRequest, obj: C | None = None) -> Any:
        settings = [*self.settings]
        if not self._may_write(request, obj):
            settings = [f"{n}_state" if n in self.secrets else n for n in settings]
        if obj is None:
            return [(None, {"fields": settings})]
        doing = {"fields": [*_DOING, *self.learnt]}
        return [(None, {"fields": settings}), ("How it is doing", doing)]

    def get_readonly_fields(self, request: HttpRequest, obj: C | None = None) -> Any:
        return [*_DOING, *self.learnt, *(f"{name}_state" for name in self.secrets)]

    def _may_write(self, request: HttpRequest, obj: C | None) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: C, form: ModelForm[C], change: bool) -> None:
        moved = change and any(
            name in form.changed_data for name in self.settings if name != "name"
        )
        if moved:
            # What it was paused for may be mended, so it is tried at once.
            obj.paused_until = None
            self.forget(obj)
        # The variable that a secret was imported from holds another value than the new one.
        kept = obj.variables.items()
        obj.variables = {name: each for name, each in kept if name not in form.changed_data}
        super().save_model(request, obj, form, change)

    def forget(self, obj: C) -> None:
        """Drop what was learnt by the old login: another user, org or site may answer now."""
        raise NotImplementedError

    @action(description="Save and check", permissions=["change"])
    def save_and_check(self, request: HttpRequest, obj: C) -> None:
        transaction.on_commit(partial(self._check, request, [obj]))

    @admin.action(description="Check connection", permissions=["change"])
    def check_connections(self, request: HttpRequest, queryset: QuerySet[C]) -> None:
        self._check(request, queryset)

    def _check(self, request: HttpRequest, rows: Iterable[C]) -> None:
        for row in rows:
            try:
                type(self).check_login(row)
            except RemoteError as error:
                say(self, request, f"{row}: {error.message}", good=False)
            else:
                notes = " ".join(limits_of(row))
                say(self, request, f"{row}: the login works. {notes}".strip())


def _shown_with(flows: Mapping[Flow, tuple[str, ...]], key: str) -> str:
    """Return unfold's condition for a field that only some ways of logging in use."""
    return " || ".join(f"auth == '{flow.value}'" for flow, keys in flows.items() if key in keys)


_USED = {flow: (*NEEDED[flow], *OPTIONAL.get(flow, ())) for flow in Flow}


@admin.register(SalesforceConnection)
class SalesforceConnectionAdmin(ConnectionAdmin[SalesforceConnection]):
    form = SalesforceConnectionForm
    check_login = staticmethod(check_salesforce)
    secrets = SALESFORCE_SECRETS
    settings = SalesforceConnectionForm.Meta.fields
    learnt = ("org_name", "org_id", "instance_url", "api_quota")
    list_display = ("name", "state", "org", "last_ok_at", "api_quota")
    conditional_fields = {
        key: _shown_with(_USED, key) for key in ("client_id", "username", *SALESFORCE_SECRETS)
    }

    client_secret_state = secret_state("client_secret", "Client secret")
    password_state = secret_state("password", "Password")
    security_token_state = secret_state("security_token", "Security token")
    private_key_state = secret_state("private_key", "Private key")

    @display(description="Org", ordering="org_name")
    def org(self, row: SalesforceConnection) -> str:
        return f"{row.org_name} ({row.org_id})" if row.org_id else "–"

    @display(description="API calls in 24 hours")
    def api_quota(self, row: SalesforceConnection) -> str:
        return health.quota(row)

    def forget(self, obj: SalesforceConnection) -> None:
        SalesforceSession.objects.filter(connection=obj).delete()
        SalesforceDescribe.objects.filter(connection=obj).delete()


class JiraUserInline(TabularInline[JiraUser, JiraConnection]):
    model = JiraUser
    form = JiraUserForm
    verbose_name_plural = "People: which Jira account a Salesforce user's mail stands for"
    fields = ("mail", "account", "source")
    readonly_fields = ("source",)
    extra = 0
    per_page = 50
    hide_title = True


@admin.register(JiraConnection)
class JiraConnectionAdmin(ConnectionAdmin[JiraConnection]):
    form = JiraConnectionForm
    check_login = staticmethod(check_jira)
    secrets = JIRA_SECRETS
    settings = JiraConnectionForm.Meta.fields
    learnt = ("site_title", "account_id", "time_zone")
    list_display = ("name", "state", "site", "deployment", "last_ok_at")
    inlines = (JiraUserInline,)
    conditional_fields = {"email": "deployment == 'cloud'"}

    api_token_state = secret_state("api_token", "API token")
    webhook_secret_state = secret_state("webhook_secret", "Webhook secret")

    @display(description="Site", ordering="base_url")
    def site(self, row: JiraConnection) -> str:
        address = row.base_url.partition("://")[2]
        return f"{row.site_title} ({address})" if row.site_title else address

    def forget(self, obj: JiraConnection) -> None:
        obj.api_root = obj.cloud_id = ""
        JiraMetadata.objects.filter(connection=obj).delete()
