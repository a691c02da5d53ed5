"""Lists that Jira gives out in pages counted by `startAt`."""

from collections.abc import Iterator, Sequence
from typing import Any

from connector.jira.model import Json
from connector.jira.transport import Transport


def listed(
    transport: Transport,
    path: str,
    names: Sequence[str],
    params: dict[str, Any] | None = None,
    size: int = 100,
) -> Iterator[Json]:
    """Every entry of the list at `path`, on however many pages.

    `names` are the names that the list goes by: they differ by edition. A page may be shorter
    than `size`, because the site caps it, so only Jira's own word ends the list.
    """
    start = 0
    while True:
        asked = {**(params or {}), "startAt": start, "maxResults": size}
        page = transport.get(path, asked)
        entries: list[Json] = next((page[name] for name in names if name in page), [])
        yield from entries
        start += len(entries)
        if not entries or _is_last(page, start):
            return


def _is_last(page: Json, read: int) -> bool:
    if "total" in page:
        return read >= int(page["total"])
    return bool(page.get("isLast", True))
