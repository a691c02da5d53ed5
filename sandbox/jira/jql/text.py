"""Text search in JQL: by words, not by characters."""

import re
from collections.abc import Callable

_WORD = re.compile(r"\w+")
_PART = re.compile(r'"([^"]*)"|(\S+)')


def matcher(query: str) -> Callable[[str], bool]:
    """Return a test for texts: all words must occur; "a phrase" in a row; "sta*" starts a word."""
    phrases: list[list[str]] = []
    for phrase, word in _PART.findall(query):
        words = [found.lower() for found in _WORD.findall(phrase or word)]
        if word.endswith("*") and words:
            words[-1] += "*"
        if words:
            phrases.append(words)

    def test(text: str) -> bool:
        words = [found.lower() for found in _WORD.findall(text)]
        return bool(phrases) and all(_occurs(phrase, words) for phrase in phrases)

    return test


def _occurs(phrase: list[str], words: list[str]) -> bool:
    span = len(phrase)
    return any(
        all(_same(wanted, word) for wanted, word in zip(phrase, words[at : at + span], strict=True))
        for at in range(len(words) - span + 1)
    )


def _same(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
