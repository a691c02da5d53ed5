"""Secrets in forms: they can be set, replaced and cleared, and are never shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from connector.admin.dress import ModelForm, TextInput

M = TypeVar("M", bound=Model)

SET, NOT_SET = "set – leave empty to keep", "not set"
CLEAR_SUFFIX = "-clear"


@dataclass(frozen=True)
class TypedSecret:
    """What was done to a secret in a form: a new value typed, or the tick that clears it."""

    value: str = field(default="", repr=False)
    clear: bool = False


class SecretWidget(TextInput):
    """An input that is always empty; its placeholder says whether a value is stored.

    `initial` is only ever whether one is: the value itself doesn't reach the form.
    """

    input_type = "password"

    def __init__(self, *, multiline: bool = False) -> None:
        # Browsers would offer, or fill in, the admin's own password.
        super().__init__(attrs={"autocomplete": "new-password", "spellcheck": "false"})
        self.multiline = multiline

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        stored = value is True
        context = {
            "name": name,
            "clear_name": name + CLEAR_SUFFIX,
            "attrs": {**self.attrs, **(attrs or {}), "placeholder": SET if stored else NOT_SET},
            "stored": stored,
            "multiline": self.multiline,
        }
        return mark_safe(render_to_string("admin/widgets/secret.html", context))  # noqa: S308

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> TypedSecret:
        return TypedSecret(data.get(name) or "", bool(data.get(name + CLEAR_SUFFIX)))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False


class SecretField(forms.Field):
    """Gives a TypedSecret; what it means for the stored value is the form's to say."""

    def __init__(self, *, multiline: bool = False, **options: Any) -> None:
        super().__init__(required=False, widget=SecretWidget(multiline=multiline), **options)
        self.multiline = multiline

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data.value) or (data.clear and bool(initial))

    def clean(self, value: Any) -> TypedSecret:
        if value.value and value.clear:
            raise ValidationError("Either type a new value or tick the box to clear it.")
        # Only a pasted key keeps its lines; elsewhere a line break is a slip of the mouse.
        text = value.value.replace("\r\n", "\n") if self.multiline else value.value.strip("\r\n")
        return TypedSecret(text, value.clear)


class SecretsForm(ModelForm[M]):
    """Fills the model's secrets from the SecretFields of the same names."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.secret_names():
            self.initial[name] = bool(getattr(self.instance, name))

    def secret_names(self) -> list[str]:
        return [name for name, each in self.fields.items() if isinstance(each, SecretField)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.secret_names():
            if name in cleaned:
                cleaned[name] = self._value(name, cleaned[name])
        return cleaned

    def _value(self, name: str, change: TypedSecret) -> str:
        kept = "" if change.clear else str(getattr(self.instance, name))
        return change.value or kept


def secret_state(name: str, label: str) -> Callable[[Any, Model], str]:
    """Return an admin column that says of a secret whether it is set, for those who may only look.

    Django's admin shows the value of every field to a user who may view and not change.
    """

    @admin.display(description=label)
    def state(model_admin: Any, row: Model) -> str:
        return "set" if getattr(row, name) else NOT_SET

    return state
