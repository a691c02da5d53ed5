"""Published versions, to look at: who published what, when, and what it changed."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connector.admin.dress import display
from connector.admin.health import paragraphs
from connector.admin.pages import ReadOnlyAdmin
from connector.models import ItemVersion

Json = dict[str, Any]
_LONGEST = 120


@admin.register(ItemVersion)
class ItemVersionAdmin(ReadOnlyAdmin[ItemVersion]):
    list_display = ("item", "number", "is_running", "published_at", "published_by")
    list_display_links = ("item", "number")
    list_filter = ("item",)
    list_select_related = ("item", "published_by")
    fields = ("item", "number", "published_at", "published_by", "changes", "configuration")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ItemVersion]:
        rows = super().get_queryset(request)
        in_list = request.resolver_match and request.resolver_match.url_name
        return rows.defer("document") if str(in_list).endswith("_changelist") else rows

    @display(description="Runs", boolean=True)
    def is_running(self, row: ItemVersion) -> bool:
        return row.item.published_id == row.pk

    @display(description="Changes since the version before")
    def changes(self, row: ItemVersion) -> SafeString | str:
        before = row.item.versions.filter(number__lt=row.number).first()
        if before is None:
            return "This is the first version."
        return paragraphs([*changes(before.document, row.document)])

    @display(description="Configuration")
    def configuration(self, row: ItemVersion) -> SafeString:
        text = json.dumps(row.document, indent=2, ensure_ascii=False)
        return format_html(
            '<pre class="text-xs" style="white-space: pre-wrap; overflow-wrap: anywhere">{}</pre>',
            text,
        )


def changes(before: Json, after: Json) -> Iterator[str]:
    """Yield a line for each part of an item's document that is other than before.

    A mapping is named by the fields it joins, so that one moved up or down is no change.
    """
    old, new = _parts(before), _parts(after)
    for place in dict.fromkeys([*old, *new]):
        if place not in old:
            yield f"{place}: added, {_shown(new[place])}"
        elif place not in new:
            yield f"{place}: removed, was {_shown(old[place])}"
        elif old[place] != new[place]:
            yield f"{place}: {_shown(old[place])} → {_shown(new[place])}"


def _parts(document: Json) -> Json:
    parts: Json = {}
    for key, value in document.items():
        if key == "mappings":
            parts.update({_mapping_name(each): each for each in value})
        elif isinstance(value, dict):
            parts.update({f"{key}.{inner}": part for inner, part in value.items()})
        else:
            parts[key] = value
    return parts


def _mapping_name(mapping: Json) -> str:
    left = mapping.get("salesforce") or "template"
    return f"mapping {left} – {mapping.get('jira') or 'template'}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
