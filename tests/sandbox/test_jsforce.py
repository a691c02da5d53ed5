"""The public client package `jsforce` works against the sandbox's Salesforce unchanged."""

import base64

import pytest

from sandbox import server
from tests import nodejs

pytestmark = pytest.mark.node
FILE = base64.b64encode(bytes(range(256))).decode()


@pytest.fixture(scope="module")
def done():
    sandbox = server.start(jira_port=0, salesforce_port=0)
    sandbox.org.query_batch = 100
    yield nodejs.run_steps("jsforce.mjs", {"url": sandbox.salesforce_url, "file": FILE})
    sandbox.stop()


def test_it_logs_in_with_client_credentials(done):
    assert done["loggedIn"]["instanceUrl"].startswith("http://127.0.0.1:")
    assert done["loggedIn"]["organizationId"].startswith("00D")


def test_it_logs_in_with_user_name_and_password(done):
    assert done["byPassword"] == done["loggedIn"]["organizationId"]


def test_it_works_with_a_session_id_alone(done):
    assert done["bySessionId"] == 1


def test_it_is_told_that_the_secret_is_wrong(done):
    assert "invalid_client" in done.error("wrongSecret")


def test_it_renews_a_session_that_has_ended(done):
    """salesforce trap 4: what comes back for a dead token has to be known as that."""
    assert done["renewsSession"] == 1


def test_a_session_that_was_logged_out_is_of_no_use(done):
    assert "INVALID_SESSION_ID" in done.error("logout")


@pytest.mark.parametrize("step", ["identity", "identityBySessionId"])
def test_it_asks_who_it_is(done, step):
    assert done[step]["username"] == "integration@acme.example"
    assert done[step]["organization_id"] == done["loggedIn"]["organizationId"]


def test_it_reads_limits_and_usage(done):
    assert done["limits"]["DailyApiRequests"]["Max"] == 100_000
    assert done["apiUsage"]["limit"] == 100_000
    assert "67.0" in {version["version"] for version in done["versions"]}


def test_it_describes_objects(done):
    assert {"Account", "Case", "CaseComment", "Project__c"} <= set(done["describeGlobal"])
    assert done["describe"]["keyPrefix"] == "500"
    assert {"Subject", "OwnerId", "Jira_Key__c"} <= set(done["describe"]["fields"])
    assert "CaseComments" in done["describe"]["children"]


def test_it_creates_reads_and_changes_a_record(done):
    assert done["create"]["success"] is True
    assert done["retrieve"]["Subject"] == "Printer on fire"
    assert done["update"] == {"id": done["create"]["id"], "success": True, "errors": []}


def test_it_writes_more_records_than_fit_a_call(done):
    assert done["createMany"] == 250
    assert done["retrieveMany"] == ["Case 0", "Case 1", "Case 2"]
    assert done["updateMany"] == [True, True, True]


def test_it_learns_which_records_failed(done):
    assert done["createSome"] == [[True, []], [False, ["INVALID_FIELD"]]]


def test_it_upserts_by_an_external_id(done):
    upsert = done["upsert"]
    assert (upsert["first"]["created"], upsert["again"]["created"]) == (True, False)
    assert [record["Subject"] for record in upsert["all"]] == ["b"]
    assert done["upsertMany"] == [[True, False], [True, True]]


def test_it_follows_parents_and_children(done):
    assert done["createChild"]["success"] is True
    first, _ = done["query"]["records"]
    assert first["Owner"]["Name"] == "Jira Integration"
    assert done["childQuery"] == ["On our way."]


def test_it_walks_pages(done):
    assert done["queryMore"] == {"sizes": [100, 100, 50], "totalSize": 250}
    assert (done["autoFetch"], done["stream"], done["count"]) == (250, 250, 250)


def test_the_queries_it_builds_find_what_they_name(done):
    assert done["odd"]["success"] is True
    subjects = [record["Subject"] for record in done["builtQuery"]]
    assert subjects == [*(f"Case 1{number}" for number in range(10)), 'it\'s "odd"']


def test_it_is_told_what_is_wrong_with_a_query(done):
    assert "INVALID_FIELD" in done.error("badQuery")
    assert "No such column 'Nothing' on entity 'Case'" in done.error("badQuery")


def test_it_searches(done):
    assert [record["Subject"] for record in done["search"]] == ["Put out"]


def test_it_sends_composite_calls_and_batches(done):
    made, read = done["composite"]["compositeResponse"]
    assert (made["httpStatusCode"], read["body"]["Name"]) == (201, "Acme")
    assert [part["statusCode"] for part in done["batch"]["results"]] == [200, 404]


def test_it_uploads_and_downloads_a_file(done):
    assert done["uploadFile"]["success"] is True
    assert done["filesOfRecord"] == ["log.bin"]
    assert done["downloadFile"] == FILE


def test_it_deletes_records(done):
    assert done["destroy"]["success"] is True
    assert done["destroyMany"] == 250
    assert "ENTITY_IS_DELETED" in done.error("retrieveGone")


def test_it_learns_what_was_deleted(done):
    assert done["history"] == {"deleted": 251, "updated": True}
    assert done["deletedToo"] == 251
