"""The whole demonstration as people start it: real processes, broker, worker and HTTP."""

import os
import re
import signal
import sys

import pytest
import requests

from tests.processes import all_output, output_until, starter

pytestmark = [pytest.mark.redis, pytest.mark.usefixtures("ports_alone")]


@pytest.fixture
def demo(tmp_path):
    """Starts it in a folder of the test."""
    command = [sys.executable, "-u", "-m", "demo", "--folder", str(tmp_path)]
    with starter(os.environ) as start:
        yield lambda *options: start([*command, *options])


def said_by(folder):
    return {path.stem: path.read_text() for path in (folder / "logs").glob("*.log")}


def test_the_main_job_is_read_back_from_the_other_side(demo, tmp_path):
    process = demo("--once")
    told = all_output(process)
    assert process.returncode == 0, told
    assert "All 12 steps were read back" in told
    assert told.count("| ok") == 12
    # Several processes share one SQLite file.
    said = said_by(tmp_path)
    assert not [name for name, text in said.items() if "database is locked" in text]
    assert "Traceback" not in said["worker"]


def log_in(address, login, password):
    with requests.Session() as session:
        form = session.get(address, timeout=10)
        answer = session.post(
            form.url,
            data={
                "username": login,
                "password": password,
                "csrfmiddlewaretoken": session.cookies["csrftoken"],
            },
            timeout=10,
        )
        assert answer.ok
        return "sessionid" in session.cookies


def test_it_stays_until_ctrl_c_and_says_where_to_look(demo):
    process = demo()
    told = output_until(process, "Ctrl-C stops everything")
    addresses = dict(re.findall(r"^  (\S.*?) {2,}(http\S+)$", told, re.MULTILINE))
    assert set(addresses) == {"Admin", "Jira issue", "Salesforce case"}
    assert "Crane display stays dark" in requests.get(addresses["Jira issue"], timeout=10).text
    assert "Crane display stays dark" in requests.get(addresses["Salesforce case"], timeout=10).text
    [(login, password)] = re.findall(r"Login +(\S+) / (\S+)", told)
    assert log_in(addresses["Admin"], login, password)
    process.send_signal(signal.SIGINT)
    all_output(process)
    assert process.returncode == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(addresses["Admin"], timeout=10)


def test_what_is_not_read_back_in_time_makes_it_fail_and_say_so(demo):
    process = demo("--once", "--limit", "0")
    told = all_output(process)
    assert process.returncode == 1
    assert "no link note on the case" in told
    assert "FAILED" in told
    assert "What the processes said is in" in told
