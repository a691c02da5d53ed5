"""Remembers which field writes were begun, so that what landed unanswered is known as ours.

A worker may die, or an answer get lost, after a value was written and before the new agreement is
remembered. Read back later, our own value would look like somebody's edit, and an edit that was
made meanwhile on the other side would lose against it. So the digests that a write leads to are
stored before it, and hold as soon as its target is seen to have its value.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from linking.models import Link
from linking.saving import save_rows
from syncjobs.pairs import Pair
from syncjobs.plan import FieldWrite, Given
from syncjobs.records import read_issue_side, read_mapping
from syncjobs.resolve import ResolvedMapping

# Before the key of a mapping: a write to this side was begun.
TO_SALESFORCE, TO_JIRA = "<", ">"


def remember_begun(pairs: Sequence[Pair]) -> None:
    """Store what the pairs' writes lead to, before any of them is sent."""
    writing = [pair for pair in pairs if not pair.plan.is_empty]
    for pair in writing:
        begun = _digests(TO_SALESFORCE, pair.plan.to_salesforce)
        begun |= _digests(TO_JIRA, pair.plan.to_jira)
        pair.link.digests = {**without_begun(pair.link), **begun}
    save_rows([pair.link for pair in writing], "digests")


def without_begun(link: Link) -> dict[str, Any]:
    """Return a link's digests without those of writes that were begun."""
    return {k: v for k, v in link.digests.items() if not k.startswith((TO_SALESFORCE, TO_JIRA))}


def landed(given: Given, pair: Pair) -> dict[str, Any]:
    """Return the digests of a pair's last agreement, with the begun writes that have landed."""
    known = without_begun(pair.link)
    if len(known) == len(pair.link.digests):
        return known
    for mapping in given.item.mappings:
        if found := _landed(given, mapping, pair, pair.link.digests):
            known[mapping.key] = found
    return known


def _landed(
    given: Given, mapping: ResolvedMapping, pair: Pair, digests: Mapping[str, Any]
) -> Any | None:
    to_jira = digests.get(TO_JIRA + mapping.key)
    if to_jira:
        value = read_issue_side(mapping, mapping.jira, pair.issue)
        return to_jira if given.digester.is_same(value, to_jira, 1) else None
    to_salesforce = digests.get(TO_SALESFORCE + mapping.key)
    if to_salesforce and mapping.reads_record:
        value = read_mapping(mapping, pair.record)
        return to_salesforce if given.digester.is_same(value, to_salesforce, 0) else None
    return None


def _digests(side: str, writes: Sequence[FieldWrite]) -> dict[str, Any]:
    return {side + write.key: list(write.digests) for write in writes}
