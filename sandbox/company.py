"""A small believable company, in both systems."""

from sandbox.company_jira import fill_site
from sandbox.company_salesforce import fill_org
from sandbox.jira import JiraSite
from sandbox.salesforce import SalesforceOrg


def fill(org: SalesforceOrg, site: JiraSite) -> None:
    """Load the company's records and issues."""
    fill_org(org)
    fill_site(site)
