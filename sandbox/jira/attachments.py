"""Files come to issues and go."""

import mimetypes
from typing import IO, TYPE_CHECKING

from sandbox.jira.entities import Attachment, Change, Issue, User
from sandbox.jira.issues import record

if TYPE_CHECKING:
    from sandbox.jira.state import SiteState


def attach(
    site: "SiteState",
    actor: User,
    issue: Issue,
    filename: str,
    content: IO[bytes],
    size: int,
    mime_type: str = "",
) -> Attachment:
    """Keep a file with an issue."""
    guessed = mime_type or mimetypes.guess_type(filename)[0] or "application/octet-stream"
    number = site.number("attachment")
    attachment = Attachment(number, issue.id, filename, actor, site.now(), size, guessed, content)
    line = Change("Attachment", "attachment", False, None, None, str(number), filename)
    with site.changing(issue):
        issue.attachments.append(attachment)
        site.attachments[number] = attachment
        history = record(site, actor, issue, [line])
    site.events.attachment("attachment_created", attachment, issue)
    site.events.issue("jira:issue_updated", "issue_updated", actor, issue, history)
    return attachment


def detach(site: "SiteState", actor: User, attachment: Attachment) -> None:
    """Delete a file."""
    issue = site.issues[attachment.issue_id]
    line = Change(
        "Attachment", "attachment", False, str(attachment.id), attachment.filename, None, None
    )
    with site.changing(issue):
        issue.attachments.remove(attachment)
        del site.attachments[attachment.id]
        history = record(site, actor, issue, [line])
    site.events.attachment("attachment_deleted", attachment, issue)
    site.events.issue("jira:issue_updated", "issue_updated", actor, issue, history)
