"""How things look to one caller: the address it used, its API version and its time zone."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sandbox.jira import times, wiki
from sandbox.jira.entities import Json, Status, User


@dataclass(frozen=True, slots=True)
class View:
    """`root` is what `self` links begin with; `version` is "2" or "3" (texts as ADF).

    `home` is the site's own address, which those of files begin with even on the gateway.
    """

    root: str
    version: str
    cloud: bool
    zone: tzinfo
    home: str

    def link(self, path: str) -> str:
        return f"{self.root}/rest/api/{self.version}/{path}"

    def time(self, moment: datetime | None) -> str | None:
        return times.iso(moment, self.zone) if moment else None

    def text(self, text: str | None) -> Any:
        """Return a rich text: wiki markup on v2, ADF on v3."""
        if text is None or self.version != "3":
            return text
        return wiki.to_adf(text)

    def user(self, user: User | None) -> Json:
        """Return a person; Cloud leaves out a mail address that is not public."""
        if user is None:
            return None
        shown: dict[str, Json] = {"displayName": user.display_name, "active": user.active}
        if not self.cloud:
            return shown | {
                "self": f"{self.root}/rest/api/2/user?username={user.name}",
                "name": user.name,
                "key": user.key,
                "emailAddress": user.email,
                "avatarUrls": {"48x48": f"{self.root}/secure/useravatar?avatarId=10122"},
                "timeZone": user.time_zone,
            }
        if user.email_visible:
            shown["emailAddress"] = user.email
        return shown | {
            "self": self.link(f"user?accountId={user.account_id}"),
            "accountId": user.account_id,
            "accountType": user.account_type,
            "avatarUrls": {"48x48": f"{self.root}/avatar/{user.account_id}/48"},
            "timeZone": user.time_zone,
        }

    def status(self, status: Status) -> Json:
        category = status.category
        return {
            "self": self.link(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.root}/images/icons/statuses/generic.png",
            "name": status.name,
            "id": status.id,
            "statusCategory": {
                "self": self.link(f"statuscategory/{category.id}"),
                "id": category.id,
                "key": category.key,
                "colorName": category.color,
                "name": category.name,
            },
        }
