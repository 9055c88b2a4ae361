"""What was said on all connections of a server, both directions on one clock, as far back as there is room."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from specmill.serve.credentials import HEADERS

Side = Literal["client", "server"]
What = Literal["data", "end", "reset", "open"]
ROOM = 4 * 1024 * 1024  # bytes that are kept; the oldest go first
EACH = 128  # bytes that an entry takes beside its data
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # which might command a terminal
CREDENTIALS = re.compile(rf"(?im)^({'|'.join(HEADERS)}):[^\r\n]*")
LONGEST_LINE = 16_384  # letters of a line that is remembered for the piece that goes on with it


@dataclass(frozen=True, slots=True)
class Said:
    at: float  # seconds since the server began
    connection: int  # counted from 0
    side: Side
    what: What
    data: bytes = b""

    def __str__(self) -> str:
        return self.behind("")

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "backslashreplace") if self.what == "data" else f"({self.what})"

    def behind(self, begun: str) -> str:
        """For people, and so for logs that others read: without credentials, though their line had ``begun`` before."""
        arrow = ">" if self.side == "client" else "<"
        said = UNSEEN.sub(lambda found: f"\\x{ord(found[0]):02x}", _without_credentials(begun, self.text))
        return "\n".join(f"{self.at:9.4f} #{self.connection} {arrow} {line}" for line in said.splitlines() or [""])


class Transcript:
    """Appended to by the server's thread; may be read by any other."""

    def __init__(self, room: int = ROOM) -> None:
        self.forgotten = 0
        """Bytes that were said and are not kept any more."""
        self._said: deque[tuple[float, int, Side, What, bytes]] = deque()
        self._room = room
        self._size = 0

    def add(self, at: float, connection: int, side: Side, what: What, data: bytes = b"") -> None:
        self._said.append((at, connection, side, what, data))
        self._size += len(data) + EACH
        while self._size > self._room and len(self._said) > 1:
            gone = len(self._said.popleft()[4])
            self._size -= gone + EACH
            self.forgotten += gone

    def __iter__(self) -> Iterator[Said]:
        return (Said(*one) for one in tuple(self._said))

    def __len__(self) -> int:
        return len(self._said)

    def of(self, connection: int, side: Side) -> bytes:
        """All that one side said on one connection."""
        return b"".join(one.data for one in self if (one.connection, one.side) == (connection, side))

    def __str__(self) -> str:
        head = [f"(the first {self.forgotten} bytes are not kept)"] if self.forgotten else []
        return "\n".join([*head, *self._lines()])

    def _lines(self) -> Iterator[str]:
        begun: dict[tuple[int, Side], str] = {}  # lines that the next piece goes on with
        for said in self:
            place = said.connection, said.side
            before = begun.get(place, "")
            yield said.behind(before)
            if said.what == "data":
                begun[place] = (before + said.text).rpartition("\n")[2][:LONGEST_LINE]


def _without_credentials(begun: str, text: str) -> str:
    whole = begun + text
    found = CREDENTIALS.match(whole) if begun else None
    if found is None or found.end() <= len(begun):
        return CREDENTIALS.sub(r"\1: ***", text)
    return "***" + CREDENTIALS.sub(r"\1: ***", whole[found.end() :])
