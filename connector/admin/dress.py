"""django-unfold's classes under the types of Django's own, which they extend.

unfold has no type annotations, and Django's generic classes can't be subscribed at run time. With
this module the admin's classes say which model they are for, and are checked.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from django.contrib.admin import ModelAdmin, StackedInline, TabularInline
    from django.contrib.auth.admin import GroupAdmin, UserAdmin
    from django.forms import BaseInlineFormSet, ModelForm
    from django.forms.widgets import Select, Textarea, TextInput

    F = TypeVar("F", bound=Callable[..., Any])

    def action(
        *, description: str, permissions: Sequence[str] = (), icon: str = ""
    ) -> Callable[[F], F]: ...

    def display(
        *,
        description: str,
        ordering: str = "",
        label: Mapping[str, str] | None = None,
        boolean: bool | None = None,
    ) -> Callable[[F], F]: ...

else:
    import unfold.admin
    from django import forms
    from django.contrib.auth.admin import GroupAdmin, UserAdmin
    from unfold.decorators import action, display
    from unfold.widgets import UnfoldAdminSelectWidget as Select
    from unfold.widgets import UnfoldAdminTextareaWidget as Textarea
    from unfold.widgets import UnfoldAdminTextInputWidget as TextInput

    class _Subscribed:
        def __class_getitem__(cls, _model):
            return cls

    class ModelAdmin(_Subscribed, unfold.admin.ModelAdmin):
        pass

    class TabularInline(_Subscribed, unfold.admin.TabularInline):
        pass

    class StackedInline(_Subscribed, unfold.admin.StackedInline):
        pass

    class ModelForm(_Subscribed, forms.ModelForm):
        pass

    class BaseInlineFormSet(_Subscribed, unfold.admin.TabularInline.formset):
        pass


__all__ = [
    "BaseInlineFormSet",
    "GroupAdmin",
    "ModelAdmin",
    "ModelForm",
    "Select",
    "StackedInline",
    "TabularInline",
    "TextInput",
    "Textarea",
    "UserAdmin",
    "action",
    "display",
]
