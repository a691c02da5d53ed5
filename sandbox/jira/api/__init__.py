"""Jira's REST API: one module per resource; each registers its routes."""

from importlib import import_module

RESOURCES = (
    "system",
    "projects",
    "issues",
    "search",
    "comments",
    "properties",
    "users",
    "attachments",
    "links",
    "webhooks",
)


def load() -> None:
    """Make every resource register its routes."""
    for name in RESOURCES:
        import_module(f"{__name__}.{name}")
