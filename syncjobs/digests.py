"""Digests of values, exact and rough. Pure.

What a system makes of a marked-up text isn't known before it is read back: Jira turns wiki markup
into its own form and back again, Salesforce cleans HTML. So what we have written ourselves is
remembered roughly, by its plain text, until the next look sees the markup that came of it.
"""

from dataclasses import dataclass

from connector.jira.markup import Html, Wiki
from syncjobs.values import Canonical, as_text, fingerprint

ROUGH = "~"
# Before the digest of a value that the other side can't take: it is tried again at every look.
STUCK = "!"


@dataclass(frozen=True)
class Digester:
    """Takes digests with the item's key."""

    key: bytes

    def exact(self, value: Canonical) -> str:
        """Return the digest of a value that was read."""
        return fingerprint(value, self.key)

    def written(self, value: Canonical) -> str:
        """Return the digest of a value that is about to be written."""
        if isinstance(value, Html | Wiki):
            return self._rough(value)
        return self.exact(value)

    def is_same(self, value: Canonical, known: tuple[str, str] | None, side: int) -> bool:
        """Whether a value is the one known of its side (0 Salesforce, 1 Jira)."""
        if known is None:
            return False
        digest = known[side]
        return digest == (self._rough(value) if self.is_rough(digest) else self.exact(value))

    def stuck(self, value: Canonical) -> str:
        """Return the digest of a value that could not be carried over."""
        return STUCK + self.exact(value)

    @staticmethod
    def is_rough(digest: str) -> bool:
        return digest.startswith(ROUGH)

    def _rough(self, value: Canonical) -> str:
        return ROUGH + fingerprint(as_text(value) or None, self.key)
