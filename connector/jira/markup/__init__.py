"""Texts between the two systems: plain and rich text (HTML) in Salesforce, wiki markup in Jira.

REST v2 takes and gives wiki markup on both of Jira's editions. What it can't express was flattened
when Jira returned it, so nobody should write a text back that didn't change on the other side.
"""

from connector.jira.markup.cut import cut, split, utf8_bytes
from connector.jira.markup.document import Html, Wiki
from connector.jira.markup.escape import clean, escape
from connector.jira.markup.inline import Names
from connector.jira.markup.read_html import read_html
from connector.jira.markup.read_wiki import read_wiki
from connector.jira.markup.write_html import write_html
from connector.jira.markup.write_plain import write_plain
from connector.jira.markup.write_wiki import write_wiki

__all__ = [
    "Html",
    "Wiki",
    "clean",
    "cut",
    "escape",
    "html_to_plain",
    "html_to_wiki",
    "plain_to_html",
    "plain_to_wiki",
    "split",
    "utf8_bytes",
    "wiki_to_html",
    "wiki_to_plain",
]


def plain_to_wiki(text: str) -> Wiki:
    """Wiki markup that shows `text` literally. `wiki_to_plain` gives exactly `text` back, but for
    control characters, and \\n as line ends."""
    return Wiki(escape(clean(text)))


def html_to_wiki(html: str) -> Wiki:
    """Wiki markup for rich text. Tags without a counterpart give their text."""
    return write_wiki(read_html(html))


def html_to_plain(html: str) -> str:
    """Rich text as plain text."""
    return write_plain(read_html(html))


def wiki_to_plain(wiki: str, names: Names | None = None) -> str:
    """Wiki markup as plain text. `names` gives people's names by the id in a mention."""
    return write_plain(read_wiki(wiki, names))


def wiki_to_html(wiki: str, names: Names | None = None) -> Html:
    """Wiki markup as rich text with the few tags that Salesforce's feeds allow."""
    return write_html(read_wiki(wiki, names))


def plain_to_html(text: str) -> Html:
    """Plain text as rich text that shows it literally."""
    from_text = read_wiki(escape(clean(text)))
    return write_html(from_text)
