"""Rows and forms for tests of the admin."""

from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client

from connector.document.versions import publish
from connector.models import (
    FieldMapping,
    JiraConnection,
    SalesforceConnection,
    SmartConnectedItem,
)

SECRETS = {
    "client_secret": "stored-client-secret",
    "private_key": "stored-private-key",
    "api_token": "stored-api-token",
    "webhook_secret": "stored-webhook-secret",
}


def superuser() -> Client:
    """Return a client that is logged in and may do everything."""
    return _logged_in(User.objects.create_superuser("root", "root@acme.example", "pw"))


def staff(*permissions: str) -> Client:
    """Return a client of a staff user with these permissions, such as `view_link`."""
    user = User.objects.create_user("staff", "staff@acme.example", "pw", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return _logged_in(user)


def _logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def an_org(name: str = "acme", **columns: Any) -> SalesforceConnection:
    return SalesforceConnection.objects.create(
        name=name,
        login_url="https://acme.my.salesforce.com",
        client_id="3MVG9",
        client_secret=SECRETS["client_secret"],
        **columns,
    )


def a_site(name: str = "acme-jira", **columns: Any) -> JiraConnection:
    return JiraConnection.objects.create(
        name=name,
        base_url="https://acme.atlassian.net",
        email="connector@acme.example",
        api_token=SECRETS["api_token"],
        webhook_secret=SECRETS["webhook_secret"],
        **columns,
    )


def an_item(name: str = "Cases", *, live: bool = True, **columns: Any) -> SmartConnectedItem:
    """Return an item with one mapping, published unless told otherwise."""
    org = SalesforceConnection.objects.filter(name="acme").first() or an_org()
    site = JiraConnection.objects.filter(name="acme-jira").first() or a_site()
    given = {"object": "Case", "jira_projects": ["SUP"], "issue_type": "Task", **columns}
    item = SmartConnectedItem.objects.create(name=name, salesforce=org, jira=site, **given)
    FieldMapping.objects.create(item=item, salesforce="Subject", jira="summary")
    if live:
        publish(item)
    return item


def form_of(response: Any) -> dict[str, Any]:
    """Return what a browser would post if the page were saved as it is shown."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {name: value for form in forms for name, value in _fields(form) if value is not None}


def _fields(form: Any) -> Any:
    for field in form:
        value = field.value()
        secret = type(field.field).__name__ == "SecretField"
        if not secret and value is not False:
            yield field.html_name, "on" if value is True else value


def errors_of(response: Any) -> dict[str, list[str]]:
    """Return the messages of a refused form by the names of its inputs."""
    found: dict[str, list[str]] = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += inline.formset.forms
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = list(inline.formset.non_form_errors())
    for form in forms:
        found.update({form.add_prefix(name): list(texts) for name, texts in form.errors.items()})
    return found


def messages_of(response: Any) -> list[str]:
    """Return the messages that the page after an action shows."""
    return [str(message) for message in response.context["messages"]]
