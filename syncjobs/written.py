"""What Salesforce will answer for a value that was written to it. Pure."""

from connector.document.model import Direction
from syncjobs.resolve import ResolvedMapping
from syncjobs.values import Canonical, Missing, WriteContext, apply_table, read_salesforce


def salesforce_echo(mapping: ResolvedMapping, written: object, context: WriteContext) -> Canonical:
    """Return a written value as the canonical one that reading the mapping again will give.

    A user is written by Id and read by mail.
    """
    assert mapping.salesforce is not None
    if mapping.mail_path and written is not None:
        mails = {user_id: account for account, user_id in context.user_ids.items()}
        account = mails.get(str(written), "")
        return context.user_mails.get(account, str(written)).lower()
    value = read_salesforce(written, mapping.salesforce)
    if not mapping.mapping.values:
        return value
    translated = apply_table(value, mapping.mapping.values, Direction.TO_JIRA)
    return value if isinstance(translated, Missing) else translated
