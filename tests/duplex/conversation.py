"""The words in which a behaviour says what the server does on one connection."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import unquote

from tests.duplex import wire
from tests.duplex.channel import Channel, Gone
from tests.duplex.reports import CLUSTER, DELIMITER, TOPIC, accepted, pieces, written
from tests.duplex.wire import Body, Head, NotHttp, Records

How = Literal["two-chunks", "one-chunk", "many", "split"]
Framing = Literal["chunked", "close"] | int
LONGEST_HEAD = 64 * 1024


class Conversation:
    """One connection. ``number`` counts the connections of a peer from 0."""

    def __init__(self, channel: Channel, number: int, store: Callable[[Any], int]) -> None:
        self.channel = channel
        self.number = number
        self.heads: list[Head] = []
        self.received = 0
        """How many records were read on this connection."""
        self.chunks = 0
        self.heartbeats = 0
        """How many of the chunks held nothing but blanks."""
        self.ended = ""
        """Why the conversation was over before its behaviour was, if it was."""
        self._store = store
        self._body: Body | None = None
        self._records = Records()
        self._framing: Framing = "chunked"

    # Reading

    def read_head(self) -> Head | None:
        """The next request, or None when the client closed instead of asking once more."""
        inbox = self.channel.inbox
        while (end := inbox.find(b"\r\n\r\n")) < 0:
            if len(inbox) > LONGEST_HEAD:
                raise NotHttp(f"no end of the request's head in {len(inbox)} bytes")
            if not self.channel.fill():
                if inbox:
                    raise NotHttp(f"the client closed inside of the request's head: {bytes(inbox[:80])!r}")
                return None
        head = wire.request_head(bytes(inbox[:end]))
        del inbox[: end + 4]
        self.heads.append(head)
        self._body, self._records = Body(head), Records()
        return head

    def record(self) -> Any:
        """The next record, or None at the end of the body. The client's closing inside of the body ends it all."""
        while (record := self._records.next()) is None:
            if self.body.done:
                self._nothing_left()
                return None
            if not self._more():
                raise Gone("the client closed inside of the body")
        self.received += 1
        return record

    def records(self, count: int | None = None) -> list[Any]:
        """The next records: all of the body, or as many as are asked for, which then must come."""
        found: list[Any] = []
        while count is None or len(found) < count:
            record = self.record()
            if record is None:
                break
            found.append(record)
        if count is not None and len(found) < count:
            raise NotHttp(f"{count} records were to come, the body ended after {len(found)}")
        return found

    def record_within(self, seconds: float) -> Any:
        """The next record, or None when the body ended or the client sent nothing at all for so long."""
        while (record := self._records.next()) is None:
            if self.body.done or not self._more(seconds):
                return None
        self.received += 1
        return record

    def record_at_hand(self) -> Any:
        """The next record if it has come already; None otherwise."""
        if (record := self._records.next()) is not None:
            self.received += 1
        return record

    @property
    def place(self) -> tuple[str, str]:
        """The cluster and the topic that the request names, which every report echoes."""
        found = re.fullmatch(r".*/v3/clusters/([^/]+)/topics/([^/]+)/records", self.heads[-1].target)
        return (unquote(found[1]), unquote(found[2])) if found else (CLUSTER, TOPIC)

    @property
    def body(self) -> Body:
        assert self._body is not None, "read_head() comes first"
        return self._body

    def await_body(self) -> None:
        """Waits for the first byte of the body, whatever it is."""
        while not (self.channel.inbox or self.body.done):
            if not self.channel.fill():
                raise Gone("the client closed ahead of the body")

    def _more(self, within: float | None = None) -> bool:
        body, chunks, blank = self.body, self.body.chunks, self.body.blank_chunks
        came = bool(self.channel.inbox) or self.channel.fill(within)
        content = body.content(self.channel.inbox)
        self._records.feed(content, last=body.done)
        self.chunks += body.chunks - chunks
        self.heartbeats += body.blank_chunks - blank
        if not content and came and not body.done:
            return self.channel.fill(within)
        return came

    def _nothing_left(self) -> None:
        if rest := self._records.rest():
            raise NotHttp(f"the body ends with what is no record: {rest[:80]!r}")

    # Keeping

    def store(self, record: Any) -> int:
        """Keeps the record as a broker would; its offset."""
        return self._store(record)

    # Answering

    def head(self, status: int = 200, framing: Framing = "chunked", **headers: str) -> None:
        """The head of an answer: chunked, ended by close, or with a Content-Length. Content_Type="…" is a header."""
        fields = dict(wire.CHUNKED)
        self._framing = framing
        if framing != "chunked":
            del fields["Transfer-Encoding"]
            fields |= {"Connection": "close"} if framing == "close" else {"Content-Length": str(framing)}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.raw(wire.answer_head(status, fields))

    def report(self, what: Mapping[str, Any], how: How = "two-chunks", separator: bytes = DELIMITER) -> None:
        """A report, or one for this record, which is stored for it."""
        report = what if "error_code" in what else accepted(what, self.store(what), *self.place)
        for piece in pieces(written(report), how, separator):
            self.chunk(piece)

    def chunk(self, data: bytes) -> None:
        """Content, in the framing that the head announced."""
        self.raw(wire.chunk(data) if self._framing == "chunked" else data)

    def raw(self, data: bytes) -> None:
        """Bytes as they are. They leave, all gathered, when the peer next waits or is told to ``flush``."""
        self.channel.write(data)

    def flush(self) -> None:
        self.channel.flush()

    def end(self, trailers: Mapping[str, str] | None = None) -> None:
        """The end of the answer: the last chunk with trailers, or the close that the head announced."""
        if self._framing == "close":
            return self.half_close()
        if self._framing != "chunked":
            return self.flush()
        lines = "".join(f"{name}: {value}\r\n" for name, value in (trailers or {}).items())
        self.raw(f"0\r\n{lines}\r\n".encode("latin-1"))
        self.flush()

    # Ending

    def half_close(self) -> None:
        """FIN: the end of what the server says, properly told."""
        self.channel.half_close()

    def cut(self) -> None:
        """FIN as when a cable is cut: over TLS without its farewell."""
        self.channel.half_close(notify=False)

    def close(self) -> None:
        """Closes without reading what is still under way, so that the client's next write fails."""
        self.channel.close()

    def reset(self) -> None:
        """RST, behind everything that was written."""
        self.channel.reset()

    def linger(self) -> None:
        """Reads on and throws away until the client closes."""
        self.channel.linger()

    def stop_reading(self) -> None:
        """From now on nothing is read, not even while writing."""
        self.channel.reading = False

    def until_closed(self) -> None:
        """Does nothing until the client has gone; reads nothing either."""
        self.channel.until_closed()
