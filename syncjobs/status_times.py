"""When the statuses of records changed last."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from connector.catalog.profiles import profile_for
from connector.errors import Refused
from connector.salesforce.soql import id_chunks, id_list, quote
from syncjobs.opened import ItemRun
from syncjobs.pairs import Pair


def salesforce_times(run: ItemRun, pairs: Sequence[Pair]) -> dict[str, datetime]:
    """Return when each record's status was last set, by record id.

    The object's history says so where the org keeps one of this field; else the record's own time
    stamp has to do. Raises RemoteError.
    """
    times = {p.record_id: datetime.fromisoformat(p.record["LastModifiedDate"]) for p in pairs}
    return {**times, **_from_history(run, list(times))}


def _from_history(run: ItemRun, record_ids: Sequence[str]) -> Mapping[str, datetime]:
    profile, config = profile_for(run.resolved.sobject), run.resolved.config.status
    if not (profile.history_object and config and record_ids):
        return {}
    parent = profile.history_parent
    queries = [
        f"SELECT {parent}, CreatedDate FROM {profile.history_object} "
        f"WHERE Field = {quote(config.field)} AND {parent} IN {id_list(ids)} "
        "ORDER BY CreatedDate"
        for ids in id_chunks(record_ids)
    ]
    times: dict[str, datetime] = {}
    try:
        for soql in queries:
            for page in run.org.client.pages(soql):
                # The oldest come first, so that the last one stays.
                times |= {r[parent]: datetime.fromisoformat(r["CreatedDate"]) for r in page}
    except Refused:
        # The history may be hidden from the integration user.
        return {}
    return times
