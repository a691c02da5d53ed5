"""Where a demonstration takes place: its folder, its ports and its environment."""

import fcntl
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.keys import kept_secret
from launch import broker
from launch.ports import LOOPBACK, free_port

WEB_PORT, SALESFORCE_PORT, JIRA_PORT = 8000, 8101, 8102
# What the sandbox lets in, as its command prints it.
SANDBOX_SECRETS = {
    "SANDBOX_SF_SECRET": "sandbox-client-secret",
    "SANDBOX_JIRA_TOKEN": "sandbox-api-token",
    "SANDBOX_WEBHOOK_SECRET": "sandbox-webhook-secret",
}


class AlreadyRunning(Exception):
    """Another demonstration uses the folder."""


@dataclass(frozen=True)
class Place:
    """The ports are free when the place is chosen; friendly ones are preferred."""

    folder: Path
    web_port: int
    salesforce_port: int
    jira_port: int
    broker_port: int

    @property
    def web_url(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"

    @property
    def salesforce_url(self) -> str:
        return f"http://{LOOPBACK}:{self.salesforce_port}"

    @property
    def jira_url(self) -> str:
        return f"http://{LOOPBACK}:{self.jira_port}"

    @property
    def database(self) -> Path:
        return self.folder / "connector.sqlite3"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"


def choose(folder: Path) -> Place:
    """Make the folder if needed and choose free ports."""
    folder.mkdir(parents=True, exist_ok=True)
    return Place(
        folder,
        web_port=free_port(WEB_PORT),
        salesforce_port=free_port(SALESFORCE_PORT),
        jira_port=free_port(JIRA_PORT),
        broker_port=free_port(),
    )


def settings(place: Place) -> dict[str, str]:
    """Return the variables of the demonstration; they hide a `.env` that is for real work."""
    # Jira's files are served under another name of this machine, as its media host is another.
    hosts = [f"{LOOPBACK}:{place.salesforce_port}", f"{LOOPBACK}:{place.jira_port}"]
    local = f"{LOOPBACK},localhost"
    return {
        **SANDBOX_SECRETS,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": kept_secret(place.folder / "secret_key.txt"),
        "FERNET_KEYS": kept_secret(place.folder / "fernet_keys.txt"),
        "DEBUG": "0",
        "ALLOWED_HOSTS": local,
        "CSRF_TRUSTED_ORIGINS": "",
        "PUBLIC_URL": place.web_url,
        "DATABASE_URL": f"sqlite:///{place.database}",
        "CELERY_BROKER_URL": broker.url(place.broker_port),
        # Whoever tries things out wants to see them soon.
        "PULL_INTERVAL_SECONDS": "15",
        "EXTRA_HOSTS": ",".join([*hosts, f"localhost:{place.jira_port}"]),
        # A proxy of this machine's network has no way back to this machine.
        "NO_PROXY": local,
        "no_proxy": local,
    }


def write_settings(place: Place) -> Path:
    """Write the variables to a file that a shell can read, for `manage.py`, and return it."""
    path = place.folder / "env"
    path.touch(mode=0o600)
    lines = (f"{name}={shlex.quote(value)}\n" for name, value in settings(place).items())
    path.write_text("".join(lines))
    return path


@contextmanager
def to_itself(folder: Path) -> Iterator[None]:
    """Keep other demonstrations out of the folder. Raises AlreadyRunning."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(
                f"A demonstration is running already and uses {folder}. Stop it with Ctrl-C first."
            ) from None
        yield
