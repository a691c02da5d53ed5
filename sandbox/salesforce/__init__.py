"""A Salesforce org to try the connector on, and to test it with."""

from .app import SalesforceApp
from .org import SalesforceOrg
from .schema import Field, PicklistValue, RecordType, SObject

__all__ = ["Field", "PicklistValue", "RecordType", "SObject", "SalesforceApp", "SalesforceOrg"]
