"""Texts that are too long for the other side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.jira.markup import cut, split, utf8_bytes

WORDS = st.text(st.sampled_from("ab€😀 \n"), max_size=400)


def test_a_text_that_fits_is_not_touched():
    assert cut("hello", 5) == "hello"
    assert split("hello", 5) == ["hello"]


def test_a_cut_is_at_a_word_and_says_so():
    assert cut("word " * 20, 30) == "word word word… (shortened)"


def test_parts_are_numbered_and_end_at_words():
    assert split("one two three four five", 15) == [
        "(1/3) one two",
        "(2/3) three",
        "(3/3) four five",
    ]


def test_a_case_comment_is_split_by_bytes():
    """salesforce trap 13: 4,000 bytes of a case comment against 32,767 characters in Jira."""
    parts = split("Größe € " * 1500, 4000, utf8_bytes)
    assert len(parts) > 1
    assert all(utf8_bytes(part) <= 4000 for part in parts)


@given(WORDS, st.integers(30, 80))
def test_no_part_is_too_long_and_no_word_is_lost(text: str, limit: int):
    parts = split(text, limit, utf8_bytes)
    assert all(utf8_bytes(part) <= limit for part in parts)
    bare = parts if len(parts) == 1 else [part.partition(" ")[2] for part in parts]
    assert "".join("".join(bare).split()) == "".join(text.split())


@given(WORDS, st.integers(0, 80))
def test_a_cut_text_is_never_too_long(text: str, limit: int):
    assert len(cut(text, limit)) <= limit


def test_a_limit_without_room_for_text_is_an_error():
    with pytest.raises(ValueError, match="too small"):
        split("word " * 10, 7)
