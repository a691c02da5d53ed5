"""One demonstration from the first process to the last line printed."""

import time
from collections.abc import Sequence

from config.celery import app
from demo import content, processes, table
from demo.people import JiraUser, SalesforceUser
from demo.place import Place, write_settings
from demo.play import play
from demo.steps import FIRST, STEPS
from demo.story import Step, Story
from launch.supervisor import Supervisor

PULL_TASK = "syncjobs.tasks.pull_all"


class Failed(Exception):
    """A step was not read back from the other side."""


class Performance:
    """Prints as it goes along; the supervisor stops what it started.

    `limit` is how many seconds all steps together may take.
    """

    def __init__(self, place: Place, supervisor: Supervisor, limit: float) -> None:
        self._place = place
        self._limit = limit
        self._supervisor = supervisor

    def prepare(self) -> None:
        """Bring up all processes, with the sample configuration in an otherwise empty database."""
        place = self._place
        print("Starting a broker and the sandbox Salesforce and Jira …", flush=True)
        processes.start_sandbox(self._supervisor, place)
        print("Making the database and loading the sample configuration …", flush=True)
        content.reset_database(place)
        content.load_sample(place)
        content.register_webhook()
        print("Starting web server, worker and Beat …", flush=True)
        processes.start_connector(self._supervisor, place)

    def play_all(self) -> None:
        """Do the main job end to end and print it as a table. Raises Failed."""
        print(flush=True)
        self._play(STEPS)
        print(f"\nAll {len(STEPS)} steps were read back from the other side.")

    def play_first(self) -> None:
        """Have one record become an issue, and print where to look. Raises Failed."""
        print("Creating a case in Salesforce and pulling it into Jira …\n", flush=True)
        story = self._play(FIRST)
        print(self._where_to_look(story), flush=True)

    def _play(self, steps: Sequence[Step]) -> Story:
        story = Story(SalesforceUser(self._place.salesforce_url), JiraUser(self._place.jira_url))
        give_up = time.monotonic() + self._limit
        print(table.heading(), flush=True)
        for outcome in play(story, steps, _pull, give_up, self._supervisor.check):
            print(table.row(outcome), flush=True)
            if not outcome.good:
                raise Failed("\nThis step was not read back from the other side.")
        return story

    def _where_to_look(self, story: Story) -> str:
        place = self._place
        lines = (
            ("Admin", f"{place.web_url}/admin/"),
            ("Login", f"{content.LOGIN} / {content.PASSWORD}"),
            ("Jira issue", story.jira.page(story.issue_key)),
            ("Salesforce case", story.salesforce.page("Case", story.case_id)),
            ("Output", str(place.logs)),
            ("For commands", f"set -a; . {write_settings(place)}; set +a"),
        )
        told = "\n".join(f"  {name:<16} {where}" for name, where in lines)
        return (
            f"\nThe connector is running. Where to look:\n\n{told}\n\n"
            "Edit the issue in Jira: the case follows at once, for Jira tells the connector.\n"
            "Edit the case in Salesforce: the issue follows at the next pull, every 15 seconds.\n"
            "Ctrl-C stops everything."
        )


def _pull() -> None:
    app.send_task(PULL_TASK)
