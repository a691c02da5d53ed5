"""Leads a person's browser to the pages and carries out what they send."""

import re
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from ...web import html_page
from .. import ids
from ..faults import Fault
from ..org import SalesforceOrg
from ..schema import SObject
from . import forms, record

ACCENT = "#0b5cab"
SHOWN = 50
_RECORD = re.compile(r"/lightning/r/(?:\w+/)?(\w{15,18})(?:/view)?/?|/(\w{15}(?:\w{3})?)/?")
_LIST = re.compile(r"/lightning/o/(\w+)/list/?")
_NEW = re.compile(r"/lightning/o/(\w+)/new/?")
_FILE = re.compile(r"/files/(\w{18})")


class Pages:
    """Shows one org to people, who act as its human user without logging in."""

    def __init__(self, org: SalesforceOrg) -> None:
        self._org = org

    def respond(self, request: Request) -> Response:
        """Answer a request that isn't one of the API."""
        routes: list[tuple[re.Pattern[str], Callable[[Request, str], Response | None]]] = [
            (_RECORD, self._record),
            (_LIST, self._list),
            (_NEW, self._new),
            (_FILE, self._file),
        ]
        if request.path == "/":
            return self._home(request)
        for pattern, view in routes:
            match = pattern.fullmatch(request.path)
            found = view(request, next(filter(None, match.groups()))) if match else None
            if found is not None:
                return found
        return self._page("Not found", "<p>There is no such page.</p>", 404)

    def _page(self, title: str, body: str, status: int = 200) -> Response:
        html = html_page(f"{self._org.name} Salesforce", title, body, ACCENT)
        return Response(html, status, content_type="text/html; charset=utf-8")

    def _home(self, request: Request) -> Response:
        wanted = request.args.get("q", "").strip()
        search = (
            '<form role="search"><label for="q">Search</label>'
            f'<input id="q" name="q" type="search" value="{escape(wanted)}"></form>'
        )
        if wanted:
            return self._page("Search", search + self._found(wanted))
        rows = "".join(
            f'<tr><td><a href="/lightning/o/{entry.name}/list">{escape(entry.plural)}</a></td>'
            f"<td>{len(self._org.all(entry.name))}</td></tr>"
            for entry in self._org.schema.objects.values()
            if entry.layoutable
        )
        return self._page("Home", f"{search}<table>{rows}</table>")

    def _found(self, wanted: str) -> str:
        lines = []
        for entry in self._org.schema.objects.values():
            if entry.layoutable:
                for row in self._org.all(entry.name):
                    if wanted.lower() in record.title_of(entry, row).lower():
                        lines.append(self._line(entry, row))
        return f"<ul>{''.join(lines[:SHOWN])}</ul>" if lines else "<p>Nothing found.</p>"

    def _line(self, entry: SObject, row: dict[str, Any]) -> str:
        path = record.path_of(entry, row["Id"])
        title = escape(record.title_of(entry, row))
        return f'<li><a href="{path}">{title}</a> <small>{escape(entry.label)}</small></li>'

    def _list(self, request: Request, name: str) -> Response | None:
        entry = self._org.schema.get(name)
        if entry is None or not entry.layoutable:
            return None
        status = next((f for f in ("Status", "StageName", "Stage__c") if f in entry.fields), "")
        rows = self._org.all(entry.name)
        lines = "".join(
            f'<tr><td><a href="{record.path_of(entry, row["Id"])}">'
            f"{escape(record.title_of(entry, row))}</a></td>"
            f"<td>{escape(str(row.get(status) or ''))}</td>"
            f"<td>{row['LastModifiedDate'][:16].replace('T', ' ')}</td></tr>"
            for row in rows[: -SHOWN - 1 : -1]
        )
        new = f'<p><a href="/lightning/o/{entry.name}/new">New {escape(entry.label)}</a></p>'
        head = "<tr><th>Name</th><th>Status</th><th>Last change (UTC)</th></tr>"
        more = f"<p><small>The latest {SHOWN} of {len(rows)}.</small></p>" * (len(rows) > SHOWN)
        table = f'<div class="wide"><table>{head}{lines}</table></div>'
        return self._page(entry.plural, new + table + more)

    def _new(self, request: Request, name: str) -> Response | None:
        entry = self._org.schema.get(name)
        if entry is None or not entry.createable or not entry.layoutable:
            return None
        columns = forms.editable(entry, creating=True)
        values: dict[str, Any] = dict(entry.defaults)
        alert = ""
        if request.method == "POST":
            values = forms.read(columns, request.form)
            sent = {key: value for key, value in values.items() if value is not None}
            try:
                return _to(record.path_of(entry, self._org.insert(entry.name, sent)))
            except Fault as fault:
                alert = f'<p class="error" role="alert">{escape(fault.message)}</p>'
        inside = (
            f'<div class="fields">{forms.inputs(columns, values, record.choices(self._org))}</div>'
        )
        form = f'<form method="post">{inside}<button>Create</button></form>'
        return self._page(f"New {entry.label}", alert + form, 400 if alert else 200)

    def _record(self, request: Request, text: str) -> Response | None:
        try:
            record_id = ids.canonical(text)
        except Fault:
            return None
        entry, row = self._org.object_of(record_id), self._org.row(record_id)
        if entry is None or row is None or row.get("IsDeleted"):
            return None
        path = record.path_of(entry, record_id)
        if request.method != "POST":
            if request.path != path:
                return _to(path)
            return self._shown(entry, record_id)
        try:
            self._act(request, entry, record_id)
        except Fault as fault:
            return self._shown(entry, record_id, fault.message)
        deleted = request.form.get("action") == "delete"
        return _to(f"/lightning/o/{entry.name}/list" if deleted else path)

    def _shown(self, entry: SObject, record_id: str, error: str = "") -> Response:
        row = self._org.get(entry.name, record_id)
        body = record.page(self._org, entry, row, error)
        return self._page(record.title_of(entry, row), body, 400 if error else 200)

    def _act(self, request: Request, entry: SObject, record_id: str) -> None:
        """Carry out what a form of the record's page asks for. Raises Fault."""
        org, form = self._org, request.form
        action, body = form.get("action"), form.get("body", "").replace("\r\n", "\n")
        if action == "save":
            values = forms.read(forms.editable(entry, creating=False), form)
            row = org.get(entry.name, record_id)
            changed = {key: value for key, value in values.items() if row.get(key) != value}
            org.update(entry.name, record_id, changed)
        elif action == "comment":
            public = "public" in form
            comment = {"ParentId": record_id, "CommentBody": body, "IsPublished": public}
            org.insert("CaseComment", comment)
        elif action == "post":
            org.insert("FeedItem", {"ParentId": record_id, "Body": body})
        elif action == "reply":
            org.insert("FeedComment", {"FeedItemId": form.get("post"), "CommentBody": body})
        elif action == "upload":
            file = request.files.get("file")
            if file is not None and file.filename:
                org.upload(record_id, file.filename, file.read())
        elif action == "delete":
            org.delete(entry.name, record_id)

    def _file(self, request: Request, version_id: str) -> Response | None:
        row = self._org.row(version_id)
        if row is None or version_id not in self._org.store.blobs:
            return None
        name = quote(row.get("PathOnClient") or row["Id"], safe="")
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
        }
        data = self._org.store.blobs[version_id]
        return Response(data, headers=headers, content_type="application/octet-stream")


def _to(path: str) -> Response:
    return Response("", 303, {"Location": path})
