"""Two workers at the link note of one pair."""

from collections.abc import Iterator

import pytest
import requests

from connector.models import SalesforceConnection
from linking.models import Link
from syncjobs.due import make_due
from syncjobs.push import reconcile_org
from tests.world import World, a_world


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with a_world() as world:
        yield world


def test_a_note_that_another_worker_is_writing_is_not_written_again(world: World) -> None:
    world.configure()
    case = world.org.insert("Case", {"Subject": "Printer on fire"})
    met: list[str] = []

    def another_worker(request: requests.PreparedRequest) -> None:
        if "Linked to Jira" in str(request.body) and not met:
            met.append(case)
            make_due(Link.objects.all())
            reconcile_org(SalesforceConnection.objects.get())

    world.network.faults.append(another_worker)
    world.pull()

    rows = world.org.all("CaseComment")
    notes = [row["ParentId"] for row in rows if "Linked to Jira" in row["CommentBody"]]
    assert met == [case]
    assert notes == [case]
