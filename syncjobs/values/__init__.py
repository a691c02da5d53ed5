"""Values between the two systems: read into canonical ones, compared, translated, written.

All of it is pure. What a conversion depends on besides the value stands in a WriteContext.

Rules that people meet: a date has no time zone and never passes through one; a checkbox is `Yes`
or `No` among options and `true` or `false` in texts; the parts of a cascading option are written
`Parent > Child`; spaces in labels become `_`; an amount in a text has its currency's ISO code
behind it.
"""

from connector.document.model import Direction
from syncjobs.values.canonical import CASCADE, Canonical, Inconvertible, WriteContext, as_text
from syncjobs.values.compatible import compatible
from syncjobs.values.fingerprint import fingerprint
from syncjobs.values.kinds import Kind, jira_can_write, jira_kind, salesforce_kind
from syncjobs.values.read import read_jira, read_salesforce, show_jira
from syncjobs.values.tables import Missing, Pairs, apply_table
from syncjobs.values.write_jira import JiraValue, write_jira
from syncjobs.values.write_salesforce import SalesforceValue, write_salesforce

__all__ = [
    "CASCADE",
    "Canonical",
    "Direction",
    "Inconvertible",
    "JiraValue",
    "Kind",
    "Missing",
    "Pairs",
    "SalesforceValue",
    "WriteContext",
    "apply_table",
    "as_text",
    "compatible",
    "fingerprint",
    "jira_can_write",
    "jira_kind",
    "read_jira",
    "read_salesforce",
    "salesforce_kind",
    "show_jira",
    "write_jira",
    "write_salesforce",
]
