"""Saves many rows that differ in each of them.

Django's bulk_update builds a CASE over all rows for every column, which costs more than the rest
of a pull. An upsert by primary key says the same in one plain statement.
"""

from collections.abc import Sequence
from typing import TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)
BATCH = 500


def save_rows(rows: Sequence[M], *fields: str) -> None:
    """Save these fields of rows that are in the database already."""
    if rows:
        type(rows[0])._default_manager.bulk_create(
            rows, BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=fields
        )
