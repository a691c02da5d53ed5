"""Where the calls for one site go: to the site itself, or to Atlassian's gateway.

Scoped tokens and those of service accounts are accepted by the gateway alone, classic ones by
the site: https://support.atlassian.com/user-management/docs/manage-api-tokens-for-service-accounts/
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from connector.jira.model import Deployment

GATEWAY_PATH = "/ex/jira/"


class Roots:
    """The address that calls go to now, and the other one that might work instead.

    `remembered` is the one that worked the last time. It is believed only if it belongs to this
    site or to the gateway, because credentials are sent to it.
    """

    def __init__(
        self, base_url: str, deployment: Deployment, gateway_url: str, remembered: str = ""
    ) -> None:
        self.site = _site_root(base_url, deployment)
        self._gateway = gateway_url.rstrip("/") + GATEWAY_PATH
        self._on_cloud = deployment is Deployment.CLOUD
        known = remembered == self.site or self._leads_to_gateway(remembered)
        self.current = remembered if known else self.site

    @property
    def host(self) -> str:
        """The site's host, for people."""
        return self.site.partition("//")[2].partition("/")[0]

    @property
    def cloud_id(self) -> str:
        """The site's id, as far as the present address tells it."""
        at_gateway = self._leads_to_gateway(self.current)
        return self.current.removeprefix(self._gateway) if at_gateway else ""

    def other(self, find_cloud_id: Callable[[], str]) -> str:
        """The address that might work where the present one doesn't; the same if there is none."""
        if not self._on_cloud:
            return self.current
        if self.current != self.site:
            return self.site
        cloud_id = find_cloud_id()
        return self._gateway + cloud_id if cloud_id else self.current

    def _leads_to_gateway(self, root: str) -> bool:
        cloud_id = root.removeprefix(self._gateway)
        return self._on_cloud and cloud_id != root and cloud_id.replace("-", "").isalnum()


def _site_root(base_url: str, deployment: Deployment) -> str:
    """The typed address without what people copy along; only Data Center has a context path."""
    typed = base_url.strip().rstrip("/")
    try:
        parts = urlsplit(typed)
    except ValueError:
        # HostPolicy refuses it with a sentence.
        return typed
    if deployment is Deployment.CLOUD and parts.netloc:
        return f"{parts.scheme}://{parts.netloc}"
    return typed
