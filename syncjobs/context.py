"""What the plans for some pairs need besides the pairs: among others, who their people are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.jira.model import Deployment
from connector.models import JiraUser
from connector.salesforce.soql import id_chunks, id_list
from syncjobs.digests import Digester
from syncjobs.opened import ItemRun
from syncjobs.plan import Given, Json
from syncjobs.records import read_path
from syncjobs.values import WriteContext


def given_for(run: ItemRun, records: Sequence[Json], issues: Sequence[Json] = ()) -> Given:
    """Return what plans for these records (and issues, where values go back) need.

    Raises RemoteError when somebody has to be looked up.
    """
    people = [each for each in run.resolved.mappings if each.mail_path]
    mails = {str(read_path(r, each.mail_path) or "") for r in records for each in people}
    stand_ins = {str(each.mapping.default) for each in people if each.mapping.default}
    mails |= {each for each in stand_ins if "@" in each}
    users = run.site.catalog.accounts(mails) if mails else {}
    users |= {each.lower(): each for each in stand_ins if "@" not in each}
    fields = [each.mapping.jira for each in people if each.to_salesforce]
    user_mails = _mails(run, issues, fields, users) if fields else {}
    context = WriteContext(
        time_zone=run.org.time_zone,
        users=users,
        user_mails=user_mails,
        user_ids=_user_ids(run, user_mails) if user_mails else {},
        deployment=Deployment(run.site.connection.deployment),
    )
    return Given(run.resolved, Digester(run.digest_key), context)


def _mails(
    run: ItemRun, issues: Sequence[Json], fields: Sequence[str], users: Mapping[str, str]
) -> dict[str, str]:
    """The mail that each account named in these fields has in Salesforce: account → mail.

    The admin's table comes first, then what was found by mail, then what Jira shows.
    """
    shown = dict(_shown(run, issues, fields))
    known = JiraUser.objects.filter(connection=run.site.connection, account__in=shown)
    found = {row.account: row.mail for row in known.order_by("-source")}
    by_mail = {account: mail for mail, account in users.items() if account in shown}
    mails = {**{account: mail for account, mail in shown.items() if mail}, **by_mail, **found}
    return {account: mail.lower() for account, mail in mails.items()}


def _shown(
    run: ItemRun, issues: Sequence[Json], fields: Sequence[str]
) -> Iterable[tuple[str, str]]:
    """(account, mail or nothing) of everybody these fields name."""
    id_name = run.site.client.edition.user_id
    for issue in issues:
        for name in fields:
            value: Any = issue["fields"].get(name)
            for person in value if isinstance(value, list) else [value]:
                if isinstance(person, dict) and person.get(id_name):
                    yield str(person[id_name]), str(person.get("emailAddress") or "")


def _user_ids(run: ItemRun, user_mails: Mapping[str, str]) -> dict[str, str]:
    """The Salesforce user of each account: account → Id. Two users with one mail are nobody."""
    by_mail: dict[str, list[str]] = {}
    for mails in id_chunks(user_mails.values()):
        soql = f"SELECT Id, Email FROM User WHERE IsActive = true AND Email IN {id_list(mails)}"
        for page in run.org.client.pages(soql):
            for row in page:
                by_mail.setdefault(str(row["Email"]).lower(), []).append(str(row["Id"]))
    return {
        account: by_mail[mail][0]
        for account, mail in user_mails.items()
        if len(by_mail.get(mail, ())) == 1
    }
