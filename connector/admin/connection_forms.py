"""Forms of the two kinds of connection: the document's rules, with the messages at the fields."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from connector.access import hosts
from connector.admin.dress import ModelForm, TextInput
from connector.admin.problems import sentence
from connector.admin.secrets import SecretField, SecretsForm
from connector.document.connections import (
    JIRA_SECRETS,
    NEEDED,
    OPTIONAL,
    SALESFORCE_SECRETS,
    Stored,
    read_jira,
    read_salesforce,
)
from connector.document.problems import Report
from connector.document.reading import ObjectReader
from connector.models import Connection, JiraConnection, JiraUser, SalesforceConnection
from connector.outgoing import HostRefused
from connector.salesforce.auth import Flow, login_address

C = TypeVar("C", bound=Connection)


class ConnectionForm(SecretsForm[C]):
    """What both forms do. `address` names the field that holds the system's address."""

    address = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            self._check(cleaned)
        if not self.errors:
            try:
                self.check_host(cleaned[self.address])
            except HostRefused as refused:
                self.add_error(self.address, str(refused))
        return cleaned

    def check_host(self, address: str) -> None:
        """Raise HostRefused if the address may not be contacted."""
        raise NotImplementedError

    def _check(self, cleaned: dict[str, Any]) -> None:
        """Apply the document's rules to what was typed."""
        raise NotImplementedError

    def _note(self, read: Callable[[ObjectReader], Any], raw: Mapping[str, Any]) -> None:
        report = Report()
        read(ObjectReader(raw, "", report))
        for problem in report.problems:
            self.add_error(problem.place.partition("[")[0], sentence(problem.message))

    def _get_validation_exclusions(self) -> set[str]:
        # Django's own check of addresses refuses hosts without a dot, which EXTRA_HOSTS may name.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | {self.address}


class SalesforceConnectionForm(ConnectionForm[SalesforceConnection]):
    address = "login_url"

    login_url = forms.CharField(
        label="Login URL",
        max_length=255,
        widget=TextInput(),
        help_text="The org's My Domain address, such as https://acme.my.salesforce.com "
        "(Setup > My Domain shows it). The address of a Lightning page is put right.",
    )
    client_secret = SecretField(label="Client secret")
    password = SecretField()
    security_token = SecretField(
        label="Security token",
        help_text="Only needed from addresses outside the org's trusted IP ranges.",
    )
    private_key = SecretField(
        multiline=True,
        label="Private key",
        help_text="The PEM text of the key whose certificate the app has.",
    )

    class Meta:
        model = SalesforceConnection
        fields = (
            "name",
            "login_url",
            "auth",
            "client_id",
            "client_secret",
            "username",
            "password",
            "security_token",
            "private_key",
        )

    def clean_login_url(self) -> str:
        try:
            return login_address(str(self.cleaned_data["login_url"]))
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def check_host(self, address: str) -> None:
        hosts().check_salesforce(address)

    def _check(self, cleaned: dict[str, Any]) -> None:
        """What the chosen flow has no use for is dropped, as its fields aren't shown."""
        flow = Flow(cleaned["auth"])
        used = {*NEEDED[flow], *OPTIONAL.get(flow, ())}
        for key in ("client_id", "username", *SALESFORCE_SECRETS):
            if key not in used:
                cleaned[key] = ""
        texts = ("name", "login_url", "auth", "client_id", "username")
        stored = Stored(salesforce={cleaned["name"]: _set(cleaned, SALESFORCE_SECRETS)})
        raw = {key: cleaned[key] for key in texts if cleaned[key]}
        self._note(lambda reader: read_salesforce(reader, {}, stored), raw)


class JiraConnectionForm(ConnectionForm[JiraConnection]):
    address = "base_url"

    base_url = forms.CharField(
        label="Site",
        max_length=255,
        widget=TextInput(),
        help_text="The address of the site, such as https://acme.atlassian.net; for Data Center "
        "with its context path, if it has one.",
    )
    api_token = SecretField(
        label="API token", help_text="For Data Center, a personal access token."
    )
    webhook_secret = SecretField(
        label="Webhook secret", help_text="Signs the events that Jira sends. Any long random text."
    )

    class Meta:
        model = JiraConnection
        fields = ("name", "base_url", "deployment", "email", "api_token", "webhook_secret")

    def clean_base_url(self) -> str:
        return str(self.cleaned_data["base_url"]).strip().rstrip("/")

    def check_host(self, address: str) -> None:
        hosts().check_jira(address)

    def _check(self, cleaned: dict[str, Any]) -> None:
        if cleaned["deployment"] != "cloud":
            cleaned["email"] = ""
        texts = ("name", "base_url", "deployment", "email")
        stored = Stored(jira={cleaned["name"]: _set(cleaned, JIRA_SECRETS)})
        raw = {key: cleaned[key] for key in texts if cleaned[key]}
        self._note(lambda reader: read_jira(reader, {}, stored), raw)


class JiraUserForm(ModelForm[JiraUser]):
    """A row of the table of users; what an admin says replaces what was found by mail."""

    class Meta:
        model = JiraUser
        fields = ("mail", "account")

    def clean_mail(self) -> str:
        # Compared without regard to case everywhere, so kept in lower case.
        return str(self.cleaned_data["mail"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_changed() and not cleaned.get("account"):
            self.add_error("account", "Enter the account id (Data Center: the user name).")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.has_changed():
            self.instance.source = JiraUser.Source.TABLE
            self.instance.looked_up_at = None


def _set(cleaned: Mapping[str, Any], secrets: tuple[str, ...]) -> frozenset[str]:
    return frozenset(key for key in secrets if cleaned[key])
