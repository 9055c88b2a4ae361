"""Talks to a server under test: byte for byte what it is told to, so that a test reads like a transcript."""

from __future__ import annotations

import base64
import json
import socket
import struct
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.contract.faulty.known import API_KEY, API_SECRET, CLUSTER, TOPIC

PATH = f"/kafka/v3/clusters/{CLUSTER}/topics/{TOPIC}/records"


def basic(key: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


HEADERS = {"Authorization": basic(API_KEY, API_SECRET), "Content-Type": "application/json"}
ENDED = "ended"  # with a last chunk, or with all bytes that were announced
CUT = "cut"  # the connection ended before
SILENCE = "silence"


class Caller:
    """One connection."""

    def __init__(self, url: str, patience: float, room: int | None = None) -> None:
        """After ``patience`` seconds nothing comes any more; the network has ``room`` for so many bytes."""
        parts = urlsplit(url)
        self.sock = socket.socket()
        if room:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, room)
        self.sock.connect((parts.hostname, parts.port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.settimeout(patience)
        self.bytes = bytearray()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.how_it_ended = ""

    def __enter__(self) -> Caller:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sock.close()

    def open(self, method: str = "POST", path: str = PATH, **changes: str | None) -> None:
        """The head of a request. A header that is changed to None is left out."""
        changed = {name.replace("_", "-"): value for name, value in changes.items()}
        headers = {"Host": "localhost", **HEADERS, **changed}
        lines = [
            f"{method} {path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items() if value is not None),
        ]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())

    def chunks(self, *parts: bytes) -> None:
        """One write a chunk."""
        for part in parts:
            self.sock.sendall(b"%x\r\n%b\r\n" % (len(part), part))

    def last_chunk(self) -> None:
        self.sock.sendall(b"0\r\n\r\n")

    def whole(self, body: bytes) -> None:
        self.sock.sendall(body)

    def reset(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def head(self) -> int | str:
        """The status, once it is there."""
        while b"\r\n\r\n" not in self.bytes:
            if problem := self._more():
                return problem
        head, _, rest = bytes(self.bytes).partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.bytes[:] = rest
        self.status = int(first.split(" ")[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return self.status

    def report(self) -> Any:
        """The next report, or how the answer ended in its place."""
        while (report := self._taken()) is None:
            if problem := (self.how_it_ended or self._part()):
                return problem
        return report

    def all(self) -> list[Any]:
        """All reports that are left, and how the answer ended."""
        found = []
        while not isinstance(report := self.report(), str):
            found.append(report)
        return [*found, report]

    def to_the_end(self) -> bytes:
        """What is left, as it comes, until the connection ends."""
        while not self._more():
            pass
        return bytes(self.bytes)

    def _taken(self) -> Any:
        text = self.body.decode("latin-1").lstrip()
        try:
            value, end = json.JSONDecoder().raw_decode(text)
        except json.JSONDecodeError:
            return None
        del self.body[: len(self.body) - len(text) + end]
        return value

    def _part(self) -> str:
        """Reads one part of the body; how the answer has ended, if it has."""
        if not self.status and isinstance(problem := self.head(), str):
            return problem
        if "content-length" in self.headers:
            size, last = int(self.headers["content-length"]), True
        else:
            while b"\r\n" not in self.bytes:
                if problem := self._more():
                    return problem
            line, _, rest = bytes(self.bytes).partition(b"\r\n")
            size, last = int(line, 16), line == b"0"
            self.bytes[:] = rest
        while len(self.bytes) < size + (0 if "content-length" in self.headers else 2):
            if problem := self._more():
                return problem
        self.body += self.bytes[:size]
        del self.bytes[: size + (0 if "content-length" in self.headers else 2)]
        self.how_it_ended = ENDED if last else ""
        return ""

    def _more(self) -> str:
        try:
            data = self.sock.recv(65536)
        except TimeoutError:
            return SILENCE
        except ConnectionError:
            return CUT
        self.bytes += data
        return "" if data else CUT
