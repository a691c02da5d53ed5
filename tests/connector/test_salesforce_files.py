"""Content versions and classic attachments, as streams."""

import io

import pytest
import requests

from connector.errors import Answer, Busy, ConnectionBroken, Gone, Refused
from tests.connector.salesforce_world import World, world
from tests.network import answer

UPLOAD = "/sobjects/ContentVersion/"


@pytest.fixture
def org():
    with world() as opened:
        yield opened


def upload(org: World, name: str = "log.txt", content: bytes = b"it burns", **more) -> str:
    (case,) = org.cases(1)
    return org.client().upload_file(io.BytesIO(content), len(content), name, case, **more)


def download(org: World, file_id: str) -> bytes:
    with org.client().download_file(file_id) as opened:
        return b"".join(opened.chunks())


def fail_at(org: World, path: str, outcome) -> None:
    def fault(request: requests.PreparedRequest) -> requests.Response | None:
        if not str(request.path_url).endswith(path):
            return None
        if isinstance(outcome, Exception):
            raise outcome
        return answer(request, *outcome)

    org.network.faults.append(fault)


# Uploads


def test_an_uploaded_file_is_shown_on_its_record(org):
    version = org.org.row(upload(org))
    (case,) = [row["Id"] for row in org.org.all("Case")]
    assert (version["Title"], version["PathOnClient"]) == ("log", "log.txt")
    assert org.org.store.blobs[version["Id"]] == b"it burns"
    links = org.org.find_by("ContentDocumentLink", "LinkedEntityId", case)
    assert [link["ContentDocumentId"] for link in links] == [version["ContentDocumentId"]]


def test_the_version_says_why_it_was_made(org):
    version = upload(org, reason="Jira issue SUP-1, attachment 10200")
    assert org.org.row(version)["ReasonForChange"] == "Jira issue SUP-1, attachment 10200"


def test_the_real_name_travels_in_the_fields_and_an_ascii_one_in_the_part(org):
    bodies: list[bytes] = []

    def read(request):
        if str(request.path_url).endswith(UPLOAD):
            bodies.append(request.body.read())
            return answer(request, 201, b'{"id": "068xx0000000001AAA", "success": true}')
        return None

    org.network.faults.append(read)
    upload(org, 'Übergabe "neu" 報告.pdf')
    head, _, rest = bodies[0].partition(b"VersionData")
    assert b"entity_content" in head
    assert rest.isascii()
    assert b'filename="_bergabe _neu_ __.pdf"' in rest


@pytest.mark.parametrize("name", ["Übergabe 報告.pdf", "README", ".env", "a.tar.gz", "x" * 300])
def test_any_name_is_taken(org, name):
    version = org.org.row(upload(org, name))
    assert version["PathOnClient"] == name
    assert 0 < len(version["Title"]) <= 255


def test_an_upload_is_never_whole_in_memory(org):
    largest = 0

    class Source(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            nonlocal largest
            data = super().read(size)
            largest = max(largest, len(data))
            return data

    (case,) = org.cases(1)
    org.client().upload_file(Source(b"x" * 3_000_000), 3_000_000, "big", case)
    assert 0 < largest < 500_000


def test_salesforce_trap_4_an_ended_session_does_not_send_half_a_file(org):
    """salesforce trap 4: the token dies while a file is under way. The stream is used up, so the
    next try needs a new one; the new session is there for it."""
    (case,) = org.cases(1)
    client = org.client()
    assert client.token
    org.org.revoke_tokens()
    with pytest.raises(Busy) as caught:
        client.upload_file(io.BytesIO(b"it burns"), 8, "log.txt", case)
    assert not caught.value.may_have_happened
    assert client.upload_file(io.BytesIO(b"it burns"), 8, "log.txt", case).startswith("068")
    assert len(org.org.all("ContentVersion")) == 1


def test_after_a_lost_answer_the_file_may_be_there(org):
    fail_at(org, UPLOAD, requests.ConnectionError("reset"))
    with pytest.raises(Busy) as caught:
        upload(org)
    assert caught.value.may_have_happened


def test_a_full_storage_is_said_to_be_full(org):
    body = b'[{"errorCode": "STORAGE_LIMIT_EXCEEDED", "message": "storage limit exceeded"}]'
    fail_at(org, UPLOAD, (400, body, {"Content-Type": "application/json"}))
    with pytest.raises(Refused, match="storage is full"):
        upload(org)


def test_a_source_that_fails_is_not_taken_for_salesforce(org):
    class Source:
        def read(self, size: int = -1) -> bytes:
            raise Busy("Jira is away", Answer(system="Jira"))

    (case,) = org.cases(1)
    with pytest.raises(Busy, match="Jira is away"):
        org.client().upload_file(Source(), 5, "log.txt", case)
    assert org.org.all("ContentVersion") == []


# Downloads


def test_a_version_is_downloaded_in_chunks(org):
    content = bytes(range(256)) * 1_000
    version = upload(org, content=content)
    with org.client().download_file(version) as opened:
        chunks = list(opened.chunks())
    assert b"".join(chunks) == content
    assert len(chunks) > 1


def test_a_classic_attachment_is_downloaded_by_its_id(org):
    (case,) = org.cases(1)
    row = {"ParentId": case, "Name": "mail.eml", "Body": b"Dear all"}
    assert download(org, org.org.insert("Attachment", row)) == b"Dear all"


def test_a_dead_session_is_renewed_before_a_download(org):
    version = upload(org)
    client = org.client()
    assert client.token
    org.org.revoke_tokens()
    with client.download_file(version) as opened:
        assert b"".join(opened.chunks()) == b"it burns"


def test_a_file_that_is_gone_is_gone(org):
    version = upload(org)
    org.org.delete("ContentDocument", org.org.row(version)["ContentDocumentId"])
    with pytest.raises(Gone):
        download(org, version)


def test_salesforce_trap_16_a_redirect_to_a_login_page_is_not_the_file(org):
    """salesforce trap 16: login redirects where data was expected."""
    version = upload(org)
    fail_at(org, "/VersionData", (302, b"", {"Location": "https://login.salesforce.com"}))
    with pytest.raises(ConnectionBroken):
        download(org, version)


def test_a_download_that_breaks_off_is_tried_later(org, monkeypatch):
    def broken(*_, **__):
        raise requests.exceptions.ChunkedEncodingError("broken")

    version = upload(org)
    with org.client().download_file(version) as opened:
        monkeypatch.setattr(requests.Response, "iter_content", broken)
        with pytest.raises(Busy, match="broke off"):
            list(opened.chunks())
