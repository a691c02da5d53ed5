"""Field paths such as `Account.Owner.Name`: where they lead and what people call them."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from connector.salesforce.describe import Field, SObject

# SOQL follows a child-to-parent path over at most five relationships.
MAX_PARENT_STEPS = 5


class PathError(ValueError):
    """A path that leads nowhere; the message names the step and, where known, the way out."""


# What SOQL offers behind a relation with several kinds of target (Owner, What, Who), whatever
# the record behind it is.
ANY_NAME = SObject(
    name="Name",
    label="Name",
    fields=(
        Field(name="Name", label="Name", type="string", name_field=True),
        *(
            Field(name=name, label=label, type=kind)
            for name, label, kind in (
                ("Id", "ID", "id"),
                ("Type", "Type", "string"),
                ("FirstName", "First Name", "string"),
                ("LastName", "Last Name", "string"),
                ("Email", "Email", "email"),
                ("Phone", "Phone", "phone"),
                ("Title", "Title", "string"),
                ("Alias", "Alias", "string"),
                ("Username", "Username", "string"),
                ("IsActive", "Active", "boolean"),
            )
        ),
    ),
)


@dataclass(frozen=True)
class ResolvedPath:
    """Where a path leads.

    `fields` are the reference fields walked through and, last, the field meant; `objects` are the
    objects they belong to, first the one the path starts from. Both have the same length.
    """

    fields: tuple[Field, ...]
    objects: tuple[SObject, ...]

    @property
    def field(self) -> Field:
        """The field at the end."""
        return self.fields[-1]

    @property
    def parents(self) -> tuple[SObject, ...]:
        """The parent objects on the way; empty for a field of the object itself."""
        return self.objects[1:]

    @property
    def path(self) -> str:
        """The path as Salesforce spells it, for use in SOQL."""
        steps = [field.relationship_name for field in self.fields[:-1]]
        return ".".join([*steps, self.field.name])


def resolve_path(sobject: SObject, path: str, describe: Callable[[str], SObject]) -> ResolvedPath:
    """Follow `path` from `sobject`; `describe` gives the object of a name.

    Upper and lower case don't matter. Raises PathError for a step that doesn't exist (or that
    this user may not see) and for a path over more than five relationships.
    """
    *relations, last = path.split(".")
    if len(relations) > MAX_PARENT_STEPS:
        raise PathError(
            f"{path} goes over {len(relations)} relationships; Salesforce follows at most "
            f"{MAX_PARENT_STEPS}."
        )
    walked: list[Field] = []
    objects = [sobject]
    for relation in relations:
        reference = objects[-1].parent_field(relation)
        if reference is None:
            raise PathError(_no_relation(objects[-1], relation, path))
        walked.append(reference)
        objects.append(
            ANY_NAME if reference.polymorphic else describe("".join(reference.reference_to))
        )
    field = objects[-1].field(last)
    if field is None:
        raise PathError(_no_field(objects[-1], last, path))
    return ResolvedPath((*walked, field), tuple(objects))


def _no_relation(sobject: SObject, relation: str, path: str) -> str:
    field = sobject.field(relation)
    if field is not None and field.relationship_name:
        better = f" Write {field.relationship_name} in place of {field.name}."
    else:
        better = _did_you_mean(relation, [f.relationship_name for f in sobject.fields])
    return f"{path}: {sobject.name} has no parent called {relation}.{better}"


def _no_field(sobject: SObject, name: str, path: str) -> str:
    if sobject is ANY_NAME:
        common = ", ".join(field.name for field in sobject.fields)
        return (
            f"{path}: several kinds of record may stand there, which share no field {name}. "
            f"They have {common}."
        )
    better = _did_you_mean(name, [field.name for field in sobject.fields])
    where = path if path == name else f"{path}: {sobject.name}.{name}"
    return (
        f"{where} doesn't exist on {sobject.label or sobject.name}, or the integration user may "
        f"not see it (field-level security).{better}"
    )


def _did_you_mean(wrong: str, names: list[str]) -> str:
    near = get_close_matches(wrong, [name for name in names if name], n=1)
    return f" Did you mean {near[0]}?" if near else ""


def readable_label(resolved: ResolvedPath) -> str:
    """Return what people call the field: `Account Name` for Account.Name, `Case Number`.

    A field called Name carries its object's label, since "Name" alone says little in a list.
    """
    own = resolved.objects[-1]
    label = resolved.field.label or resolved.field.name
    if len(resolved.fields) == 1:
        return f"{own.label} {label}" if label == "Name" else label
    if resolved.field.name == "Name":
        label = "Name"
    for reference in reversed(resolved.fields[:-1]):
        label = _joined(reference.label.removesuffix(" ID"), label)
    return label


def _joined(relation: str, label: str) -> str:
    """Join two labels without saying a word twice: `Account` + `Account Number`."""
    words, others = relation.split(), label.split()
    if words and others and words[-1] == others[0]:
        others = others[1:]
    return " ".join(words + others)
