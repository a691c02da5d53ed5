"""People: search by mail, who may be assigned, who an id is."""

from sandbox.jira.api.routing import Answer, Call, route
from sandbox.jira.entities import User
from sandbox.jira.errors import JiraError


def _matching(call: Call, query: str) -> list[User]:
    """Return whom a search finds: by the beginning of name or mail; hidden mails only in full."""
    query = query.lower()
    return [user for user in call.site.users if _fits(user, query, cloud=call.site.cloud)]


def _fits(user: User, query: str, *, cloud: bool) -> bool:
    names = [user.display_name.lower(), *user.display_name.lower().split()]
    if not cloud:
        names.append(user.name.lower())
    mail = user.email.lower()
    if any(name.startswith(query) for name in names) or mail == query:
        return True
    return mail.startswith(query) and (user.email_visible or not cloud)


def _query(call: Call) -> str:
    """Return the search text under the edition's own parameter; raise 400."""
    name = "query" if call.site.cloud else "username"
    if call.site.cloud and ("username" in call.request.args or "key" in call.request.args):
        raise JiraError(
            400, "The query parameters 'username' and 'key' are not supported in GDPR strict mode."
        )
    if name not in call.request.args and "accountId" not in call.request.args:
        raise JiraError(400, f"The {name} query parameter must be provided.")
    return call.arg(name)


@route("GET", "/user/search")
def search(call: Call) -> Answer:
    query = _query(call)
    call.permit("USER_PICKER")
    account = call.arg("accountId")
    found = (
        [u for u in call.site.users if u.account_id == account]
        if account
        else _matching(call, query)
    )
    if not call.site.cloud and call.arg("includeInactive").lower() != "true":
        found = [user for user in found if user.active]
    page = call.page(found)
    return [call.view.user(user) for user in page.entries]


@route("GET", "/user/assignable/search")
def assignable(call: Call) -> Answer:
    query = _query(call)
    if call.arg("project"):
        project = call.project(call.arg("project"))
    elif call.arg("issueKey"):
        project = call.issue(call.arg("issueKey")).project
    else:
        raise JiraError(400, "Either the 'project' or the 'issueKey' query parameter is required.")
    account = call.arg("accountId")
    found = [
        user
        for user in call.site.users
        if call.site.assignable(user, project)
        and (user.account_id == account if account else _fits(user, query.lower(),
                                                              cloud=call.site.cloud))
    ]  # fmt: skip
    return [call.view.user(user) for user in call.page(found).entries]


@route("GET", "/user")
def one(call: Call) -> Answer:
    call.permit("USER_PICKER")
    names = ("accountId",) if call.site.cloud else ("username", "key")
    wanted = next((call.arg(name) for name in names if call.arg(name)), "")
    if not wanted:
        raise JiraError(400, f"The {names[0]} query parameter must be provided.")
    user = call.site.user(wanted)
    if user is None:
        raise JiraError(
            404, "Specified user does not exist or you do not have required permissions"
        )
    return call.view.user(user)


@route("GET", "/user/bulk", only="cloud")
def several(call: Call) -> Answer:
    wanted = call.request.args.getlist("accountId")
    if not wanted:
        raise JiraError(400, "The accountId query parameter must be provided.")
    page = call.page([user for user in call.site.users if user.account_id in wanted], default=10)
    return page.show("values", [call.view.user(user) for user in page.entries])
