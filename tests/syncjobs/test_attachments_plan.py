"""Which files are copied, decided without either system."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.catalog.probe import FILES
from syncjobs.attachments.names import LONGEST, safe_name, shown_name
from syncjobs.attachments.plan import Both, FilePlan, plan_files, twin_digest
from syncjobs.attachments.queries import changed_since, classic_changed_since
from syncjobs.attachments.values import File, Known, Side

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ME = {Side.SALESFORCE: "005me", Side.JIRA: "me"}
MOST = 100


def digest(*texts: str) -> str:
    return "|".join(texts)


def file(side: Side, file_id: str, **changes: Any) -> File:
    plain = File(side, file_id, "log.txt", "log.txt", 8, "somebody", NOW)
    return replace(plain, **changes)


def plan(both: Both, *known: Known) -> FilePlan:
    return plan_files(both, known, ME, MOST, digest)


def from_salesforce(**changes: Any) -> File:
    return file(Side.SALESFORCE, "068A", document="069A", content="c1", **changes)


INTENT = Known(
    key=7,
    origin=Side.SALESFORCE,
    complete=False,
    version="068A",
    document="069A",
    twin=twin_digest(digest, "log.txt", 8),
    asked_at=NOW,
)
COMPLETE = replace(INTENT, complete=True, jira="10", content="c1")
COPY = file(Side.JIRA, "10", author="me", created_at=NOW + timedelta(seconds=1))


def test_a_file_in_no_pair_is_copied() -> None:
    both = Both((from_salesforce(),), (file(Side.JIRA, "11"),))
    assert {copy.file.id for copy in plan(both).copies} == {"068A", "11"}


def test_a_pair_of_files_needs_nothing() -> None:
    assert plan(Both((from_salesforce(),), (COPY,)), COMPLETE) == FilePlan()


def test_an_intent_that_was_never_asked_for_is_carried_out() -> None:
    (copy,) = plan(Both((from_salesforce(),), (COPY,)), replace(INTENT, asked_at=None)).copies[:1]
    assert (copy.file.id, copy.key) == ("068A", 7)


def test_a_copy_without_an_answer_is_found() -> None:
    found = plan(Both((from_salesforce(),), (COPY,)), INTENT)
    assert (found.found, found.copies) == (((7, COPY),), ())


@pytest.mark.parametrize(
    "other",
    [
        {"author": "somebody"},
        {"size": 9},
        {"path": "Log.txt"},
        {"created_at": NOW - timedelta(minutes=6)},
    ],
)
def test_what_we_did_not_make_then_is_no_copy(other: dict[str, Any]) -> None:
    both = Both((from_salesforce(),), (replace(COPY, **other),))
    found = plan(both, INTENT)
    assert found.found == ()
    assert {copy.file.id for copy in found.copies} == {"068A", "10"}


def test_a_copy_is_found_once() -> None:
    second = replace(INTENT, key=8, version="068B", document="069B")
    other = file(Side.SALESFORCE, "068B", document="069B")
    found = plan(Both((from_salesforce(), other), (COPY,)), INTENT, second)
    assert found.found == ((7, COPY),)
    assert [(copy.file.id, copy.key) for copy in found.copies] == [("068B", 8)]


def test_a_copy_is_found_although_its_file_is_gone() -> None:
    found = plan(Both((), (COPY,)), INTENT)
    assert (found.found, found.copies, found.dropped) == (((7, COPY),), (), ())


def test_an_intent_without_a_file_or_a_copy_is_dropped() -> None:
    assert plan(Both(), INTENT).dropped == (7,)


def test_what_another_items_link_is_copying_is_left_to_it() -> None:
    assert plan(Both((from_salesforce(),), ()), replace(INTENT, own=False)) == FilePlan()


def test_a_new_version_is_a_new_file() -> None:
    new = file(Side.SALESFORCE, "068B", document="069A", content="c2")
    assert [copy.file.id for copy in plan(Both((new,), (COPY,)), COMPLETE).copies] == ["068B"]


def test_a_new_version_with_the_same_content_is_not() -> None:
    new = file(Side.SALESFORCE, "068B", document="069A", content="c1")
    found = plan(Both((new,), (COPY,)), COMPLETE)
    assert (found.same, found.copies) == (((7, new),), ())


def test_the_same_content_in_another_document_is_another_file() -> None:
    new = file(Side.SALESFORCE, "068B", document="069B", content="c1")
    assert len(plan(Both((new,), (COPY,)), COMPLETE).copies) == 1


def test_a_file_at_the_limit_is_copied_and_one_above_it_is_noted() -> None:
    both = Both((from_salesforce(size=MOST),), (file(Side.JIRA, "11", size=MOST + 1),))
    found = plan(both)
    assert [copy.file.id for copy in found.copies] == ["068A"]
    assert [note.target for note in found.notes] == ["log.txt"]


def test_a_file_that_is_kept_elsewhere_is_noted() -> None:
    (note,) = plan(Both((from_salesforce(outside=True),), ())).notes
    assert "elsewhere" in note.reason


def test_what_is_in_no_pair_is_copied_oldest_first() -> None:
    files = [file(Side.JIRA, str(n), created_at=NOW - timedelta(days=n)) for n in (1, 3, 2)]
    assert [copy.file.id for copy in plan(Both((), tuple(files))).copies] == ["3", "2", "1"]


# Names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("log.txt", "log.txt"),
        ("Übergabe 報告.pdf", "Übergabe 報告.pdf"),
        ("../../etc/passwd", "__.._etc_passwd"),
        ("C:\\temp\\a.txt", "C:_temp_a.txt"),
        (".htaccess", "_htaccess"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("  a.txt ", "a.txt"),
        ("", "file"),
        ("...", "file"),
        ("///", "file"),
        ("\x00", "file"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_extension() -> None:
    safe = safe_name("x" * 300 + ".pdf")
    assert (len(safe), safe[-5:]) == (LONGEST, "x.pdf")


@given(st.text(max_size=400))
def test_any_name_becomes_safe_and_stays_so(name: str) -> None:
    safe = safe_name(name)
    assert safe_name(safe) == safe
    assert 0 < len(safe) <= LONGEST
    assert not set(safe) & set("/\\\r\n\0")
    assert not safe.startswith(".")
    safe.encode()


@pytest.mark.parametrize(
    ("title", "extension", "shown"),
    [
        ("log", "txt", "log.txt"),
        ("log.txt", "txt", "log.txt"),
        ("LOG.TXT", "txt", "LOG.TXT"),
        ("a.tar", "gz", "a.tar.gz"),
        ("README", "", "README"),
    ],
)
def test_a_file_is_called_what_salesforce_shows(title: str, extension: str, shown: str) -> None:
    assert shown_name(title, extension) == shown


# What the poll asks


def test_without_query_all_files_there_is_no_poll_for_links() -> None:
    assert changed_since([FILES.sentence], NOW) is None


def test_the_poll_names_the_moment() -> None:
    soql = changed_since([], NOW)
    assert soql is not None
    assert soql.count(">= 2026-11-21T09:30:00Z") == 2
    assert ">= 2026-11-21T09:30:00Z" in classic_changed_since(NOW)
