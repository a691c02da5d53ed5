"""Files stream both ways, and credentials stay with Jira."""

import io

import pytest
import requests

from connector.errors import Answer, Busy, Refused, RemoteError
from connector.jira.model import Deployment
from tests.connector.jira_scripted import GATEWAY, NAMED, SITE, ScriptedSite, client_of
from tests.network import InProcessNetwork

CONTENT = "/rest/api/2/attachment/content/10200"
SECURE = "/secure/attachment/10200/log.txt"
ADD = "/rest/api/2/issue/10042/attachments"
BYTES = {"Content-Disposition": "attachment; filename=log.txt"}
MEDIA = "https://media.test"


@pytest.fixture
def site():
    return ScriptedSite()


@pytest.fixture
def media():
    return ScriptedSite()


@pytest.fixture(autouse=True)
def network(site, media):
    network = InProcessNetwork()
    network.serve(SITE, site)
    network.serve(MEDIA, media)
    with network:
        yield network


def download(client, content_url: str = "") -> bytes:
    with client.download("10200", content_url) as opened:
        return b"".join(opened.chunks())


def redirect(location: str) -> tuple[int, bytes, dict[str, str]]:
    return (303, b"", {"Location": location, **NAMED})


def data_center():
    return client_of(deployment=Deployment.DATA_CENTER)


# Downloads


def test_jira_trap_a_redirect_to_the_file_store_carries_no_credentials(site, media):
    """jira trap: the redirect of an attachment leads to another host."""
    site.on(CONTENT, redirect(f"{MEDIA}/file/1?token=abc"))
    media.on("/file/1", (200, b"bytes"))
    assert download(client_of()) == b"bytes"
    assert "authorization" in site.seen[0][3]
    assert "authorization" not in media.seen[0][3]


def test_a_redirect_to_a_private_address_is_refused(site, network):
    site.on(CONTENT, redirect("https://127.0.0.1/file/1"))
    with pytest.raises(Refused, match="private network"):
        download(client_of())
    assert len(network.calls) == 1


def test_a_redirect_to_plain_http_is_refused(site, network):
    site.on(CONTENT, redirect("http://media.test/file/1"))
    with pytest.raises(Refused, match="plain http"):
        download(client_of())


def test_a_relative_redirect_stays_on_the_site_without_credentials(site):
    site.on(CONTENT, redirect("/media/1"))
    site.on("/media/1", (200, b"bytes"))
    assert download(client_of()) == b"bytes"
    assert "authorization" not in site.seen[1][3]


@pytest.mark.parametrize("location", ["https://[broken", "file:///etc/passwd"])
def test_a_redirect_to_no_web_address_is_not_followed(site, network, location):
    site.on(CONTENT, redirect(location))
    with pytest.raises(RemoteError):
        download(client_of())
    assert {each.url for each in network.calls} == {SITE + CONTENT}


def test_redirects_without_end_are_given_up(site, media):
    site.on(CONTENT, redirect(f"{MEDIA}/file/1"))
    media.on("/file/1", redirect(f"{MEDIA}/file/1"))
    with pytest.raises(Busy):
        download(client_of())


def test_an_address_that_has_expired_is_tried_again_later(site, media):
    site.on(CONTENT, redirect(f"{MEDIA}/file/1"))
    media.on("/file/1", (403, b"expired"))
    with pytest.raises(Busy):
        download(client_of())


def test_jira_trap_a_scoped_token_downloads_by_id_and_not_by_the_content_address(network):
    """jira trap: the content address names the site, which refuses a scoped token."""
    gateway = ScriptedSite()
    network.serve(GATEWAY, gateway)
    gateway.on(f"/ex/jira/c-1{CONTENT}", (200, b"bytes", {**BYTES, **NAMED}))
    client = client_of(api_root=f"{GATEWAY}/ex/jira/c-1")
    assert download(client, f"{SITE}{CONTENT}") == b"bytes"


def test_data_center_sends_credentials_to_its_own_host_only(site, network):
    site.on(SECURE, (200, b"bytes", {**BYTES, **NAMED}))
    assert download(data_center(), f"https://stranger.test{SECURE}") == b"bytes"
    assert [each.url for each in network.calls] == [SITE + SECURE]


def test_an_address_that_is_no_attachment_is_refused(network):
    with pytest.raises(Refused):
        download(data_center(), f"{SITE}/secure/attachment/999/log.txt")
    assert network.calls == []


@pytest.mark.parametrize("location", ["/login.jsp?os_destination=x", "https://sso.test/Login?x=1"])
def test_jira_trap_data_center_redirects_a_token_to_the_login_page(site, location):
    """jira trap: some versions don't accept a personal access token for files."""
    site.on(SECURE, (302, b"", {"Location": location, **NAMED}))
    with pytest.raises(Refused, match="login page"):
        download(data_center(), SITE + SECURE)


def test_jira_trap_a_login_page_is_not_stored_as_the_file(site):
    """jira trap: HTML arrives where bytes were expected."""
    site.on(SECURE, (200, b"<html>", {"Content-Type": "text/html;charset=UTF-8", **NAMED}))
    with pytest.raises(Refused, match="login page"):
        download(data_center(), SITE + SECURE)


def test_a_file_that_is_html_is_a_file(site):
    headers = {"Content-Type": "text/html", **BYTES, **NAMED}
    site.on(SECURE, (200, b"<html>", headers))
    assert download(data_center(), SITE + SECURE) == b"<html>"


def test_a_file_named_login_is_downloaded(site, media):
    site.on(CONTENT, redirect(f"{MEDIA}/login/login-problem.txt"))
    media.on("/login/login-problem.txt", (200, b"bytes"))
    assert download(client_of()) == b"bytes"


def test_jira_trap_the_page_of_a_single_sign_on_is_not_stored_as_the_file(site, media):
    """jira trap: HTML arrives where bytes were expected."""
    site.on(SECURE, redirect(f"{MEDIA}/saml/start"))
    media.on("/saml/start", (200, b"<html>", {"Content-Type": "text/html"}))
    with pytest.raises(Refused, match="login page"):
        download(data_center(), SITE + SECURE)


def test_clouds_file_store_may_send_html_without_a_disposition(site, media):
    site.on(CONTENT, redirect(f"{MEDIA}/file/1"))
    media.on("/file/1", (200, b"<html>", {"Content-Type": "text/html"}))
    assert download(client_of()) == b"<html>"


@pytest.mark.parametrize(
    ("headers", "size"),
    [
        ({"Content-Length": "5"}, 5),
        ({}, None),
        ({"Content-Length": "25", "Content-Encoding": "br"}, None),
    ],
)
def test_the_size_is_told_where_it_is_known(site, headers, size):
    site.on(CONTENT, (200, b"bytes", {**BYTES, **headers, **NAMED}))
    with client_of().download("10200", "") as opened:
        assert opened.size == size


def test_files_are_asked_for_unpacked(site, media):
    site.on(CONTENT, redirect(f"{MEDIA}/file/1"))
    media.on("/file/1", (200, b"bytes"))
    download(client_of())
    asked = [site.seen[0][3]["accept-encoding"], media.seen[0][3]["accept-encoding"]]
    assert asked == ["identity", "identity"]


def test_a_download_that_breaks_off_is_tried_later(site, network):
    site.on(CONTENT, (200, b"bytes", {**BYTES, **NAMED}))

    def break_off(request, response):
        response.raw.stream = _broken

    network.losses.append(break_off)
    with pytest.raises(Busy, match="broke off"):
        download(client_of())


def _broken(*_: object, **__: object):
    raise requests.exceptions.ChunkedEncodingError("broken")


# Uploads


def test_an_upload_passes_the_xsrf_check_and_names_its_part(site):
    site.on(ADD, (200, [{"id": "10200", "filename": "log.txt"}]))
    added = client_of().add_attachment("10042", "log.txt", io.BytesIO(b"bytes"), 5)
    assert added["id"] == "10200"
    _, _, body, headers = site.seen[0]
    assert headers["x-atlassian-token"] == "no-check"
    assert b'name="file"; filename="log.txt"' in body
    assert b"\r\n\r\nbytes\r\n" in body


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.png", b"image/png"), ("a.txt", b"text/plain"), ("a", b"application/octet-stream")],
)
def test_an_upload_tells_its_kind_by_its_name(site, name, kind):
    site.on(ADD, (200, [{"id": "1"}]))
    client_of().add_attachment("10042", name, io.BytesIO(b"x"), 1)
    assert b"Content-Type: " + kind + b"\r\n" in site.seen[0][2]


def test_an_upload_is_never_whole_in_memory(site):
    site.on(ADD, (200, [{"id": "1"}]))
    largest = 0

    class Source(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            nonlocal largest
            data = super().read(size)
            largest = max(largest, len(data))
            return data

    size = 3_000_000
    client_of().add_attachment("10042", "big", Source(b"x" * size), size)
    assert 0 < largest < size / 4


def test_a_429_does_not_send_half_a_file_again(site):
    site.on(ADD, (429, {}, {"Retry-After": "1", **NAMED}))
    with pytest.raises(Busy):
        client_of().add_attachment("10042", "log.txt", io.BytesIO(b"bytes"), 5)
    assert len(site.seen) == 1


@pytest.mark.parametrize(("size", "word"), [(9, "shorter"), (3, "longer")])
def test_a_file_of_another_length_is_not_attached(site, size, word):
    site.on(ADD, (200, [{"id": "1"}]))
    with pytest.raises(ValueError, match=word):
        client_of().add_attachment("10042", "log.txt", io.BytesIO(b"bytes"), size)


def test_a_source_that_fails_is_not_taken_for_jira(site):
    class Source:
        def read(self, size: int = -1) -> bytes:
            raise Busy("Salesforce is away", Answer(system="Salesforce"))

    with pytest.raises(Busy, match="Salesforce is away"):
        client_of().add_attachment("10042", "log.txt", Source(), 5)


def test_a_source_whose_connection_breaks_is_not_taken_for_jira(site):
    class Source:
        def read(self, size: int = -1) -> bytes:
            raise requests.ConnectionError("reset by Salesforce")

    with pytest.raises(requests.ConnectionError, match="reset by Salesforce"):
        client_of().add_attachment("10042", "log.txt", Source(), 5)


def test_an_empty_file_can_be_attached(site):
    site.on(ADD, (200, [{"id": "1"}]))
    assert client_of().add_attachment("10042", "empty", io.BytesIO(), 0) == {"id": "1"}


def test_a_name_may_hold_any_characters(site):
    site.on(ADD, (200, [{"id": "1"}]))
    client_of().add_attachment("10042", 'Übersicht "neu" 📄.txt', io.BytesIO(b"x"), 1)
    assert "Übersicht %22neu%22 📄.txt".encode() in site.seen[0][2]


@pytest.mark.parametrize(
    ("meta", "limit"),
    [
        ({"enabled": True, "uploadLimit": 10485760}, 10485760),
        ({"enabled": False, "uploadLimit": 10485760}, 0),
        ({"enabled": True}, None),
    ],
)
def test_the_site_says_how_large_files_may_be(site, meta, limit):
    site.on("/rest/api/2/attachment/meta", (200, meta))
    assert client_of().attachment_limit() == limit
