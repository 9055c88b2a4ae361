"""One duplex exchange as a value that bytes go into and come out of; no socket, no thread and no clock is in here.

::

    add(records, json) ─→ piece() / wrote(n) ─→ wire
    batches            ←─ received(data)     ←─ wire

Records are queued until the first byte of their chunk is written; from then on they are in flight until their report
is there. The n-th report answers the n-th record, and nothing else says which record a report is about. When the
exchange is over, whatever is still in flight is *unknown*: it may have been stored or not. What is still queued is
*unsent*.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from .._json import UndecodableAnswer
from .._network import told_of_tls
from .._report import accepts
from ..errors import ClientError, StreamBroken, StreamEnded, StreamError, StreamGarbled, told_by
from .framing import Cut, Malformed
from .head import Head, HeadReader
from .parsed import Framing, framing_of
from .reports import Reports

R = TypeVar("R")
A = TypeVar("A")
Refusal = Callable[[int, Mapping[str, str], bytes], ClientError]
LOG = logging.getLogger((__package__ or "").rpartition(".")[0])
LAST_CHUNK = b"0\r\n\r\n"
HEARTBEAT = b"1\r\n\n\r\n"
AT_ONCE = 64 * 1024  # small chunks that wait are written together up to here
LONGEST_REFUSAL = 1024 * 1024  # bytes of the body of an error that are kept


class Exchange(Generic[R, A]):
    """Head and records up, reports down."""

    def __init__(self, call: str, head: bytes, reports: Reports[A], refusal: Refusal) -> None:
        self.batches: deque[tuple[list[R], list[A]]] = deque()
        self.over = False
        self.failure: ClientError | None = None
        self.writing = True  # False once nothing more can be written, though there may be more to read
        self.ending = False  # whether the last chunk was queued
        self.added = 0  # records in all
        self.pending = 0  # records without a report
        self.pending_bytes = 0  # of their chunks
        self.queued = 0  # records of which not a byte was written
        self.surplus: list[A] = []  # reports for which there is no record
        self._call = call
        self._reports = reports
        self._refusal = refusal
        self._queue: deque[tuple[bytes, list[R]]] = deque([(head, [])])
        self._current = memoryview(b"")
        self._flight: deque[tuple[list[R], int]] = deque()
        self._reported = 0  # of the first records in flight
        self._head: Head | None = None
        self._streams = False  # whether the head says that reports follow
        self._in_head = HeadReader()
        self._body: Framing | None = None
        self._refused = b""
        self._write_error: OSError | None = None

    @property
    def in_flight(self) -> int:
        """Records that the server may have seen, and that have no report."""
        return self.pending - self.queued

    @property
    def awaits(self) -> bool:
        """Whether the server has something to say."""
        return self.pending > self.queued or self.ending or not self.writing

    @property
    def is_idle(self) -> bool:
        """Nothing is on its way, and whatever is added can go at once."""
        all_done = self.pending == 0 and not self._current and not self._queue
        return all_done and self.writing and not self.ending

    @property
    def has_piece(self) -> bool:
        """Whether something is there to be written."""
        return self.writing and bool(self._current or self._queue)

    # --- up

    def add(self, records: list[R], text: bytes) -> None:
        """Queues records whose JSON, one after the other, is the text."""
        chunk = b"%X\r\n%b\r\n" % (len(text), text)
        self._queue.append((chunk, records))
        self.added += len(records)
        self.pending += len(records)
        self.queued += len(records)
        self.pending_bytes += len(chunk)

    def beat(self) -> None:
        """A line end between records: it says nothing but that somebody is there."""
        if not self._queue and not self._current:
            self._queue.append((HEARTBEAT, []))

    def end(self) -> None:
        """No record follows. The connection stays open in both directions until the answer is complete."""
        if not self.ending:
            self.ending = True
            self._queue.append((LAST_CHUNK, []))

    def piece(self) -> memoryview | None:
        """What to write next, and now: whoever asks has begun to write it."""
        if not self.writing:
            return None
        if not self._current and self._queue:
            self._current = memoryview(self._taken())
        return self._current or None

    def wrote(self, count: int) -> None:
        self._current = self._current[count:]

    def cannot_write(self, error: OSError) -> None:
        """What the server said before it stopped listening is still to be read."""
        self._write_error = self._write_error or error
        self.writing = False

    def _taken(self) -> bytes:
        """The next chunks of the queue. Their records are in flight from now on."""
        pieces: list[bytes] = []
        size = 0
        while self._queue and (not pieces or size + len(self._queue[0][0]) <= AT_ONCE):
            piece, records = self._queue.popleft()
            pieces.append(piece)
            size += len(piece)
            if records:
                self._flight.append((records, len(piece)))
                self.queued -= len(records)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    # --- down

    def received(self, data: bytes) -> None:
        """Bytes of the answer."""
        if self.over:
            return
        if self._body is None:
            data = self._behind_head(data)
        if data and self._body is not None:
            content = self._body.feed(data)
            if not self._streams:
                self._refused += content[: LONGEST_REFUSAL - len(self._refused)]
            elif content:
                self._pair(self._reports.feed(content))
                self._judge_reports()
        if not self.over and self._body is not None:
            if self._body.fault:
                self.break_off(StreamGarbled, str(self._body.fault))
            elif self._body.done:
                self._complete()

    def closed(self) -> None:
        """Nothing follows, since the server closed the connection."""
        if self.over:
            return
        if self._body is None:
            self.lost(None)
            return
        try:
            self._body.ended()
        except Cut as error:
            self.lost(error)
        else:
            self._complete()

    def lost(self, error: Exception | None) -> None:
        """The connection broke."""
        if self._head is not None and not self._streams:
            self._refuse(self._head)
            return
        if reason := told_of_tls(error):
            self.break_off(StreamBroken, reason, error, stored=self._head is not None)
            return
        cause = self._write_error or error
        told = f"the connection broke ({cause})" if cause else "the server closed the connection without an answer"
        self.break_off(StreamBroken, told, cause)

    def gave_up(self) -> None:
        """Whoever waited for the end of the answer waits no longer; when all reports are there, nothing is missing."""
        if self.pending or not self._streams:
            self.lost(None)
        self.over, self.writing = True, False

    def break_off(
        self, kind: type[StreamError], told: str, cause: BaseException | None = None, stored: bool = True
    ) -> None:
        """Over, because of what is told."""
        failure = kind(f"{self._call}: {told}{self._counts() if stored else ''}")
        failure.__cause__ = cause
        self.fail(failure, stored)

    def stay_text(self) -> None:
        """Reports are kept as they come, and decoded when somebody looks at them."""
        self._reports.stay_text()

    def decoded(self, reports: list[Any]) -> list[A]:
        """Reports of a batch; raises StreamGarbled where one is none."""
        try:
            return self._reports.decoded(reports)
        except UndecodableAnswer as error:
            raise StreamGarbled(f"{self._call}: this is no report: {error}") from None

    def fail(self, failure: ClientError, stored: bool = True) -> None:
        """Over. Unless nothing can have been stored, whoever is in flight is unknown."""
        if self.over:
            return
        unknown = [record for records, _ in self._flight for record in records][self._reported :]
        unsent = [record for _, records in self._queue for record in records]
        failure.unknown = tuple(unknown) if stored else ()
        failure.unsent = tuple(unsent) if stored else (*unknown, *unsent)
        self.failure = failure
        self.over, self.writing = True, False

    def tell(self) -> None:
        """For the log, at the end."""
        told = f": {type(self.failure).__name__}" if self.failure else ""
        missing = self.pending
        LOG.debug("%s: a stream is over, %s, %d unanswered%s", self._call, counted(self.added), missing, told)

    def refuse_more(self, records: list[R]) -> ClientError:
        """The failure, with records in it that came after the end."""
        if self.failure is None:
            self.failure = StreamEnded(f"{self._call}: the stream was over before all records were sent")
        self.failure.unsent += tuple(records)
        return self.failure

    def _behind_head(self, data: bytes) -> bytes:
        """What came behind the head, once it is complete."""
        try:
            found = self._in_head.feed(data)
            if found is None:
                return b""
            self._head, rest = found
            if self._head.status < 200:
                raise Malformed(f"the server switches to another protocol ({self._head.status})")
            self._streams = self._head.status < 300
            self._body = framing_of(self._head.status, self._head.headers)
            self._refuse_compressed(self._head)
        except Malformed as error:
            self.break_off(StreamGarbled, str(error))
            return b""
        if not self._streams:
            self.writing = False
        return rest

    def _refuse_compressed(self, head: Head) -> None:
        coding = head.headers.get("content-encoding", "identity")
        if self._streams and coding.lower() not in ("", "identity"):
            raise Malformed(f"the answer is compressed ({coding}), which was not asked for")

    def _judge_reports(self) -> None:
        if self._reports.fault and not self.over:
            self.break_off(StreamGarbled, str(self._reports.fault))

    def _pair(self, reports: list[A]) -> None:
        """The reports with their records, batch by batch."""
        at = 0
        while at < len(reports):
            if not self._flight:
                self._without_record(reports[at:])
                return
            records, size = self._flight[0]
            first = self._reported
            count = min(len(records) - first, len(reports) - at)
            answered = records if count == len(records) else records[first : first + count]
            self.batches.append((answered, reports if count == len(reports) else reports[at : at + count]))
            at += count
            self.pending -= count
            self._reported += count
            if self._reported == len(records):
                self._flight.popleft()
                self._reported = 0
                self.pending_bytes -= size

    def _without_record(self, reports: list[A]) -> None:
        """A report that accepts no record can still say something: why the server ends the stream."""
        try:
            said = self.decoded(reports)
        except StreamGarbled as failure:
            self.fail(failure)
            return
        if any(map(accepts, said)):
            self.break_off(StreamGarbled, f"a report came for which there is no record ({said[0]!r})")
            return
        self.surplus += said
        self.writing = False  # the next report would be taken for that of a record which it is not about

    def _complete(self) -> None:
        """The answer is there as a whole."""
        if self._head is not None and not self._streams:
            self._refuse(self._head)
            return
        self._pair(self._reports.finish())
        self._judge_reports()
        if self.over:
            return
        if self.pending or self.surplus:
            said = f" and said{told_by(self.surplus[0])}" if self.surplus else ""
            self.break_off(StreamEnded, f"the server ended the stream{said}")
        self.over, self.writing = True, False

    def _refuse(self, head: Head) -> None:
        """An answer that is no success. Errors of 5XX may come from somebody behind whom records were stored."""
        failure = self._refusal(head.status, head.headers, self._refused)
        self.fail(failure, stored=head.status == 408 or head.status >= 500)

    def _counts(self) -> str:
        if not self.pending:
            return ""
        told = [f"{counted(self.in_flight)} without a report, stored or not"] if self.in_flight else []
        told += [f"{counted(self.queued)} not sent"] if self.queued else []
        return "".join(f"; {one}" for one in told)


def counted(records: int) -> str:
    return "1 record" if records == 1 else f"{records} records"
