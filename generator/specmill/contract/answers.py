"""Reads answers of HTTP/1.1 from bytes that are cut anywhere; what is wrong with them is noted, not raised.

A client refuses what it cannot trust. A tester goes on as long as it can make out what was meant, since what breaks
a rule is what it is here to find. It shares no code with the server and the client whose answers it reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
STATUS_LINE = re.compile(r"HTTP/([0-9])\.([0-9]) ([0-9]{3})(?: ([\t\x20-\x7e\x80-\xff]*))?")
FIELD = re.compile(rf"({TOKEN}):([\t\x20-\x7e\x80-\xff]*)")
SIZE = re.compile(r"([0-9A-Fa-f]{1,15})[ \t]*(;.*)?")
DIGITS = re.compile(r"[0-9]{1,18}")
LONGEST_LINE = 65536
WITHOUT_CONTENT = (204, 304)
BLANK = " \t"


@dataclass(frozen=True, slots=True)
class Head:
    status: int
    reason: str
    minor: int  # of HTTP/1.x
    fields: tuple[tuple[str, str], ...]  # as they came, in their order

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.fields if key.lower() == name)

    def field(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)


class At(Enum):
    """What the next bytes are."""

    STATUS = "the status line"
    FIELDS = "the fields of the head"
    SIZED = "a body of known length"
    OPEN = "a body that ends with the connection"
    CHUNK_SIZE = "the size of a chunk"
    CHUNK = "a chunk"
    CHUNK_END = "the end of a chunk"
    TRAILERS = "the trailers"
    DONE = "nothing"
    BROKEN = "nobody knows what"


class Reader:
    """Of one answer, with the interim ones before it. Bytes behind it wait in ``behind``."""

    def __init__(self, method: str = "POST") -> None:
        self.interim: list[Head] = []
        self.head: Head | None = None
        self.trailers: tuple[tuple[str, str], ...] = ()
        self.chunked = False
        self.chunks = 0
        self.size = 0  # of the content so far
        self.faults: list[str] = []
        self.at = At.STATUS
        self._method = method
        self._inbox = bytearray()
        self._place = 0  # what lies before it has been read
        self._seen = 0  # up to here there is no line's end
        self._left = 0  # of the chunk or the body of known length
        self._status: tuple[int, str, int] | None = None
        self._fields: list[tuple[str, str]] = []
        self._is_open = False

    @property
    def complete(self) -> bool:
        """Whether the answer came to its own end, rather than to that of the connection."""
        return self.at is At.DONE

    @property
    def framed(self) -> bool:
        """Whether the answer says itself where it ends."""
        return not self._is_open

    @property
    def stuck(self) -> bool:
        """Whether no further byte can tell anything."""
        return self.at in (At.DONE, At.BROKEN)

    @property
    def behind(self) -> bytes:
        return bytes(self._inbox) if self.at is At.DONE else b""

    @property
    def begun(self) -> bool:
        return self.head is not None or bool(self._inbox) or self._status is not None or bool(self.interim)

    def feed(self, data: bytes) -> bytes:
        """The content that these bytes bring."""
        if self.at is At.BROKEN:
            return b""
        self._inbox += data
        pieces: list[bytes] = []
        while self._step(pieces):
            pass
        del self._inbox[: self._place]
        self._seen -= self._place
        self._place = 0
        content = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._judge_content(content)
        return content

    def end(self) -> None:
        """The connection has ended; whether that is the end of the answer depends on where it stood."""
        if self.at is At.OPEN:
            self.at = At.DONE
        elif self.at is At.STATUS and not self._inbox:
            self._note("the connection ended without an answer")
        elif not self.stuck:
            self._note(f"the connection ended in place of {self.at.value}")

    def expect_nothing_behind(self) -> None:
        """To be called when no other request waits for an answer."""
        if self.behind:
            what = "a body where none may be" if self._has_no_content() else "bytes behind the end of the answer"
            self._note(f"{what}: {self.behind[:40]!r}")

    def next(self, method: str = "POST") -> Reader:
        """Of the answer behind this one."""
        reader = Reader(method)
        reader.feed(self.behind)
        self._inbox.clear()
        return reader

    # --- steps; each says whether there may be another

    def _step(self, pieces: list[bytes]) -> bool:
        if self.at in (At.CHUNK, At.SIZED):
            return self._take_content(pieces)
        if self.at is At.OPEN:
            pieces.append(bytes(self._inbox[self._place :]))
            self._place = len(self._inbox)
            return False
        if self.stuck:
            return False
        if self.at is At.CHUNK_END and not self._is_chunk_end():
            return False
        line = self._line()
        if line is None:
            return False
        self._read_line(line)
        return True

    def _take_content(self, pieces: list[bytes]) -> bool:
        piece = bytes(self._inbox[self._place : self._place + self._left])
        if piece:
            pieces.append(piece)
        self._place += len(piece)
        self._left -= len(piece)
        if self._left:
            return False
        self.at = At.CHUNK_END if self.at is At.CHUNK else At.DONE
        return True

    def _is_chunk_end(self) -> bool:
        """Says at once that there is none, rather than to look for the end of a line far behind."""
        if self._place == len(self._inbox) or self._inbox[self._place] in b"\r\n":
            return True
        return self._break(f"a chunk is longer than its size says: {self._shown()}")

    def _line(self) -> str | None:
        self._seen = max(self._seen, self._place)
        end = self._inbox.find(b"\n", self._seen)
        if end < 0:
            self._seen = len(self._inbox)
            if self._seen - self._place > LONGEST_LINE:
                self._break(f"{self.at.value} is longer than {LONGEST_LINE} bytes")
            return None
        line = self._inbox[self._place : end]
        if line.endswith(b"\r"):
            del line[-1]
        else:
            self._note(f"{self.at.value}: a line ends with a bare line feed")
        self._place = end + 1
        return line.decode("latin-1")

    def _read_line(self, line: str) -> None:
        if self.at is At.STATUS:
            self._read_status(line)
        elif self.at is At.FIELDS:
            self._read_field(line)
        elif self.at is At.CHUNK_SIZE:
            self._read_size(line)
        elif self.at is At.CHUNK_END:
            if line:
                self._break(f"a chunk is longer than its size says: {line[:40]!r}")
            else:
                self.at = At.CHUNK_SIZE
        else:
            self._read_trailer(line)

    def _read_status(self, line: str) -> None:
        found = STATUS_LINE.fullmatch(line)
        if found is None or found[1] != "1":
            self._break(f"this is no status line of HTTP/1.1: {line[:80]!r}")
            return
        if found[4] is None:
            self._note("the status line lacks the space behind the status")
        self._status = int(found[3]), found[4] or "", int(found[2])
        self.at = At.FIELDS

    def _read_field(self, line: str) -> None:
        if line:
            self._add_field(line, self._fields)
            return
        assert self._status is not None
        status, reason, minor = self._status
        head = Head(status, reason, minor, tuple(self._fields))
        self._status, self._fields = None, []
        if 100 <= status < 200 and status != 101:
            self.interim.append(head)
            self.at = At.STATUS
        else:
            self.head = head
            self._begin_body(head)

    def _add_field(self, line: str, fields: list[tuple[str, str]]) -> None:
        found = FIELD.fullmatch(line)
        if found is not None:
            fields.append((found[1], found[2].strip(BLANK)))
        elif line[0] in BLANK and fields:
            self._note("a field of the head is folded over two lines")
            name, value = fields.pop()
            fields.append((name, f"{value} {line.strip(BLANK)}"))
        else:
            self._note(f"this is no header field: {line[:80]!r}")

    def _read_size(self, line: str) -> None:
        found = SIZE.fullmatch(line)
        if found is None:
            self._break(f"this is no size of a chunk: {line[:40]!r}")
            return
        self._left = int(found[1], 16)
        self.chunks += 1
        self.at = At.CHUNK if self._left else At.TRAILERS

    def _read_trailer(self, line: str) -> None:
        if line:
            self._add_field(line, self._fields)
        else:
            self.trailers = tuple(self._fields)
            self.at = At.DONE

    # --- how long the body is

    def _has_no_content(self) -> bool:
        return self._method == "HEAD" or (self.head is not None and self.head.status in WITHOUT_CONTENT)

    def _begin_body(self, head: Head) -> None:
        coding = ", ".join(head.all("transfer-encoding")).lower()
        lengths = head.all("content-length")
        self._judge_lengths(head, coding, lengths)
        if self._has_no_content():
            self.at = At.DONE
        elif coding:
            self.chunked = coding.rpartition(",")[2].strip() == "chunked"
            self.at = At.CHUNK_SIZE if self.chunked else At.OPEN
        elif lengths and DIGITS.fullmatch(lengths[0]):
            self._left = int(lengths[0])
            self.at = At.SIZED if self._left else At.DONE
        else:
            self.at = At.OPEN
        self._is_open = self.at is At.OPEN

    def _judge_lengths(self, head: Head, coding: str, lengths: tuple[str, ...]) -> None:
        if head.status == 204 and (coding or lengths):
            self._note("204 has a Content-Length or a Transfer-Encoding")
        if coding and lengths:
            self._note("both a Content-Length and a Transfer-Encoding")
        if coding and head.minor == 0:
            self._note("HTTP/1.0 has no Transfer-Encoding")
        if coding and coding != "chunked":
            self._note(f"nobody asked for the Transfer-Encoding {coding!r}")
        if len(set(lengths)) > 1:
            self._note(f"more than one Content-Length: {', '.join(lengths)}")
        for length in lengths:
            if not DIGITS.fullmatch(length):
                self._note(f"this is no Content-Length: {length[:40]!r}")

    def _judge_content(self, content: bytes) -> None:
        if not content or self.head is None:
            return
        if not self.size and len(self.head.all("content-type")) > 1:  # HTTP does not insist on one
            self._note("more than one Content-Type")
        self.size += len(content)

    # --- faults

    def _note(self, fault: str) -> None:
        if fault not in self.faults:
            self.faults.append(fault)

    def _break(self, fault: str) -> bool:
        self._note(fault)
        self.at = At.BROKEN
        return False

    def _shown(self) -> str:
        return repr(bytes(self._inbox[self._place : self._place + 40]))
