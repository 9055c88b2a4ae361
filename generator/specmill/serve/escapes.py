"""What an escaped text says, and where in it: in addresses, forms, JSON and HTML any letter may be escaped.

All kinds are undone at once, since nobody knows of a body of which kind it is; what is looked for in the result has to
be there with its own escapes undone, too.
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_right
from functools import lru_cache

HALVES = rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # of one character
ESCAPE = re.compile(
    rb"%[0-9A-Fa-f]{2}"
    rb"|" + HALVES + rb'|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]'
    rb"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)


@lru_cache(maxsize=4096)
def meaning(escape: bytes) -> bytes:
    if escape.startswith(b"%"):
        return bytes([int(escape[1:], 16)])
    if escape.startswith(b"&"):
        return html.unescape(escape.decode()).encode("utf-8", "surrogatepass")
    return str(json.loads(b'"%b"' % escape)).encode("utf-8", "surrogatepass")


def undone(text: bytes) -> bytes:
    return ESCAPE.sub(lambda found: meaning(found[0]), text)


class Places:
    """From a text whose escapes were undone back to the text as it was; an escape belongs to a place as a whole."""

    def __init__(self, text: bytes) -> None:
        self._starts: list[int] = []  # of each escape, where its meaning begins
        self._escapes: list[tuple[int, int, int]] = []  # where its meaning ends, and start and end of itself
        longer = 0
        for found in ESCAPE.finditer(text):
            start = found.start() - longer
            end = start + len(meaning(found[0]))
            self._starts.append(start)
            self._escapes.append((end, found.start(), found.end()))
            longer = found.end() - end

    def span(self, start: int, end: int) -> tuple[int, int]:
        meant, first, behind = self._escape_at(start)
        at = first if start < meant else behind + start - meant
        meant, _, behind = self._escape_at(end - 1)
        return at, behind if end - 1 < meant else behind + end - meant

    def _escape_at(self, place: int) -> tuple[int, int, int]:
        """The last one whose meaning begins at or before it."""
        nth = bisect_right(self._starts, place)
        return self._escapes[nth - 1] if nth else (0, 0, 0)
