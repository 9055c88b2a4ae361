"""What became of each line: counts, ``--reports``, ``--dead-letter``, and last of all the state.

The files come before the state, so that what it counts as done stands in them. What a kill left in the files alone is
read back from them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from .._cli.console import answer_bytes
from .._producer.production import Settled, all_accepted
from .._producer.sendable import Unsendable
from ..outcomes import Unconfirmed, outcome_of, told
from .origins import Origins
from .ranges import Run, runs_of
from .records import Bad, Reader, dead_letter
from .state import Counts, State
from .told import NOTHING

ENCODE = msgspec.json.Encoder().encode


class Sink:
    """A file to which lines are added, stdout, or nothing."""

    def __init__(self, name: str | None) -> None:
        self.wanted = name is not None
        self.is_file = name not in (None, "-")
        self._file = _appended(name) if name is not None and self.is_file else None
        self._lines: list[bytes] = []

    @property
    def size(self) -> int:
        return os.fstat(self._file.fileno()).st_size if self._file is not None else 0

    def add(self, line: bytes) -> None:
        self._lines.append(line)

    def flush(self) -> None:
        text, self._lines = b"".join(self._lines), []
        if self._file is not None:
            self._file.write(text)
            self._file.flush()
        elif text:
            answer_bytes(text)

    def behind(self, size: int) -> list[dict[str, Any]]:
        """What stands behind that many bytes; a line that a kill has cut is taken away."""
        if self._file is None or self.size <= size:
            return []
        with Path(self._file.name).open("rb") as file:
            file.seek(size)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._file.truncate(size + len(whole) + len(newline))
        return [json.loads(line) for line in whole.splitlines()]

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _appended(name: str) -> BinaryIO:
    return Path(name).open("ab")


class Books:
    def __init__(self, state: State, reports: Sink, dead_letters: Sink, plain: bool, read: Reader) -> None:
        self.origins = Origins()
        self.reasons: dict[str, int] = {}  # why records were not accepted, and how often
        self._state = state
        self._reports, self._dead_letters = reports, dead_letters
        self._plain = plain
        self._read = read
        self._accepted, self._refused, self._unknown, *_ = state.counts
        self._lines: list[Run] = []

    @property
    def accepted(self) -> int:
        return self._accepted

    @property
    def refused(self) -> int:
        return self._refused

    @property
    def unknown(self) -> int:
        return self._unknown

    def begin(self) -> None:
        """Where the files begin for a new state, or what they know beyond an old one."""
        counts = self._state.counts
        if self._state.handed.low or self._state.done.low:
            refused = {one["refused"]["line"]: one["refused"] for one in self._dead_letters.behind(counts.dead_letter)}
            known = {one["line"]: one["outcome"] for one in self._reports.behind(counts.reports)}
            for line, why in refused.items():
                if line not in known:
                    self._report(line, "refused", None, why["reason"])
            for line, outcome in {**dict.fromkeys(refused, "refused"), **known}.items():
                if line not in self._state.done:
                    self._count(line, outcome)
        self.flush(always=True)

    # --- outcomes

    def settle(self, burst: list[Settled]) -> None:
        if not self._reports.wanted and all_accepted(burst):  # as nearly always
            return self.settle_runs(runs_of([entry.number for entry, _ in burst]))
        for entry, value in burst:
            outcome = outcome_of(value)
            report = value.report if isinstance(value, Unconfirmed) else value
            reason = value.reason if isinstance(value, Unconfirmed) else "" if outcome == "accepted" else told(value)
            record = None if isinstance(entry.record, Unsendable) else entry.record
            self._settle_one(entry.number, outcome, reason, report, record)

    def settle_runs(self, runs: Iterable[Run]) -> None:
        """Records that were accepted, and of which no reports are wanted."""
        for first, last in runs:
            self._accepted += last - first + 1
            self._lines += self.origins.forget(first, last)

    def settle_one(self, number: int, outcome: str, reason: str, report: bytes | None) -> None:
        """A record that another process has sent; the report as JSON."""
        if outcome == NOTHING:
            self._lines += self.origins.forget(number, number)
            return
        told = None if report is None else msgspec.Raw(report)
        record = self._record(self.origins[number][1]) if outcome == "refused" else None
        self._settle_one(number, outcome, reason, told, record)

    def _settle_one(self, number: int, outcome: str, reason: str, report: Any, record: Any) -> None:
        line, text = self.origins[number]
        self.origins.forget(number, number)
        self._count(line, outcome)
        self._report(line, outcome, report, reason)
        if outcome == "refused":
            self._bury(line, text, record, reason)

    def _record(self, text: bytes) -> Any:
        try:
            return self._read(text)
        except Bad:
            return None

    def refuse(self, line: int, text: bytes, record: Any, reason: str) -> None:
        """One that did not even go to the producer."""
        self._count(line, "refused")
        self._report(line, "refused", None, reason)
        self._bury(line, text, record, reason)

    def leave_unknown(self, line: int, reason: str) -> None:
        self._count(line, "unknown")
        self._report(line, "unknown", None, reason)

    def pass_over(self, lines: Iterable[int]) -> None:
        """Lines without a record."""
        self._lines += ((line, line) for line in lines)

    def flush(self, *, always: bool = False) -> None:
        if not (self._lines or always):
            return
        self._dead_letters.flush()
        if self._reports.is_file:
            self._reports.flush()
        lines, self._lines = self._lines, []
        counts = Counts(self._accepted, self._refused, self._unknown, self._reports.size, self._dead_letters.size)
        self._state.settle(lines, counts)
        if not self._reports.is_file:  # nothing can be read back from stdout, so what is there is done
            self._reports.flush()

    def most_frequent(self) -> Iterator[tuple[str, int]]:
        yield from sorted(self.reasons.items(), key=lambda item: -item[1])[:3]

    def _count(self, line: int, outcome: str) -> None:
        self._lines.append((line, line))
        if outcome == "accepted":
            self._accepted += 1
        elif outcome == "refused":
            self._refused += 1
        else:
            self._unknown += 1

    def _report(self, line: int, outcome: str, report: Any, reason: str) -> None:
        if reason and (reason in self.reasons or len(self.reasons) < 1000):
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if self._reports.wanted:
            more = {"reason": reason} if reason else {}
            self._reports.add(ENCODE({"line": line, "outcome": outcome, **more, "report": report}) + b"\n")

    def _bury(self, line: int, text: bytes, record: Any, reason: str) -> None:
        if self._dead_letters.wanted:
            self._dead_letters.add(dead_letter(text, record, self._plain, {"line": line, "reason": reason}))
