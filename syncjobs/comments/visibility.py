"""Who may read a copy. Pure.

Customers may read what is published on a case, public in Jira Service Management, or open to all
users of an Experience Cloud site. What was marked internal never becomes public.
"""

from enum import StrEnum

from connector.document.model import Visibility


class Audience(StrEnum):
    """Who may read a comment where it was written.

    `UNMARKED` is a comment of a Jira project that has no customers: nobody had to decide.
    """

    PUBLIC = "public"
    INTERNAL = "internal"
    UNMARKED = "unmarked"


def arrives_public(setting: Visibility, audience: Audience) -> bool:
    """Say whether customers may read the copy of a comment."""
    if setting is Visibility.INTERNAL:
        return False
    if audience is Audience.UNMARKED:
        return setting is Visibility.PUBLIC
    return audience is Audience.PUBLIC


def audience_in_jira(
    *, service_desk: bool, restricted: bool, public: bool | None, marked: bool | None
) -> Audience:
    """Who may read a comment in Jira.

    `restricted`: a role or group is named as its readers. `public` is `jsdPublic`, None where the
    answer lacks it. `marked` is whether the property that makes it internal is set, None where
    properties weren't read. In doubt it is internal.
    """
    if restricted or marked or (service_desk and public is False):
        return Audience.INTERNAL
    if not service_desk:
        return Audience.UNMARKED
    return Audience.PUBLIC if public or marked is False else Audience.INTERNAL
