r"""Plain text as wiki markup that reads the same.

Jira takes a backslash as an escape only before the characters in ESCAPABLE, and only where no
other backslash stands before it; that is so in Data Center's renderer and in the converter that
Cloud uses. What can't be escaped that way (a backslash itself, `h1.`, `:D`) is broken up with an
invisible word joiner, which the way back takes out again. Word joiners of the text's own are
doubled, so that the way back is exact.
"""

import re
import unicodedata

JOINER = "\u2060"
ESCAPABLE = frozenset("-#*_+?^~|%{}[]()!@")
# Jira turns such addresses into links by itself and an escape inside would break them; a full stop
# or bracket at the end is not part of the address.
URL = r"""(?:(?:https?|ftps?)://|irc://|mailto:)[A-Za-z0-9_?!~^/#$%&'()*+,\-.:;<=@]*[A-Za-z0-9_~^/#$%&(*+\-:<=@]"""

_LINE_START = "(?:^|(?<=[\u2028\u2029]))"
_TOKEN = re.compile(
    rf"(?P<lead>{_LINE_START}[^\S\n]*)"
    r"(?P<block>(?:h[1-6]|bq)\.|\||[*#\-]+(?=[^\S\n])|-{4,}(?=\s|$)|(?P<bare>[*#\-]+\Z))"
    rf"|(?P<url>{URL})"
    r"|(?P<slashes>\\+)"
    rf"|(?P<sign>[*_\-+^~{{}}\[!?():;{JOINER}])",
    re.MULTILINE,
)
_EMOTICON = re.compile(r"\((?:[xyni/!+\-?*]|\*[rgby]|on|off|flag|flagoff)\)(?![A-Za-z0-9])", re.I)
_IN_URL = re.compile(r"[A-Za-z0-9_?!~^/#$%&'()*+,\-.:;<=@]*")
_LATER_SLASH = re.compile(r"\S*\\")
_MACRO = re.compile(r"(?:adf|anchor|code|color|loremipsum|noformat|panel|quote)", re.IGNORECASE)
UNCLOSED = re.compile(r"\[(?![^\[\]\n]*\])")


def clean(text: str) -> str:
    """`text` with \\n as its only line end, and without control characters (Jira and XML refuse
    them; tabs stay) and lone surrogates (which no request can carry)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def escape(text: str, *, marked: bool = False, embedded: bool = False, cell: bool = False) -> str:
    """`text` (cleaned) as wiki markup that shows it literally, escaped only where it must be.

    `marked`: it will stand inside bold, italic or monospaced text, where Cloud reads escapes twice.
    `embedded`: something of unknown kind may follow directly.
    `cell`: it will stand inside a table row; pipes become `¦`, because no escape for them is
    understood by both editions, and line ends become forced line breaks.
    """
    if not cell:
        return _Escaper(text, marked=marked, embedded=embedded).run()
    lines = UNCLOSED.sub("(", text.replace("|", "¦")).split("\n")
    return " \\\\ ".join(_Escaper(line, marked=True, embedded=True).run() for line in lines)


class _Escaper:
    def __init__(self, text: str, *, marked: bool, embedded: bool) -> None:
        self.text = text
        self.marked = marked
        self.embedded = embedded
        self.out: list[str] = []
        self.after_url = False

    def run(self) -> str:
        done = 0
        for token in _TOKEN.finditer(self.text):
            if token.start() > done:
                self._literal(self.text[done : token.start()])
            self._token(token)
            done = token.end()
        self.out.append(self.text[done:])
        return "".join(self.out)

    def _token(self, token: re.Match[str]) -> None:
        if token["bare"] and not self.embedded:  # a list needs a space behind its sign
            self._each(token.start(), token.end())
        elif token["block"]:
            self._block(token)
        elif token["url"] and not self.marked:
            self.out.append(token["url"])
            self.after_url = True
        elif token["url"]:
            # An address inside bold text is text like any other: its signs could end the bold.
            self._each(token.start(), token.end())
        elif token["slashes"]:
            self._slashes(token)
        else:
            self._sign(token.start(), token["sign"])

    def _literal(self, text: str) -> None:
        self.out.append(text)
        self.after_url = self.after_url and _IN_URL.fullmatch(text) is not None

    def _each(self, start: int, end: int) -> None:
        for at in range(start, end):
            self._sign(at, self.text[at])

    def _block(self, token: re.Match[str]) -> None:
        self.out.append(token["lead"])
        if token["block"][-1] == ".":
            self._joiner()
            self.out.append(token["block"])
        else:
            self._escaped(token["block"][0])
            self._each(token.start("block") + 1, token.end())

    def _slashes(self, token: re.Match[str]) -> None:
        run = token["slashes"]
        if len(run) == 2 and not _LATER_SLASH.match(self.text, token.end()):
            self.out += ["\\", JOINER, "\\"]
        else:
            self.out += [JOINER, run] if self.after_url else [run]
        self.after_url = False
        following = self.text[token.end() : token.end() + 1]
        if following in ESCAPABLE or following == "\n" or (not following and self.embedded):
            self._joiner()

    def _sign(self, at: int, sign: str) -> None:
        before = self.text[at - 1 : at]
        after = self.text[at + 1 : at + 2]
        if sign == JOINER:
            self.out.append("" if self.marked else JOINER * 2)
        elif sign in "{[" or (sign == "}" and self.marked):
            self._escaped(sign)
            if sign == "{" and _MACRO.match(self.text, at + 1):
                self._joiner()  # within lists Cloud takes a macro's name in spite of the escape
        elif sign in "*_-+^~!?":
            self._mark(at, sign, before, after)
        elif sign in "()" and self._is_emoticon(at, sign, before, after):
            self._emoticon(sign, before)
        elif sign == ":" and re.match(r"[DPp](?![A-Za-z0-9])", self.text[at + 1 : at + 3]):
            self._literal(sign)
            self._joiner()
        else:
            self._literal(sign)

    def _mark(self, at: int, sign: str, before: str, after: str) -> None:
        """A sign opens formatting only after something that isn't a letter or digit, and before
        something that isn't a space; inside formatting it could also close it."""
        closes = self.marked and not after.isalnum()
        if sign == "?" and not self.marked:
            if after != "?":
                self._literal(sign)
                return
            after = self.text[at + 2 : at + 3]
        opens = not before.isalnum() and (
            after not in (" ", "\n", "") or (self.embedded and not after)
        )
        if opens or closes:
            self._escaped(sign)
        else:
            self._literal(sign)

    def _is_emoticon(self, at: int, sign: str, before: str, after: str) -> bool:
        if before in (":", ";") and before and not (after.isascii() and after.isalnum()):
            return True
        return sign == "(" and _EMOTICON.match(self.text, at) is not None

    def _emoticon(self, sign: str, before: str) -> None:
        if not self.marked:
            self._escaped(sign)
        elif before in (":", ";"):
            self._joiner()
            self._literal(sign)
        else:
            self._literal(sign)
            self._joiner()

    def _escaped(self, sign: str) -> None:
        # Within marks Cloud drops the escape and reads again. Then a word joiner in front keeps
        # a sign from opening a mark or a list, and one behind keeps it from closing a mark and
        # hides a macro's name.
        if self.after_url or (self.marked and sign not in "{}[!"):
            self._joiner()
        self.after_url = False
        self.out += ["\\", sign]
        if self.marked:
            self._joiner()

    def _joiner(self) -> None:
        if not (self.out and self.out[-1] == JOINER):
            self.out.append(JOINER)
