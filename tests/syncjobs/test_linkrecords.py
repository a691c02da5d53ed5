"""linkrecords: existing issues and records become pairs."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from connector.errors import Answer, Refused
from connector.jira.client import JiraClient
from linking import linking
from linking.marks import SIGNATURE
from linking.models import Link
from tests.world import DEAF, World


class Run:
    """One run of the command."""

    def __init__(self, path: Path, text: str, *, dry_run: bool = False) -> None:
        file = path / "pairs.csv"
        file.write_bytes(text.encode())
        out, err = io.StringIO(), io.StringIO()
        self.code = 0
        try:
            call_command(
                "linkrecords", str(file), item="Cases", dry_run=dry_run, stdout=out, stderr=err
            )
        except SystemExit as end:
            self.code = int(str(end.code))
        self.out, self.err = out.getvalue(), err.getvalue()


def case(world: World, subject: str = "Printer on fire") -> str:
    return world.org.insert("Case", {"Subject": subject})


def issue(world: World, summary: str = "Old summary", project: str = "SUP") -> str:
    return world.site.create_issue(project, "Task", summary=summary).key


@pytest.fixture
def started(world: World) -> World:
    world.configure(world.item(mode="two_way", auto_create_issues=False, **DEAF))
    return world


def test_a_line_links_its_issue_and_record(started: World, tmp_path: Path) -> None:
    key, record_id = issue(started), case(started)

    run = Run(tmp_path, f"issue,record\n{key},{record_id}\n")

    link = Link.objects.get()
    assert (link.issue_key, link.record_id) == (key, record_id)
    assert (link.state, link.origin) == (Link.State.ACTIVE, Link.Origin.MANUAL)
    assert run.out.splitlines()[-1] == "linked 1, refused 0"
    assert run.code == 0


def test_the_next_pull_takes_what_salesforce_has(started: World, tmp_path: Path) -> None:
    key, record_id = issue(started), case(started, "From Salesforce")
    Run(tmp_path, f"issue,record\n{key},{record_id}\n")
    started.clock.shift(60)

    started.pull()

    assert started.issue(key)["fields"]["summary"] == "From Salesforce"


def test_both_sides_get_their_marks(started: World, tmp_path: Path) -> None:
    key, record_id = issue(started), case(started)

    Run(tmp_path, f"issue,record\n{key},{record_id}\n")

    mark = started.issue(key)["properties"]["salesforce-connector"]
    assert (mark["record"], mark["object"], mark["item"]) == (record_id, "Case", "Cases")
    (note,) = started.org.all("CaseComment")
    assert note["CommentBody"].startswith(SIGNATURE)
    assert note["CommentBody"].endswith("manual")


def test_the_note_is_not_written_twice(started: World, tmp_path: Path) -> None:
    key, record_id = issue(started), case(started)
    Run(tmp_path, f"issue,record\n{key},{record_id}\n")

    started.pull()

    assert len(started.org.all("CaseComment")) == 1


def test_a_dry_run_changes_nothing(started: World, tmp_path: Path) -> None:
    key, record_id = issue(started), case(started)

    run = Run(tmp_path, f"issue,record\n{key},{record_id}\n", dry_run=True)

    assert not Link.objects.exists()
    assert not started.org.all("CaseComment")
    assert started.issue(key)["properties"] == {}
    assert run.out.splitlines()[-1] == "would be linked 1, refused 0"


@pytest.mark.parametrize(
    "text",
    ["\ufeffrecord;issue\r\n{record};{issue}\r\n", 'Issue,Record,\n"{issue}", {record} ,\n'],
)
def test_the_file_may_look_as_spreadsheets_write_it(
    started: World, tmp_path: Path, text: str
) -> None:
    run = Run(tmp_path, text.format(issue=issue(started), record=case(started)))
    assert (run.code, run.err) == (0, "")
    assert Link.objects.count() == 1


def test_a_line_that_cannot_be_linked_is_named_and_the_others_are(
    started: World, tmp_path: Path
) -> None:
    key, record_id = issue(started), case(started)

    run = Run(tmp_path, f"issue,record\nSUP-999,{case(started)}\n\n{key},{record_id}\n")

    assert run.err == (
        "line 2: Jira has no issue SUP-999, or the connector's user may not see it.\n"
    )
    assert run.out.splitlines()[-1] == "linked 1, refused 1"
    assert Link.objects.get().issue_key == key
    assert run.code == 1


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("500000000009999", "Salesforce has no Case 500000000009999"),
        ("001000000000001", "begin with 500"),
        ("500000000000001ZZZ", "last 3 characters don't fit"),
        ("nonsense", "not a Salesforce Id"),
        ("", "needs an issue and a record"),
    ],
)
def test_a_record_that_is_none_is_refused_with_its_line(
    started: World, tmp_path: Path, record: str, reason: str
) -> None:
    run = Run(tmp_path, f"issue,record\n{issue(started)},{record}\n")
    assert run.err.startswith("line 2: ")
    assert reason in run.err
    assert not Link.objects.exists()


def test_an_issue_of_another_project_is_refused(started: World, tmp_path: Path) -> None:
    other = next(p.key for p in started.site.projects.values() if p.key != "SUP")
    key = issue(started, project=other)
    run = Run(tmp_path, f"issue,record\n{key},{case(started)}\n")
    assert f"line 2: {key} is not in project SUP" in run.err


def test_what_is_linked_elsewhere_is_refused(started: World, tmp_path: Path) -> None:
    key, record_id = issue(started), case(started)
    Run(tmp_path, f"issue,record\n{key},{record_id}\n")

    run = Run(
        tmp_path,
        f"issue,record\n{key},{record_id}\n{key},{case(started)}\n{issue(started)},{record_id}\n",
    )

    assert [line.partition(": ")[0] for line in run.err.splitlines()] == [
        "line 2",
        "line 3",
        "line 4",
    ]
    assert "already linked to each other" in run.err
    assert f"{key} is already linked to record {record_id}" in run.err
    assert f"Record {record_id} is already linked to {key}" in run.err
    assert Link.objects.count() == 1


def test_a_refused_line_leaves_its_record_to_a_later_one(started: World, tmp_path: Path) -> None:
    taken, free, record_id = issue(started), issue(started), case(started)
    Run(tmp_path, f"issue,record\n{taken},{case(started)}\n")

    Run(tmp_path, f"issue,record\n{taken},{record_id}\n{free},{record_id}\n")

    assert Link.objects.get(record_id=record_id).issue_key == free


def test_a_link_is_taken_back_when_jira_refuses_its_mark(
    started: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, record_id = issue(started), case(started)
    refused = Refused("You may not edit this issue.", Answer(system="Jira", status=403))

    def refuse(*arguments: object) -> None:
        raise refused

    monkeypatch.setattr(JiraClient, "set_issue_property", refuse)
    run = Run(tmp_path, f"issue,record\n{key},{record_id}\n")

    assert "could not be written: You may not edit this issue." in run.err
    assert not Link.objects.exists()
    assert not started.org.all("CaseComment")


def test_what_is_in_the_file_twice_is_linked_once(started: World, tmp_path: Path) -> None:
    key, record_id = issue(started), case(started)

    run = Run(tmp_path, f"issue,record\n{key},{record_id}\n{key},{case(started)}\n")

    assert run.err == f"line 3: {key} is in line 2 already.\n"
    assert Link.objects.get().record_id == record_id


def test_a_moved_issue_is_found_by_its_old_key(started: World, tmp_path: Path) -> None:
    """A key changes when an issue is moved; the file may be older than that."""
    other = next(p.key for p in started.site.projects.values() if p.key != "SUP")
    old = issue(started, project=other)
    new = started.site.move_issue(old, "SUP").key

    Run(tmp_path, f"issue,record\n{old},{case(started)}\n")

    assert Link.objects.get().issue_key == new


def test_data_center_links_as_well(data_center: World, tmp_path: Path) -> None:
    data_center.configure(data_center.item(mode="two_way", auto_create_issues=False, **DEAF))
    key = issue(data_center)
    run = Run(tmp_path, f"issue,record\n{key},{case(data_center)}\nSUP-999,{case(data_center)}\n")
    assert Link.objects.get().issue_key == key
    assert "line 3: Jira has no issue SUP-999" in run.err


def test_a_file_without_the_columns_is_refused(started: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="columns issue and record"):
        Run(tmp_path, "key,id\nSUP-1,500000000000001\n")


def test_of_two_who_link_at_once_one_is_refused_in_words(
    started: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked and found nothing; the database lets only one through."""
    item, check, looks = started.only_item, linking.why_not, iter([None])
    linking.link_pair(item, "10001", "SUP-1", "500000000000001AAA", Link.Origin.MANUAL)
    monkeypatch.setattr(linking, "why_not", lambda *pair: next(looks, check(*pair)))

    with pytest.raises(linking.AlreadyLinked, match="already linked to SUP-1"):
        linking.link_pair(item, "10002", "SUP-2", "500000000000001AAA", Link.Origin.MANUAL)

    assert Link.objects.get().issue_key == "SUP-1"
