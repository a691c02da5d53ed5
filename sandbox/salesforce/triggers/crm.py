"""People's names, and leads that have become something else."""

from ..change import Change
from ..faults import Fault


def before_person(change: Change) -> None:
    parts = (change.row.get("FirstName"), change.row.get("LastName"))
    change.row["Name"] = " ".join(part for part in parts if part)


def before_lead(change: Change) -> None:
    if change.old is not None and change.old.get("IsConverted"):
        raise Fault(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    status = change.org.status_row("LeadStatus", change.row.get("Status"))
    if status and status["IsConverted"] and not change.row.get("IsConverted"):
        message = "Status: converted status not allowed"
        raise Fault(400, "FIELD_INTEGRITY_EXCEPTION", message, ["Status"])
    before_person(change)
