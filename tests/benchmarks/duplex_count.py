"""Counts the records of a chunked body by their bytes: all are of one size, which the LF behind the first tells."""

from __future__ import annotations

BUFFER = 1 << 20
SIZE_LINE = 20


class Count:
    """``view`` is where the next bytes are to be read into, ``came`` says how many were.

    Only size lines are looked at, so a body in large chunks costs next to nothing.
    """

    def __init__(self) -> None:
        self.ended = False
        self._buffer = bytearray(BUFFER)
        self._memory = memoryview(self._buffer)
        self._kept = 0  # bytes of a size line, or of the first record, whose end has not come
        self._ahead = 0  # bytes up to the next size line
        self._content = 0  # of all chunks whose size line came
        self._record = 0

    @property
    def view(self) -> memoryview:
        return self._memory[self._kept :]

    def came(self, size: int) -> int:
        """So many bytes more; how many records have come altogether."""
        filled = self._kept + size
        at = self._ahead
        while at < filled and not self.ended:
            end = self._buffer.find(b"\r\n", at, filled)
            if end < 0:
                break
            chunk = int(self._buffer[at:end], 16)
            if not chunk and end + 4 > filled:  # the blank line behind the last chunk is still to come
                break
            if chunk and not self._record:
                first = self._buffer.find(b"\n", end + 2, filled)
                if first < 0:
                    break
                self._record = first - end - 1
            self.ended = not chunk
            self._content += chunk
            at = end + 2 + chunk + 2
        self._keep(at, filled)
        return self._records()

    def _keep(self, at: int, filled: int) -> None:
        self._kept = max(0, filled - at)
        assert self.ended or not self._record or self._kept <= SIZE_LINE, "a chunk has no size"
        self._buffer[: self._kept] = self._buffer[at : at + self._kept]
        self._ahead = max(0, at - filled)

    def _records(self) -> int:
        here = self._content - max(0, self._ahead - 2)
        # The last record of a body may lack its LF.
        return (here + self.ended) // self._record if self._record else 0
