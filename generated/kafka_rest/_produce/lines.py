"""A file or stdin in whole lines.

A thread of its own reads what may rest, so that it holds up nothing. A regular file never rests, and to change from
thread to thread for each piece takes longer than to read it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import BinaryIO, NamedTuple
from zlib import crc32

from .._cli.trouble import CommandError
from .texts import Texts

PIECE = 512 * 1024  # bytes that are read at once
SMALLEST = 4096
LONGEST = 64 * 1024 * 1024  # bytes of a line
AHEAD = 4  # pieces that are read and not taken
HEAD = 4096  # bytes by which an input is known again
BOM = b"\xef\xbb\xbf"


class Piece(NamedTuple):
    """Lines that follow each other."""

    first: int  # the number of the first
    start: int  # where it begins
    texts: Texts


class Lines:
    """``piece`` gives what has come; ``over`` says that nothing comes any more, and ``error`` why.

    ``wanted``: so many lines, roughly, a piece should have at most.
    """

    def __init__(self, file: BinaryIO, line: int, offset: int, skip: int, wanted: int = PIECE) -> None:
        self.over = False
        self.error: BaseException | None = None
        self._file = file
        self._next, self._offset = line + 1, offset
        self._skip = skip  # lines that nobody wants to see
        self._wanted = wanted
        self._size = PIECE
        self._wake: Callable[[], None] = _nobody
        self._queue: Queue[Piece | None] = Queue(AHEAD)
        self._pieces = self._read()
        self._rests = size_of(file) is None
        self._leaving = Event()

    def start(self, wake: Callable[[], None]) -> None:
        """``wake`` is called, in the thread that reads if there is one, whenever something has come."""
        self._wake = wake
        if self._rests:
            Thread(target=self._run, name="lines", daemon=True).start()
        else:
            wake()

    def piece(self) -> Piece | None:
        """None when none has come, or none comes."""
        try:
            found = None if self.over else self._queue.get_nowait() if self._rests else self._next_piece()
        except Empty:
            return None
        self.over = self.over or found is None
        return found

    def leave(self) -> None:
        self._leaving.set()

    def _run(self) -> None:
        while (piece := self._next_piece()) is not None:
            self._put(piece)
        self._put(None)

    def _next_piece(self) -> Piece | None:
        try:
            return next(self._pieces, None)
        except Exception as error:  # whatever it is, nobody else would hear of it
            self.error = error
            return None

    def _read(self) -> Iterator[Piece]:
        rest = b""
        read = getattr(self._file, "read1", self._file.read)  # what is there, without waiting for more
        while not self._leaving.is_set() and (some := read(self._size)):
            if (end := some.rfind(b"\n")) < 0:
                rest += some
            else:
                yield from self._numbered(Texts(b"".join((rest, memoryview(some)[:end]))))
                rest = some[end + 1 :]
            if len(rest) > LONGEST:
                raise CommandError(f"line {self._next} has more than {LONGEST} bytes", "is it one record a line?")
        if rest and not self._leaving.is_set():
            yield from self._numbered(Texts(rest))

    def _numbered(self, texts: Texts) -> Iterator[Piece]:
        first, start = self._next, self._offset
        self._next += len(texts)
        self._offset += texts.size
        self._size = max(SMALLEST, min(PIECE, self._wanted * texts.size // len(texts)))
        if first == 1 and texts[0].startswith(BOM):
            texts.lines[0] = texts[0].removeprefix(BOM).rjust(len(texts[0]))  # spaces, so that lengths stay
        unwanted = max(0, self._skip + 1 - first)
        if not unwanted:
            yield Piece(first, start, texts)
        elif unwanted < len(texts):
            passed, wanted = texts.cut(unwanted)
            yield Piece(first + unwanted, start + passed.size, wanted)

    def _put(self, piece: Piece | None) -> None:
        while not self._leaving.is_set():
            try:
                self._queue.put(piece, timeout=0.2)
            except Full:
                continue
            break
        self._wake()


def _nobody() -> None:
    """Is woken by an input that nobody reads yet."""


def opened(name: str) -> BinaryIO:
    return sys.stdin.buffer if name == "-" else Path(name).open("rb")


def size_of(file: BinaryIO) -> int | None:
    """The size of a regular file; nobody knows how much comes from a pipe."""
    import os
    import stat

    found = os.fstat(file.fileno())
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def mark_of(file: BinaryIO) -> list[int] | None:
    """By which a file is known again, though it may have grown; None for what cannot be read twice."""
    if size_of(file) is None:
        return None
    head = file.read(HEAD)
    file.seek(0)
    return [len(head), crc32(head)]


def fits(file: BinaryIO, mark: list[int]) -> bool:
    """Whether this is the file that had that mark."""
    length, checksum = mark
    head = file.read(length)
    file.seek(0)
    return len(head) == length and crc32(head) == checksum
