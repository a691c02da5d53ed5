"""Jira's letters to the product: dropped, doubled, late and in any order."""

from random import Random
from urllib.parse import urlsplit

from django.test import Client

from sandbox.jira.events import Delivery
from tests.world import World


class Letters:
    """Takes what the site sends; `deliver` carries some of it to the product."""

    def __init__(self, dice: Random, world: World) -> None:
        self._dice = dice
        self._outbox = world.site.outbox
        self._waiting: list[Delivery] = []
        self._client = Client()

    def deliver(self) -> None:
        """Lose some, carry some (a few twice), and keep the others for later."""
        self._waiting += self._outbox
        self._outbox.clear()
        self._dice.shuffle(self._waiting)
        late: list[Delivery] = []
        for letter in self._waiting:
            fate = self._dice.random()
            if fate < 0.3:
                late.append(letter)
            elif fate < 0.8:
                for _ in range(1 + (fate < 0.4)):
                    self._carry(letter)
        self._waiting = late

    def _carry(self, letter: Delivery) -> None:
        path = urlsplit(letter.url).path
        kind = letter.headers["Content-Type"]
        answer = self._client.post(path, letter.body, content_type=kind, headers=letter.headers)
        assert answer.status_code in (200, 202), answer.status_code
