"""Renders the templates of mappings: Django's language, with no way out of the values it is given.

Which tags and filters there are is decided where templates are checked, in
connector.document.templates. What a value prints into wiki markup is escaped, so that it reads in
Jira as it does in Salesforce and can't break a table row; `{{ …|safe }}` prints markup as it is.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.template import Context, Template
from django.template.base import (
    FilterExpression,
    Lexer,
    Node,
    NodeList,
    Parser,
    Token,
    VariableNode,
)
from django.utils.safestring import SafeData

from connector.document.templates import ENGINE
from connector.jira.markup import Html, Wiki, clean, escape, html_to_wiki
from syncjobs.values import as_text


def render(
    source: str, side: str, values: Mapping[str, Any], *, wiki: bool | None = None
) -> Wiki | str:
    """The text of a template that reads `values` under the name `side` (`record` or `issue`).

    `values` may be nested for parents and hold lists of rows for child lists; only what is in
    there can be seen, and whatever is missing prints nothing. `wiki` says whether the text is for a
    field in Jira's wiki markup, which is the default for `record`. A text of white space only
    comes as an empty one.
    """
    in_wiki = side == "record" if wiki is None else wiki
    context = Context({side: _wrapped(values)}, autoescape=False)
    text = str(_compiled(source, in_wiki).render(context))
    if not text.strip():
        text = ""
    return Wiki(text) if in_wiki else clean(text)


@lru_cache(maxsize=256)
def _compiled(source: str, wiki: bool) -> Template:
    return _WikiTemplate(source, engine=ENGINE) if wiki else _PlainTemplate(source, engine=ENGINE)


class _Values(Mapping[str, Any]):
    """Named values for a template. What isn't there is an empty text, never an attribute, so that a
    field called `items` or `keys` is a field; names count as Salesforce counts them, without case.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {name.lower(): _wrapped(value) for name, value in values.items()}

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name.lower(), "")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __str__(self) -> str:
        return ""  # a parent as a whole has no text


def _wrapped(value: Any) -> Any:
    """A value as templates see it: nothing is an empty text, so that `{% if %}` works."""
    if isinstance(value, Mapping):
        return _Values(value)
    if isinstance(value, list | tuple):
        return tuple(_wrapped(each) for each in value)
    if isinstance(value, float):
        return Decimal(str(value))
    return "" if value is None else value


def _printed(value: Any) -> str:
    """A value as plain text."""
    if isinstance(value, tuple | list):
        return "; ".join(_printed(each) for each in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str | bool | Decimal | datetime | date) or value is None:
        return as_text(value)
    return str(value)


class _PlainValue(VariableNode):
    """Prints a value as plain text."""

    def render(self, context: Context) -> str:
        value = self.filter_expression.resolve(context)
        return str(value) if isinstance(value, SafeData) else _printed(value)


class _WikiValue(VariableNode):
    """Prints a value so that wiki markup shows it literally."""

    in_row = False

    def render(self, context: Context) -> str:
        value = self.filter_expression.resolve(context)
        if isinstance(value, SafeData):
            return str(value)
        if isinstance(value, Html | Wiki) and not self.in_row:
            return html_to_wiki(value) if isinstance(value, Html) else str(value)
        text = clean(_printed(value))
        if self.in_row:
            text = text.strip()
        return escape(text, embedded=True, cell=self.in_row)


class _RowValue(_WikiValue):
    """The same within a table row, which a bar or a line end would break."""

    in_row = True


class _PlainParser(Parser):
    """Django's parser, but values print themselves as _PlainValue."""

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        if type(node) is VariableNode:
            node = self.value_node(node.filter_expression, token)
        super().extend_nodelist(nodelist, node, token)

    def value_node(self, expression: FilterExpression, token: Token) -> Node:
        return _PlainValue(expression)


class _WikiParser(_PlainParser):
    """The same for wiki markup; a value is in a table row where its line begins with a bar."""

    rows: frozenset[int] = frozenset()

    def value_node(self, expression: FilterExpression, token: Token) -> Node:
        return _RowValue(expression) if token.lineno in self.rows else _WikiValue(expression)


class _PlainTemplate(Template):
    def compile_nodelist(self) -> NodeList:
        """Parse the source; TemplateSyntaxError where it isn't valid."""
        return self.parser().parse()

    def parser(self) -> Parser:
        tokens = Lexer(str(self.source)).tokenize()
        return _PlainParser(tokens, {}, self.engine.template_builtins, self.origin)


class _WikiTemplate(_PlainTemplate):
    def parser(self) -> Parser:
        tokens = Lexer(str(self.source)).tokenize()
        parser = _WikiParser(tokens, {}, self.engine.template_builtins, self.origin)
        parser.rows = _row_lines(str(self.source))
        return parser


def _row_lines(source: str) -> frozenset[int]:
    """The numbers of the lines that are table rows once their tags are taken out."""
    lines = source.split("\n")
    return frozenset(
        number
        for number, line in enumerate(lines, 1)
        if any(text.lstrip().startswith("|") for text in _without_tags(line))
    )


def _without_tags(line: str) -> Iterator[str]:
    """The text at the beginning of a line and behind each tag that leads it."""
    rest = line
    yield rest
    while rest.lstrip().startswith("{%") and "%}" in rest:
        rest = rest.partition("%}")[2]
        yield rest
