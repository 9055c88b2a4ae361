"""Runs of chunks that are all of the same sizes, taken off the wire at once.

A server that writes one report after the other repeats itself: report, separator, report, separator, each report as
long as the one before. Chunk by chunk they cost more than msgspec takes to decode a report. A run is recognised by its
framing alone: the bytes of its size lines and line ends stand in columns, and one slice with a stride shows how far a
column goes on unchanged.
"""

from __future__ import annotations

from itertools import chain
from struct import iter_unpack


class Run:
    """Some whole chunks that may be repeated with other content of the same length."""

    def __init__(self, chunks: bytes) -> None:
        self._period = len(chunks)
        self._layout = ""
        self._framing: list[int] = []
        self._chunks = chunks
        at = 0
        while at < len(chunks):
            stop = chunks.index(b"\n", at) + 1
            size = int(chunks[at:stop].partition(b";")[0], 16)
            self._layout += f"{stop - at}x{size}s2x"
            self._framing += [*range(at, stop), stop + size, stop + size + 1]
            at = stop + size + 2

    def length(self, data: bytes, at: int) -> int:
        """How many bytes from here on repeat the chunks as a whole."""
        most = (len(data) - at) // self._period
        for offset in self._framing:
            column = data[at + offset : at + most * self._period : self._period]
            most = len(column) - len(column.lstrip(self._chunks[offset : offset + 1]))
        return most * self._period

    def content(self, run: bytes) -> bytes:
        return b"".join(chain.from_iterable(iter_unpack(self._layout, run)))
