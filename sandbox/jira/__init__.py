"""A Jira site in memory, of either edition, that answers the REST API as the real one does."""

from sandbox.jira.app import JiraApp
from sandbox.jira.site import JiraSite

__all__ = ["JiraApp", "JiraSite"]
