"""Reads what a create, an edit or a transition wants to change, as strictly as Jira does."""

from dataclasses import dataclass, field
from json import dumps
from typing import TYPE_CHECKING, Any

from sandbox.jira.entities import Json, Project, Screen, User
from sandbox.jira.errors import NOT_ON_SCREEN, Invalid, JiraError
from sandbox.jira.kinds import Field, Writing

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

# Updated through their own operations; they hold no value of their own.
ASIDE = ("comment", "issuelinks", "worklog")


@dataclass
class Changes:
    """New values by field id (None empties), and comments and links to add."""

    values: dict[str, Any] = field(default_factory=dict)
    added: list[tuple[str, Json]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads request bodies for one screen. `current` are the values before the change."""

    site: "SiteState"
    project: Project
    actor: User
    screen: Screen
    current: dict[str, Any]
    adf: bool = False

    def read(self, body: Json, *, complete: bool = False) -> Changes:
        """Return the changes, or raise a 400 that names every field that is wrong.

        `complete` asks for all required fields, as on creation.
        """
        fields, update = section(body, "fields"), section(body, "update")
        changes = Changes()
        errors: dict[str, str] = {}
        for id in fields.keys() & update.keys():
            errors[id] = f"Field '{id}' cannot appear in both 'fields' and 'update'"
        for id, raw in [*fields.items(), *update.items()]:
            if id in errors:
                continue
            try:
                self._one(changes, id, raw, whole=id in fields)
            except Invalid as refusal:
                errors[id] = str(refusal)
        self._check_required(changes, errors, complete)
        if errors:
            raise JiraError(400, errors=errors)
        return changes

    def _one(self, changes: Changes, id: str, raw: Json, *, whole: bool) -> None:
        if id in ASIDE and not whole:
            changes.added += [(id, operation["add"]) for operation in _operations(raw, ("add",))]
            return
        known = next((known for known in self.screen.fields if known.id == id), None)
        if known is None or (id == "attachment"):
            raise Invalid(NOT_ON_SCREEN.format(id))
        writing = Writing(self.site, self.project, known, self.actor, self.adf)
        changes.values[id] = _parse(writing, raw) if whole else self._updated(writing, known, raw)

    def _updated(self, writing: Writing, known: Field, raw: Json) -> Any:
        value = self.current.get(known.id)
        for operation in _operations(raw, known.kind.operations):
            (verb, part), *_ = operation.items()
            if verb in ("set", "edit"):
                value = _parse(writing, part)
                continue
            parsed = known.kind.parse(writing, [part])
            kept = [entry for entry in value or [] if entry not in parsed]
            value = kept + (parsed if verb == "add" else [])
        return value

    def _check_required(self, changes: Changes, errors: dict[str, str], complete: bool) -> None:
        for id in self.screen.required:
            if id in errors or id in ("issuetype", "project"):
                continue
            if id not in changes.values and (not complete or self.current.get(id)):
                continue
            if changes.values.get(id) in (None, [], {}):
                errors[id] = required_sentence(self.site.fields[id])


def required_sentence(field: Field) -> str:
    """Return what Jira says of a required field without a value."""
    if field.id == "summary":
        return "You must specify a summary of the issue."
    return f"{field.name} is required."


def section(body: Json, name: str) -> dict[str, Json]:
    """Return an object within the body, empty if absent; raise 400 for any other type."""
    found = body.get(name) if isinstance(body, dict) else None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise JiraError(400, f"Cannot deserialize value of '{name}': an object is expected.")
    return found


def _parse(writing: Writing, raw: Json) -> Any:
    if raw is None:
        return None
    return writing.field.kind.parse(writing, raw)


def _operations(raw: Json, allowed: tuple[str, ...]) -> list[dict[str, Json]]:
    if not isinstance(raw, list):
        raise Invalid("data was not an array")
    for operation in raw:
        if not isinstance(operation, dict) or len(operation) != 1:
            raise Invalid("Each operation must be an object with one operation.")
        verb = next(iter(operation))
        if verb not in allowed:
            raise Invalid(f"Field does not support update '{verb}'")
    return raw


def read_properties(body: Json) -> list[tuple[str, Json]]:
    """Return the entity properties of a create or edit body; raise 400."""
    raw = (body.get("properties") if isinstance(body, dict) else None) or []
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise JiraError(400, "Properties must be an array of objects.")
    for one in raw:
        check_property(str(one.get("key") or ""), one.get("value"))
    return [(one["key"], one.get("value")) for one in raw]


def check_property(key: str, value: Json) -> None:
    """Raise 400 for a key over 255 characters or a value over 32,768."""
    if not key or len(key) > 255:
        raise JiraError(400, "The property key has to be between 1 and 255 characters long.")
    if len(dumps(value, ensure_ascii=False, separators=(",", ":"))) > 32_768:
        raise JiraError(400, "The property value cannot be longer than 32768 characters.")
