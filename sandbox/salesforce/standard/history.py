"""The rows that field history tracking writes for an object."""

from ..schema import Field, SObject
from .fields import lookup, read_only, text


def history_object(parent: SObject) -> SObject:
    """The history object of `parent`, such as CaseHistory. Rows are written by the org only."""
    relation = parent.history_parent
    fields = [
        read_only(Field("Id", "id", length=18, nillable=False)),
        read_only(Field("IsDeleted", "boolean", nillable=False)),
        read_only(lookup(relation, parent.name, children="Histories", on_delete="cascade")),
        read_only(lookup("CreatedById", "User")),
        read_only(Field("CreatedDate", "datetime", groupable=False)),
        read_only(text("Field", 255)),
        read_only(Field("OldValue", "anyType", filterable=False, sortable=False)),
        read_only(Field("NewValue", "anyType", filterable=False, sortable=False)),
    ]
    return SObject(
        parent.history,
        f"{parent.label} History",
        f"{parent.label} History",
        "017",
        {entry.name: entry for entry in fields},
        createable=False,
        updateable=False,
        deletable=False,
        layoutable=False,
        searchable=False,
        replicateable=False,
    )
