"""The statuses an org's objects can have, remembered in the database like their describes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from connector.catalog.profiles import profile_for
from connector.catalog.statuses import (
    Meaning,
    Status,
    status_query,
    statuses_from_picklist,
    statuses_from_rows,
)
from connector.errors import Refused
from connector.models import SalesforceConnection, SalesforceDescribe
from connector.salesforce.client import SalesforceClient
from connector.salesforce.describe import MASTER_RECORD_TYPE_ID, SObject

LIFE = timedelta(days=1)


class StatusCatalog:
    """Statuses of one connection's objects. One object lives for one run."""

    def __init__(self, connection: SalesforceConnection, client: SalesforceClient) -> None:
        self._connection = connection
        self._client = client
        self._seen: dict[str, Any] = {}

    def statuses(self, sobject: SObject, field: str) -> tuple[Status, ...]:
        """Return what the object's status field can hold, in the org's order.

        The meaning comes from the object's status table, where it has one. Raises RemoteError.
        """
        profile = profile_for(sobject)
        described = sobject.field(field)
        if described is None:
            return ()
        if described.name != profile.status_field or not profile.status_object:
            return tuple(statuses_from_picklist(described))
        table = profile.status_object

        def ask() -> list[Any]:
            rows = self._client.query(status_query(table)).records
            found = statuses_from_rows(table, rows)
            return [[s.value, s.label, s.meaning.value, s.default] for s in found]

        listed = self._kept(f"statuses:{table}", ask)
        return tuple(Status(value, label, Meaning(m), d) for value, label, m, d in listed)

    def allowed(self, sobject: SObject, field: str, record_type_id: str) -> frozenset[str] | None:
        """Return the values that a record type offers for a picklist; None: no restriction known.

        A describe lists the values of all record types together.
        """
        if all(kind.master for kind in sobject.record_types):
            return None
        kind = record_type_id or MASTER_RECORD_TYPE_ID

        def ask() -> dict[str, list[str]]:
            try:
                found = self._client.picklist_values(sobject.name, kind)
            except Refused:
                # The user interface API may be closed to the integration user.
                return {}
            return {name: [v["value"] for v in each["values"]] for name, each in found.items()}

        values = self._kept(f"picklists:{sobject.name}/{kind}", ask).get(field)
        return None if values is None else frozenset(values)

    def _kept(self, key: str, ask: Callable[[], Any]) -> Any:
        """Return a remembered answer; a colon keeps its key apart from names of objects."""
        if key not in self._seen:
            rows = SalesforceDescribe.objects.filter(connection=self._connection, sobject=key)
            fresh = rows.filter(checked_at__gt=timezone.now() - LIFE)
            row = fresh.first()
            self._seen[key] = row.body if row else self._keep(key, ask())
        return self._seen[key]

    def _keep(self, key: str, body: Any) -> Any:
        SalesforceDescribe.objects.update_or_create(
            connection=self._connection,
            sobject=key,
            defaults={"body": body, "checked_at": timezone.now()},
        )
        return body
