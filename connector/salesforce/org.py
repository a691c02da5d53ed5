"""What an org is like: its objects, limits, name and user, and what changed in it."""

from datetime import datetime
from urllib.parse import quote_plus

import requests

from connector.salesforce.answers import Changes, Described, Organization, RunningUser
from connector.salesforce.describe import SObject
from connector.salesforce.ids import to_18
from connector.salesforce.queries import Queries
from connector.salesforce.rest import Record
from connector.salesforce.soql import check_name, quote, select
from connector.salesforce.transport import Call


class Org(Queries):
    """Reading about the org."""

    def describe_global(self) -> list[Record]:
        """Return Salesforce's short description of every object."""
        objects: list[Record] = self._get(f"{self._base}/sobjects")["sobjects"]
        return objects

    def describe(self, sobject: str, if_modified_since: str = "") -> Described | None:
        """Return an object's description, None if it is as it was at `if_modified_since`.

        That is the `last_modified` of an earlier answer.
        """
        headers = {"If-Modified-Since": if_modified_since} if if_modified_since else {}
        path = f"{self._base}/sobjects/{check_name(sobject)}/describe"
        reply = self._send(Call("GET", path, headers=headers))
        if reply.status == requests.codes.not_modified:
            return None
        modified = reply.headers.get("Last-Modified") or reply.headers.get("Date", "")
        return Described(SObject.from_json(reply.body), modified)

    def picklist_values(self, sobject: str, record_type_id: str) -> Record:
        """Return, by field name, the picklist values that a record type offers."""
        path = f"/ui-api/object-info/{check_name(sobject)}/picklist-values/{to_18(record_type_id)}"
        values: Record = self._get(self._base + path)["picklistFieldValues"]
        return values

    def limits(self) -> Record:
        """Return the org's limits by name, each with Max and Remaining; minutes old at worst."""
        limits: Record = self._get(f"{self._base}/limits")
        return limits

    def organization(self) -> Organization:
        """Return the org that the connection leads to."""
        names = ("Id", "Name", "IsSandbox", "InstanceName", "OrganizationType")
        fields = (*names, "TimeZoneSidKey", "LanguageLocaleKey")
        row = self.query(select(fields, "Organization", limit=1)).records[0]
        return Organization(
            name=row["Name"],
            id=row["Id"],
            is_sandbox=row["IsSandbox"],
            instance_name=row["InstanceName"] or "",
            edition=row["OrganizationType"] or "",
            time_zone=row["TimeZoneSidKey"] or "",
            language=row["LanguageLocaleKey"] or "",
        )

    def user(self) -> RunningUser:
        """Return the integration user."""
        names = ("Id", "Name", "Username", "Email")
        fields = (*names, "TimeZoneSidKey", "LocaleSidKey", "LanguageLocaleKey")
        condition = f"Id = {quote(self.token.user_id)}"
        row = self.query(select(fields, "User", where=[condition])).records[0]
        return RunningUser(
            id=row["Id"],
            name=row["Name"],
            username=row["Username"],
            email=row["Email"] or "",
            time_zone=row["TimeZoneSidKey"],
            locale=row["LocaleSidKey"],
            language=row["LanguageLocaleKey"],
        )

    def updated(self, sobject: str, start: datetime, end: datetime) -> Changes:
        """Return which records changed, to the minute and at most 30 days back."""
        body = self._get(self._span_path(sobject, "updated", start, end))
        return Changes(tuple(body["ids"]), datetime.fromisoformat(body["latestDateCovered"]))

    def deleted(self, sobject: str, start: datetime, end: datetime) -> Changes:
        """Return which records were deleted; else as `updated`."""
        body = self._get(self._span_path(sobject, "deleted", start, end))
        ids = tuple(record["id"] for record in body["deletedRecords"])
        return Changes(ids, datetime.fromisoformat(body["latestDateCovered"]))

    def _span_path(self, sobject: str, what: str, start: datetime, end: datetime) -> str:
        span = f"start={quote_plus(start.isoformat())}&end={quote_plus(end.isoformat())}"
        return f"{self._base}/sobjects/{check_name(sobject)}/{what}/?{span}"
