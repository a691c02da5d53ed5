"""Describes objects and fields as the REST API does."""

import base64
import re
from typing import TYPE_CHECKING, Any

from .access import Actor
from .schema import MASTER_RECORD_TYPE, Field, PicklistValue, SObject

if TYPE_CHECKING:
    from .org import SalesforceOrg

_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "base64": "xsd:base64Binary",
    "address": "urn:address",
    "anyType": "xsd:anyType",
}


def describe_all(org: "SalesforceOrg", actor: Actor, version: str) -> dict[str, Any]:
    """The global describe: every object with what may be done with it."""
    entries = [entry for entry in org.schema.objects.values() if actor.sees_object(entry)]
    sobjects = [_summary(entry, actor, version) for entry in sorted(entries, key=lambda e: e.name)]
    return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": sobjects}


def describe(org: "SalesforceOrg", entry: SObject, actor: Actor, version: str) -> dict[str, Any]:
    """Everything about one object that this user may see."""
    columns = [c for c in entry.fields.values() if actor.sees_field(entry, c)]
    children = [
        {
            "childSObject": child.name,
            "field": column.name,
            "relationshipName": column.children,
            "cascadeDelete": column.on_delete == "cascade",
            "restrictedDelete": column.on_delete == "restrict",
            "deprecatedAndHidden": False,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
        }
        for child, column in org.schema.children(entry.name)
        if actor.sees_object(child)
    ]
    return {
        **_summary(entry, actor, version),
        "actionOverrides": [],
        "childRelationships": children,
        "compactLayoutable": entry.layoutable,
        "fields": [describe_field(entry, column, actor) for column in columns],
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": _record_types(entry),
        "searchLayoutable": entry.searchable,
        "supportedScopes": [{"label": f"All {entry.plural}", "name": "everything"}],
    }


def _summary(entry: SObject, actor: Actor, version: str) -> dict[str, Any]:
    root = f"/services/data/v{version}/sobjects/{entry.name}"
    writes = actor.may_change(entry)
    return {
        "activateable": False,
        "createable": entry.createable and writes,
        "custom": entry.custom,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": entry.deletable and writes,
        "deprecatedAndHidden": False,
        "feedEnabled": entry.feed_enabled,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": entry.prefix or None,
        "label": entry.label,
        "labelPlural": entry.plural,
        "layoutable": entry.layoutable,
        "mergeable": entry.name in ("Account", "Contact", "Lead", "Case"),
        "mruEnabled": entry.layoutable,
        "name": entry.name,
        "queryable": entry.queryable,
        "replicateable": entry.replicateable,
        "retrieveable": True,
        "searchable": entry.searchable,
        "triggerable": entry.layoutable,
        "undeletable": entry.soft_delete,
        "updateable": entry.updateable and writes,
        "urls": {
            "sobject": root,
            "describe": f"{root}/describe",
            "rowTemplate": f"{root}/{{ID}}",
        },
    }


def describe_field(entry: SObject, column: Field, actor: Actor) -> dict[str, Any]:
    """All properties of one field."""
    writes = actor.may_write(entry, column)
    return {
        **_limits(column),
        **_relations(column),
        **_choices(entry, column),
        "aggregatable": column.filterable and column.type not in ("base64", "address"),
        "aiPredictionField": False,
        "autoNumber": bool(column.auto_number),
        "calculated": column.formula is not None,
        "calculatedFormula": None,
        "caseSensitive": False,
        "compoundFieldName": column.compound or None,
        "createable": column.createable and writes,
        "custom": column.custom,
        "defaultValue": column.default if column.type != "boolean" else bool(column.default),
        "defaultedOnCreate": column.has_default,
        "deprecatedAndHidden": False,
        "encrypted": False,
        "externalId": column.external_id,
        "extraTypeInfo": column.extra_type or None,
        "filterable": column.filterable,
        "formulaTreatNullNumberAsZero": False,
        "groupable": column.groupable,
        "htmlFormatted": column.html,
        "idLookup": column.id_lookup,
        "inlineHelpText": None,
        "label": column.label or label_of(column.name),
        "mask": None,
        "name": column.name,
        "nameField": column.name_field,
        "nillable": column.nillable,
        "permissionable": column.nillable and (column.custom or column.createable),
        "queryByDistance": False,
        "soapType": _SOAP_TYPES.get(column.type, "xsd:string"),
        "sortable": column.sortable,
        "type": column.type,
        "unique": column.unique,
        "updateable": column.updateable and writes,
        "writeRequiresMasterRead": False,
    }


def _limits(column: Field) -> dict[str, Any]:
    return {
        "byteLength": column.bytes_limit or column.length * 3 or 0,
        "digits": column.precision if column.type == "int" else 0,
        "length": column.length,
        "precision": 0 if column.type == "int" else column.precision,
        "scale": column.scale,
    }


def _relations(column: Field) -> dict[str, Any]:
    return {
        "cascadeDelete": column.on_delete == "cascade",
        "namePointing": len(column.reference_to) > 1,
        "polymorphicForeignKey": len(column.reference_to) > 1,
        "referenceTargetField": None,
        "referenceTo": list(column.reference_to),
        "relationshipName": column.relationship or None,
        "relationshipOrder": None,
        "restrictedDelete": column.on_delete == "restrict",
    }


def _choices(entry: SObject, column: Field) -> dict[str, Any]:
    return {
        "controllerName": column.controller or None,
        "dependentPicklist": bool(column.controller),
        "picklistValues": [picklist_value(entry, column, choice) for choice in column.values],
        "restrictedPicklist": column.restricted,
    }


def picklist_value(entry: SObject, column: Field, choice: PicklistValue) -> dict[str, Any]:
    return {
        "active": choice.active,
        "defaultValue": choice.default,
        "label": choice.shown,
        "validFor": _valid_for(entry, column, choice),
        "value": choice.value,
    }


def _valid_for(entry: SObject, column: Field, choice: PicklistValue) -> str | None:
    """A bitmap over the controlling field's values, most significant bit first, in base64."""
    if not column.controller or not choice.valid_for:
        return None
    controlling = [value.value for value in entry.fields[column.controller].values]
    bits = bytearray((len(controlling) + 7) // 8)
    for place, value in enumerate(controlling):
        if value in choice.valid_for:
            bits[place // 8] |= 0x80 >> place % 8
    return base64.b64encode(bytes(bits)).decode()


def _record_types(entry: SObject) -> list[dict[str, Any]]:
    own_default = any(kind.default for kind in entry.record_types)
    master = _record_type(MASTER_RECORD_TYPE, "Master", "Master", True, not own_default)
    return [
        *(
            _record_type(k.id, k.name, k.developer_name, False, k.default)
            for k in entry.record_types
        ),
        master,
    ]


def _record_type(
    type_id: str, name: str, developer_name: str, master: bool, default: bool
) -> dict[str, Any]:
    return {
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": default,
        "developerName": developer_name,
        "master": master,
        "name": name,
        "recordTypeId": type_id,
        "urls": {},
    }


def label_of(name: str) -> str:
    """Words made of a field's name: AccountId is Account ID, Due_Date__c is Due Date."""
    bare = name.removesuffix("__c").replace("_", " ")
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare)
    return re.sub(r"\bId$", "ID", spaced)
