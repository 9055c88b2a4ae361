"""A client of raw bytes: what it sends is what the test says, and what came back is kept as it came."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from specmill.serve.server import Server

PATIENCE = 30  # seconds until a test that waits for what never comes fails


def head(length: str = "Transfer-Encoding: chunked", *fields: str, method: str = "POST", path: str = "") -> bytes:
    lines = [f"{method} {path or '/v3/clusters/c/topics/orders/records'} HTTP/1.1", "Host: h", length, *fields]
    if not any(field.lower().startswith("content-type") for field in fields):
        lines.append("Content-Type: application/json")
    return "\r\n".join([*filter(None, lines), "", ""]).encode()


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content) if content else b""


LAST = b"0\r\n\r\n"


def whole(content: bytes, *fields: str) -> bytes:
    return head("Transfer-Encoding: chunked", *fields) + chunk(content) + LAST


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    fields: dict[str, str]
    chunks: tuple[bytes, ...]
    complete: bool  # its framing has ended

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    @property
    def reports(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.body.split(b"\r\n") if line]

    @property
    def codes(self) -> list[int]:
        return [report["error_code"] for report in self.reports]


class Client:
    def __init__(self, server: Server, receives: int | None = None) -> None:
        self.socket = socket.socket()
        if receives is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        self.socket.settimeout(PATIENCE)
        self.socket.connect((server.host, server.port))
        self.inbox = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exits: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def more(self) -> bool:
        came = self.socket.recv(262144)
        self.inbox += came
        return bool(came)

    def until(self, mark: bytes, times: int = 1) -> bytes:
        """All up to what is waited for, which must come."""
        while self.inbox.count(mark) < times:
            assert self.more(), f"the server closed ahead of {mark!r}: {self.inbox!r}"
        return self.inbox

    def answer(self) -> Answer:
        """The next answer, up to its end or that of the connection."""
        while b"\r\n\r\n" not in self.inbox:
            assert self.more(), f"no head of an answer: {self.inbox!r}"
        first, _, self.inbox = self.inbox.partition(b"\r\n\r\n")
        line, *lines = first.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
        status = int(line.split(" ")[1])
        if "content-length" in fields:
            return self._sized(status, fields, int(fields["content-length"]))
        if fields.get("transfer-encoding") == "chunked":
            return self._chunked(status, fields)
        self.closed()
        body, self.inbox = self.inbox, b""
        return Answer(status, fields, (body,), True)

    def closed(self) -> bool:
        """Whether the server ends the connection; whatever comes ahead of that is kept."""
        try:
            while self.more():
                pass
        except ConnectionResetError:
            return False
        return True

    def _sized(self, status: int, fields: dict[str, str], length: int) -> Answer:
        while len(self.inbox) < length and self.more():
            pass
        body, self.inbox = self.inbox[:length], self.inbox[length:]
        return Answer(status, fields, (body,), len(body) == length)

    def _chunked(self, status: int, fields: dict[str, str]) -> Answer:
        chunks: list[bytes] = []
        while True:
            found = re.match(rb"([0-9A-F]+)\r\n", self.inbox)
            if found is not None:
                size, start = int(found[1], 16), found.end()
                if len(self.inbox) >= start + size + 2:
                    content, self.inbox = self.inbox[start : start + size], self.inbox[start + size + 2 :]
                    if not size:
                        return Answer(status, fields, tuple(chunks), True)
                    chunks.append(content)
                    continue
            try:
                if self.more():
                    continue
            except ConnectionResetError:
                pass
            return Answer(status, fields, (*chunks, self.inbox), False)


def wait_until(true: Callable[[], bool]) -> None:
    """For what the server does without saying so."""
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends, "the server has not done it"


def told(server: Server, sent: bytes) -> Answer:
    """The answer to one request on a connection of its own."""
    with Client(server) as client:
        client.send(sent)
        return client.answer()
