"""Carries webhooks away in the background, and tries again as Cloud does."""

import logging
import random
import threading
import time
from dataclasses import dataclass, replace
from queue import PriorityQueue

import requests

log = logging.getLogger(__name__)

# Answers after which Cloud tries again; any other 4xx or 3xx loses the letter.
AGAIN = {408, 409, 425, 429}
TIME_OUT = 10.0


@dataclass(frozen=True, slots=True)
class Letter:
    url: str
    headers: dict[str, str]
    body: bytes
    attempt: int = 0


class WebhookSender:
    """A thread that posts letters. `attempts` is 6 on Cloud, 1 on Data Center.

    `pause` gives the shortest and the longest wait, in seconds, before another attempt; Cloud's own
    300 and 900 would bore whoever tries things out.
    """

    def __init__(self, attempts: int = 6, pause: tuple[float, float] = (5.0, 15.0)) -> None:
        self._attempts = attempts
        self._pause = pause
        self._queue: PriorityQueue[tuple[float, int, Letter | None]] = PriorityQueue()
        self._number = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def __call__(self, url: str, headers: dict[str, str], body: bytes) -> None:
        """Accept a letter; it leaves soon."""
        self._put(time.monotonic(), Letter(url, headers, body))

    def stop(self) -> None:
        """Finish the letter in hand and leave the others."""
        self._put(0.0, None)
        self._thread.join()

    def _put(self, due: float, letter: Letter | None) -> None:
        with self._lock:
            self._number += 1
            self._queue.put((due, self._number, letter))

    def _run(self) -> None:
        while True:
            due, number, letter = self._queue.get()
            if letter is None:
                return
            wait = due - time.monotonic()
            if wait > 0:
                # Something more urgent may come in meanwhile, so look again before long.
                self._queue.put((due, number, letter))
                time.sleep(min(wait, 0.2))
                continue
            self._deliver(letter)

    def _deliver(self, letter: Letter) -> None:
        headers = dict(letter.headers)
        if letter.attempt:
            headers["X-Atlassian-Webhook-Retry"] = str(letter.attempt)
        if self._delivered(letter, headers) or letter.attempt + 1 >= self._attempts:
            return
        wait = random.uniform(*self._pause)  # noqa: S311 - spreads attempts, guards nothing
        self._put(time.monotonic() + wait, replace(letter, attempt=letter.attempt + 1))

    def _delivered(self, letter: Letter, headers: dict[str, str]) -> bool:
        """Post once; return whether that settles it."""
        try:
            answer = requests.post(
                letter.url,
                data=letter.body,
                headers=headers,
                timeout=TIME_OUT,
                allow_redirects=False,
            )
        except requests.RequestException as failure:
            log.info("webhook to %s failed: %s", letter.url, type(failure).__name__)
            return False
        return answer.status_code not in AGAIN and answer.status_code < 500
