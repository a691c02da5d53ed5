r"""Reads the inside of a line of wiki markup: marks, links, mentions, pictures, escapes."""

import re
from collections.abc import Mapping
from functools import cached_property

from connector.jira.markup.document import Mark, Span
from connector.jira.markup.escape import ESCAPABLE, JOINER, URL

_MARKS = {
    "*": Mark.BOLD,
    "_": Mark.ITALIC,
    "+": Mark.UNDERLINE,
    "-": Mark.STRIKE,
    "??": Mark.ITALIC,
}
_SPECIAL = re.compile(
    rf"{JOINER}{{1,2}}|\\{{2}}|\\|{{{{|{{[*_\-+^~]}}|{{color(?::[^}}\n]*)?}}|\?\?|[*_\-+^~\[!]|{URL}"
)
_NO_BREAK = re.compile(r"\S*\\")
_UNESCAPED_LINK = re.compile(r"(?<!\\)\[[^\[\]\n]+\]")
_LINK = re.compile(r"\[([^\[\]\n]+)\]")
_PICTURE = re.compile(r"!([^!\s|][^!|\n]*\.[^!|\s]+)(?:\|[^!\n]*)?!(?![A-Za-z0-9])")
_WEB = re.compile(r"(?:https?://|ftps?://|mailto:)\S+\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?|ftps?)://[A-Za-z0-9]|mailto:[^@]+@[A-Za-z0-9]")
_MONO = re.compile(r"\{\{((?:\\.|[^\n\\])+?)\}\}(?![A-Za-z0-9])")
_UNESCAPE = re.compile(rf"{JOINER}({JOINER}?)|(?<!\\)\\([{re.escape(''.join(ESCAPABLE))}])")

Names = Mapping[str, str]


def unescape(text: str) -> str:
    """Wiki text without its escapes, where no other markup is read (inside monospaced text)."""
    return _UNESCAPE.sub(lambda m: m[1] or m[2] or "", text)


def read_inline(text: str, names: Names, marks: frozenset[Mark] = frozenset()) -> list[Span]:
    """The spans of `text`. `names` gives people's names by the id in a mention."""
    return _Inline(text, names, marks).read()


class _Inline:
    def __init__(self, text: str, names: Names, marks: frozenset[Mark]) -> None:
        self.text = text
        self.names = names
        self.marks = marks
        self.spans: list[Span] = []
        self.hopeless: dict[str, int] = {}  # by sign: up to where nothing closes it

    def read(self) -> list[Span]:
        at = 0
        while special := _SPECIAL.search(self.text, at):
            self._add(self.text[at : special.start()])
            at = self._special(special.start(), special[0])
        self._add(self.text[at:])
        return self.spans

    def _add(self, text: str, href: str = "", marks: frozenset[Mark] = frozenset()) -> None:
        if text:
            self.spans.append(Span(text, self.marks | marks, href))

    def _special(self, at: int, sign: str) -> int:
        """Reads what begins at `at`; returns where to go on."""
        if sign[0] == JOINER:
            self._add(sign[1:])
            return at + len(sign)
        if sign[0] == "\\":
            return self._backslash(at, sign)
        if sign.startswith("{color"):
            return at + len(sign)
        if ":" in sign:
            self._add(sign, sign if _ADDRESS.match(sign) else "")
            return at + len(sign)
        end = self._markup(at, sign)
        if end is None:
            self._add(sign)
            return at + len(sign)
        return end

    def _markup(self, at: int, sign: str) -> int | None:
        if sign == "[":
            return self._link(at)
        if self._follows_word(at) and sign[0] != "{":
            return None
        if sign == "!":
            return self._picture(at)
        if sign == "{{":
            return None if self._follows_word(at) else self._monospaced(at)
        return self._marked(at, sign)

    def _follows_word(self, at: int) -> bool:
        before = self.text[at - 1 : at]
        return bool(before) and (before.isalnum() or not before.isascii()) and before != "\xa0"

    def _backslash(self, at: int, sign: str) -> int:
        follows = self.text[at - 1 : at] == "\\"
        if len(sign) == 2:
            breaks = not follows and not _NO_BREAK.match(self.text, at + 2)
            self._add("\n" if breaks else sign)
            return at + 2
        following = self.text[at + 1 : at + 2]
        if following in ESCAPABLE and following and not follows:
            self._add(following)
            return at + 2
        self._add(sign)
        return at + 1

    def _marked(self, at: int, sign: str) -> int | None:
        start = at + len(sign)
        if self.text[start : start + 1] in ("", " ", "\n") or self.text.startswith(sign, start):
            return None
        end = self._closing(start, sign)
        if end is None:
            return None
        mark = _MARKS.get(sign.strip("{}"))
        inside = self.marks | {mark} if mark else self.marks
        self.spans += read_inline(self.text[start:end], self.names, inside)
        return end + len(sign)

    def _closing(self, start: int, sign: str) -> int | None:
        """Where the mark `sign` ends whose text begins at `start`."""
        # Whether a sign can close doesn't depend on where the mark began, so a search that found
        # nothing needn't be repeated from a later place.
        if start < self.hopeless.get(sign, 0):
            return None
        line_end = self.text.find("\n", start)
        line_end = len(self.text) if line_end < 0 else line_end
        at = self.text.find(sign, start + 1, line_end)
        while at >= 0:
            after = self.text[at + len(sign) : at + len(sign) + 1]
            word = bool(after) and (after.isalnum() or not after.isascii()) and after != "\xa0"
            if not self._escaped(at) and self._closes(at, sign, word):
                break
            at = self.text.find(sign, at + len(sign), line_end)
        if at >= 0 and self.text[at - 1] != " ":
            return at
        self.hopeless[sign] = line_end if at < 0 else at
        return None

    def _closes(self, at: int, sign: str, word: bool) -> bool:
        if sign[0] == "{":
            return True
        # `{*}` inside `*…*` is a mark of its own, and signs inside an address are part of it.
        wrapped = self.text[at - 1] == "{" and self.text[at + 1 : at + 2] == "}"
        return not (word or wrapped or any(start < at < end for start, end in self._links))

    @cached_property
    def _links(self) -> list[tuple[int, int]]:
        return [link.span() for link in _UNESCAPED_LINK.finditer(self.text)]

    def _escaped(self, at: int) -> bool:
        return self.text[at - 1] == "\\" and self.text[at - 2 : at - 1] != "\\"

    def _monospaced(self, at: int) -> int | None:
        found = _MONO.match(self.text, at) if "}}" in self.text[at:] else None
        if not found or found[1] != found[1].strip():
            return None
        self._add(unescape(found[1]), marks=frozenset({Mark.CODE}))
        return found.end()

    def _picture(self, at: int) -> int | None:
        found = _PICTURE.match(self.text, at)
        if not found:
            return None
        name = found[1]
        if _WEB.match(name):
            self._add(name, name)
        else:
            self._add(f"[{name}]")
        return found.end()

    def _link(self, at: int) -> int | None:
        found = _LINK.match(self.text, at)
        if not found:
            return None
        parts = [part.strip() for part in found[1].split("|")]
        address = parts[1] if len(parts) > 1 else parts[0]
        if address.startswith("~") and len(address) > 1:
            self._mention(address[1:])
        elif address.startswith("^") and len(address) > 1:
            self._add(f"[{address[1:]}]")
        elif _WEB.match(address):
            self._add(unescape(parts[0]) if len(parts) > 1 else address, address)
        else:
            return None
        return found.end()

    def _mention(self, user: str) -> None:
        user = user.removeprefix("accountid:")
        self._add("@" + self.names.get(user, user))
