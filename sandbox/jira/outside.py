"""What the site serves outside REST: the tenant's id, files, and pages for people."""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from sandbox.jira import files
from sandbox.jira.api import access
from sandbox.web import html_page, json_response

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState

MEDIA = "/media"


def serve(site: "SiteState", request: Request, where: access.Address) -> Response | None:
    """Answer a request that isn't for the REST API; None if it is for a page."""
    path = where.path
    if site.cloud and path == "/_edge/tenant_info":
        return json_response({"cloudId": site.cloud_id})
    if site.cloud and path.startswith(f"{MEDIA}/"):
        return files.from_media_host(site, request, path[len(MEDIA) :])
    if path == "/login.jsp":
        form = "<p>Username and password, please.</p>"
        return Response(html_page(site.title, "Log in", form), content_type="text/html")
    attachment = re.fullmatch(r"/secure/attachment/(\d+)/.*", path)
    if attachment and not site.cloud:
        return _secure_attachment(site, request, where, int(attachment[1]))
    return None


def _secure_attachment(
    site: "SiteState", request: Request, where: access.Address, number: int
) -> Response:
    """Send a file to who is logged in, anybody else to the login page.

    Some old versions don't take a token here: `site.login_redirect` makes this one such.
    """
    user = access.who(site, request, gateway=False)
    attachment = site.attachments.get(number)
    if user is None or site.login_redirect:
        target = f"{where.root}/login.jsp?os_destination={quote(where.path, safe='')}"
        return redirect(target, 302)
    issue = site.issues.get(attachment.issue_id) if attachment else None
    if attachment is None or issue is None or not site.may(user, "BROWSE_PROJECTS", issue.project):
        return Response(html_page(site.title, "Not found", ""), 404, content_type="text/html")
    return files.download(site, attachment, request)
