"""The Salesforce REST API as the connector uses it: plain data in, plain data out.

Every method raises one of `connector.errors` when the call fails. simple-salesforce is used for
SOQL quoting only (see soql.py): it has no time limits, logs in without end on some 401s, drops
headers on the way, and knows neither composite calls nor collections.
"""

from connector.salesforce.answers import (
    ApiUsage,
    Changes,
    Described,
    Organization,
    QueryPage,
    RunningUser,
    SaveError,
    SaveResult,
)
from connector.salesforce.files import Files
from connector.salesforce.org import Org
from connector.salesforce.records import Records

__all__ = [
    "ApiUsage",
    "Changes",
    "Described",
    "Organization",
    "QueryPage",
    "RunningUser",
    "SalesforceClient",
    "SaveError",
    "SaveResult",
]


class SalesforceClient(Org, Records, Files):
    """One org, seen as one integration user. Safe to use from several threads."""
