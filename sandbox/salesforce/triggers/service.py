"""Cases open and close, comments reach the feed, tasks complete, events take time."""

from datetime import timedelta

from .. import times
from ..access import insufficient
from ..change import Change
from ..faults import Fault
from ..tracking import add_post


def before_case(change: Change) -> None:
    row, org = change.row, change.org
    status = org.status_row("CaseStatus", row.get("Status"))
    closed = bool(status and status["IsClosed"])
    if closed and not row.get("IsClosed"):
        row["ClosedDate"] = org.stamp()
    if not closed:
        row["ClosedDate"] = None
    row["IsClosed"] = closed
    if change.old is None:
        row["IsClosedOnCreate"] = closed
    contact = change.related("ContactId") if change.moved("ContactId") else None
    if contact is not None:
        row["ContactEmail"] = contact.get("Email")
        if "AccountId" not in change.sent and not row.get("AccountId"):
            row["AccountId"] = contact.get("AccountId")


def after_case(change: Change) -> None:
    """The field Comments is a way to write a comment with the change, and keeps nothing itself."""
    body = change.row.get("Comments")
    if not body:
        return
    change.org.store.put("Case", {**change.row, "Comments": None})
    comment = {"ParentId": change.row["Id"], "CommentBody": body}
    change.org.records.insert("CaseComment", comment, change.actor)


def after_case_comment(change: Change) -> None:
    """With the feed on, each new comment shows up there a second time."""
    if change.old is not None or not change.org.schema.require("Case").feed_enabled:
        return
    post = {
        "Type": "CaseCommentPost",
        "ParentId": change.row["ParentId"],
        "Body": change.row["CommentBody"],
    }
    add_post(change, post)


def check_delete_comment(change: Change) -> None:
    if not change.actor.modifies_all:
        raise insufficient(change.row["Id"])


def before_task(change: Change) -> None:
    row, org = change.row, change.org
    status = org.status_row("TaskStatus", row.get("Status"))
    closed = bool(status and status["IsClosed"])
    if closed and not row.get("IsClosed"):
        row["CompletedDateTime"] = org.stamp()
    if not closed:
        row["CompletedDateTime"] = None
    row["IsClosed"] = closed


def before_event(change: Change) -> None:
    """Start and end, or start and duration: either way the event has to have a length."""
    row = change.row
    start = row["StartDateTime"] or row["ActivityDateTime"]
    if "ActivityDateTime" in change.sent and "StartDateTime" not in change.sent:
        start = row["ActivityDateTime"]
    if start is None and row["ActivityDate"] and row["IsAllDayEvent"]:
        start = f"{row['ActivityDate']}T00:00:00.000+0000"
    if start is None:
        message = "Required fields are missing: [ActivityDateTime]"
        raise Fault(400, "REQUIRED_FIELD_MISSING", message, ["ActivityDateTime"])
    end = _event_end(change, start)
    if end < start:
        message = "End must be after Start"
        raise Fault(400, "FIELD_INTEGRITY_EXCEPTION", message, ["EndDateTime"])
    length = times.read_stamp(end) - times.read_stamp(start)
    row.update(StartDateTime=start, ActivityDateTime=start, EndDateTime=end)
    row.update(ActivityDate=start[:10], DurationInMinutes=int(length.total_seconds() // 60))


def _event_end(change: Change, start: str) -> str:
    row = change.row
    by_end = "EndDateTime" in change.sent or "DurationInMinutes" not in change.sent
    if (
        row["EndDateTime"]
        and by_end
        and not (change.old and "EndDateTime" not in change.sent and change.moved("StartDateTime"))
    ):
        return str(row["EndDateTime"])
    minutes = row["DurationInMinutes"]
    if minutes is None and row["IsAllDayEvent"]:
        minutes = 24 * 60
    if minutes is None:
        message = "Required fields are missing: [DurationInMinutes]"
        raise Fault(400, "REQUIRED_FIELD_MISSING", message, ["DurationInMinutes"])
    return times.stamp(times.read_stamp(start) + timedelta(minutes=minutes))
