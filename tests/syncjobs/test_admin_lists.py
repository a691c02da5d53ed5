"""Links, due pairs and runs in the admin; users and the schedule."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from connector.models import SalesforceConnection, SmartConnectedItem
from connector.salesforce.ids import to_18
from linking.models import AttachmentPair, CommentPair, Link
from syncjobs.models import DuePair, SyncRun
from tests.connector.admin_rows import SECRETS, an_item, form_of, messages_of, staff, superuser

pytestmark = pytest.mark.django_db
LINKS = "/admin/linking/link/"
DUE = "/admin/syncjobs/duepair/"
RUNS = "/admin/syncjobs/syncrun/"
TASKS = "/admin/django_celery_beat/periodictask/"


@pytest.fixture
def client() -> Client:
    return superuser()


@pytest.fixture
def item() -> SmartConnectedItem:
    return an_item()


def a_link(item: SmartConnectedItem, number: int = 1, **columns: Any) -> Link:
    given = {"state": "active", "issue_id": str(number), "issue_key": f"SUP-{number}", **columns}
    return Link.objects.create(item=item, record_id=to_18(f"5000000000{number:05}"), **given)


def a_due_pair(item: SmartConnectedItem, number: int = 1, **columns: Any) -> DuePair:
    given = {"next_try_at": timezone.now() + timedelta(hours=1), **columns}
    return DuePair.objects.create(item=item, record_id=to_18(f"5000000000{number:05}"), **given)


def a_run(item: SmartConnectedItem, **columns: Any) -> SyncRun:
    given = {"state": "done", "trigger": "schedule", "leased_until": timezone.now(), **columns}
    return SyncRun.objects.create(item=item, **given)


def text_of(client: Client, path: str, **query: Any) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def act(client: Client, action: str, *pairs: DuePair):
    chosen = [pair.pk for pair in pairs]
    return client.post(DUE, {"action": action, "_selected_action": chosen}, follow=True)


def test_every_list_and_page_answers(client, item):
    link = a_link(item)
    CommentPair.objects.create(link=link, kind="link_note", salesforce_id="00a")
    AttachmentPair.objects.create(link=link, jira_id="10001")
    due, run = a_due_pair(item, link=link), a_run(item)
    for path, row in ((LINKS, link), (DUE, due), (RUNS, run)):
        assert item.name in text_of(client, path)
        assert item.name in text_of(client, f"{path}{row.pk}/change/")


def test_the_start_page_and_the_login_answer(client):
    assert "Smart Connected Item" in text_of(client, "/admin/")
    assert "Salesforce Connector" in text_of(Client(), "/admin/login/")


def test_nobody_gets_in_without_a_login():
    for path in (LINKS, DUE, RUNS, TASKS, "/admin/connector/jiraconnection/"):
        assert Client().get(path).status_code == 302


def test_staff_without_permissions_see_no_rows(item):
    client = staff()
    for path in (LINKS, DUE, RUNS):
        assert client.get(path).status_code == 403


def test_both_ends_of_a_link_can_be_opened(client, item):
    SalesforceConnection.objects.update(instance_url="https://acme.my.salesforce.com")
    link = a_link(item, 7)
    text = text_of(client, LINKS)
    assert "https://acme.atlassian.net/browse/SUP-7" in text
    assert f"https://acme.lightning.force.com/lightning/r/Case/{link.record_id}/view" in text


@pytest.mark.parametrize("term", ["SUP-2", "sup-2", "500000000000002", " SUP-2 "])
def test_a_link_is_found_by_issue_key_and_by_record_id(client, item, term):
    a_link(item, 1), a_link(item, 2)
    text = text_of(client, LINKS, q=term)
    assert "browse/SUP-2" in text
    assert "browse/SUP-1" not in text


def test_links_are_filtered_by_state(client, item):
    a_link(item, 1), a_link(item, 2, state="ended")
    text = text_of(client, LINKS, state__exact="ended")
    assert "browse/SUP-2" in text
    assert "browse/SUP-1" not in text


def test_a_link_says_what_could_not_be_carried_over(client, item):
    link = a_link(item, notes=[{"target": "priority", "reason": "Jira has no “Urgent”."}])
    assert "priority: Jira has no “Urgent”." in text_of(client, f"{LINKS}{link.pk}/change/")


def test_links_can_not_be_made_changed_or_deleted_by_hand(client, item):
    link = a_link(item)
    assert client.get(f"{LINKS}add/").status_code == 403
    assert client.post(f"{LINKS}{link.pk}/change/", {"issue_key": "X-1"}).status_code == 403
    assert client.post(f"{LINKS}{link.pk}/delete/", {"post": "yes"}).status_code == 403


def test_no_list_shows_a_secret(client, item):
    link = a_link(item)
    a_due_pair(item, link=link), a_run(item)
    for path in (LINKS, DUE, RUNS, f"{LINKS}{link.pk}/change/", "/admin/"):
        text = text_of(client, path)
        assert not [secret for secret in (*SECRETS.values(), item.digest_key) if secret in text]


def test_a_due_pair_shows_its_error_and_when_it_is_tried_next(client, item):
    a_due_pair(item, attempts=3, last_error="Jira wants a value for Team.")
    text = text_of(client, DUE)
    assert "Jira wants a value for Team." in text
    assert "UTC" in text


def test_retry_now_makes_pairs_due(client, item):
    pairs = [a_due_pair(item, 1), a_due_pair(item, 2), a_due_pair(item, 3)]
    response = act(client, "retry_now", *pairs[:2])
    assert messages_of(response)[0].startswith("2 pairs due now")
    assert DuePair.objects.filter(next_try_at__lte=timezone.now()).count() == 2


def test_skip_gives_a_pair_up_and_keeps_its_link(client, item):
    pair = a_due_pair(item, link=a_link(item))
    response = act(client, "skip", pair)
    assert messages_of(response)[0].startswith("1 pair skipped")
    assert not DuePair.objects.exists()
    assert Link.objects.exists()


def test_those_who_may_only_look_can_not_skip(item):
    act(staff("view_duepair"), "skip", a_due_pair(item))
    assert DuePair.objects.exists()


def test_a_run_shows_its_counts_and_its_error(client, item):
    a_run(item, created=5, salesforce_calls=3, state="failed", error="The secret is wrong.")
    text = text_of(client, RUNS)
    assert "5 created" in text
    assert "The secret is wrong." in text


def test_a_run_whose_process_died_does_not_look_as_if_it_went_on(client, item):
    a_run(item, state="running", leased_until=timezone.now() - timedelta(minutes=1))
    assert "Its process died" in text_of(client, RUNS)


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_lists_take_as_many_queries_for_many_rows_as_for_few(client, item):
    def more(first: int, last: int) -> list[int]:
        for number in range(first, last):
            a_due_pair(item, number, link=a_link(item, number))
            a_run(item)
        return [queries_of(client, path) for path in (LINKS, DUE, RUNS)]

    assert more(1, 6) == more(6, 51)


def test_lists_read_neither_secrets_nor_digests(client, item):
    a_due_pair(item, link=a_link(item))
    for path in (LINKS, DUE):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        rows = [q["sql"] for q in queries if 'FROM "linking_link"' in q["sql"]]
        rows += [q["sql"] for q in queries if 'FROM "syncjobs_duepair"' in q["sql"]]
        assert rows
        assert not [sql for sql in rows if "client_secret" in sql or "digests" in sql]


def test_the_pull_can_be_set_to_another_interval(client):
    ten = IntervalSchedule.objects.create(every=10, period="minutes")
    task = PeriodicTask.objects.get(task="syncjobs.tasks.pull_all")
    page = f"{TASKS}{task.pk}/change/"
    assert "Pull from Salesforce" in text_of(client, TASKS)
    client.post(page, {**form_of(client.get(page)), "interval": ten.pk})
    task.refresh_from_db()
    assert (task.interval, task.enabled) == (ten, True)


def test_users_groups_and_schedules_answer(client):
    user = User.objects.get()
    for path in ("auth/user/", f"auth/user/{user.pk}/change/", f"auth/user/{user.pk}/password/"):
        assert text_of(client, f"/admin/{path}")
    for path in ("auth/user/add/", "auth/group/", "auth/group/add/"):
        assert text_of(client, f"/admin/{path}")
    for path in ("intervalschedule/add/", "crontabschedule/add/", "periodictask/add/"):
        assert text_of(client, f"/admin/django_celery_beat/{path}")
