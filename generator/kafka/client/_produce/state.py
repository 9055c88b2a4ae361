"""The file of ``--resume``: what was handed over, and what became of it.

A head that says what the state is of, then one fact a line, each written as a whole before anything builds on it::

    handed 1-500 500 48210         these lines go to the producer; that line ends at that byte of the input
    back 480-500                   ... and these certainly were not sent
    done 1-470 468 2 0 9120 310    these have an outcome: how many accepted, refused and unknown until now, and how long
                                   the files of the reports and of the refused records are by then

A kill may cut the last line, which then counts for nothing. That the machine itself survives is taken for granted.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .._cli.trouble import CommandError
from .owned import owned, replaced
from .ranges import Ranges, Run, joined, read, runs_of, spelt

LONGEST = 4 * 1024 * 1024  # bytes; a longer file is written anew with what counts


class Counts(NamedTuple):
    accepted: int = 0
    refused: int = 0
    unknown: int = 0
    reports: int = 0  # bytes of that file
    dead_letter: int = 0


class State:
    """What is known of one input. Without a file it is kept in memory alone."""

    def __init__(self, path: Path | None, about: dict[str, Any]) -> None:
        self.handed, self.done, self.counts = Ranges(), Ranges(), Counts()
        self.mark: list[int] | None = None  # by which the input is known again
        self._path, self._about = path, about
        self._ends: deque[tuple[int, int]] = deque()  # lines and where they end
        self._file = -1
        self._size = 0
        if path is not None:
            self._open(path)

    def remember(self, mark: list[int] | None) -> None:
        """The input as it is now, which may have grown."""
        self.mark = mark or self.mark
        if self._path is not None:
            self._write_anew(self._path)

    @property
    def descriptors(self) -> list[int]:
        """Of its file, which belongs to this process alone for as long as anybody holds it."""
        return [] if self._file < 0 else [self._file]

    # --- what is known

    def left_open(self) -> list[int]:
        """Lines that were handed over and have no outcome."""
        return list(self.handed.without(self.done))

    def begin(self) -> tuple[int, int]:
        """A line up to which all is done, and where it ends."""
        while len(self._ends) > 1 and self._ends[1][0] <= self.done.low:
            self._ends.popleft()
        return self._ends[0] if self._ends and self._ends[0][0] <= self.done.low else (0, 0)

    # --- what happens

    def hand(self, lines: list[Run], last: int, end: int) -> None:
        self.handed.add(lines)
        self._ends.append((last, end))
        self._write(f"handed {spelt(lines)} {last} {end}")

    def take_back(self, lines: list[int]) -> None:
        self.handed.remove(lines)
        self._write(f"back {spelt(runs_of(lines))}")

    def settle(self, lines: Iterable[Run], counts: Counts) -> None:
        runs = joined(lines)
        self.done.add(runs)
        self.counts = counts
        self.begin()  # lets go of what is behind
        self._write(f"done {spelt(runs)} {' '.join(map(str, counts))}")

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    # --- the file

    def _open(self, path: Path) -> None:
        self._file = owned(path)
        try:
            if path.stat().st_size:
                self._read(path)
        except BaseException:
            self.close()
            raise

    def _read(self, path: Path) -> None:
        text = path.read_bytes().decode("ascii", "replace")
        head, *facts = text.split("\n")[:-1]
        try:
            about = json.loads(head)
        except ValueError:
            raise CommandError(f"{path} is no state of `produce`", "give the name of another file") from None
        for name, value in self._about.items():
            if about.get(name) != value:
                hint = "give the options of then, or the name of another file"
                raise CommandError(f"{path} is of {name} {about.get(name)!r}, not {value!r}", hint)
        self.mark = about.get("input")
        for fact in facts:
            try:
                self._learn(*fact.split(" "))
            except (ValueError, TypeError, IndexError):
                raise CommandError(f"{path} is damaged: {fact[:80]!r}", "`produce` alone writes such files") from None

    def _learn(self, kind: str, lines: str, *rest: str) -> None:
        runs = list(read(lines))
        if kind == "handed":
            self.handed.add(runs)
            self._ends.append((int(rest[0]), int(rest[1])))
        elif kind == "back":
            self.handed.remove(number for first, last in runs for number in range(first, last + 1))
        elif kind == "done":
            self.done.add(runs)
            self.counts = Counts(*map(int, rest))
            self.begin()
        else:
            raise ValueError(kind)

    def _facts(self) -> Iterator[str]:
        line, end = self.begin()
        yield json.dumps({**self._about, "input": self.mark})
        yield f"handed {self.handed} {line} {end}"
        yield f"done {self.done} {' '.join(map(str, self.counts))}"

    def _write_anew(self, path: Path) -> None:
        whole = "".join(f"{fact}\n" for fact in self._facts()).encode()
        beside = path.with_name(f"{path.name}.new")
        beside.write_bytes(whole)
        self._file = replaced(beside, path, self._file)
        self._size = len(whole)

    def _write(self, fact: str) -> None:
        if self._path is None:
            return
        line = f"{fact}\n".encode()
        while line:  # a full disk may take a part; the next attempt says why
            line = line[os.write(self._file, line) :]
        self._size += len(fact) + 1
        if self._size > LONGEST:
            self._write_anew(self._path)
