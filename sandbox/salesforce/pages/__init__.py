"""The org for people: lists, records, comments, posts and files."""

from .views import Pages

__all__ = ["Pages"]
