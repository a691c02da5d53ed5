"""Forms of items and their mappings. A draft that contradicts itself isn't saved."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from connector.admin.dress import BaseInlineFormSet, ModelForm, Textarea
from connector.admin.fields import JsonScalarField, LinesField, PairsField, TableField, typed
from connector.admin.problems import mapping_index, place_at_fields, sentence
from connector.document.dump import dump_item
from connector.document.model import Item
from connector.document.parse import parse_item
from connector.document.problems import DocumentRefused, Problem
from connector.document.rows import item_from_rows
from connector.models import FieldMapping, SmartConnectedItem

ROOT = "item."


def draft(row: SmartConnectedItem, mappings: Iterable[FieldMapping] = ()) -> Item:
    """Return the item that these unsaved rows make up.

    The mappings are put where a prefetch would put those of the database.
    """
    shown = copy(row)
    shown.pk = row.pk or 0
    shown._prefetched_objects_cache = {"mappings": [*mappings]}  # type: ignore[attr-defined]
    return item_from_rows(shown)


def mistakes(item: Item) -> tuple[Problem, ...]:
    """Return what the document parser has against an item."""
    try:
        parse_item(dump_item(item))
    except DocumentRefused as refused:
        return refused.problems
    return ()


class ItemForm(ModelForm[SmartConnectedItem]):
    """The item without its mappings, which are checked with their own forms."""

    jira_projects = LinesField(
        label="Jira projects",
        rows=2,
        help_text="Project keys, one a line. Synchronized modes take exactly one.",
    )
    preview_fields = LinesField(
        required=False,
        rows=4,
        help_text="Fields shown next to the issue, one a line, such as Subject or Account.Name.",
    )
    status_to_jira = TableField(
        required=False,
        label="Salesforce to Jira",
        rows=5,
        help_text="One a line: value in Salesforce = status in Jira.",
    )
    status_to_salesforce = TableField(
        required=False,
        label="Jira to Salesforce",
        rows=5,
        help_text="One a line: status in Jira = value in Salesforce.",
    )

    class Meta:
        model = SmartConnectedItem
        exclude = ("published", "digest_key", "first_published_at")
        help_texts = {
            "object": "API name, such as Case or Project__c.",
            "issue_type": "Name of the issue type, such as Task.",
            "enabled": "A disabled item keeps its links and syncs nothing.",
            "record_filter": "SOQL condition, such as Priority = 'High' AND IsClosed = false. "
            "It decides what is taken up; a pair once linked stays in sync.",
            "issue_filter": "JQL condition, such as labels = salesforce.",
            "backfill": "Off: records created after the first publication. On: all that match.",
            "conflict": "For a field changed on both sides since the last sync.",
            "status_field": "The Salesforce field that holds the status. Empty: not synchronized.",
            "comments_visibility": "Internal: mirrored comments arrive internal. Same: as they "
            "were. Public: comments of projects without customers arrive public too.",
            "jira_remote_link": "Issues get a link to their record.",
        }
        widgets = {
            "record_filter": Textarea(attrs={"rows": 2, "spellcheck": "false"}),
            "issue_filter": Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        }

    def _post_clean(self) -> None:
        """Django has filled the instance from the form by then, so the draft can be built."""
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            place_at_fields(self, mistakes(draft(self.instance)), ROOT)


class MappingForm(ModelForm[FieldMapping]):
    uses = LinesField(
        required=False,
        rows=2,
        help_text="The fields that the template reads, one a line.",
    )
    values = PairsField(
        required=False,
        label="Value table",
        rows=2,
        help_text="One a line: value in Salesforce = value in Jira.",
    )
    default = JsonScalarField(
        required=False, help_text="Used on creation when the source is empty."
    )
    position = forms.IntegerField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = FieldMapping
        fields = (
            "salesforce",
            "jira",
            "direction",
            "values",
            "default",
            "create_only",
            "conflict",
            "template",
            "uses",
            "position",
        )
        help_texts = {
            "salesforce": "A field such as Subject, or a parent's such as Account.Name.",
            "jira": "A field id such as summary or customfield_10050.",
            "create_only": "Set only when the other side is created.",
            "template": "Computes the side that is named, in Django's template language: "
            "{{ record.Contact.Name }} or {{ issue.key }}.",
        }
        widgets = {"template": Textarea(attrs={"rows": 2, "spellcheck": "false"})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["default"] = typed(self.instance.default)
        _name_empty_choice(self.fields["direction"], "As the mode and the field allow")
        _name_empty_choice(self.fields["conflict"], "As the item says")
        if self.instance._state.adding:
            # A row of its own place would count as filled in.
            self.initial["position"] = None

    def clean_position(self) -> int | None:
        position: int | None = self.cleaned_data["position"]
        return self.instance.position if position is None else position


class MappingFormSet(BaseInlineFormSet[FieldMapping, SmartConnectedItem, MappingForm]):
    """Checks the mappings together with the item that was typed above them."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if self._is_kept(form)]
        if any(form.errors for form in kept):
            return
        self._append_new(kept)
        kept.sort(key=lambda form: form.instance.position)
        item = draft(self.instance, [form.instance for form in kept])
        known = mistakes(replace(item, mappings=()))
        elsewhere = [each for each in mistakes(item) if not _is_placed(each, kept)]
        texts = [sentence(each.message) for each in elsewhere if each not in known]
        if texts:
            raise ValidationError(texts)

    def _is_kept(self, form: MappingForm) -> bool:
        return form not in self.deleted_forms and (not _is_new(form) or form.has_changed())

    def _append_new(self, forms: list[MappingForm]) -> None:
        """New mappings come last, unless they were dragged to a place."""
        last = max((form.instance.position for form in forms if not _is_new(form)), default=-1)
        for form in forms:
            if _is_new(form) and not self._was_dragged(form):
                last += 1
                form.instance.position = last

    def _was_dragged(self, form: MappingForm) -> bool:
        return bool(self.data.get(form.add_prefix("position")))


def _name_empty_choice(field: Any, label: str) -> None:
    field.choices = [(value, text if value else label) for value, text in field.choices]


def _is_new(form: MappingForm) -> bool:
    return form.instance._state.adding


def _is_placed(problem: Problem, forms: list[MappingForm]) -> bool:
    """Put a problem next to its mapping; return False if it is about none of them."""
    index = mapping_index(problem, ROOT)
    if index is None:
        return False
    place_at_fields(forms[index], [problem], f"{ROOT}mappings[{index}]")
    return True
