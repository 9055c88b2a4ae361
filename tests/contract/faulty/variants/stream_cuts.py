"""Faults of a stream that come from where the bytes are cut into records: properties 6 to 9."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.contract.faulty.framing import STRUCTURE, Broken, Framer
from tests.contract.faulty.honest import Stream
from tests.contract.faulty.table import Change, Variant
from tests.contract.faulty.wire import LAST_CHUNK, json_answer, reply

BRACES = re.compile(rb"[{}]")
TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class RecordIsChunk(Framer):
    def records(self, piece: bytes) -> Iterator[bytes]:
        yield from super().records(piece)
        if self.buffer:
            raise Broken("Unexpected end of input inside a chunk")


class BracesInStrings(Framer):
    def step_in_string(self) -> bool:
        """Strings are looked at like all else."""
        self.in_string = False
        return True

    def step(self) -> bool:
        match = BRACES.search(self.buffer, self.at)
        self.at = match.end() if match else len(self.buffer)
        if match is None:
            return False
        if match[0] == b"{":
            self.stack.append(match[0][0])
        else:
            self.stack.pop()
        return True


class SplitsAtBraces(Framer):
    """``}{`` is the end of a record wherever it stands."""

    def step_in_string(self) -> bool:
        close = self.buffer.find(b"}{", self.at)
        done = super().step_in_string()
        if 0 <= close < self.at:
            self.stack.clear()
            self.in_string = False
            self.at = close + 1
        return done


class ForgetsBackslash(Framer):
    """A backslash at the end of a piece no longer counts in the next."""

    def step_in_string(self) -> bool:
        done = super().step_in_string()
        if not done and self.at < len(self.buffer):
            self.at = len(self.buffer)
        return done


class QuoteAfterAnyBackslash(Framer):
    """Whatever stands before the backslash before a quote, the quote is no end."""

    def step_in_string(self) -> bool:
        while (quote := self.buffer.find(b'"', self.at)) >= 0 and self.buffer[quote - 1] == ord("\\"):
            self.at = quote + 1
        self.at = quote + 1 if quote >= 0 else len(self.buffer)
        self.in_string = quote < 0
        return quote >= 0


class LinesOnly(Framer):
    """A record is complete with the end of its line."""

    def end(self) -> int | None:
        end = self.buffer.find(b"\n") + 1
        return end or None


class OneAChunk(Framer):
    """Takes the first record of a chunk, and the others when more bytes come."""

    def records(self, piece: bytes) -> Iterator[bytes]:
        for record in super().records(piece):
            yield record
            return


def whole_pieces(change: Change) -> Change:
    """Every piece is changed before it is looked at."""
    return lambda honest, stream, piece: honest(stream, change(piece))


def in_utf_8(piece: bytes) -> bytes:
    """Each piece by itself."""
    return piece.decode("utf-8", "replace").encode()


def refuses_between(separator: bytes) -> Change:
    """This separator is taken for the start of a record."""

    def fault(honest: Change, stream: Stream, piece: bytes) -> None:
        if (not stream.framer.buffer and piece.startswith(separator)) or separator in TEXT.sub(b"", piece):
            raise Broken("Unexpected character between records")
        honest(stream, piece)

    return fault


def no_neighbours(honest: Change, stream: Stream, piece: bytes) -> None:
    if b"}{" in TEXT.sub(b"", bytes(stream.framer.buffer) + piece):
        raise Broken("Unexpected character after a record")
    honest(stream, piece)


def deeper_than(limit: int) -> Change:
    def fault(honest: Change, stream: Stream, raw: bytes) -> None:
        depth = 0
        for bracket in STRUCTURE.findall(TEXT.sub(b"", raw)):
            depth += 1 if bracket in (b"{", b"[") else -1
            if depth > limit:
                raise Broken("Nested too deep")
        honest(stream, raw)

    return fault


def larger_than(limit: int) -> Change:
    def fault(honest: Change, stream: Stream, raw: bytes) -> None:
        if len(raw) > limit:
            raise Broken("Buffer is full")
        honest(stream, raw)

    return fault


def no_4_byte_characters(honest: Change, stream: Stream, raw: bytes) -> None:
    honest(stream, re.sub(rb"[\xf0-\xf4][\x80-\xbf]{3}", b"?", raw))


def first_of_known_length(honest: Change, stream: Stream, raw: bytes) -> None:
    """A body of known length has one record, whatever follows it."""
    if stream.request.chunked or not stream.memo.get("taken"):
        honest(stream, raw)
    stream.memo["taken"] = True


def stops_at_a_refusal(honest: Change, stream: Stream, raw: bytes) -> None:
    """In a body of known length nothing after a refused record is stored."""
    if stream.memo.get("stopped"):
        honest(stream, b"[]")
        return
    honest(stream, raw)
    stream.memo["stopped"] = not stream.request.chunked and b'"error_code":4' in stream.reports[-1]


def never_reported(honest: Change, stream: Stream) -> None:
    """A body of known length is reported by its first record alone."""
    if not stream.request.chunked:
        stream.reports = [] if stream.memo.get("sent") else stream.reports[:1]
        stream.memo["sent"] = stream.memo.get("sent") or bool(stream.reports)
    honest(stream)


def cut(name: str, what: str, number: int, framer: type[Framer]) -> Variant:
    return Variant(name, "stream", what, str(number), "framer", lambda honest: framer())


def heard(name: str, what: str, number: int, fault: Change) -> Variant:
    return Variant(name, "stream", what, str(number), "hear", fault)


def taken(name: str, what: str, number: int, fault: Change) -> Variant:
    return Variant(name, "stream", what, str(number), "take", fault)


def all_or_nothing(honest: Change, stream: Stream, data: bytes) -> None:
    if stream.request.chunked:
        honest(stream, data)
        return
    held = stream.memo["held"] = stream.memo.get("held", b"") + data
    if data != LAST_CHUNK:
        return
    if held.count(b'"error_code"') > 1 and b'"error_code":400' in held:
        reply(stream.wire, stream.request, json_answer(400, {"error_code": 400, "message": "Bad Request"}))
    else:
        honest(stream, held)


class WordIsChunk(Framer):
    """A number or a word ends with its piece, unless it stands in a string."""

    def records(self, piece: bytes) -> Iterator[bytes]:
        yield from super().records(piece)
        if self.buffer and not self.in_string and self.buffer[-1:].isalnum():
            yield from super().records(b" ")


VARIANTS = (
    cut("record-is-chunk", "a record has to be complete with its chunk", 6, RecordIsChunk),
    heard(
        "utf-8-by-chunk",
        "every chunk is decoded by itself, so a character that is cut is lost",
        6,
        whole_pieces(in_utf_8),
    ),
    cut("forgets-backslash", "an escape that is cut after its backslash is forgotten", 6, ForgetsBackslash),
    heard(
        "strips-chunks",
        "white space at the ends of a chunk is taken away, also inside a string",
        6,
        whole_pieces(bytes.strip),
    ),
    heard(
        "no-single-bytes",
        "a chunk of a single byte is overlooked",
        6,
        lambda honest, stream, piece: None if len(piece) == 1 else honest(stream, piece),
    ),
    cut("word-is-chunk", "numbers and words end with their chunk", 6, WordIsChunk),
    cut("one-a-chunk", "only the first record of a chunk is taken before more bytes come", 6, OneAChunk),
    cut("lines-only", "a record without the end of a line is not taken", 7, LinesOnly),
    heard("no-neighbours", "two records with nothing in between break the stream", 7, no_neighbours),
    heard("no-crlf", "CRLF between two records breaks the stream", 7, refuses_between(b"\r\n")),
    heard("no-tab", "a tab between two records breaks the stream", 7, refuses_between(b"\t")),
    heard("no-space", "a space between two records breaks the stream", 7, refuses_between(b"} {")),
    heard("no-newline", "a newline between two records breaks the stream", 7, refuses_between(b"}\n{")),
    cut("braces-in-strings", "braces inside strings are counted", 8, BracesInStrings),
    cut("splits-at-braces", "}{ inside a string ends a record", 8, SplitsAtBraces),
    cut("quote-after-backslashes", "a string that ends in a backslash is not seen to end", 8, QuoteAfterAnyBackslash),
    taken("no-4-byte-characters", "characters of four bytes become a question mark", 8, no_4_byte_characters),
    taken("dies-of-depth", "nesting of more than 30 breaks the stream", 8, deeper_than(30)),
    taken("dies-of-64-kib", "a record over 64 KiB breaks the stream", 8, larger_than(65536)),
    taken(
        "first-of-known-length", "of a body of known length only the first record is taken", 9, first_of_known_length
    ),
    taken(
        "stops-at-a-refusal",
        "in a body of known length no record is stored after one that was refused",
        9,
        stops_at_a_refusal,
    ),
    Variant(
        "all-or-nothing",
        "stream",
        "of a body of known length with a bad record nothing is reported but that it is bad",
        "9",
        "send",
        all_or_nothing,
    ),
    Variant(
        "one-report-of-known-length", "stream", "a body of known length gets one report", "9", "deliver", never_reported
    ),
)
