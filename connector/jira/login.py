"""Finding out who answers at an address, and as whom we are logged in there."""

from dataclasses import dataclass
from typing import Any

from connector.errors import Answer, ConnectionBroken, Gone, RemoteError
from connector.jira.call import Call
from connector.jira.calls import Calls
from connector.jira.model import Deployment, Site

NAMES = {Deployment.CLOUD: "Jira Cloud", Deployment.DATA_CENTER: "Jira Data Center"}
SERVER_INFO = "/serverInfo"


@dataclass(frozen=True)
class ServerInfo:
    """What a site says of itself to anybody."""

    title: str
    version: str
    version_numbers: tuple[int, ...]
    deployment: Deployment


class Login(Calls):
    _server_info: ServerInfo | None = None

    def connect(self) -> Site:
        """Check address, edition and login, and say where we are.

        ConnectionBroken says what is wrong in words for the admin.
        """
        info = self._server_info = self._ask_server_info()
        if info.deployment is not self.edition.deployment:
            raise self._broken(
                f"{self.transport.roots.host} is {NAMES[info.deployment]}, but this connection is "
                f"set up for {NAMES[self.edition.deployment]}. Choose {NAMES[info.deployment]} "
                "and enter the kind of token that goes with it."
            )
        me = self.transport.check_login()
        roots = self.transport.roots
        cloud = info.deployment is Deployment.CLOUD
        return Site(
            title=info.title,
            base_url=roots.site,
            version=info.version,
            deployment=info.deployment,
            account_id=self._account(me),
            account_name=me.get("displayName") or "",
            time_zone=me.get("timeZone") or "",
            api_root=roots.current,
            cloud_id=(roots.cloud_id or self.transport.find_cloud_id()) if cloud else "",
        )

    def account_id(self) -> str:
        """The account that we are logged in as: accountId on Cloud, user name on Data Center."""
        return self._account(self.transport.check_login())

    def server_info(self) -> ServerInfo:
        """The site's version and edition, asked for once."""
        if self._server_info is None:
            self._server_info = self._ask_server_info()
        return self._server_info

    def _ask_server_info(self) -> ServerInfo:
        found = self._read_server_info()
        if not isinstance(found, dict) or "version" not in found:
            raise self._no_jira()
        cloud = found.get("deploymentType") == "Cloud"
        return ServerInfo(
            title=found.get("serverTitle") or "",
            version=str(found["version"]),
            version_numbers=tuple(found.get("versionNumbers") or ()),
            deployment=Deployment.CLOUD if cloud else Deployment.DATA_CENTER,
        )

    def _read_server_info(self) -> Any:
        """Without login at first: a token of the other edition would be refused, and no more."""
        try:
            return self.transport.required(Call(method="GET", path=SERVER_INFO, anonymous=True))
        except Gone:
            raise self._no_jira() from None
        except RemoteError as error:
            if error.answer.status not in (401, 403):
                raise
            return self.transport.get(SERVER_INFO)

    def _no_jira(self) -> ConnectionBroken:
        return self._broken(
            f"There is no Jira at {self.transport.roots.site}. Enter the address that people see "
            "in their browser when they use Jira; on Data Center it may end in a path such as "
            "/jira."
        )

    def _broken(self, message: str) -> ConnectionBroken:
        return ConnectionBroken(message, Answer(system="Jira", request=f"GET {SERVER_INFO}"))
