"""Rich text as HTML, the way `renderedFields` and `renderedBody` show it."""

from sandbox.jira import adf, wiki


def html(text: str) -> str:
    """Return wiki markup as HTML."""
    return adf.to_html(wiki.to_adf(text))
