"""What the web side of both systems has in common: the log of calls, JSON, and pages for people."""

import json
from collections import deque
from collections.abc import Iterator
from html import escape
from threading import Lock
from typing import Any, NamedTuple

from werkzeug.wrappers import Response

CALLS_KEPT = 20_000


class CallRecord(NamedTuple):
    """One request as the system saw it; `counted` is what it took from the daily quota."""

    method: str
    path: str
    query: str
    status: int
    counted: int = 1


class CallLog:
    """The latest requests, oldest first; the two totals go on counting when records fall out."""

    def __init__(self, keep: int = CALLS_KEPT) -> None:
        self._records: deque[CallRecord] = deque(maxlen=keep)
        self._lock = Lock()
        self.requests = 0
        self.counted = 0

    def append(self, record: CallRecord) -> None:
        with self._lock:
            self._records.append(record)
            self.requests += 1
            self.counted += record.counted

    def clear(self) -> None:
        """Forget the records and set both totals to zero."""
        with self._lock:
            self._records.clear()
            self.requests = 0
            self.counted = 0

    def __iter__(self) -> Iterator[CallRecord]:
        with self._lock:
            return iter(list(self._records))

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: int) -> CallRecord:
        return self._records[index]


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with `body` as JSON in UTF-8."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(
        text.encode(), status, headers=headers, content_type="application/json;charset=UTF-8"
    )


def html_page(system: str, title: str, body: str, accent: str = "#0b5cab") -> str:
    """Return a page for people.

    `body` is HTML already; `system` and `title` are text. `accent` is the system's own colour.
    """
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · {escape(system)}</title><style>{_CSS.replace("ACCENT", accent)}</style>
</head><body><header><a href="/">{escape(system)}</a><small>sandbox</small></header>
<main><h1>{escape(title)}</h1>
{body}
</main></body></html>"""


_CSS = """
:root{color-scheme:light dark;--line:light-dark(#d5d9e0,#3a4250);--soft:light-dark(#f4f6f9,#1d232d);
--accent:light-dark(ACCENT,color-mix(in srgb,ACCENT 55%,white))}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;background:light-dark(#fff,#14181f);
color:light-dark(#1c2430,#e3e7ee)}
header{background:ACCENT;padding:.7rem 1rem;color:#fff}header a{color:#fff;font-weight:600;
text-decoration:none;margin-right:.6rem}
main{max-width:60rem;margin:auto;padding:0 1rem 3rem}a{color:var(--accent)}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}.wide{overflow-x:auto}
th,td{text-align:left;padding:.4rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
label{display:block;margin:.6rem 0 .15rem;font-weight:600}
input,select,textarea{font:inherit;width:100%;padding:.4rem;border:1px solid var(--line);
border-radius:4px;background:var(--soft);color:inherit}input[type=checkbox]{width:auto}
button{font:inherit;margin:.6rem .4rem .6rem 0;padding:.4rem .9rem;border:0;border-radius:4px;
background:var(--accent);color:light-dark(#fff,#14181f);cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:0 1.5rem}
.entry{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem;
margin:.6rem 0;overflow-wrap:anywhere;white-space:pre-wrap}
.error{border-left:4px solid #c23934;padding:.5rem .8rem;background:var(--soft)}
small{opacity:.75}ul{padding-left:1.2rem}
"""
