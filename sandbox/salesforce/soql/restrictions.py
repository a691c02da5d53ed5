"""Which objects can only be queried with certain filters, and by whom."""

from ..access import Actor
from ..faults import Fault, bad_query
from ..schema import SObject
from . import tree

_LINK_KEYS = frozenset({"id", "contentdocumentid", "linkedentityid"})
# Without View All Data, posts and replies are only found by the record or post they belong to.
_FEED_KEYS = {
    "FeedItem": frozenset({"id"}),
    "FeedComment": frozenset({"id", "feeditemid"}),
}
MAX_OFFSET = 2_000


def check(entry: SObject, query: tree.Query, actor: Actor) -> None:
    """Raise Fault when this object may not be queried in this way by this user."""
    if query.offset > MAX_OFFSET:
        message = "Maximum SOQL offset allowed is 2000"
        raise Fault(400, "NUMBER_OUTSIDE_VALID_RANGE", message)
    if entry.name == "ContentDocumentLink":
        _check_link(query, actor)
    keys = _FEED_KEYS.get(entry.name)
    if keys and not actor.views_all and not _filters(query.where, keys):
        names = " or ".join(sorted(keys))
        message = f"Implementation restriction: {entry.name} requires a filter by {names}"
        raise bad_query(message)


def _check_link(query: tree.Query, actor: Actor) -> None:
    if not _filters(query.where, _LINK_KEYS):
        if actor.queries_all_files:
            return
        raise bad_query(
            "Implementation restriction: ContentDocumentLink requires a filter by a single Id on "
            "ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using "
            "the IN operator."
        )
    others = [term for term in _terms(query.where) if not _is_key(term, _LINK_KEYS)]
    if others and not any(_is_one_record(term) for term in _terms(query.where)):
        raise bad_query(
            "Implementation restriction: filtering on non-id fields is only permitted when "
            "filtering by ContentDocumentLink.LinkedEntityId using the equals operator."
        )


def _terms(condition: tree.Condition | None) -> tuple[tree.Condition, ...]:
    if condition is None:
        return ()
    return condition.terms if isinstance(condition, tree.All) else (condition,)


def _filters(condition: tree.Condition | None, keys: frozenset[str]) -> bool:
    return any(_is_key(term, keys) for term in _terms(condition))


def _is_key(term: tree.Condition, keys: frozenset[str]) -> bool:
    if isinstance(term, tree.In | tree.InQuery):
        return not term.negated and _own_name(term.path) in keys
    return isinstance(term, tree.Compare) and term.operator == "=" and _own_name(term.path) in keys


def _is_one_record(term: tree.Condition) -> bool:
    if not isinstance(term, tree.Compare) or term.operator != "=":
        return False
    return _own_name(term.path) == "linkedentityid"


def _own_name(path: tree.Path) -> str:
    return path.name.lower() if len(path.steps) == 1 else ""
