"""Short ways to write down fields as the standard objects have them."""

from dataclasses import replace
from typing import Any

from ..schema import Field, PicklistValue, SObject

LONG_TEXT_LENGTH = 32_768


def text(name: str, length: int = 255, **more: Any) -> Field:
    return Field(name, "string", length=length, **more)


def long_text(name: str, length: int = LONG_TEXT_LENGTH, **more: Any) -> Field:
    return Field(
        name,
        "textarea",
        length=length,
        filterable=False,
        sortable=False,
        groupable=False,
        extra_type="plaintextarea",
        **more,
    )


def rich_text(name: str, length: int = LONG_TEXT_LENGTH, **more: Any) -> Field:
    return replace(long_text(name, length, **more), html=True, extra_type="richtextarea")


def email(name: str, **more: Any) -> Field:
    return Field(name, "email", length=80, **more)


def phone(name: str, **more: Any) -> Field:
    return Field(name, "phone", length=40, **more)


def url(name: str, **more: Any) -> Field:
    return Field(name, "url", length=255, **more)


def checkbox(name: str, **more: Any) -> Field:
    return Field(name, "boolean", nillable=False, **more)


def number(name: str, precision: int = 18, scale: int = 0, **more: Any) -> Field:
    return Field(name, "double", precision=precision, scale=scale, groupable=False, **more)


def whole(name: str, **more: Any) -> Field:
    return Field(name, "int", precision=9, **more)


def currency(name: str, **more: Any) -> Field:
    return Field(name, "currency", precision=18, scale=2, groupable=False, **more)


def percent(name: str, scale: int = 0, **more: Any) -> Field:
    return Field(name, "percent", precision=3 + scale, scale=scale, groupable=False, **more)


def day(name: str, **more: Any) -> Field:
    return Field(name, "date", **more)


def moment(name: str, **more: Any) -> Field:
    return Field(name, "datetime", groupable=False, **more)


def picklist(name: str, *values: str, default: str = "", **more: Any) -> Field:
    """A picklist of these values; the one called `default` is preselected."""
    choices = tuple(PicklistValue(value, default=value == default) for value in values)
    return Field(name, "picklist", length=255, values=choices, defaulted=bool(default), **more)


def multipicklist(name: str, *values: str, **more: Any) -> Field:
    choices = tuple(PicklistValue(value) for value in values)
    return Field(
        name, "multipicklist", length=4099, values=choices, sortable=False, groupable=False, **more
    )


def lookup(name: str, *targets: str, children: str = "", **more: Any) -> Field:
    """A reference; its relationship is the name without Id, or with __r for a custom field."""
    bare = name.removesuffix("Id") if name.endswith("Id") else ""
    relationship = f"{name.removesuffix('__c')}__r" if name.endswith("__c") else bare
    return Field(
        name,
        "reference",
        length=18,
        reference_to=targets,
        relationship=more.pop("relationship", relationship),
        children=children,
        **more,
    )


def auto_number(name: str, pattern: str, **more: Any) -> Field:
    return Field(
        name,
        "string",
        length=30,
        createable=False,
        updateable=False,
        nillable=False,
        defaulted=True,
        auto_number=pattern,
        id_lookup=more.pop("id_lookup", True),
        **more,
    )


def read_only(entry: Field) -> Field:
    return replace(entry, createable=False, updateable=False)


def create_only(entry: Field) -> Field:
    return replace(entry, updateable=False)


def required(entry: Field) -> Field:
    return replace(entry, nillable=False)


def address(prefix: str) -> list[Field]:
    """The compound address field and the parts that can be written."""
    compound = f"{prefix}Address"
    parts = [
        Field(
            f"{prefix}Street", "textarea", length=255, compound=compound, extra_type="plaintextarea"
        ),
        text(f"{prefix}City", 40, compound=compound),
        text(f"{prefix}State", 80, compound=compound),
        text(f"{prefix}PostalCode", 20, compound=compound),
        text(f"{prefix}Country", 80, compound=compound),
        number(f"{prefix}Latitude", 18, 15, compound=compound),
        number(f"{prefix}Longitude", 18, 15, compound=compound),
    ]
    whole_field = Field(compound, "address", filterable=False, sortable=False, groupable=False)
    return [*parts, read_only(whole_field)]


def system_fields(soft_delete: bool = True) -> list[Field]:
    """Id, who and when: what every object has. History and setup objects have fewer."""
    fields = [
        read_only(Field("Id", "id", length=18, nillable=False, defaulted=True, id_lookup=True)),
        read_only(required(moment("CreatedDate", defaulted=True))),
        read_only(required(lookup("CreatedById", "User", defaulted=True))),
        read_only(required(moment("LastModifiedDate", defaulted=True))),
        read_only(required(lookup("LastModifiedById", "User", defaulted=True))),
        read_only(required(moment("SystemModstamp", defaulted=True))),
    ]
    if soft_delete:
        fields.insert(1, read_only(checkbox("IsDeleted")))
    return fields


def owner(*targets: str) -> Field:
    return required(lookup("OwnerId", *(targets or ("User",)), defaulted=True))


def sobject(
    name: str, prefix: str, fields: list[Field], label: str = "", plural: str = "", **more: Any
) -> SObject:
    """An object with the system fields and these."""
    label = label or name
    every = [*system_fields(more.get("soft_delete", True)), *fields]
    return SObject(
        name,
        label,
        plural or f"{label}s",
        prefix,
        {entry.name: entry for entry in every},
        **more,
    )
