"""Whether the processes can work."""

import requests
from celery import Celery
from kombu.exceptions import OperationalError

ANSWER_SECONDS = 2.0


def answers(url: str, host: str = "") -> bool:
    """Say whether `url` answers with a good status when it is asked under the name `host`."""
    headers = {"Host": host} if host else {}
    with requests.Session() as session:
        # A proxy named in the environment knows nothing of this machine's ports.
        session.trust_env = False
        try:
            return session.get(url, headers=headers, timeout=ANSWER_SECONDS).ok
        except requests.RequestException:
            return False


def has_worker(app: Celery) -> bool:
    """Say whether a worker answers that takes its tasks from the broker of `app`."""
    try:
        return bool(app.control.ping(timeout=ANSWER_SECONDS, limit=1))
    except (OperationalError, OSError):
        return False
