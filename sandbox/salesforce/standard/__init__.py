"""The objects every new org has, before an admin adds their own."""

from types import MappingProxyType

from ..schema import SObject
from . import activities, content, crm, feed, sales, service, setup
from .history import history_object


def _all_objects() -> dict[str, SObject]:
    objects = [
        *crm.OBJECTS,
        *service.OBJECTS,
        *sales.OBJECTS,
        *activities.OBJECTS,
        *content.OBJECTS,
        *feed.OBJECTS,
        *setup.OBJECTS,
    ]
    objects += [history_object(entry) for entry in objects if entry.history]
    objects += [feed.feed_view(entry) for entry in objects if entry.feed_enabled]
    return {entry.name: entry for entry in objects}


STANDARD = MappingProxyType(_all_objects())
