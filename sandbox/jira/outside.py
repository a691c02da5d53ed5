"""What the site serves outside REST: the id of the tenant."""

from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from sandbox.jira.api.access import Address
from sandbox.web import json_response

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState


def serve(site: "SiteState", request: Request, where: Address) -> Response:
    """Answer a request that isn't for the REST API."""
    if site.cloud and where.path == "/_edge/tenant_info":
        return json_response({"cloudId": site.cloud_id})
    return Response("Not found", 404)
