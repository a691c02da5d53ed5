"""Checks templates of mappings: their syntax, and that `uses` lists every field they read.

Templates are written by admins but run on the server, so they get no tag that could reach a
file, a setting or another template; and none that gives another text each time, for then the
field would be written at every sync. Fields that `uses` doesn't list would be empty: only what is
listed is read from the other system.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Engine, Library, Template, TemplateSyntaxError
from django.template.base import FilterExpression, Lexer, Node, NodeList, TokenType, Variable
from django.template.defaulttags import ForNode, WithNode
from django.template.smartif import TokenBase

from connector.document.names import CHILD_MARK, nearest

TAGS = (
    *("autoescape", "comment", "filter", "firstof", "for", "if", "ifchanged", "spaceless"),
    *("templatetag", "verbatim", "widthratio", "with"),
)
# Each of these gives another text at another time.
UNSTEADY_FILTERS = frozenset(("random", "timesince", "timeuntil"))
ENDS = ("else", "elif", "empty")
# Filters that pick one row of a list.
PICKS = frozenset(("first", "last", "random"))

# A name within a template, and the path it stands for; None where that can't be told.
Scope = Mapping[str, str | None]
CONSTANTS: Scope = {"True": None, "False": None, "None": None}


def _restricted_engine() -> Engine:
    engine = Engine(autoescape=False)
    allowed = Library()
    for library in engine.template_builtins:
        allowed.tags.update((name, tag) for name, tag in library.tags.items() if name in TAGS)
        allowed.filters.update(
            (name, each) for name, each in library.filters.items() if name not in UNSTEADY_FILTERS
        )
    engine.template_builtins = [allowed]
    return engine


ENGINE = _restricted_engine()


def template_mistakes(source: str, uses: Collection[str], root: str) -> list[str]:
    """Return sentences about what is wrong with a template; an empty list when nothing is.

    `root` is what the template calls its source: `record` or `issue`. `uses` names the fields
    that will be there, those of child lists as `OpportunityLineItems[].Name`.
    """
    wrong_tags = _forbidden_tags(source)
    if wrong_tags:
        return wrong_tags
    try:
        nodes = Template(source, engine=ENGINE).nodelist
    except TemplateSyntaxError as error:
        return [f"is no valid template: {error}"]
    except RecursionError:
        return ["is nested too deeply"]
    readings = dict.fromkeys(_Reader({root: "", **CONSTANTS}).readings(nodes))
    mistakes = (_reading_mistake(reading, uses, root) for reading in readings)
    return [mistake for mistake in mistakes if mistake]


def _forbidden_tags(source: str) -> list[str]:
    tokens = Lexer(source).tokenize()
    blocks = (t.contents.split() for t in tokens if t.token_type is TokenType.BLOCK)
    names = dict.fromkeys(words[0] for words in blocks if words)
    return [
        f"the tag {name} can't be used here; a template may use {', '.join(TAGS)}"
        for name in names
        if name.removeprefix("end") not in TAGS and name not in ENDS
    ]


@dataclass(frozen=True)
class _Reading:
    """A variable that the template reads: as written, and the path within the root."""

    written: str
    path: str | None


class _Reader:
    """Finds what a part of a template reads, following loop variables and `with`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def readings(self, part: Any) -> Iterator[_Reading]:
        """Yield every variable read in a node, an expression, or a collection of such."""
        if isinstance(part, ForNode):
            yield from self._loop(part)
        elif isinstance(part, WithNode):
            yield from self.readings(list(part.extra_context.values()))
            bound = {name: self._path(each) for name, each in part.extra_context.items()}
            yield from self._within(bound, part.nodelist)
        elif isinstance(part, FilterExpression):
            yield from self._expression(part)
        elif isinstance(part, list | tuple):
            for each in part:
                yield from self.readings(each)
        elif isinstance(part, Node | TokenBase):
            yield from self._members(part)

    def _members(self, part: Node | TokenBase) -> Iterator[_Reading]:
        bound = getattr(part, "asvar", None)
        if bound:
            self._scope = {**self._scope, bound: None}
        for name, value in vars(part).items():
            if name not in ("parent", "token", "origin"):
                yield from self.readings(value)

    def _loop(self, loop: ForNode) -> Iterator[_Reading]:
        yield from self.readings(loop.sequence)
        rows = self._path(loop.sequence)
        row = None if rows is None or len(loop.loopvars) > 1 else f"{rows}{CHILD_MARK}"
        bound = {**dict.fromkeys(loop.loopvars, row), "forloop": None}
        yield from self._within(bound, loop.nodelist_loop)
        yield from self.readings(loop.nodelist_empty)

    def _within(self, bound: Scope, nodes: NodeList | list[str]) -> Iterator[_Reading]:
        return _Reader({**self._scope, **bound}).readings(nodes)

    def _expression(self, expression: FilterExpression) -> Iterator[_Reading]:
        variables = [expression.var]
        for _, arguments in expression.filters:
            variables += [value for is_variable, value in arguments if is_variable]
        for variable in variables:
            if isinstance(variable, Variable) and variable.lookups:
                first = variable.lookups[0]
                if self._scope.get(first, "") is not None:
                    yield _Reading(str(variable.var), self._variable_path(variable))

    def _path(self, expression: FilterExpression | str) -> str | None:
        if isinstance(expression, str) or not isinstance(expression.var, Variable):
            return None
        if not expression.var.lookups:
            return None
        path = self._variable_path(expression.var)
        picks = any(_name(function) in PICKS for function, _ in expression.filters)
        return f"{path}{CHILD_MARK}" if picks and path else path

    def _variable_path(self, variable: Variable) -> str | None:
        first, *steps = variable.lookups or ("",)
        path = self._scope.get(first)
        if path is None:
            return None
        parts = (CHILD_MARK if step.isdigit() else f".{step}" for step in steps)
        return (path + "".join(parts)).removeprefix(".")


def _name(function: Any) -> str:
    return str(getattr(function, "_filter_name", function.__name__))


def _reading_mistake(reading: _Reading, uses: Collection[str], root: str) -> str:
    path = reading.path
    if path is None:
        return f"reads {reading.written}, but a template knows only `{root}`"
    if not path:
        return f"prints `{root}` as a whole; name a field of it, as in {root}.{_example(uses)}"
    beginnings = tuple(path.lower() + mark for mark in (".", CHILD_MARK))
    if any(use.lower() == path.lower() or use.lower().startswith(beginnings) for use in uses):
        return ""
    return f"reads {reading.written}, but `uses` doesn't list {path}.{nearest(path, list(uses))}"


def _example(uses: Collection[str]) -> str:
    return next((use for use in uses if CHILD_MARK not in use), "Name")
