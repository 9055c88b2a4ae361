"""Runs of chunks that are all of the same sizes, taken off the wire at once.

A server that writes one report after the other repeats itself: report, separator, report, separator, each report as
long as the one before. Chunk by chunk they cost more than msgspec takes to decode a report. A run is recognised by its
framing alone: the bytes of its size lines and line ends stand in columns, and so do those of a separator. One slice
with a stride shows how far a column goes on unchanged.
"""

from __future__ import annotations

from itertools import chain
from struct import iter_unpack

TOGETHER = 32  # of what is repeated, in one step: one by one takes twice as long


class Run:
    """A chunk, and the separator behind it if there is one, that may be repeated with other content in the chunk."""

    def __init__(self, chunks: bytes, separator: bytes) -> None:
        start = chunks.index(b"\n") + 1
        size = int(chunks[:start].partition(b";")[0], 16)
        self._period = len(chunks)
        self._layout = f"{start}x{size}s{len(chunks) - start - size}x"
        self._same = (*range(start), *range(start + size, len(chunks)))
        self._chunks = chunks
        self._separator = separator

    def length(self, data: bytes, at: int) -> int:
        """How many bytes from here on repeat the chunks as a whole."""
        most = (len(data) - at) // self._period
        for offset in self._same:
            column, same = (
                data[at + offset : at + most * self._period : self._period],
                self._chunks[offset : offset + 1],
            )
            if column != same * most:  # which is seen in a tenth of the time that strip takes
                most = len(column) - len(column.lstrip(same))
        return most * self._period

    def content(self, run: memoryview) -> bytes:
        # One piece a report and the separator by the join: the pieces are what costs.
        many = self._period * TOGETHER
        rest = len(run) - len(run) % many
        pieces = chain(
            iter_unpack(self._layout * TOGETHER, run[:rest]), iter_unpack(self._layout, run[rest:]), ((b"",),)
        )
        return self._separator.join(chain.from_iterable(pieces))
