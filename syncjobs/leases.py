"""One worker at a time reconciles a pair: a lease in the database that ends with its owner."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_hex

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from linking.models import Link

# A dead worker's pairs and items are free again after this time; a living one renews them three
# times as often, however long one remote call takes.
LEASE = timedelta(seconds=75)
RENEW_SECONDS = 20.0


@contextmanager
def leased(links: Iterable[Link]) -> Iterator[list[Link]]:
    """Lease the pairs that nobody else has; give the links as they are in the database now.

    They are released when the block ends, and by themselves if its process dies.
    """
    lease = token_hex(16)
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    wanted = Link.objects.filter(free, pk__in=[link.pk for link in links])
    wanted.filter(state=Link.State.ACTIVE).update(lease=lease, leased_until=now + LEASE)
    mine = Link.objects.filter(lease=lease)

    def renew() -> None:
        mine.update(leased_until=timezone.now() + LEASE)

    try:
        with kept_alive(renew):
            yield list(mine)
    finally:
        mine.update(lease="", leased_until=None)


@contextmanager
def kept_alive(renew: Callable[[], object]) -> Iterator[None]:
    """Call `renew` every now and then while the block works."""
    done = threading.Event()

    def keep() -> None:
        try:
            while not done.wait(RENEW_SECONDS):
                renew()
        finally:
            connection.close()

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
