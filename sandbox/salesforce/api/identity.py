"""Who holds the token: the identity URL and userinfo."""

from .call import Answer, Call


def identity(call: Call) -> Answer:
    org = call.org
    user = org.row(call.actor.user_id) or {}
    root = f"{org.base_url}/services/data/v{{version}}/"
    return Answer(
        200,
        {
            "id": org.sessions.identity_url(call.actor.user_id),
            "user_id": call.actor.user_id,
            "organization_id": org.org_id,
            "username": user.get("Username"),
            "preferred_username": user.get("Username"),
            "display_name": user.get("Name"),
            "name": user.get("Name"),
            "email": user.get("Email"),
            "active": user.get("IsActive"),
            "user_type": "STANDARD",
            "language": user.get("LanguageLocaleKey"),
            "locale": user.get("LocaleSidKey"),
            "timezone": user.get("TimeZoneSidKey"),
            "zoneinfo": user.get("TimeZoneSidKey"),
            "urls": {"rest": root, "sobjects": f"{root}sobjects/", "query": f"{root}query/"},
        },
    )
