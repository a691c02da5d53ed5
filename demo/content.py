"""What the database of a demonstration holds before the first pull."""

import io
import json
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from demo.place import Place
from launch.programs import ROOT

SAMPLE = ROOT / "config" / "sample.json"
LOGIN, PASSWORD = "admin", "admin-demo"


class NotLoaded(Exception):
    """The sample configuration or its webhook was refused."""


def reset_database(place: Place) -> None:
    """Begin anew: the sandbox forgets everything too, and old links would point at nothing."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{place.database}{suffix}").unlink(missing_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    get_user_model().objects.create_superuser(LOGIN, f"{LOGIN}@acme.example", PASSWORD)


def load_sample(place: Place) -> None:
    """Import the sample configuration, with the ports in use. Raises NotLoaded."""
    document = place.folder / "sample.json"
    document.write_text(sample(place))
    errors = io.StringIO()
    try:
        call_command("importconfig", str(document), stdout=io.StringIO(), stderr=errors)
    except (CommandError, SystemExit) as error:
        reasons = errors.getvalue().strip() or str(error)
        raise NotLoaded(f"The sample configuration was refused:\n{reasons}") from error


def register_webhook() -> None:
    """Have the sandbox's Jira tell of changes. Raises NotLoaded."""
    errors = io.StringIO()
    try:
        call_command("registerwebhooks", stdout=io.StringIO(), stderr=errors)
    except (CommandError, SystemExit) as error:
        reasons = errors.getvalue().strip() or str(error)
        raise NotLoaded(f"The webhook was refused:\n{reasons}") from error


def sample(place: Place) -> str:
    """Return the sample configuration as JSON, with the addresses in use."""
    document = json.loads(SAMPLE.read_text())
    for connection in document["salesforce_connections"]:
        connection["login_url"] = place.salesforce_url
    for connection in document["jira_connections"]:
        connection["base_url"] = place.jira_url
    return json.dumps(document, indent=2)
