"""The org for people."""

from werkzeug.wrappers import Request, Response

from ..web import html_page
from .org import SalesforceOrg


class Pages:
    def __init__(self, org: SalesforceOrg) -> None:
        self._org = org

    def respond(self, request: Request) -> Response:
        return Response(html_page(self._org.name, "Home", ""), content_type="text/html")
