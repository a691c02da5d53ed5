"""What a file is called on the other side. Pure."""

import unicodedata

LONGEST = 255
NAMELESS = "file"
# Control characters, and those that turn the direction of writing so that exe.txt shows as txt.exe.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cs"})
_TURNS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SEPARATORS = str.maketrans("/\\", "__")


def safe_name(name: str) -> str:
    """Return a name that is no path, isn't hidden, and has at most 255 characters.

    Letters of all scripts stay as they are, and so does the extension of a name that is cut.
    """
    kept = "".join(c for c in name if not _is_dropped(c)).translate(_SEPARATORS).strip()
    bare = kept.lstrip(".")
    if not bare.strip("_. "):
        return NAMELESS
    return _cut(bare if bare == kept else f"_{bare}")


def shown_name(title: str, extension: str) -> str:
    """Return what Salesforce's pages call a file: its title, with the extension if it lacks it."""
    if not extension or title.lower().endswith(f".{extension.lower()}"):
        return title
    return f"{title}.{extension}"


def _is_dropped(character: str) -> bool:
    return character in _TURNS or unicodedata.category(character) in _DROPPED_CATEGORIES


def _cut(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) >= LONGEST // 2:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(extension) - 1]}.{extension}"
